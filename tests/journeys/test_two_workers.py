"""A house on PostgreSQL with two worker processes, one killed while it makes something: the film is the same."""

from __future__ import annotations

import json
import os
import signal
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from sqlmodel import col, select

from services.building import build_house
from services.settings import Settings
from studio.db import Database
from studio.desk.desk import Desk
from studio.money.checking import check
from studio.people.account import OWNER
from studio.production.executors import alive
from studio.production.film import Choices
from studio.production.run import Executor, RunState
from studio.takes.take import Take, TakeState
from tests.journeys.studio import held_still, made, short_script, started, until
from tests.journeys.test_draft import NAMES
from tests.postgres import Server

pytestmark = pytest.mark.slow
_AT_WORK = 3  # takes made when a worker is killed
_SAME = sorted(set(NAMES) - {"timeline.otio", "timeline.edl", "timeline.fcpxml"})  # those name where their media are


@pytest.fixture
def hosted(environment: dict[str, str], postgres: Server) -> dict[str, str]:
    """The environment of processes that share a database on a server."""
    return environment | {"STUDIO_DATABASE_URL": postgres.fresh().replace("postgresql+psycopg", "postgresql")}


def settings_of(environment: dict[str, str]) -> Settings:
    told = {name.lower(): value for name, value in environment.items() if name.startswith("STUDIO_")}
    return Settings(_env_file=None, **told)


def workers(db: Database) -> int:
    with db.read() as session:
        return len(alive(session))


def in_hand(db: Database, pid: int | None = None) -> dict[str, int]:
    """The takes that workers, or one of them, are making, and in which process."""
    with db.read() as session:
        asked = select(Take.fingerprint, Executor.pid).join(Executor, col(Take.executor) == col(Executor.id))
        found = session.exec(asked.where(Take.state == TakeState.ASKED)).all()
    return {take: maker for take, maker in found if pid in (None, maker)}


def some_made(db: Database) -> bool:
    with db.read() as session:
        return len(session.exec(select(Take.fingerprint).where(Take.state == TakeState.MADE)).all()) >= _AT_WORK


def struck(db: Database) -> set[str]:
    """Kill a worker that makes something; gives what. Held still first, so that it makes just that when it dies."""
    for pid in set(in_hand(db).values()):
        held_still(pid)
        if found := set(in_hand(db, pid)):
            os.kill(pid, signal.SIGKILL)
            return found
        os.kill(pid, signal.SIGCONT)
    return set()


def test_a_film_of_two_workers_of_whom_one_is_killed_is_the_film_of_one(
    hosted: dict[str, str], home: Path, tmp_path: Path, first_draft: Path
) -> None:
    house = build_house(settings_of(hosted))
    desk, db = Desk(house, OWNER), house.db
    with ExitStack() as at_work:
        children = [at_work.enter_context(started(hosted, "worker", log=tmp_path / f"log{n}")) for n in range(2)]
        until(lambda: workers(db) == len(children))
        episode = desk.open_file("key.fountain", short_script().encode())
        run = desk.produce(episode, Choices())
        assert run
        until(lambda: some_made(db))
        lost = until(lambda: struck(db))
        ended = desk.wait(run)
    assert (ended.state, ended.failures) == (RunState.DONE, ())
    alone = made(first_draft / "home")
    with db.read() as session:
        takes = session.exec(select(Take)).all()
        check(session)
    assert {take.fingerprint: take.content for take in takes} == {one: bytes_ for one, (_, bytes_, _) in alone.items()}
    assert {take.state for take in takes} == {TakeState.MADE}
    assert {take.fingerprint: take.tries for take in takes} == {one: 1 + (one in lost) for one in alone}
    desk.export(episode, Choices(), tmp_path / "out")
    before = Path(json.loads((first_draft / "answer.json").read_text())["master"]).parent
    for name in _SAME:
        assert (tmp_path / "out" / name).read_bytes() == (before / name).read_bytes(), name
    db.close()
    with psycopg.connect(hosted["STUDIO_DATABASE_URL"]) as line:
        states = line.execute("SELECT DISTINCT status FROM dbos.workflow_status").fetchall()
    assert states == [("SUCCESS",)]
