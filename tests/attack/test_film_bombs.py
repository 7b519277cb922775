"""Films that say they are more than they are, or have other files read: refused with a sentence, in time and memory."""

from __future__ import annotations

import struct
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from services.media import mp4
from services.media.inspecting import check, inspect, look
from studio.crew import Footage
from studio.errors import Unreadable
from tests.attack.films import box, honest, patched

HUGE = struct.pack(">I", 10**9)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return honest(tmp_path_factory.mktemp("films"))


def test_an_honest_film_is_read(film: Path) -> None:
    assert inspect(film).seconds == pytest.approx(1, abs=0.1)
    assert mp4.read(film).frames == 2


@pytest.mark.parametrize(
    ("listed", "what"),
    [
        (b"ffconcat version 1.0\nfile honest.mp4\n", "another film in the same folder"),
        (b"#EXTM3U\n#EXTINF:2,\nfile:///etc/passwd\n", "a file of the machine"),
        (b"#EXTM3U\n#EXTINF:2,\nhttp://169.254.169.254/latest/meta-data\n", "an address inside"),
        (b"v=0\nc=IN IP4 10.0.0.1\nm=video 5004 RTP/AVP 96\n", "a stream of the network"),
        (b'<?xml version="1.0"?><MPD><BaseURL>http://127.0.0.1/</BaseURL></MPD>', "a manifest"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"", "nothing"),
    ],
)
def test_a_list_of_other_files_is_no_film(film: Path, listed: bytes, what: str) -> None:
    made = film.with_name("list.mp4")
    made.write_bytes(listed)
    with pytest.raises(Unreadable, match="neither MP4, QuickTime, Matroska, WebM nor AVI"):
        inspect(made)
    assert what


def test_a_list_behind_a_film_s_first_bytes_is_no_film(film: Path) -> None:
    """The bytes that are looked at first are those of a film; the decoder may open nothing but films either."""
    made = film.with_name("polyglot.mp4")
    made.write_bytes(
        b"\0\0\0\x14ftypisom" + b"\nffconcat version 1.0\nfile honest.mp4\n#EXTM3U\nhttp://127.0.0.1:1/a.ts\n"
    )
    with pytest.raises(Unreadable, match="cannot be decoded"):
        look(made)


def test_what_is_wrong_is_said_by_the_child_too(film: Path) -> None:
    made = film.with_name("broken.mp4")
    made.write_bytes(film.read_bytes()[:200])
    with pytest.raises(Unreadable, match=r"broken\.mp4 (cannot be decoded|has no picture)"):
        inspect(made)


def test_a_film_that_is_an_hour_of_nothing(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="3600 s long; a clip may have 600"):
        look(honest(tmp_path, seconds=3600, size="16x16"))


def test_a_film_that_says_it_lasts_for_years(film: Path) -> None:
    with pytest.raises(Unreadable, match="0 pictures a second; 1 to 240"):
        look(patched(film, "years.mp4", b"stts", 16, HUGE))


def test_a_film_of_pictures_nobody_can_hold_in_memory(tmp_path: Path) -> None:
    """Raw pictures have no size but the one their file says."""
    made = honest(tmp_path, "large.mov", codec="rawvideo")
    wide = struct.pack(">HH", 60_000, 60_000)
    with pytest.raises(Unreadable, match="cannot be decoded"):
        look(patched(made, "wide.mov", b"stsd", 44, wide))
    with pytest.raises(Unreadable, match="9000 × 9000, more than can be used"):
        check("wide.mov", Footage(9000, 9000, 24, 1))


@pytest.mark.parametrize(
    ("size", "pixel", "shown"),
    [
        ("2048x16", "1", "2048 × 16"),
        ("16x2048", "1", "16 × 2048"),
        ("64x64", "10", "640 × 64"),
        ("64x64", "1/9", "7 × 64"),
    ],
)
def test_a_film_that_fills_a_frame_only_when_scaled_beyond_memory(
    tmp_path: Path, size: str, pixel: str, shown: str
) -> None:
    with pytest.raises(Unreadable, match=f"shown as {shown}; the longer side may be 8 times the shorter"):
        look(honest(tmp_path, size=size, pixel=pixel))


def test_a_film_as_wide_as_any_is_read(tmp_path: Path) -> None:
    assert look(honest(tmp_path, size="64x64", pixel="8")).width == 64


@pytest.mark.parametrize("cut", [0, 40, 200, 900])
def test_a_film_that_ends_too_early(film: Path, cut: int) -> None:
    made = film.with_name("cut.mp4")
    made.write_bytes(film.read_bytes()[:cut])
    with pytest.raises(Unreadable, match=r"cannot be decoded|no picture"):
        look(made)


def _billion_of_one_size(film: Path) -> Path:
    return patched(film, "same.mp4", b"stsz", 8, struct.pack(">II", 1, 4 * 10**9))


def _billion_listed(film: Path) -> Path:
    return patched(film, "listed.mp4", b"stsz", 8, struct.pack(">II", 0, 10**9))


def _billion_in_a_chunk(film: Path) -> Path:
    return patched(film, "chunk.mp4", b"stsc", 16, HUGE)


def _chunk_without_end(film: Path) -> Path:
    return patched(film, "chunks.mp4", b"stsc", 12, HUGE)


def _boxes_in_boxes(film: Path) -> Path:
    data = b""
    for _ in range(3000):
        data = box(b"trak", data)
    made = film.with_name("deep.mp4")
    made.write_bytes(box(b"ftyp", b"isom") + box(b"moov", data))
    return made


def _box_larger_than_the_world(film: Path) -> Path:
    made = film.with_name("world.mp4")
    made.write_bytes(box(b"ftyp", b"isom") + struct.pack(">I4sQ", 1, b"moov", 2**62))
    return made


@pytest.mark.parametrize(
    "lie",
    [
        _billion_of_one_size,
        _billion_listed,
        _billion_in_a_chunk,
        _chunk_without_end,
        _boxes_in_boxes,
        _box_larger_than_the_world,
    ],
)
def test_tables_that_say_more_than_the_file_holds_cost_no_memory(film: Path, lie: Callable[[Path], Path]) -> None:
    made = lie(film)
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable, match=r"MP4|no picture track"):
            mp4.read(made)
        assert tracemalloc.get_traced_memory()[1] < 20 << 20
    finally:
        tracemalloc.stop()
