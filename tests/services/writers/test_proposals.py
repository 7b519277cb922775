"""A change asked for in words: what the doctor may touch, and how the author reads of it."""

from __future__ import annotations

import json

import pytest

from services.writers.doctoring import Revision
from services.writers.doctoring import proposed as revised
from services.writers.fitting import Fitting, Restyling
from services.writers.fitting import proposed as fitted
from studio.errors import Garbled
from studio.story.breakdown import Breakdown
from studio.story.cast import Age
from studio.story.deciding import decide
from studio.story.fountain import read_fountain
from studio.story.proposal import Proposal, Request
from studio.takes.briefs import ProposalBrief
from tests.doubles.server import Fault
from tests.services.writers.conftest import CAST, SCRIPT, Build

NOTHING = {"sentence": "It is better so.", "what": "A change", "scenes": [], "added": [], "removed": [], "renamed": []}
PLAY = read_fountain(SCRIPT)
NEW = "INT. CELLAR - NIGHT\n\nDust.\n\nAMOS\nHere it is."


def the(made: object) -> Proposal:
    return Proposal.model_validate_json(made.file.read_text())  # type: ignore[attr-defined]


def revise(*named: int, **given: object) -> Proposal:
    brief = ProposalBrief(fountain=SCRIPT, request=Request(text="x", scenes=named), cast=CAST)
    return revised(Revision.model_validate_json(json.dumps(NOTHING | given)), PLAY, brief)


def test_a_wish_becomes_a_proposal_that_changes_nothing_by_itself(build: Build) -> None:
    studio = build()
    made = studio.proposal("Cut scene 1")
    found = the(made)
    assert made.file.name == "proposal.json"
    assert made.measure == {"changes": True, "sentence": found.sentence}
    assert "EXT. FAIR - DAY" in found.fountain
    assert "INT. BAKERY" not in found.fountain
    assert studio.billed == studio.double.books.total > 0


def test_only_the_scenes_that_were_named_can_change(build: Build) -> None:
    found = the(build().proposal("Make it sadder somehow, with feeling", scenes=(2,)))
    before, after = SCRIPT.split("EXT. FAIR"), found.fountain.split("EXT. FAIR")
    assert after[0] == before[0]
    assert after[1] != before[1]


def test_a_renamed_person_is_called_so_everywhere_and_keeps_who_they_are(build: Build) -> None:
    found = the(build().proposal("Rename Amos to Bruno"))
    assert found.names == {"amos": "BRUNO"}
    assert "AMOS" not in found.fountain
    assert "Bruno sweeps." in found.fountain


def test_a_wish_for_looks_is_a_decision(build: Build) -> None:
    found = the(build().proposal("Make Amos old, with red hair", tab="characters"))
    assert found.fountain == ""
    assert found.decision.looks["amos"]["age"] == "old"
    after = decide(Breakdown(title="", cast=CAST), found.decision)
    assert after.character("amos").dna.age is Age.OLD
    assert {one.what for one in found.shifts} >= {"Amos, age"}


def test_an_answer_that_does_nothing_says_why(build: Build) -> None:
    made = build().proposal("What is the weather?", tab="characters")
    assert the(made).changes is False
    assert made.measure["changes"] is False
    assert the(made).sentence


def fitting(*people: Restyling, sentence: str = "So.") -> Proposal:
    brief = ProposalBrief(fountain=SCRIPT, request=Request(text="x"), cast=CAST)
    return fitted(Fitting(sentence=sentence, what="w", people=people, renamed=()), brief)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (Restyling(name="PETRA", age=Age.CHILD), "locked"),
        (Restyling(name="AMOS", pace=9.0), "0.5 to 2 can be spoken"),
        (Restyling(name="AMOS", pitch=0.1), "0.6 to 1.6 can be spoken"),
    ],
)
def test_what_nobody_may_decide_is_not_proposed(changed: Restyling, words: str) -> None:
    with pytest.raises(Garbled, match=words):
        fitting(changed)


def test_a_voice_changes_where_a_look_is_locked() -> None:
    found = fitting(Restyling(name="PETRA", pace=0.9))
    assert found.decision.voices["petra"].pace == 0.9
    assert [one.what for one in found.shifts] == ["Petra, pace"]


def test_people_as_they_are_already_are_no_change() -> None:
    assert fitting(Restyling(name="AMOS", age=Age.ADULT, pitch=1.0)).changes is False


def test_a_wish_for_a_voice_is_a_decision(build: Build) -> None:
    found = the(build().proposal("Let Amos speak slower and deeper", tab="voices"))
    assert found.decision.voices["amos"].pace < 1.0
    assert found.decision.voices["amos"].pitch < 1.0


@pytest.mark.parametrize("tab", ["", "characters", "voices"])
def test_somebody_is_renamed_on_every_tab(build: Build, tab: str) -> None:
    found = the(build().proposal("Rename Amos to Bruno", tab=tab))
    assert found.names == {"amos": "BRUNO"}
    assert "Bruno sweeps." in found.fountain


def test_an_unusable_proposal_is_corrected_once(build: Build) -> None:
    studio = build(chat=[Fault.GARBLED])
    assert the(studio.proposal("Cut scene 1")).changes
    assert len(studio.errand.bills) == 2


def test_scenes_come_go_and_change_at_their_places() -> None:
    found = revise(
        added=[{"after": 0, "text": NEW}, {"after": 1, "text": NEW.replace("CELLAR", "LOFT")}],
        removed=[2],
    )
    headings = [line for line in found.fountain.splitlines() if line.startswith(("INT.", "EXT."))]
    assert headings == ["INT. CELLAR - NIGHT", "INT. BAKERY - NIGHT", "INT. LOFT - NIGHT"]
    assert found.fountain.startswith("Title: The Oven")


def test_nothing_changed_is_nothing_proposed() -> None:
    assert revise().changes is False
    assert revise(1, sentence="Why not.").sentence == "Why not."


@pytest.mark.parametrize(
    ("named", "given", "words"),
    [
        ((), {"sentence": " "}, "no sentence"),
        ((), {"scenes": [{"scene": 3, "text": NEW}]}, "there is no scene 3; they are numbered 1 to 2"),
        ((), {"scenes": [{"scene": 0, "text": NEW}]}, "there is no scene 0"),
        ((), {"added": [{"after": 9, "text": NEW}]}, "there is no scene 9"),
        ((1,), {"scenes": [{"scene": 2, "text": NEW}]}, "scene 2 would change, and only 1 may"),
        ((2,), {"removed": [1]}, "scene 1 would change"),
        ((), {"removed": [1], "scenes": [{"scene": 1, "text": NEW}]}, "named twice"),
        ((), {"removed": [1, 2]}, "nothing would be left"),
        ((), {"scenes": [{"scene": 1, "text": "Amos waits."}]}, "begin with its heading"),
        ((), {"scenes": [{"scene": 1, "text": NEW + "\n\n" + NEW}]}, "have no other"),
        ((), {"scenes": [{"scene": 1, "text": "INT. BAKERY - NIGHT"}]}, "nothing happens"),
        ((), {"renamed": [{"old": "Wanda", "new": "Bruno"}]}, "Wanda cannot be called"),
        ((), {"renamed": [{"old": "Amos", "new": "Petra"}]}, "somebody is called Petra already"),
        ((), {"renamed": [{"old": "Amos", "new": "42"}]}, "cannot be called '42'"),
    ],
)
def test_what_cannot_be_done_is_not_proposed(named: tuple[int, ...], given: dict[str, object], words: str) -> None:
    with pytest.raises(Garbled, match=words):
        revise(*named, **given)


def test_a_scene_dressed_in_markdown_is_a_scene() -> None:
    found = revise(scenes=[{"scene": 1, "text": f"**{NEW.partition(chr(10))[0]}**\n\nDust.\n\n**AMOS**\nHere it is."}])
    assert NEW in found.fountain
