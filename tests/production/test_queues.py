"""Queues are counted from the durable workflows' own rows; before there are any, nothing waits."""

from __future__ import annotations

from pathlib import Path

from studio.db import Database
from studio.people.account import OWNER
from studio.production.dispatch import Dispatch
from studio.production.names import RUNS, VERSION
from studio.production.queues import Depth, depths
from studio.production.run import Run
from tests.web.rows import episode, house_at


def test_before_anything_was_asked_for_nothing_waits(db: Database) -> None:
    assert depths(db) == ()


def test_what_is_asked_for_waits_on_its_queue(home: Path) -> None:
    house = house_at(home)
    dispatch = Dispatch(house.db)
    for title in ("A", "B"):
        of = episode(house, title)
        with house.db.write() as session:
            run = Run(account=OWNER, episode=of, target="t", order={}, version=VERSION)
            dispatch.enqueue(session, run)
    assert depths(house.db) == (Depth(queue=RUNS, waiting=2),)
    dispatch.call_off(run, "nobody wants it")
    assert depths(house.db) == (Depth(queue=RUNS, waiting=1),)
    dispatch.close()
    house.db.close()
