"""Things on their way from the table to a hand, to another hand, and away."""

from __future__ import annotations

import pytest

from studio.story.breakdown import Shot
from studio.story.breaking import break_down
from studio.story.fountain import read_fountain

LYING = "INT. KITCHEN - NIGHT\n\nA lantern, a letter and a key lie on the table. ANNA and BEN are here."
TALK = "ANNA\nWe open at six, and not before.\n\nBEN\nYou have opened at seven for as long as I can think."


def played(action: str) -> tuple[Shot, ...]:
    """The shots of a scene in which something is done between two talks."""
    return break_down(read_fountain(f"{LYING}\n\n{TALK}\n\n{action}\n\n{TALK}")).shots


def ends(action: str) -> tuple[dict[str, str], set[str]]:
    """Who holds what after an action, by their hands in the talk after it; and what stands there no more."""
    after = played(action)[-2:]
    hands = {one.character: one.prop for shot in after for one in shot.staging.figures if one.prop}
    return hands, {*hands.values(), *after[-1].staging.taken}


@pytest.mark.parametrize(
    ("action", "hands", "gone"),
    [
        ("Anna takes the lantern.", {"anna": "lantern"}, {"lantern"}),
        ("Anna takes the lantern. She puts it down.", {}, set()),
        ("Anna takes the lantern. Anna puts the lantern down.", {}, set()),
        ("Anna takes the lantern and sets it on the table.", {}, set()),
        ("Anna takes the lantern. She hangs the old brass lantern on a hook.", {}, set()),
        ("Anna takes the lantern. She stands with the lantern in her hand.", {"anna": "lantern"}, {"lantern"}),
        ("Anna holds the key. She puts the letter on the table.", {"anna": "key"}, {"key"}),
        ("Anna puts the key on the table and takes the letter.", {"anna": "letter"}, {"letter"}),
        ("Anna takes the letter. She puts it in her pocket.", {}, {"letter"}),
        ("Anna throws the letter into the fire.", {}, {"letter"}),
        ("Anna slips the key into the top drawer of the desk.", {}, {"key"}),
        ("Anna sets the lantern in the window.", {}, set()),
        ("Anna puts the lantern out.", {}, set()),
        ("Anna takes the letter. She puts it away. She takes it out again.", {"anna": "letter"}, {"letter"}),
        ("Anna hands the key to Ben.", {"ben": "key"}, {"key"}),
        ("Anna gives Ben the key.", {"ben": "key"}, {"key"}),
        ("Anna pushes the letter across to Ben.", {"ben": "letter"}, {"letter"}),
        ("Anna picks up the letter and puts it into Ben's hand.", {"ben": "letter"}, {"letter"}),
        ("Anna takes the key. Ben takes the key from Anna.", {"ben": "key"}, {"key"}),
        ("Anna puts the letter down and walks to Ben.", {}, set()),
        ("Anna sets the lantern down next to Ben.", {}, set()),
        ("Anna puts the letter into the envelope and gives it to Ben.", {"ben": "letter"}, {"letter"}),
        ("Anna picks up the key. Ben takes the key.", {"ben": "key"}, {"key"}),
        ("Anna takes the lantern from Ben's hand and sets it down.", {}, set()),
        (
            "Anna holds the lantern. Anna hands Ben the letter.",
            {"anna": "lantern", "ben": "letter"},
            {"lantern", "letter"},
        ),
        ("Anna holds a cup. Ben takes another cup.", {"anna": "cup", "ben": "cup"}, {"cup"}),
        ("Ben pushes the letter away.", {}, set()),
        ("Anna puts the key back in her pocket.", {}, {"key"}),
        ("Anna slides the letter under the door.", {}, {"letter"}),
        ("Anna pockets the key.", {}, {"key"}),
        ("Anna refuses to take the letter. She takes a step towards the lantern.", {}, set()),
        ("Anna tosses Ben the key.", {"ben": "key"}, {"key"}),
        ("Anna stellt die Laterne ab und wendet sich an Ben.", {}, set()),
        ("Anna takes the letter. She does not let go of it.", {"anna": "letter"}, {"letter"}),
        ("Anna takes the letter. She very nearly drops the letter.", {"anna": "letter"}, {"letter"}),
        ("Anna takes the letter. She throws a crust at a post.", {"anna": "letter"}, {"letter"}),
        ("Anna takes the letter. Then she lets go.", {}, set()),
        ("Anna looks at the key. She lays a palm flat on the table.", {}, set()),
        ("Anna looks at the key. She licks a finger and holds it up.", {}, set()),
        ("Anna looks at the key. She takes a breath.", {}, set()),
        ("Anna looks at the key. She lifts a hand to it.", {}, set()),
        ("Anna looks at the key. She has both hands on a rail. Ben waits.", {}, set()),
        ("Anna holds the letter in both hands. Ben waits.", {"anna": "letter"}, {"letter"}),
        ("Anna nimmt die Laterne. Anna stellt die Laterne ab.", {}, set()),
        ("Anna prend la lanterne. Anna pose la lanterne sur la table.", {}, set()),
        ("Anna coge la linterna. Anna deja la linterna en la mesa.", {}, set()),
    ],
)
def test_a_thing_is_where_the_action_left_it(action: str, hands: dict[str, str], gone: set[str]) -> None:
    assert ends(action) == (hands, gone)


def test_what_is_taken_stands_there_no_more_also_where_its_holder_is_not_seen() -> None:
    shots = played("Anna takes the lantern.")
    taking = next(at for at, shot in enumerate(shots) if "takes" in shot.staging.action)
    assert not any(shot.staging.taken for shot in shots[:taking])
    for shot in shots[taking:]:
        for staging in filter(None, (shot.staging, shot.played)):
            seen = staging.focus == "lantern" or any(one.prop == "lantern" for one in staging.figures)
            assert seen or staging.taken == ("lantern",), shot.number


def test_who_leaves_with_a_thing_takes_it_along() -> None:
    shots = played("Anna takes the lantern and leaves.")
    assert shots[-1].staging.taken == ("lantern",)


def test_a_line_changes_nothing_that_is_taken() -> None:
    before, after = (
        break_down(read_fountain(f"{LYING}\n\nAnna takes the lantern.\n\nBEN\n{line}")).shots[-1].staging
        for line in ("You came back.", "I put it down! Take it!")
    )
    assert before == after
