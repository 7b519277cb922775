"""Fades on the timeline: whole frames, nobody speaks in them, and a shot's length depends on nobody else's."""

from __future__ import annotations

import itertools
from collections.abc import Collection

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.cut.fades import LONGEST, fades, handles
from studio.cut.pace import pace
from studio.cut.pieces import pieces
from studio.cut.timeline import END, TITLE, SpeechLength, Timeline, beds, captions, cut
from studio.story.breakdown import Breakdown, Passage


def laid(told: Breakdown, fps: int = 24, seconds: float = 1.5, **other: float) -> Timeline:
    speech = {line.id: SpeechLength(seconds=other.get(line.id, seconds)) for line in told.lines}
    return cut(told, speech, fps)


def frames_told(timeline: Timeline, made: Collection[str]) -> int:
    return sum(piece.frames for piece in pieces(timeline, made))


def test_a_film_has_the_fades_its_scenes_ask_for(faded: Breakdown) -> None:
    made = [(fade.out, fade.into) for fade in laid(faded).fades]
    expected = [("", "shot-0"), ("shot-3", "shot-4"), ("shot-7", ""), ("", "shot-8"), ("shot-11", "shot-12")]
    assert made == [*expected, ("shot-15", "")]


def test_nothing_dissolves_out_of_black(faded: Breakdown) -> None:
    dissolve = {"opening": Passage.DISSOLVE, "closing": Passage.FADE}
    scenes = tuple(scene.model_copy(update=dissolve) for scene in faded.scenes[:2])
    found = fades(faded.model_copy(update={"scenes": scenes}), 24, 1.0)
    assert [(fade.out, fade.into) for fade in found] == [("shot-3", ""), ("shot-7", "")]


@pytest.mark.parametrize("fps", [24, 30])
def test_every_fade_has_an_even_number_of_frames_about_a_second(faded: Breakdown, fps: int) -> None:
    assert {fade.frames for fade in laid(faded, fps).fades} == {fps}
    assert {fade.frames % 2 for fade in fades(faded, fps, 0.79)} == {0}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(seconds=st.floats(0.05, 8.0), fps=st.sampled_from((24, 30)))
def test_a_fade_takes_no_more_than_a_third_of_a_shot_and_no_word(faded: Breakdown, seconds: float, fps: int) -> None:
    timeline = laid(faded, fps, seconds)
    for ident, held in handles(timeline.fades).items():
        entry = timeline.entry(ident)
        assert max(held.head, held.tail) * LONGEST <= entry.frames
        for said in entry.lines:
            assert said.start >= held.head
            assert said.start + said.frames <= entry.frames - held.tail


@pytest.mark.parametrize("fps", [24, 30])
def test_shots_overlap_by_their_dissolve_and_by_nothing_else(faded: Breakdown, fps: int) -> None:
    timeline = laid(faded, fps)
    over = {fade.into: fade.frames for fade in timeline.fades if fade.out and fade.into}
    assert len(over) == 2
    for before, after in itertools.pairwise(timeline.entries):
        assert after.start == before.end - over.get(after.id, 0)
    assert timeline.frames == sum(entry.frames for entry in timeline.entries) - sum(over.values())
    assert all(at % timeline.samples_a_frame == 0 for at in timeline.heard().values())


def test_the_pieces_are_as_long_as_the_film_with_and_without_its_fades(faded: Breakdown) -> None:
    timeline = laid(faded)
    every = {fade.id for fade in timeline.fades}
    for made in (every, set(), *({fade} for fade in every), *(every - {fade} for fade in every)):
        assert frames_told(timeline, made) == timeline.frames


def test_every_piece_stands_where_the_timeline_has_it(faded: Breakdown) -> None:
    timeline = laid(faded)
    at = 0
    for piece in pieces(timeline, {fade.id for fade in timeline.fades}):
        kind, ident = piece.role.split(":")
        if kind == "shot":
            assert at == timeline.entry(ident).start + piece.first
        at += piece.frames


def test_a_changed_line_changes_the_length_of_its_own_shot_only(faded: Breakdown) -> None:
    before, after = laid(faded), laid(faded, 24, 1.5, **{"line-12-1": 5.0})
    differs = {a.id for a, b in zip(before.entries, after.entries, strict=True) if a.frames != b.frames}
    assert differs == {"shot-12"}
    assert before.fades == after.fades


def test_a_film_without_fades_is_laid_as_it_was(faded: Breakdown) -> None:
    plain = tuple(scene.model_copy(update={"opening": Passage.CUT, "closing": Passage.CUT}) for scene in faded.scenes)
    timeline = laid(faded.model_copy(update={"scenes": plain}))
    assert timeline.fades == ()
    assert all(a.end == b.start for a, b in itertools.pairwise(timeline.entries))
    assert [piece.role for piece in pieces(timeline, ())] == [f"shot:{entry.id}" for entry in timeline.entries]
    assert all(piece.whole for piece in pieces(timeline, ()))
    assert timeline.entry("shot-4").lines[0].start == round(pace().lead_in * 24)


def test_beds_meet_in_the_middle_of_a_dissolve(faded: Breakdown) -> None:
    timeline = laid(faded)
    found = beds(timeline)
    assert found[0].start == 0
    assert all(a.start + a.samples == b.start for a, b in itertools.pairwise(found))
    assert found[-1].start + found[-1].samples == timeline.samples
    assert found[1].start == (timeline.entry("shot-4").start + 12) * 2000


def test_captions_stay_in_order_across_a_dissolve(faded: Breakdown) -> None:
    timeline = laid(faded, seconds=0.3)
    made = captions(timeline, faded, {})
    assert all(a.end <= b.start for a, b in itertools.pairwise(made))
    assert made[-1].end <= timeline.entry(END).start
    assert timeline.entry(TITLE).start == 0
