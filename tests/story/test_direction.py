"""How a scene is directed: who is in the picture, from how near, and why the camera moves."""

from __future__ import annotations

import pytest

from studio.story.breakdown import Breakdown, Framing, Gesture, Move, Shot, Staging
from studio.story.breaking import break_down
from studio.story.fountain import read_fountain

LONG = "I came with the night train, and I walked, because I did not know what to say to you, and " * 3


def film(*scenes: str) -> Breakdown:
    return break_down(read_fountain("\n\n".join(scenes)))


def scene(place: str, *parts: str) -> str:
    return "\n\n".join((place, *parts))


def said(who: str, text: str) -> str:
    return f"{who}\n{text}"


def shown(shot: Shot) -> set[str]:
    return {figure.character for figure in shot.staging.figures}


def acted(shot: Shot) -> Staging:
    return shot.played or shot.staging


TALK = (
    said("ANNA", "We open at six, and not before."),
    said("BERT", "You have opened at seven for as long as I can think."),
    said("ANNA", "That was the old clock, and the old clock was slow."),
    said("BERT", "The old clock is the one that hangs behind you now."),
)


def test_a_new_place_is_shown_once_with_those_who_are_there() -> None:
    opened = film(scene("INT. SHOP - DAY", "Dust in the light.", "A fly.", "ANNA, 50, sorts nails.", *TALK))
    first, second = opened.shots[:2]
    assert first.staging.framing is Framing.WIDE
    assert first.staging.action.split() == ["Dust", "in", "the", "light.", "A", "fly."]
    assert "anna" in shown(first)
    assert second.staging.focus == "anna"


def test_who_comes_in_later_is_not_in_the_opening() -> None:
    opened = film(scene("INT. SHOP - DAY", "Dust.", "ANNA sorts nails.", "BERT comes in with a box.", *TALK))
    assert shown(opened.shots[0]) == {"anna"}


def test_a_place_with_nobody_in_it_is_short() -> None:
    empty = film(scene("EXT. SEA - DAY", "Grey water, " + "and more of the same grey water " * 4 + "."))
    assert empty.shots[0].staging.figures == ()
    assert empty.shots[0].pause <= 2.4


def test_a_known_place_opens_on_its_people() -> None:
    shop = scene("INT. SHOP - DAY", "Dust.", "ANNA and BERT sit.", *TALK)
    sea = scene("EXT. SEA - DAY", "Waves.")
    back = film(shop, sea, scene("INT. SHOP - NIGHT", "Dust again.", "Anna and Bert sit.", *TALK)).scenes[2]
    assert back.shots[0].staging.framing is Framing.FULL
    assert shown(back.shots[0]) == {"anna", "bert"}


def test_nobody_is_left_out_of_a_picture_they_are_there_for() -> None:
    told = film(scene("INT. SHOP - DAY", "ANNA and BERT sit.", *TALK, "The lamp goes out.", *TALK, "Snow.", TALK[0]))
    assert all(shot.staging.figures for shot in told.shots)


def test_a_scene_ends_on_a_face() -> None:
    told = film(scene("INT. SHOP - DAY", "ANNA and BERT sit.", *TALK, "The music stops."), scene("EXT. SEA", "Waves."))
    last = told.scenes[0].shots[-1]
    assert last.staging.framing is Framing.CLOSE
    assert len(shown(last)) == 1


def test_a_thing_that_is_taken_fills_the_frame_once() -> None:
    script = scene("INT. SHOP - DAY", "ANNA sits.", "She takes the letter.", TALK[0], "She takes the letter.", TALK[0])
    framings = [shot.staging.framing for shot in film(script).shots]
    assert framings.count(Framing.INSERT) == 1


def test_a_hand_that_takes_something_is_in_the_picture() -> None:
    taking = ("She picks up the violin.", "She holds a saxophone.", "Anna lifts the oxygen tank.")
    for told in taking:
        script = scene("INT. SHOP - DAY", "ANNA and BERT sit.", *TALK, "Bert looks at a map.", told, *TALK)
        staging = next(shot.staging for shot in film(script).shots if told in shot.staging.action)
        assert staging.framing is not Framing.CLOSE, told
        assert staging.framing is Framing.INSERT or any(one.prop for one in staging.figures), told


def test_what_is_called_it_is_the_thing_named_last() -> None:
    told = film(scene("INT. SHOP - DAY", "ANNA and BERT sit. A trumpet lies on the table.", "Anna picks it up.", *TALK))
    assert {one.prop for shot in told.shots for one in shot.staging.figures} == {"", "trumpet"}


def test_a_thing_nobody_touches_is_seen_large_once() -> None:
    lying = "A violin lies on the counter."
    told = film(
        scene("INT. SHOP - DAY", "ANNA and BERT sit.", *TALK, lying, *TALK, "The violin is on the table.", TALK[0])
    )
    assert [one.staging.action for one in told.shots if one.staging.framing is Framing.INSERT] == [lying]


def test_who_comes_in_with_a_thing_is_seen_coming_in() -> None:
    comes = "BERT drifts in and lifts a blue notebook."
    told = film(scene("INT. SHOP - DAY", "ANNA sits.", said("ANNA", "Four hours."), comes, *TALK))
    staging = next(shot.staging for shot in told.shots if shot.staging.action == comes)
    assert staging.framing is not Framing.INSERT
    assert [one.prop for one in staging.figures if one.character == "bert"] == ["book"]


def test_a_name_is_neither_a_verb_nor_a_thing() -> None:
    told = film(
        scene("INT. SHOP - DAY", "TOMAS and ROSE sit.", *TALK, "Tomas waits by the letter box with Rose.", *TALK)
    )
    assert not any(shot.staging.framing is Framing.INSERT for shot in told.shots)


def test_what_is_too_heavy_for_a_hand_is_seen_large_and_held_by_nobody() -> None:
    told = film(scene("INT. SHOP - DAY", "ANNA and BERT sit.", *TALK, "Anna opens a treasure chest.", *TALK))
    assert [shot.staging.focus for shot in told.shots if shot.staging.framing is Framing.INSERT] == ["treasure_chest"]
    assert not any(one.prop for shot in told.shots for one in shot.staging.figures)


@pytest.mark.parametrize(
    ("asked", "framing"), [("CLOSE ON THE ROPE", Framing.INSERT), ("CLOSE ON ANNA", Framing.CLOSE)]
)
def test_a_framing_the_writer_asks_for_is_given(asked: str, framing: Framing) -> None:
    told = film(scene("INT. SHOP - DAY", "ANNA and BERT sit.", *TALK, asked, *TALK))
    assert next(shot for shot in told.shots if shot.staging.action == asked).staging.framing is framing


def test_a_contradiction_is_seen_past_a_shoulder_or_close() -> None:
    lines = [said(("ANNA", "BERT")[n % 2], f"No! You promised, and you lied, {n} times over!") for n in range(4)]
    told = film(scene("INT. SHOP - DAY", "ANNA and BERT sit.", *lines, "They wait."))
    framings = {shot.staging.framing for shot in told.shots if shot.lines}
    assert framings == {Framing.OVER_SHOULDER, Framing.CLOSE}


def test_a_long_speech_is_seen_landing_on_who_hears_it() -> None:
    told = film(scene("INT. SHOP - DAY", "ANNA and BERT sit.", said("ANNA", LONG), TALK[1], *TALK))
    at = next(index for index, shot in enumerate(told.shots) if shot.lines)
    landed = told.shots[at + 1]
    assert (landed.lines, shown(landed)) == ((), {"bert"})
    assert acted(told.shots[at]).move is Move.PUSH_IN


def test_a_speech_cut_short_is_still_seen_landing() -> None:
    old = film(scene("INT. SHOP - DAY", "ANNA and BERT sit.", said("ANNA", LONG), *TALK))
    source = scene("INT. SHOP - DAY", "ANNA and BERT sit.", said("ANNA", "I came by train."), *TALK)
    new = break_down(read_fountain(source), previous=old)
    assert [shot.id for shot in new.shots] == [shot.id for shot in old.shots]


def test_the_camera_goes_along_with_who_leaves() -> None:
    told = film(scene("INT. SHOP - DAY", "ANNA and BERT sit.", *TALK, "Anna leaves.", TALK[1]))
    leaving = next(shot.staging for shot in told.shots if shot.staging.action == "Anna leaves.")
    side = leaving.figures[0].beyond
    assert leaving.move is (Move.PAN_LEFT if side > 0 else Move.PAN_RIGHT)


def test_a_memory_drifts_and_a_shout_shakes() -> None:
    words = ("I remember the sea, and how cold it was.", "GET OUT, YOU LIAR! GET OUT!")
    told = film(scene("INT. SHOP - DAY", "ANNA and BERT sit.", *TALK, *(said("ANNA", text) for text in words)))
    moves = {line.text: acted(shot).move for shot in told.shots for line in shot.lines}
    assert [moves[text] for text in words] == [Move.DRIFT, Move.SHAKE]


def test_somebody_who_speaks_is_there_though_they_seemed_to_go() -> None:
    told = film(scene("INT. SHOP - DAY", "ANNA and BERT sit.", *TALK, "Anna leaves.", TALK[1], TALK[0], TALK[1]))
    assert "anna" in shown(next(shot for shot in told.shots[-2:] if shot.lines[0].character == "anna"))


def test_one_face_after_another_of_the_same_person_changes_its_size() -> None:
    told = film(scene("INT. SHOP - DAY", "ANNA and BERT sit.", *TALK, "Bert nods.", TALK[1], *TALK))
    sizes = {Framing.WIDE: 0, Framing.FULL: 1, Framing.MEDIUM: 2, Framing.OVER_SHOULDER: 2, Framing.CLOSE: 3}
    for last, shot in zip(told.shots, told.shots[1:], strict=False):
        if last.staging.focus == shot.staging.focus and len(last.staging.figures) == 1:
            assert sizes[last.staging.framing] != sizes[shot.staging.framing]


def test_who_signs_a_line_says_it_with_the_hands() -> None:
    signed = [f"BERT\n(signing)\nLine {word} that nobody can hear." for word in ("one", "two", "three", "four", "five")]
    lines = [part for one in signed for part in (said("ANNA", "And what then, what of all the rest of it?"), one)]
    spoken = film(
        scene("INT. SHOP - DAY", "ANNA, 50, and BERT, 40, wait.", *(one.replace("(signing)\n", "") for one in lines))
    )
    shots = film(scene("INT. SHOP - DAY", "ANNA, 50, and BERT, 40, wait.", *lines)).shots
    hands = {Gesture.REACH, Gesture.POINT, Gesture.THINK, Gesture.SHRUG, Gesture.WAVE}
    own = [
        one.gesture
        for shot in shots
        for one in shot.staging.figures
        if one.character == "bert" and "bert" in said_in(shot)
    ]
    assert own
    assert set(own) <= hands
    rests = [one.gesture for shot in spoken.shots for one in shot.staging.figures if one.character == "bert"]
    assert set(rests) - hands


def said_in(shot: Shot) -> set[str]:
    return {line.character for line in shot.lines}
