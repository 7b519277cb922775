"""A passage at a vendor's writer: the model gives the passage alone, and all around it stays."""

from __future__ import annotations

import pytest

from services.writers.rewording import Rewording, reworded
from studio.errors import Garbled
from studio.story.fountain import read_fountain
from studio.story.passage import passage
from studio.story.proposal import Proposal, Request
from studio.takes.briefs import ProposalBrief
from tests.services.writers.conftest import CAST, SCRIPT, Build, Studio

BRIEF = ProposalBrief(fountain=SCRIPT, request=Request(text="x", scenes=(1,), passage=(2, 3)), cast=CAST)


def made(studio: Studio, text: str, first: int = 2, last: int = 3, tab: str = "") -> Proposal:
    given = {"scenes": (1,), "passage": (first, last), "tab": tab}
    product = studio.proposal(text, **given)
    return Proposal.model_validate_json(product.file.read_text())


def put(text: str | None, sentence: str = "So.") -> Proposal:
    play = read_fountain(SCRIPT)
    old = passage(play, BRIEF.request)
    assert old
    return reworded(Rewording(sentence=sentence, what="w", text=text), play, old, BRIEF)


@pytest.mark.parametrize("tab", ["script_lab", "characters"])
def test_only_the_passage_is_asked_for_and_only_it_changes(build: Build, tab: str) -> None:
    studio = build()
    found = made(studio, "Let it sink in", tab=tab)
    assert found.fountain == SCRIPT.replace("It is ten to.\n", "It is ten to.\n\nFor a moment nobody says anything.\n")
    asked = studio.double.bodies[0]["messages"][1]["content"]
    assert asked.partition("<passage>\n")[2].startswith("AMOS\nWe close at nine.")
    assert "Amos sweeps." in asked.partition("<passage>")[0]
    assert studio.billed == studio.double.books.total > 0


def test_a_passage_can_go_and_can_stay(build: Build) -> None:
    gone = made(build(), "Cut it")
    assert "ten to" not in gone.fountain
    assert "Amos sweeps." in gone.fountain
    assert not made(build(), "Is it any good?").changes


def test_a_passage_that_stays_as_it_was_is_no_change() -> None:
    assert not put("AMOS\nWe close at nine.\n\nPETRA\nIt is ten to.").changes
    assert not put(None).changes


@pytest.mark.parametrize(
    ("text", "sentence", "words"),
    [
        ("Dust.", " ", "no sentence"),
        ("INT. CELLAR - NIGHT\n\nDust.", "So.", "no scene heading"),
    ],
)
def test_what_is_no_passage_is_not_proposed(text: str, sentence: str, words: str) -> None:
    with pytest.raises(Garbled, match=words):
        put(text, sentence)


def test_a_scene_in_which_nothing_would_happen_is_not_proposed() -> None:
    brief = BRIEF.model_copy(update={"request": Request(text="x", scenes=(1,), passage=(1, 3))})
    play = read_fountain(SCRIPT)
    old = passage(play, brief.request)
    assert old
    with pytest.raises(Garbled, match="nothing would happen"):
        reworded(Rewording(sentence="So.", what="w", text=""), play, old, brief)


def test_a_passage_that_looks_like_a_title_page_is_action() -> None:
    assert "Title: none of yours." in put("Title: none of yours.").fountain.partition("INT. BAKERY")[2]
