"""What a breakdown shows and says: every word, in order, in shots that are chosen."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.story.breakdown import Breakdown, Emotion, Entrance, Framing, Gesture, Move, Shot
from studio.story.breaking import break_down
from studio.story.fountain import read_fountain
from studio.story.screenplay import Element, Kind, Screenplay
from studio.story.slates import letters

LAMP = """Title: The Lamp

EXT. LIGHTHOUSE - ROCKS - NIGHT

Rain. Waves crash against the black rocks. MARA, 70, a stout keeper in a yellow raincoat, climbs with a lantern.

TOM, 12, a thin boy in a hoodie, runs after her.

TOM
Wait! Grandma, wait!

MARA
(angrily)
Go home, Tom, before the water takes the path and the both of us with it.

TOM
(afraid)
I can't. The door is locked, and the lamp is out, and nobody in the village will open.
(beat)
And I lost the *key*.

Mara finds a small brass key in the grass.

MARA
This one?

She gives the key to Tom.

INT. LAMP ROOM - CONTINUOUS

MARA
You opened my letters while I was at the harbour, and then you closed them again.

TOM
Only the blue one, because it had my name on it, and because you were asleep.

MARA
Which blue one? There are forty blue ones in that drawer and I know them all.

TOM
The one from my father, with the stamp of the ship and the picture of the whale.

MARA
I know of no such letter and I never did, and now we will light the lamp.

TOM
You are lying to me, and you always blink when you are lying to somebody.

Tom shrugs. He points at the table.

INSPECTOR HALE, a lanky man with a moustache, enters.

HALE
Good evening to you both. I hope that I am not too late for the lamp.

MARA (V.O.)
I had waited forty years for that knock, and now it had come on a Sunday.

Hale leaves.

MARA
Come, Tom.
"""


@pytest.fixture(scope="module")
def lamp() -> Breakdown:
    return break_down(read_fountain(LAMP))


def shot_of(breakdown: Breakdown, words: str) -> Shot:
    return next(
        shot
        for shot in breakdown.shots
        if words in shot.staging.action or any(words in line.text for line in shot.lines)
    )


def figures(shot: Shot) -> dict[str, tuple[Emotion, Gesture, str]]:
    return {figure.character: (figure.emotion, figure.gesture, figure.prop) for figure in shot.staging.figures}


def test_every_dialogue_is_a_line_verbatim_and_in_order(lamp: Breakdown) -> None:
    typed = [element.text for element in read_fountain(LAMP).elements if element.kind is Kind.DIALOGUE]
    assert [line.text for line in lamp.lines] == [text.replace("*", "") for text in typed]


def test_every_action_is_covered_in_order(lamp: Breakdown) -> None:
    typed = [element.text for element in read_fountain(LAMP).elements if element.kind is Kind.ACTION]
    shown = " ".join(shot.staging.action for shot in lamp.shots if shot.staging.action)
    assert shown.split() == " ".join(typed).split()


def test_the_same_script_breaks_down_the_same(lamp: Breakdown) -> None:
    assert break_down(read_fountain(LAMP)) == lamp


def test_a_scene_opens_wide(lamp: Breakdown) -> None:
    assert [scene.shots[0].staging.framing for scene in lamp.scenes] == [Framing.WIDE, Framing.WIDE]


def test_a_found_thing_fills_the_frame_and_the_camera_pushes_in(lamp: Breakdown) -> None:
    staging = shot_of(lamp, "brass key").staging
    assert (staging.framing, staging.focus, staging.move) == (Framing.INSERT, "key", Move.PUSH_IN)


def test_a_thing_that_is_handed_over_changes_hands(lamp: Breakdown) -> None:
    given = figures(shot_of(lamp, "gives the key"))
    assert list(given) == ["tom"]
    assert given["tom"][1:] == (Gesture.HOLD, "key")


def test_a_blow_shakes_the_camera_and_the_end_pulls_out(lamp: Breakdown) -> None:
    assert lamp.shots[0].staging.move is Move.SHAKE
    assert lamp.shots[-1].staging.move is Move.PULL_OUT


def test_parentheticals_give_the_manner_and_the_face(lamp: Breakdown) -> None:
    shot = shot_of(lamp, "the door is locked".capitalize())
    assert [line.manner for line in lamp.lines[:4]] == ["", "angrily", "afraid", "beat"]
    assert figures(shot)["tom"][0] is Emotion.FEAR
    assert figures(shot_of(lamp, "before the water"))["mara"][0] is Emotion.ANGER


def test_people_enter_and_leave(lamp: Breakdown) -> None:
    entering = shot_of(lamp, "INSPECTOR HALE")
    leaving = shot_of(lamp, "Hale leaves")
    assert {figure.character: figure.entrance for figure in entering.staging.figures}["hale"] is Entrance.ENTERS
    assert {figure.character: figure.entrance for figure in leaving.staging.figures}["hale"] is Entrance.LEAVES
    before = [shot for shot in lamp.scenes[1].shots if lamp.shots.index(shot) < lamp.shots.index(entering)]
    after = lamp.shots[lamp.shots.index(leaving) + 1 :]
    assert not [shot for shot in (*before, *after) if "hale" in figures(shot)]


def test_a_voice_over_is_heard_and_not_spoken_on_screen(lamp: Breakdown) -> None:
    assert [line.text[:5] for line in lamp.lines if line.offscreen] == ["I had"]


def test_long_talk_comes_closer_and_ends_on_a_listener(lamp: Breakdown) -> None:
    talk = [shot.staging.framing for shot in lamp.scenes[1].shots]
    assert Framing.OVER_SHOULDER in talk[:4]
    assert Framing.CLOSE in talk
    assert shot_of(lamp, "Tom shrugs").staging.focus == "tom"
    at = lamp.shots.index(shot_of(lamp, "Tom shrugs"))
    assert lamp.shots[at - 1].lines == ()


def test_a_gesture_is_played_by_whom_the_action_names(lamp: Breakdown) -> None:
    assert figures(shot_of(lamp, "Tom shrugs"))["tom"][1] is Gesture.SHRUG


def check_craft(breakdown: Breakdown) -> None:
    """The rules every scene keeps, whatever is in it."""
    for scene in breakdown.scenes:
        order: list[str] = []
        for last, shot in zip((None, *scene.shots), scene.shots, strict=False):
            staging = shot.staging
            if last is not None and staging.focus:
                assert (staging.framing, staging.focus) != (last.staging.framing, last.staging.focus)
            shown = [figure.character for figure in staging.figures]
            assert len(shown) <= 4
            assert len(set(shown)) == len(shown)
            order += [who for who in shown if who not in order]
            assert 0.4 <= shot.pause <= 8
            assert shot.staging.framing is not Framing.CLOSE or len(shown) <= 1
    pairs = {}
    for scene in breakdown.scenes:
        for shot in scene.shots:
            shown = [figure.character for figure in shot.staging.figures]
            for at, left in enumerate(shown):
                for right in shown[at + 1 :]:
                    assert (scene.id, right, left) not in pairs
                    pairs[scene.id, left, right] = True
    ids = [
        *(scene.id for scene in breakdown.scenes),
        *(shot.id for shot in breakdown.shots),
        *(line.id for line in breakdown.lines),
    ]
    assert len(set(ids)) == len(ids)


def test_the_craft_holds(lamp: Breakdown) -> None:
    check_craft(lamp)


WORDS_TYPED = """
    Mara Tom she he finds the key gives letter to walks in leaves cries storm laughs and . ! ? a
    box opens
"""
WORDS = WORDS_TYPED.split()
PHRASES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=30).map(" ".join)
NAMES = st.sampled_from(["MARA", "TOM", "HALE (V.O.)", "ЖЕНЯ", "राजा", "MARA AND TOM", "HALE (CONT'D)", "先生"])
CUED = st.tuples(NAMES, PHRASES, st.booleans(), st.sampled_from(["", "(beat)", "(to Tom)", "(angrily)"])).map(
    lambda cued: [
        Element(kind=Kind.CHARACTER, text=cued[0], dual=cued[2]),
        *([Element(kind=Kind.PARENTHETICAL, text=cued[3])] if cued[3] else []),
        Element(kind=Kind.DIALOGUE, text=cued[1]),
    ]
)
ACTED = PHRASES.map(lambda text: [Element(kind=Kind.ACTION, text=text)])
HEADED = st.sampled_from(["INT. ROOM - NIGHT", "EXT. MARKET - DAY", "SOMEWHERE", "I/E. CAR - LATER"]).map(
    lambda text: [Element(kind=Kind.HEADING, text=text)]
)
SCRIPTS = st.lists(st.one_of(CUED, CUED, ACTED, HEADED), max_size=24).map(
    lambda parts: Screenplay(elements=tuple(element for part in parts for element in part))
)


@settings(max_examples=60, deadline=None)
@given(SCRIPTS)
def test_any_script_keeps_its_words_and_the_craft(screenplay: Screenplay) -> None:
    breakdown = break_down(screenplay)
    typed = [element.text for element in screenplay.elements if element.kind is Kind.DIALOGUE]
    assert [line.text for line in breakdown.lines] == typed
    acted = [element.text for element in screenplay.elements if element.kind is Kind.ACTION]
    shown = [shot.staging.action for shot in breakdown.shots]
    assert " ".join(shown).split() == " ".join(acted).split()
    check_craft(breakdown)
    assert break_down(screenplay, previous=breakdown) == breakdown


def test_stage_directions_put_the_verb_before_the_name() -> None:
    script = "INT. HALL - NIGHT\n\nADA waits.\n\nADA\nCome.\n\nExit Ada. Enter BERNARDO.\n\nBERNARDO\nHe.\n"
    shot = shot_of(break_down(read_fountain(script)), "Exit Ada")
    assert {figure.character: figure.entrance for figure in shot.staging.figures} == {
        "ada": Entrance.LEAVES,
        "bernardo": Entrance.ENTERS,
    }


@pytest.mark.parametrize(
    ("action", "entrance"),
    [
        ("Ada leaves.", Entrance.LEAVES),
        ("Ada leaves the room.", Entrance.LEAVES),
        ("Ada leaves the letter on the table.", Entrance.NONE),
        ("Ada sweeps the dead leaves.", Entrance.NONE),
        ("Ada paces.", Entrance.NONE),
        ("Ada hears what he said.", Entrance.NONE),
        ("Ada comes in.", Entrance.ENTERS),
        ("Ada runs to the window.", Entrance.ENTERS),
    ],
)
def test_only_coming_and_going_is_an_entrance(action: str, entrance: Entrance) -> None:
    script = f"INT. HALL - NIGHT\n\nDust.\n\n{action}\n\nADA\nYes.\n"
    breakdown = break_down(read_fountain(script))
    assert [figure.entrance for figure in shot_of(breakdown, action).staging.figures] == [entrance]


def test_a_script_without_headings_is_one_scene() -> None:
    breakdown = break_down(read_fountain("MARA\nHello.\n\nTOM\nHello yourself.\n"))
    assert [scene.heading for scene in breakdown.scenes] == ["A PLACE"]
    assert [line.text for line in breakdown.lines] == ["Hello.", "Hello yourself."]


def test_a_script_without_dialogue_has_shots_and_no_lines() -> None:
    breakdown = break_down(read_fountain("EXT. SEA - DAY\n\nWaves. A boat drifts past.\n"))
    assert breakdown.lines == ()
    assert [shot.staging.action for shot in breakdown.shots] == ["Waves. A boat drifts past."]


def test_an_empty_screenplay_breaks_down_to_nothing() -> None:
    assert break_down(Screenplay()) == Breakdown(title="")


def test_a_monologue_is_one_line_in_one_moving_shot() -> None:
    speech = "To be or not to be that is the question " * 30
    elements = (
        Element(kind=Kind.HEADING, text="INT. STAGE - NIGHT"),
        Element(kind=Kind.CHARACTER, text="HAMLET"),
        Element(kind=Kind.DIALOGUE, text=speech),
        Element(kind=Kind.CHARACTER, text="OPHELIA"),
        Element(kind=Kind.DIALOGUE, text="Good my lord."),
    )
    breakdown = break_down(Screenplay(elements=elements))
    played = shot_of(breakdown, speech).played
    assert played is not None
    assert played.move in (Move.PUSH_IN, Move.DRIFT)
    assert len(shot_of(breakdown, speech).lines) == 1


def test_a_short_reply_shares_the_shot_and_long_ones_do_not() -> None:
    script = "INT. ROOM - DAY\n\nA\nOne two three.\n\nB\nFour.\n\nA\n" + "long " * 30 + "\n\nB\n" + "long " * 30 + "\n"
    shots = [len(shot.lines) for shot in break_down(read_fountain(script)).shots if shot.lines]
    assert shots == [2, 1, 1]


def test_dual_dialogue_shares_a_shot_with_both_in_it() -> None:
    script = "INT. ROOM - DAY\n\nThey sit.\n\nMARA\n" + "No, " * 20 + "\n\nTOM ^\n" + "Yes, " * 20 + "\n"
    shot = break_down(read_fountain(script)).shots[-1]
    assert [line.dual for line in shot.lines] == [False, True]
    assert {figure.character for figure in shot.staging.figures} == {"mara", "tom"}


def test_lyrics_are_spoken_and_notes_are_not() -> None:
    script = "INT. ROOM - DAY\n\nMARA\n~La la la\n\n[[a note]]\n\n# Part\n\n= What happens\n"
    breakdown = break_down(read_fountain(script))
    assert [line.text for line in breakdown.lines] == ["La la la"]
    assert "note" not in " ".join(shot.staging.action for shot in breakdown.shots)


def test_slates_leave_out_i_and_o() -> None:
    assert [letters(at) for at in (0, 7, 8, 13, 23, 24, 47, 48)] == ["A", "H", "J", "P", "Z", "AA", "AZ", "BA"]


def test_scene_numbers_are_the_writers_where_typed() -> None:
    script = "INT. ROOM - DAY #12B#\n\nDust.\n\nINT. HALL - DAY\n\nMore dust.\n"
    assert [scene.number for scene in break_down(read_fountain(script)).scenes] == ["12B", "2"]


def test_somebody_alone_in_a_shot_still_faces_the_partner_on_the_same_side() -> None:
    source = "INT. ROOM - DAY\n\nANNA and BERT sit.\n\n" + "".join(
        f"{who}\nWord number {n}.\n\n" for n, who in enumerate(["BERT", "ANNA"] * 8)
    )
    breakdown = break_down(read_fountain(source))
    sides: dict[str, set[int]] = {}
    for shot in breakdown.shots:
        for figure in shot.staging.figures:
            sides.setdefault(figure.character, set()).add(figure.beyond)
    assert len(sides["anna"]) == len(sides["bert"]) == 1
    assert sides["anna"] != sides["bert"]
    assert 0 not in sides["anna"] | sides["bert"]
