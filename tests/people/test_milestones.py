"""How far people get: each step is noted once, and the share that finishes a draft is counted."""

from __future__ import annotations

from datetime import UTC, datetime

from studio.desk.desk import Desk
from studio.people.account import OWNER, Account
from studio.people.milestones import Milestone, funnel, note, way
from studio.production import runs
from studio.production.run import RunState
from tests.people.town import Town
from tests.web.rows import run

EARLY, LATE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)


def people(town: Town, *names: str) -> None:
    with town.house.db.write() as session:
        session.add_all(Account(id=name, name=name) for name in names)


def test_a_step_is_noted_once(town: Town) -> None:
    people(town, "anna")
    with town.house.db.write() as session:
        for at in (EARLY, LATE):
            note(session, "anna", Milestone.OPENED, at=at)
        assert way(session, "anna") == {Milestone.OPENED: EARLY}


def test_the_share_is_of_those_who_opened_an_account(town: Town) -> None:
    people(town, "anna", "bert", "carl", "dora", OWNER + "2")
    with town.house.db.write() as session:
        assert funnel(session).share is None
        for name in ("anna", "bert", "carl", "dora"):
            note(session, name, Milestone.REGISTERED)
        for name in ("anna", "bert", "carl"):
            note(session, name, Milestone.OPENED)
        for name in ("anna", "bert"):
            note(session, name, Milestone.FIRST_DRAFT)
        for appointed in (OWNER, OWNER + "2"):  # nobody's way in
            note(session, appointed, Milestone.FIRST_DRAFT)
        found = funnel(session)
    assert (found.reached[Milestone.REGISTERED], found.reached[Milestone.FIRST_DRAFT], found.share) == (4, 2, 666)


def test_a_pitch_and_a_finished_draft_are_steps(town: Town) -> None:
    people(town, "anna")
    made = Desk(town.house, "anna").open_pitch("A lighthouse keeper finds a letter in the wall of the tower.")
    states = (RunState.FAILED, RunState.CANCELLED, RunState.DONE)
    began = {state: run(town.house, made, RunState.DONE, account="anna") for state in states}
    for state in states:
        with town.house.db.write() as session:
            assert set(way(session, "anna")) == {Milestone.FIRST_PITCH}
            runs.close(session, began[state], state)
    with town.house.db.read() as session:
        assert set(way(session, "anna")) == {Milestone.FIRST_PITCH, Milestone.FIRST_DRAFT}
