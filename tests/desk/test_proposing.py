"""Proposals: asked for, kept, shown again after a reload, and only an accepted one changes anything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.desk.desk import Desk
from studio.errors import BadRequest, Conflict, NotFound
from studio.people.account import OWNER, Account
from studio.production.film import Choices
from studio.production.house import House
from studio.story.message import Fate, Role
from studio.story.proposal import Request
from tests.production.crew import SCRIPT
from tests.web.rows import house_at


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    made = house_at(home)
    yield made
    made.db.close()


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house, OWNER)


@pytest.fixture
def episode(desk: Desk) -> str:
    return desk.open_file("the-key.fountain", SCRIPT.encode())


def ask(desk: Desk, episode: str, text: str, tab: str = "script_lab", scenes: tuple[int, ...] = ()) -> None:
    desk.ask(episode, Request(text=text, tab=tab, scenes=scenes), base=desk.story(episode).number)


def accept(desk: Desk, episode: str) -> int:
    waiting = desk.conversation(episode).waiting
    assert waiting is not None
    return desk.accept(waiting.id)


def test_what_is_asked_and_answered_is_kept(desk: Desk, house: House, episode: str) -> None:
    ask(desk, episode, "make it happen at dawn", scenes=(1,))
    person, writer = Desk(house, OWNER).conversation(episode).messages
    assert (person.role, person.text, person.tab) == (Role.PERSON, "make it happen at dawn (scene 1)", "script_lab")
    assert (writer.role, writer.state, writer.base, writer.asked) == (Role.WRITER, Fate.OPEN, 1, person.text)
    assert desk.story(episode).number == 1


def test_an_accepted_proposal_is_a_version_that_says_what(desk: Desk, episode: str) -> None:
    ask(desk, episode, "cut scene 2")
    assert accept(desk, episode) == 2
    assert "HARBOUR" not in desk.story(episode).fountain
    assert desk.revisions(episode)[0].what == "Scene 2 cut"
    found = desk.conversation(episode)
    assert (found.waiting, found.messages[-1].state) == (None, Fate.ACCEPTED)
    with pytest.raises(Conflict):
        desk.accept(found.messages[-1].id)


def test_a_renamed_character_keeps_look_voice_and_lines(desk: Desk, episode: str) -> None:
    before = desk.story(episode).breakdown
    ask(desk, episode, "rename Mara to Ada")
    accept(desk, episode)
    after = desk.story(episode).breakdown
    assert [(one.id, one.name) for one in after.cast] == [("mara", "ADA"), ("tom", "TOM")]
    assert [(one.dna, one.casting) for one in after.cast] == [(one.dna, one.casting) for one in before.cast]
    assert [line.id for line in after.lines] == [line.id for line in before.lines]


def test_a_rejected_one_changes_nothing(desk: Desk, episode: str) -> None:
    ask(desk, episode, "cut scene 2")
    waiting = desk.conversation(episode).waiting
    assert waiting is not None
    desk.reject(waiting.id)
    assert desk.conversation(episode).messages[-1].state is Fate.REJECTED
    assert desk.story(episode).number == 1


def test_asking_again_leaves_what_was_not_decided(desk: Desk, episode: str) -> None:
    ask(desk, episode, "cut scene 2")
    ask(desk, episode, "rename Tom to Max")
    states = [one.state for one in desk.conversation(episode).messages]
    assert states == [Fate.NONE, Fate.LEFT, Fate.NONE, Fate.OPEN]


def test_a_proposal_does_not_overwrite_what_came_in_between(desk: Desk, episode: str) -> None:
    ask(desk, episode, "cut scene 2")
    desk.rewrite(episode, SCRIPT.replace("never", "once"), base=1, what="elsewhere")
    with pytest.raises(Conflict):
        accept(desk, episode)
    assert "I once used it." in desk.story(episode).fountain
    with pytest.raises(Conflict):
        desk.ask(episode, Request(text="cut scene 2"), base=1)


def test_an_answer_without_a_proposal_waits_for_nothing(desk: Desk, episode: str) -> None:
    ask(desk, episode, "funnier")
    found = desk.conversation(episode)
    assert found.waiting is None
    assert found.answer is not None
    assert "GROQ_API_KEY" in found.answer.text


@pytest.mark.parametrize(
    ("tab", "text", "shown"),
    [
        ("characters", "make Mara younger, red hair", {"Mara, age: old to adult", "Mara, hair colour"}),
        ("voices", "Tom slower", {"Tom, pace"}),
        ("scenes", "shot 2A close", {"Shot 2A, framing"}),
        ("backgrounds", "rain in scene 2", {"Scene 2, weather: clear to rain"}),
    ],
)
def test_every_tab_s_own_requests_are_decisions(desk: Desk, episode: str, tab: str, text: str, shown: set[str]) -> None:
    before = desk.story(episode)
    ask(desk, episode, text, tab)
    waiting = desk.conversation(episode).waiting
    assert waiting is not None
    assert waiting.proposal is not None
    told = {f"{one.what}: {one.before} to {one.after}" for one in waiting.proposal.shifts}
    assert all(any(one.startswith(part) for one in told) for part in shown)
    accept(desk, episode)
    after = desk.story(episode)
    assert (after.number, after.fountain) == (2, before.fountain)
    assert after.breakdown != before.breakdown
    assert desk.conversation(episode).messages[-1].state is Fate.ACCEPTED


def test_a_decision_outlives_the_next_rewrite(desk: Desk, episode: str) -> None:
    ask(desk, episode, "make Mara younger, red hair", "characters")
    accept(desk, episode)
    look = desk.story(episode).breakdown.character("mara").dna
    ask(desk, episode, "rename Mara to Ada")
    accept(desk, episode)
    assert desk.story(episode).breakdown.character("mara").dna == look


def test_a_locked_look_says_so_and_nothing_is_proposed(desk: Desk, episode: str) -> None:
    desk.lock(episode, "mara", True, base=1)
    ask(desk, episode, "make Mara older", "characters")
    found = desk.conversation(episode)
    assert found.waiting is None
    assert found.answer is not None
    assert "locked" in found.answer.text


def test_an_empty_request_and_a_strangers_proposal_are_refused(desk: Desk, house: House, episode: str) -> None:
    with pytest.raises(BadRequest):
        ask(desk, episode, "  ")
    ask(desk, episode, "cut scene 2")
    waiting = desk.conversation(episode).waiting
    assert waiting is not None
    with house.db.write() as session:
        session.add(Account(id="somebody", name="Somebody"))
    stranger = Desk(house, "somebody")
    for act in (lambda: stranger.accept(waiting.id), lambda: stranger.conversation(episode)):
        with pytest.raises(NotFound):
            act()


def test_an_outline_has_scenes_people_and_lengths_that_add_up(desk: Desk, episode: str) -> None:
    outline = desk.outline(desk.story(episode), Choices())
    kitchen, harbour = outline.scenes
    assert (kitchen.number, kitchen.people) == ("1", ("Mara", "Tom"))
    assert harbour.synopsis == "Tom throws the key into the water."
    assert 0 < kitchen.seconds + harbour.seconds < outline.weight.seconds
    assert outline.weight.takes > 10
    assert outline.weight.price.ceiling == 0


def test_an_outline_s_sentence_ends_as_one(desk: Desk) -> None:
    told = b"INT. BAKERY - NIGHT\n\nThe bakery. Racks and tins on nails; an oven door.\n\nANNA\nHm.\n"
    (bakery,) = desk.outline(desk.story(desk.open_file("bakery.fountain", told)), Choices()).scenes
    assert bakery.synopsis == "Racks and tins on nails"


def test_a_text_is_weighed_before_it_is_kept(desk: Desk, episode: str) -> None:
    now = desk.outline(desk.story(episode), Choices()).weight
    longer = desk.check(episode, SCRIPT + "\nTOM\nAnd that is all that I will ever say about it.\n", Choices()).weight
    assert longer is not None
    assert longer.seconds > now.seconds
    assert longer.takes > now.takes
    assert desk.check(episode, "", Choices()).weight is None
    assert desk.story(episode).number == 1


def test_an_older_version_shows_what_was_decided_since(desk: Desk, episode: str) -> None:
    ask(desk, episode, "Tom slower", "voices")
    accept(desk, episode)
    story = desk.story(episode)
    older = desk.version(episode, 1, story)
    assert older.fountain == story.fountain
    assert [one.what for one in older.shifts] == ["Tom, pace"]
    with pytest.raises(NotFound):
        desk.version(episode, 9, story)
