"""What is inside the files of a draft: each is opened as its reader would, and says what the screenplay says."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import av
import opentimelineio as otio
import pytest
from PIL import Image, ImageStat

from studio.story.fountain import read_fountain
from studio.story.source import read_script
from tests.journeys.studio import short_script
from tests.media.hearing import loudness

SAID = ["You kept it.", "Never."]
TIMES = re.compile(r"(\d\d):(\d\d):(\d\d)[,.](\d{3}) --> (\d\d):(\d\d):(\d\d)[,.](\d{3})")


@pytest.fixture
def out(first_draft: Path) -> Path:
    """The files of the first draft; nobody changes them."""
    return first_draft / "out"


def frames(out: Path) -> int:
    """How many pictures the master really has."""
    with av.open(str(out / "master.mp4")) as film:
        return sum(1 for _ in film.decode(video=0))


def edit(file: Path) -> otio.schema.Timeline:
    """A timeline as OpenTimelineIO reads it."""
    return otio.adapters.read_from_file(str(file), **({"rate": 24} if file.suffix == ".edl" else {}))


def test_every_edit_list_is_as_long_as_the_master(out: Path) -> None:
    whole = frames(out)
    for name in ("timeline.otio", "timeline.edl", "timeline.fcpxml"):
        (pictures,) = edit(out / name).video_tracks()
        assert pictures.duration().rescaled_to(24).value == whole, name
        assert [len(list(pictures.find_clips())), name] == [4, name]  # two cards, two shots


@pytest.mark.parametrize("name", ["timeline.otio", "timeline.fcpxml"])
def test_the_media_of_an_edit_list_are_there_and_long_enough(out: Path, name: str) -> None:
    clips = list(edit(out / name).find_clips())
    files = {Path(unquote(urlsplit(clip.media_reference.target_url).path)) for clip in clips}
    assert {file.suffix for file in files} == {".mp4", ".wav"}
    assert len(files) == 7  # four pictures, two lines, a bed
    for clip in clips:
        with av.open(unquote(urlsplit(clip.media_reference.target_url).path)) as media:
            assert media.duration / av.time_base >= clip.source_range.duration.to_seconds() - 0.05


@pytest.mark.parametrize("name", ["screenplay.fountain", "screenplay.fdx"])
def test_the_exported_screenplay_is_the_one_that_came_in(out: Path, name: str) -> None:
    exported = read_script(name, (out / name).read_bytes())
    assert exported.elements == read_fountain(short_script()).elements
    assert exported.title == "The Key"


@pytest.mark.parametrize("name", ["captions.srt", "captions.vtt"])
def test_captions_say_every_line_in_order_while_the_film_runs(out: Path, name: str) -> None:
    text = (out / name).read_text("utf-8")
    blocks = [block.splitlines() for block in text.split("\n\n") if "-->" in block]
    assert [re.sub("<[^>]*>", "", block[-1]) for block in blocks] == SAID
    found = [[int(part) for part in times] for times in TIMES.findall(text)]
    clocks = [((h * 60 + m) * 60 + s + ms / 1000) for row in found for h, m, s, ms in (row[:4], row[4:])]
    assert clocks == sorted(clocks)
    assert clocks[-1] < frames(out) / 24
    assert len(clocks) == 4


def test_the_soft_track_says_the_same(out: Path) -> None:
    with av.open(str(out / "master.mp4")) as film:
        said = b"".join(bytes(packet) for packet in film.demux(subtitles=0) if packet.size)
    assert [said.count(line.encode()) for line in SAID] == [1, 1]
    assert said.index(SAID[0].encode()) < said.index(SAID[1].encode())


def test_the_master_is_as_loud_as_platforms_ask(out: Path) -> None:
    lufs, peak = loudness(out / "master.mp4")
    assert abs(lufs + 16) <= 1
    assert peak <= -1


def test_the_poster_is_a_picture_of_the_film(out: Path) -> None:
    with Image.open(out / "poster.jpg") as poster:
        poster.load()
        assert (poster.format, poster.size) == ("JPEG", (1280, 720))
        assert max(ImageStat.Stat(poster).stddev) > 20


def test_the_storyboard_opens_and_has_a_picture_of_every_shot(out: Path) -> None:
    data = (out / "storyboard.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    table = int(data[data.rindex(b"startxref") :].split()[1])
    assert data[table:].startswith(b"xref")
    boards = [found for found in objects(data) if b"/DCTDecode" in found]
    for found in boards:
        body = found[found.index(b"stream") + 6 : found.rindex(b"endstream")].strip()
        with Image.open(io.BytesIO(base64.a85decode(body, adobe=False) if b"/ASCII85" in found else body)) as board:
            board.load()
            assert board.width > board.height > 100
    assert len(boards) == 2


def objects(pdf: bytes) -> list[bytes]:
    """The objects of a PDF as its cross-reference table finds them."""
    rows = pdf[int(pdf[pdf.rindex(b"startxref") :].split()[1]) :].split(b"trailer")[0].splitlines()[3:]
    places = [int(row.split()[0]) for row in rows if row.rstrip().endswith(b" n")]
    return [pdf[place : pdf.index(b"endobj", place)] for place in places]
