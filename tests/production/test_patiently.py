"""Who asks a vendor in a thread waits there while it is busy or down, and no longer than somebody wants it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from studio.errors import Busy, CalledOff, Denied, Down, VendorError
from studio.production.house import House
from studio.production.patience import patiently
from studio.production.run import Run, RunState
from studio.production.waiting import Waits
from tests.web.rows import episode, house_at, run

VENDOR = "elevenlabs"


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    """A house that waits for half an hour, which pass in an instant."""
    made = replace(house_at(home), waits=Waits({VENDOR: 1800.0}, haste=1e6))
    yield made
    made.db.close()


@pytest.fixture
def begun(house: House) -> str:
    return run(house, episode(house), RunState.RUNNING)


def asked(house: House, begun: str, *errors: VendorError) -> tuple[str, list[VendorError]]:
    """What comes of asking a vendor that says this first, and what it was put off for."""
    left, put_off = list(errors), list[VendorError]()

    def ask() -> str:
        if left:
            raise left.pop(0)
        return "cast"

    return patiently(house, begun, VENDOR, ask, put_off.append), put_off


def test_a_storm_and_an_outage_are_waited_out(house: House, begun: str) -> None:
    errors = [Busy("later"), Down("no answer"), Busy("later")]
    assert asked(house, begun, *errors) == ("cast", errors)


def test_what_waiting_does_not_mend_is_raised_at_once(house: House, begun: str) -> None:
    with pytest.raises(Denied):
        asked(house, begun, Denied("the key"))


def test_an_outage_without_an_end_is_raised_in_the_end(house: House, begun: str) -> None:
    with pytest.raises(Down):
        asked(house, begun, *[Down("no answer")] * 99)


def test_who_calls_the_run_off_waits_no_more(house: House, begun: str) -> None:
    with house.db.write() as session:
        session.get_one(Run, begun).state = RunState.CANCELLING
    with pytest.raises(CalledOff):
        asked(house, begun, Down("no answer"))
