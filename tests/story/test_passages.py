"""Transitions a reader sees: which lines ask for a dissolve or a fade, and at which scene's edge it lies."""

from __future__ import annotations

import pytest

from studio.story.breakdown import Breakdown, Passage
from studio.story.breaking import break_down
from studio.story.fdx import read_fdx
from studio.story.fountain import read_fountain
from studio.story.passages import Sign, sign

CUT, DISSOLVE, FADE = Passage.CUT, Passage.DISSOLVE, Passage.FADE


def told(between: str = "", *, before: str = "", after: str = "") -> Breakdown:
    one = "INT. KITCHEN - NIGHT\n\nMara puts a key on the table."
    two = "EXT. HARBOUR - DAWN\n\nTom throws the key into the water."
    parts = (before, one, between, two, after)
    return break_down(read_fountain("Title: T\n\n" + "\n\n".join(part for part in parts if part) + "\n"))


def edges(story: Breakdown) -> list[tuple[Passage, Passage]]:
    return [(scene.opening, scene.closing) for scene in story.scenes]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("DISSOLVE TO:", Sign.DISSOLVE),
        ("SLOW DISSOLVE TO:", Sign.DISSOLVE),
        ("Cross-fade to:", Sign.DISSOLVE),
        ("FADE IN:", Sign.FADE_IN),
        ("Fade in.", Sign.FADE_IN),
        ("FADE OUT.", Sign.FADE_OUT),
        ("WE SLOWLY FADE TO BLACK.", Sign.FADE_OUT),
        ("FONDU ENCHAÎNÉ SUR :", Sign.DISSOLVE),
        ("FUNDIDO A NEGRO", Sign.FADE_OUT),
        ("AUFBLENDE:", Sign.FADE_IN),
        ("ÜBERBLENDUNG:", Sign.DISSOLVE),
        ("CUT TO:", None),
        ("CUT TO BLACK.", None),
        ("SMASH CUT TO:", None),
        ("FADE TO WHITE.", None),
        ("Her hopes fade out.", None),
        ("The colours dissolve.", None),
        ("", None),
    ],
)
def test_a_line_asks_for_what_it_says_and_for_nothing_else(text: str, asked: Sign | None) -> None:
    assert sign(text) is asked


@pytest.mark.parametrize(
    ("between", "found"),
    [
        ("DISSOLVE TO:", [(CUT, CUT), (DISSOLVE, CUT)]),
        ("> DISSOLVE TO", [(CUT, CUT), (DISSOLVE, CUT)]),
        ("FADE OUT.", [(CUT, FADE), (CUT, CUT)]),
        ("FADE OUT.\n\nFADE IN:", [(CUT, FADE), (FADE, CUT)]),
        ("> FADE TO BLACK.\n\nDISSOLVE TO:", [(CUT, FADE), (CUT, CUT)]),
        ("CUT TO:", [(CUT, CUT), (CUT, CUT)]),
        ("DISSOLVE TO:\n\nThe key shines.", [(CUT, CUT), (CUT, CUT)]),
        ("FADE OUT.\n\nThe key shines.", [(CUT, CUT), (CUT, CUT)]),
    ],
)
def test_a_transition_lies_between_the_scenes_it_stands_between(
    between: str, found: list[tuple[Passage, Passage]]
) -> None:
    assert edges(told(between)) == found


def test_a_film_may_come_from_black_and_go_to_it() -> None:
    story = told(before="FADE IN:", after="FADE OUT.")
    assert edges(story) == [(FADE, CUT), (CUT, FADE)]
    assert edges(told(before="FADE IN:\n\nA lamp swings.")) == [(FADE, CUT), (CUT, CUT)]


def test_the_end_after_a_fade_to_black_is_left_to_the_end_card() -> None:
    assert told(after="FADE OUT.\n\nTHE END") == told(after="FADE OUT.")
    assert "THE END" in told(after="THE END").shots[-1].staging.action


def test_nothing_dissolves_out_of_nothing_or_into_nothing() -> None:
    assert edges(told(before="> DISSOLVE TO:", after="DISSOLVE TO:")) == [(CUT, CUT), (CUT, CUT)]


def test_a_transition_is_no_shot_and_moves_no_other() -> None:
    plain = told()
    faded = told("DISSOLVE TO:", before="FADE IN:", after="FADE OUT.")
    assert faded.shots == plain.shots


def test_final_draft_transitions_count_too() -> None:
    def paragraph(kind: str, text: str) -> str:
        return f'<Paragraph Type="{kind}"><Text>{text}</Text></Paragraph>'

    lines = [
        ("Transition", "FADE IN:"),
        ("Scene Heading", "INT. KITCHEN - NIGHT"),
        ("Action", "Mara waits."),
        ("Transition", "DISSOLVE TO:"),
        ("Scene Heading", "EXT. HARBOUR - DAWN"),
        ("Action", "Tom waits."),
    ]
    body = "".join(paragraph(*line) for line in lines)
    text = f'<FinalDraft DocumentType="Script" Version="5"><Content>{body}</Content></FinalDraft>'
    assert edges(break_down(read_fdx(text.encode()))) == [(FADE, CUT), (DISSOLVE, CUT)]
