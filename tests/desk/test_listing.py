"""The list of episodes: what a row says, whose rows they are, and that a long list asks no more than a short one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlmodel import select

from studio.desk.desk import Desk
from studio.people.account import OWNER
from studio.production.house import House
from studio.production.run import JobState, RunState
from studio.takes.take import Take
from tests.web.rows import FRAME, board, deliver, episode, house_at, job, run


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    """A house of its own."""
    made = house_at(home)
    yield made
    made.db.close()


def queries(house: House, desk: Desk) -> int:
    """How many statements a list of all episodes takes."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    event.listen(house.db.engine, "before_cursor_execute", note)
    desk.episodes()
    event.remove(house.db.engine, "before_cursor_execute", note)
    return len(asked)


def filled(house: House, number: int) -> None:
    """Episodes with runs, jobs, boards and files."""
    for count in range(number):
        listed = episode(house, f"Episode {count}")
        run(house, listed, RunState.FAILED)
        last = run(house, listed, RunState.DONE)
        board(house, last)
        job(house, last, "clip:1A", JobState.MADE)
        deliver(house, listed)


def test_a_long_list_asks_no_more_than_a_short_one(house: House) -> None:
    desk = Desk(house, OWNER)
    filled(house, 2)
    few = queries(house, desk)
    filled(house, 8)
    assert len(desk.episodes()) == 10
    assert queries(house, desk) == few


def test_a_row_says_how_far_the_last_run_is(house: House) -> None:
    listed = episode(house, pitch="A diver finds a letter.")
    job(house, run(house, listed, RunState.FAILED), "clip:9Z", JobState.FAILED)
    last = run(house, listed, RunState.RUNNING)
    content = board(house, last)
    for subject, state in (("clip:1A", JobState.WORKING), ("clip:1B", JobState.FAILED), ("shot:1B", JobState.BLOCKED)):
        job(house, last, subject, state)
    (row,) = Desk(house, OWNER).episodes()
    assert (row.id, row.title, row.pitch) == (listed, "The Letter", "A diver finds a letter.")
    assert (row.run, row.state, row.done, row.total, row.failed) == (last, RunState.RUNNING, 3, 4, 2)
    assert row.newest == content
    assert row.under_way
    assert row.poster is None


def test_a_row_of_a_finished_episode_has_poster_length_and_cost(house: House) -> None:
    listed = episode(house)
    for _ in range(2):
        board(house, run(house, listed, RunState.DONE))
    with house.db.write() as session:
        for take in session.exec(select(Take)):
            take.cost_micros = 40_000
            session.add(take)
    deliver(house, listed, frame="720x1280p24", seconds=30.0)
    deliver(house, listed)
    (row,) = Desk(house, OWNER).episodes()
    assert row.poster
    assert (row.poster.name, row.poster.frame, row.seconds) == ("poster.jpg", FRAME, 62.0)
    assert row.cost_micros == 80_000
    assert not row.under_way


def test_a_row_of_an_episode_never_begun_is_bare(house: House) -> None:
    episode(house)
    (row,) = Desk(house, OWNER).episodes()
    assert (row.state, row.run, row.total, row.seconds, row.cost_micros) == (None, "", 0, 0.0, 0)


def test_a_list_is_cut_off_from_the_newest_on_and_leaves_one_out(house: House) -> None:
    first, second, third = (episode(house, title) for title in ("One", "Two", "Three"))
    episode(house, "Not yours", account="somebody")
    desk = Desk(house, OWNER)
    assert [row.id for row in desk.episodes()] == [third, second, first]
    assert [row.id for row in desk.episodes(most=2)] == [third, second]
    assert [row.id for row in desk.episodes(most=2, but=third)] == [second, first]
    assert desk.episodes(most=0) == ()
