from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.cut.timeline import END, TITLE, EntryKind, SpeechLength, beds, captions, cut, shot_captions
from studio.story.breakdown import Breakdown, Line, Scene, Shot, Staging
from studio.story.places import Place, Setting
from studio.takes.briefs import Word


def spoken(breakdown: Breakdown, seconds: float = 1.5, **other: float) -> dict[str, SpeechLength]:
    return {line.id: SpeechLength(seconds=other.get(line.id, seconds)) for line in breakdown.lines}


def words_of(text: str, pace: float = 0.3) -> list[Word]:
    return [Word(text=w, start=i * pace, end=(i + 1) * pace) for i, w in enumerate(text.split())]


def test_starts_are_the_sums_of_the_lengths_before_them(story: Any) -> None:
    told = story(("Hello.", "Who is there?"), (), ("Only me…",))
    timeline = cut(told, spoken(told), 24)
    at = 0
    for entry in timeline.entries:
        assert entry.start == at
        at += entry.frames
    assert timeline.frames == at
    assert [timeline.entries[0].id, timeline.entries[-1].id] == [TITLE, END]
    assert {e.kind for e in timeline.entries[1:-1]} == {EntryKind.SHOT}


@pytest.mark.parametrize("fps", [24, 30])
def test_a_line_is_never_cut_by_its_shot_and_lines_never_overlap(story: Any, fps: int) -> None:
    told = story(("One.", "Two?", "Three!"))
    entry = cut(told, spoken(told, 1.234), fps).entry("shot-0")
    ends = [said.start + said.frames for said in entry.lines]
    assert all(after.start > end for end, after in zip(ends, entry.lines[1:], strict=False))
    assert ends[-1] < entry.frames
    assert all(said.frames >= 1.234 * fps for said in entry.lines)


@settings(max_examples=40)
@given(changed=st.integers(0, 7), seconds=st.floats(0.2, 9.0))
def test_a_changed_line_changes_the_length_of_its_own_shot_only(changed: int, seconds: float) -> None:
    shots = tuple(
        Shot(id=f"s{i}", number="1", staging=Staging(), lines=(Line(id=f"l{i}", character="a", text="So."),))
        for i in range(8)
    )
    setting = Setting(place=Place(id="p", name="P"))
    told = Breakdown(title="T", scenes=(Scene(id="x", number="1", heading="X", setting=setting, shots=shots),))
    before = cut(told, spoken(told), 24)
    after = cut(told, spoken(told, **{f"l{changed}": seconds}), 24)
    differs = {
        a.id for a, b in zip(after.entries, before.entries, strict=True) if (a.frames, a.lines) != (b.frames, b.lines)
    }
    assert differs <= {f"s{changed}"}


def test_dual_lines_start_together(story: Any) -> None:
    told = story(("Stop!", "Never!"), dual=True)
    first, second = cut(told, spoken(told), 24).entry("shot-0").lines
    assert first.start == second.start


def test_a_shot_without_lines_lasts_its_pause(story: Any) -> None:
    told = story(())
    scene = told.scenes[0]
    quiet = scene.model_copy(update={"shots": (scene.shots[0].model_copy(update={"pause": 2.5}),)})
    assert cut(told.model_copy(update={"scenes": (quiet,)}), {}, 24).entry("shot-0").frames == 60


def test_sound_lies_at_whole_frames(story: Any) -> None:
    told = story(("Hello.",), ("There.",))
    timeline = cut(told, spoken(told), 30)
    assert all(start % 1600 == 0 for start in timeline.heard().values())
    assert (
        timeline.heard()["line-1-0"]
        == (timeline.entry("shot-1").start + timeline.entry("shot-1").lines[0].start) * 1600
    )


def test_beds_cover_the_film_from_first_to_last_frame(story: Any) -> None:
    told = story(*[("Hm.",)] * 9)
    timeline = cut(told, spoken(told), 24)
    laid = beds(timeline)
    assert len(laid) == 3
    assert laid[0].start == 0
    assert laid[-1].start + laid[-1].samples == timeline.samples
    assert all(a.start + a.samples == b.start for a, b in itertools.pairwise(laid))


TEXT = (
    "The lighthouse keeper never told anyone what he saw that night, and when the boats came home he locked the door. "
    "Nobody asked. Nobody ever asks, do they?"
)


def test_captions_are_the_writers_words_in_order(story: Any) -> None:
    told = story((TEXT, "No."), ("Ünïcode “quotes” — and\na second line",))
    timeline = cut(told, spoken(told, 9.0), 24)
    made = captions(timeline, told, {line.id: words_of(line.text) for line in told.lines})
    said = " ".join(" ".join(c.text.split()) for c in made)
    assert said == " ".join(" ".join(line.text.split()) for line in told.lines)
    assert all(c.end > c.start for c in made)
    assert all(a.end <= b.start for a, b in itertools.pairwise(made))
    assert made[0].speaker == "Ada"


def test_captions_follow_the_words(story: Any) -> None:
    told = story((TEXT,))
    timeline = cut(told, spoken(told, 9.0), 24)
    said = timeline.entry("shot-0").lines[0]
    made = captions(timeline, told, {"line-0-0": words_of(TEXT)})
    shot = timeline.entry("shot-0").start
    assert made[0].start == shot + said.start
    for caption in made:
        first = caption.text.split()[0]
        assert caption.words[0][0] == first
        assert caption.start == caption.words[0][1]
    assert sum(len(c.words) for c in made) == len(TEXT.split())


def test_a_short_line_stays_long_enough_to_be_read(story: Any) -> None:
    told = story(("No.",))
    timeline = cut(told, spoken(told, 0.2), 24)
    (made,) = captions(timeline, told, {})
    assert made.end - made.start >= 0.8 * 24 - 1
    assert made.end <= timeline.entry("shot-0").end


def test_a_shots_captions_do_not_know_where_the_shot_stands(story: Any) -> None:
    told = story(("One.",), ("Two is longer.",))
    near, far = cut(told, spoken(told), 24), cut(told, spoken(told, **{"line-0-0": 6.0}), 24)
    shot = told.shots[1]
    assert near.entry("shot-1").start != far.entry("shot-1").start
    made = [shot_captions(t.entry("shot-1"), shot, told, 24, {}) for t in (near, far)]
    assert made[0] == made[1]
