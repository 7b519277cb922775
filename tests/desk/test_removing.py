"""Removing: off every list, no longer while something is made, nothing lost, and back by asking for it again."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.desk.desk import Desk
from studio.errors import Conflict, NotFound
from studio.people.account import OWNER
from studio.production.house import House
from studio.production.run import RunState
from tests.web.rows import board, deliver, house_at, run

SCRIPT = b"Title: The Door\n\nINT. HALL - NIGHT\n\nShe runs to the door.\n\nANNA\nGood evening.\n"


@pytest.fixture
def house(home: Path) -> House:
    return house_at(home)


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house, OWNER)


def test_what_is_removed_is_on_no_list_and_comes_back(desk: Desk, house: House) -> None:
    kept, gone = (desk.open_file(f"{name}.fountain", SCRIPT, series="The Doors") for name in ("kept", "gone"))
    deliver(house, gone)
    desk.remove(gone)
    desk.remove(gone)
    assert [one.id for one in desk.episodes()] == [kept]
    assert [one.id for one in desk.removed()] == [gone]
    assert not desk.series(kept).others
    desk.bring_back(gone)
    assert {one.id for one in desk.episodes()} == {kept, gone}
    assert not desk.removed()
    assert desk.film(gone).files


def test_the_same_screenplay_asked_for_again_is_the_same_episode(desk: Desk, house: House) -> None:
    gone = desk.open_file("hall.fountain", SCRIPT)
    made = board(house, run(house, gone, RunState.DONE))
    desk.remove(gone)
    assert desk.open_file("hall.fountain", SCRIPT) == gone
    assert [one.newest for one in desk.episodes()] == [made]


def test_what_is_being_made_is_stopped_first(desk: Desk, house: House) -> None:
    busy = desk.open_file("hall.fountain", SCRIPT)
    run(house, busy, RunState.RUNNING)
    with pytest.raises(Conflict, match="stop it first"):
        desk.remove(busy)
    assert [one.id for one in desk.episodes()] == [busy]


def test_what_is_not_there_cannot_be_removed(desk: Desk) -> None:
    for verb in (desk.remove, desk.bring_back):
        with pytest.raises(NotFound, match="no episode called nothing"):
            verb("nothing")
