"""A proposal somebody waits for: its words are passed on as they come, and it is billed like any other."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from threading import Event

import pytest

from services.writers.opening import Opening
from studio.errors import Busy, Down, Unclear
from studio.story.proposal import Proposal
from tests.doubles.server import Fault
from tests.services.writers.conftest import Build, Studio

WISH = "Cut scene 1"


def listening(studio: Studio) -> list[str]:
    """What somebody hears who waits for the answer."""
    heard: list[str] = []
    studio.errand.hear = heard.append
    return heard


def proposal(file: Path) -> Proposal:
    return Proposal.model_validate_json(file.read_text())


@pytest.mark.parametrize(("tab", "wish"), [("", WISH), ("characters", "Make Amos old")])
def test_the_words_come_one_after_the_other_and_are_billed_once(build: Build, tab: str, wish: str) -> None:
    studio = build()
    heard = listening(studio)
    found = proposal(studio.proposal(wish, tab=tab).file)
    assert len(heard) > 2
    assert all(later.startswith(earlier) for earlier, later in pairwise(heard))
    assert heard[-1] == found.sentence
    assert list(studio.errand.bills) == list(studio.double.books.billed)
    assert studio.billed == studio.double.books.total > 0


def test_groq_is_told_the_schema_of_a_stream_in_words(build: Build) -> None:
    studio = build()
    listening(studio)
    studio.proposal(WISH)
    (body,) = studio.double.bodies
    assert body["stream"] is True
    assert "response_format" not in body
    assert '"sentence"' in body["messages"][0]["content"]


def test_where_nobody_waits_the_vendor_holds_the_answer_to_its_schema(build: Build) -> None:
    studio = build()
    studio.proposal(WISH)
    (body,) = studio.double.bodies
    assert "stream" not in body
    assert body["response_format"]["json_schema"]["strict"] is True


def test_the_first_words_are_heard_before_the_last_are_sent(build: Build) -> None:
    studio = build()
    studio.double.heard = Event()  # without it the double breaks off
    heard: list[str] = []

    def hear(words: str) -> None:
        heard.append(words)
        assert studio.double.heard
        studio.double.heard.set()

    studio.errand.hear = hear
    assert proposal(studio.proposal(WISH).file).sentence == heard[-1]
    assert len(studio.errand.bills) == 1


def test_a_stream_that_does_not_begin_is_asked_again(build: Build) -> None:
    studio = build(chat=[Fault.BUSY, Fault.DOWN])
    assert listening(studio) == []
    studio.proposal(WISH)
    assert studio.double.books.asked["chat"] == 3
    assert studio.billed == studio.double.books.total


@pytest.mark.parametrize(("fault", "kind"), [(Fault.BUSY, Busy), (Fault.DOWN, Down)])
def test_a_vendor_that_never_begins_says_so(build: Build, fault: Fault, kind: type[Exception]) -> None:
    studio = build(chat=[fault] * 99)
    listening(studio)
    with pytest.raises(kind):
        studio.proposal(WISH)
    assert studio.errand.bills == {}


@pytest.mark.parametrize("fault", [Fault.TRUNCATED, Fault.LOST_AFTER])
def test_a_stream_that_breaks_off_is_asked_once_more_and_owed(build: Build, fault: Fault) -> None:
    studio = build(chat=[fault])
    heard = listening(studio)
    found = proposal(studio.proposal(WISH).file)
    assert heard[-1] == found.sentence
    assert studio.double.books.asked["chat"] == 2
    assert sum(one.startswith("unheard-") for one in studio.errand.bills) == 1
    assert studio.billed == studio.double.books.total


def test_a_stream_that_breaks_off_twice_is_unclear(build: Build) -> None:
    studio = build(chat=[Fault.TRUNCATED] * 2)
    listening(studio)
    with pytest.raises(Unclear, match="broke off"):
        studio.proposal(WISH)
    assert studio.double.books.asked["chat"] == 2


def test_an_unusable_stream_is_corrected_within_the_schema(build: Build) -> None:
    studio = build(chat=[Fault.GARBLED])
    listening(studio)
    assert proposal(studio.proposal(WISH).file).changes
    first, second = studio.double.bodies
    assert (first["stream"], second.get("stream")) == (True, None)
    assert second["response_format"]["json_schema"]["strict"] is True
    assert studio.billed == studio.double.books.total


def test_a_screenplay_is_written_in_one_piece(build: Build) -> None:
    studio = build()
    heard = listening(studio)
    studio.script()
    assert heard == []
    assert not any(body.get("stream") for body in studio.double.bodies)


ANSWER = json.dumps({"sentence": 'So “ends” it: "now" \\ 😀\nthen.', "what": "x"})


@pytest.mark.parametrize("before", ["", "```json\n", '<think>a "sentence": "no"</think>', "  \n"])
@pytest.mark.parametrize("size", [1, 2, 7, 500])
def test_an_opening_grows_to_the_field_s_words_however_it_is_cut(before: str, size: int) -> None:
    whole, opening, seen = before + ANSWER, Opening("sentence"), [""]
    for at in range(0, len(whole), size):
        if opening.add(whole[at : at + size]):
            seen.append(opening.words)
    assert seen[-1] == json.loads(ANSWER)["sentence"]
    assert all(later.startswith(earlier) and later != earlier for earlier, later in pairwise(seen))


def test_prose_opens_with_nothing() -> None:
    opening = Opening("sentence")
    assert not opening.add("I would rather talk about the weather.")
    assert opening.words == ""
