"""How long a run still takes, from what takes took lately."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from studio.db import now
from studio.desk.progress import progress
from studio.people.account import OWNER
from studio.production.house import House
from studio.production.names import AHEAD
from studio.production.run import JobState, Run, RunState
from studio.takes.recipe import TakeKind
from studio.takes.take import Take, TakeState
from tests.web import rows

CARD = {"clip": 1.5, "speech": 0.1}  # seconds the roster says of them, before any was measured


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    """A studio with nothing in it."""
    made = rows.house_at(home)
    yield made
    made.db.close()


@pytest.fixture
def run(house: House) -> str:
    """A run under way of an episode."""
    return rows.run(house, rows.episode(house), RunState.RUNNING)


def took(house: House, kind: str, *millis: int, account: str = OWNER, state: TakeState = TakeState.MADE) -> None:
    """Takes of a kind that took so long, each made after the one before."""
    with house.db.write() as session:
        for number, one in enumerate(millis):
            take = Take(
                account=account,
                fingerprint=f"{account}-{kind}-{state}-{number}-{one}",
                essence="",
                kind=TakeKind(kind),
                state=state,
                engine="paper-theatre",
                recipe={},
                took_ms=one,
                made=now() + timedelta(seconds=number),
            )
            session.add(take)


def left(house: House, run: str, at_once: int = 1) -> float:
    """Seconds of work left, had there been nobody to share it."""
    with house.db.read() as session:
        seen = progress(session, session.get_one(Run, run), house.roster, at_once)
    return seen.seconds_left * (at_once + AHEAD)


def test_before_any_take_was_measured_the_roster_is_believed(house: House, run: str) -> None:
    for number in range(3):
        rows.job(house, run, f"clip:{number}", JobState.WAITING)
    rows.job(house, run, "speech:a", JobState.WORKING)
    assert left(house, run) == pytest.approx(3 * CARD["clip"] + CARD["speech"])


def test_then_what_takes_of_the_kind_took(house: House, run: str) -> None:
    took(house, "clip", 1000, 3000)
    for number in range(3):
        rows.job(house, run, f"clip:{number}", JobState.WAITING)
    rows.job(house, run, "speech:a", JobState.WAITING)
    assert left(house, run) == pytest.approx(3 * 2.0 + CARD["speech"])


def test_only_the_last_twenty_count(house: House, run: str) -> None:
    took(house, "clip", *[9000] * 30, *[500] * 20)
    rows.job(house, run, "clip:1", JobState.WAITING)
    assert left(house, run) == pytest.approx(0.5)


def test_neither_failed_takes_nor_somebody_elses_count(house: House, run: str) -> None:
    rows.episode(house, account="stranger")
    took(house, "clip", 60_000, account="stranger")
    took(house, "clip", 70_000, state=TakeState.FAILED)
    rows.job(house, run, "clip:1", JobState.WAITING)
    assert left(house, run) == pytest.approx(CARD["clip"])


def test_what_has_ended_however_it_did_takes_no_more_time(house: House, run: str) -> None:
    ended = (JobState.MADE, JobState.FOUND, JobState.FAILED, JobState.UNCLEAR, JobState.BLOCKED, JobState.CANCELLED)
    for state in ended:
        rows.job(house, run, f"clip:{state}", state)
    assert left(house, run) == 0


def test_more_hands_make_it_shorter(house: House, run: str) -> None:
    rows.job(house, run, "clip:1", JobState.WAITING)
    with house.db.read() as session:
        one, three = (progress(session, session.get_one(Run, run), house.roster, hands) for hands in (1, 3))
    assert one.seconds_left == pytest.approx(2 * three.seconds_left)


def test_what_is_made_at_a_vendor_is_shared_by_the_room_there(house: House, run: str) -> None:
    with house.db.write() as session:
        session.get_one(Run, run).order = {"crew": {"engines": {"animator": "svd-xt"}}}
    for number in range(30):
        rows.job(house, run, f"clip:{number}", JobState.WAITING)
    with house.db.read() as session:
        seen = progress(session, session.get_one(Run, run), house.roster, 2, rooms={"runpod": 10})
    assert seen.seconds_left == pytest.approx(30 * house.roster.named("svd-xt").seconds["clip"] / 10)
