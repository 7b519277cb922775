"""Slots: what is seen when, read from an edit list as editors get it."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.cut.editlists import Media, build, write
from studio.cut.marking import mark
from studio.cut.slots import Mark, at, slots
from studio.cut.timeline import Timeline, cut
from studio.errors import RenderFailed
from studio.story.breakdown import Breakdown
from studio.story.breaking import break_down
from studio.story.fountain import read_fountain

SCRIPT = """INT. HALL - NIGHT

She runs.

ANNA
Good evening.

DISSOLVE TO:

EXT. HARBOUR - DAY

Tom waves.

TOM
Goodbye.
"""


@pytest.fixture(scope="module")
def story() -> Breakdown:
    return break_down(read_fountain(SCRIPT), seed=0, previous=None)


@pytest.fixture
def film(story: Breakdown) -> Timeline:
    return cut(story, {}, 24, title="The Key")


@pytest.fixture
def otio(story: Breakdown, film: Timeline, tmp_path: Path) -> Path:
    return write(build(film, story, Media({})), tmp_path)[0]


def test_a_slot_is_seen_from_the_middle_of_a_dissolve(film: Timeline, otio: Path) -> None:
    laid = slots(otio.read_text())
    assert [one.shot for one in laid] == [entry.id for entry in film.entries]
    over = {fade.into: fade.overlap / 2 for fade in film.fades}
    assert over
    for slot, entry in zip(laid, film.entries, strict=True):
        assert round(slot.start * 24, 6) == entry.start + over.get(entry.id, 0)
        assert slot.skips * 24 == over.get(entry.id, 0)
    assert round(sum(one.seconds for one in laid) * 24, 6) == film.frames


def test_every_second_has_its_slot_and_what_is_no_timeline_has_none(otio: Path) -> None:
    laid = slots(otio.read_text())
    for slot in laid:
        assert at(laid, slot.start) == slot
        assert at(laid, slot.start + slot.seconds - 0.01) == slot
    assert at(laid, -1) is None
    assert at(laid, 500) is None
    for odd in ("", "{}", "[]", '{"tracks": {"children": []}}', '{"tracks": {"children": [{"kind": "Video"}]}}'):
        assert slots(odd) == ()
    assert at((), 3) is None


def test_a_note_stands_in_its_shot_wherever_that_is_by_now(otio: Path, tmp_path: Path) -> None:
    laid = slots(otio.read_text())
    last = laid[-2]
    out = tmp_path / "out"
    lists = mark(otio, [Mark(name="Tess", text="Longer", second=0, shot=last.shot, into=500)], out)
    clip = lists["timeline.otio"].decode().partition(f'"shot": "{last.shot}"')[2]
    assert "Tess: Longer" in clip
    gone = mark(otio, [Mark(name="Tess", text="Longer", second=last.start + 1, shot="gone", into=2)], out)
    assert "Tess: Longer" in gone["timeline.otio"].decode().partition(f'"shot": "{last.shot}"')[2]
    assert gone["timeline.edl"].count(b"TESS: LONGER") == 1


def test_a_marker_of_a_long_note_is_a_line_and_otio_has_all_of_it(otio: Path, tmp_path: Path) -> None:
    text = "Slower,\nplease. " * 100
    lists = mark(otio, [Mark(name="Tess", text=text, second=4)], tmp_path / "out")
    (line,) = [one for one in lists["timeline.edl"].decode().splitlines() if "TESS" in one]
    assert len(line) < 260
    assert line.endswith("…")
    assert text.replace("\n", "\\n") in lists["timeline.otio"].decode()


def test_a_timeline_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    file = tmp_path / "broken.otio"
    file.write_text("{")
    with pytest.raises(RenderFailed):
        mark(file, [], tmp_path / "out")
