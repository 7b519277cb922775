"""What a worker was booking for a run that had ended is booked by the next one when it is killed over that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from studio.money.sums import billed
from studio.people.account import OWNER
from studio.production.executors import enlist
from studio.production.house import House
from studio.production.names import VERSION
from studio.production.recalling import left, recall
from studio.production.run import JobState, Run, RunState
from studio.takes.recipe import Recipe
from studio.takes.shelf import Claim, Hand, claim
from studio.takes.take import Take, TakeState
from tests.production.test_waiting import Job, left_over, still_there
from tests.production.test_waiting import house as house

pytestmark = pytest.mark.xdist_group("workflows")


@pytest.mark.parametrize("ended", [RunState.DONE, RunState.FAILED])
def test_what_a_killed_worker_was_booking_is_booked_by_the_next_at_once(house: House, ended: RunState) -> None:
    job = Job(house)
    _, run, clip = left_over(house, ended, 25)
    claimed_late(house, run, clip, "killed")
    assert [one.subject for one in still_there(house)] == [clip]
    assert recall(house, run, clip, "here") is JobState.CANCELLED
    assert (job.told, still_there(house)) == (1, [])
    with house.db.read() as session:
        assert billed(session, OWNER, run=run) > 0


def test_what_a_living_worker_is_booking_is_left_to_it(house: House) -> None:
    job = Job(house)
    _, run, clip = left_over(house, RunState.FAILED, 25)
    with house.db.write() as session:
        living = enlist(session, VERSION)
    claimed_late(house, run, clip, living)
    with house.db.read() as session:
        assert left(session, house.roster, {living}) == []
    assert recall(house, run, clip, living) is JobState.CANCELLED
    assert job.told == 0


def claimed_late(house: House, run: str, clip: str, executor: str) -> None:
    """Claim what a run left at its vendor, as whoever books it does, and hear nothing."""
    with house.db.write() as session:
        (take,) = session.exec(select(Take).where(Take.ticket == "job-1")).all()
        hand = Hand(executor, f"{run}:{clip}")
        assert claim(session, take.account, Recipe.model_validate(take.recipe), hand, ()) is Claim.MINE


@pytest.mark.parametrize(("hours", "found"), [(23, 0), (25, 1)])
def test_what_a_killed_worker_was_making_waits_a_day_for_who_asks_again(house: House, hours: int, found: int) -> None:
    Job(house)
    _, run, _ = left_over(house, RunState.FAILED, hours)
    with house.db.write() as session:
        (take,) = session.exec(select(Take).where(Take.ticket == "job-1")).all()
        take.state, take.executor = TakeState.ASKED, "killed"
        session.add(take)
        session.get_one(Run, run).finished = take.asked + timedelta(minutes=5)
    assert len(still_there(house)) == found
