"""An episode of ten minutes on the cloud crew: what the budget director chooses makes it fit two dollars."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.desk.desk import Desk
from studio.people.account import OWNER
from studio.production.film import Choices
from studio.production.house import House
from studio.production.making import make
from studio.production.preparing import prepare
from studio.production.run import JobState, RunState
from studio.production.runs import close
from studio.production.wants import SCRIPT
from studio.takes.recipe import TakeKind
from tests.doubles.cloud import cloud
from tests.doubles.house import at_doubles

TWO_DOLLARS = 2_000_000
PITCH = "A lighthouse keeper finds a door in the sea."


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A studio whose vendors are played on this machine."""
    with cloud() as vendors, at_doubles(vendors, tmp_path) as built:
        yield built


def written(house: House, desk: Desk) -> str:
    """Ten minutes of film, written and cast at the vendors; gives the episode."""
    episode = desk.open_pitch(PITCH, seconds=600)
    desk.engage_named(episode, "cloud")
    run = desk.produce(episode, Choices(only=(SCRIPT,)))
    assert run
    assert prepare(house, run) == {"writer": "groq"}
    assert make(house, run, SCRIPT, {}, "worker").state is JobState.MADE
    prepare(house, run)
    with house.db.write() as session:
        close(session, run, RunState.DONE)
    return episode


def test_ten_minutes_on_the_cloud_crew_fit_two_dollars_as_the_director_chooses(house: House) -> None:
    desk, choices = Desk(house, OWNER), Choices()
    episode = written(house, desk)
    whole = desk.cut(episode, [choices])
    assert whole.strip.seconds >= 600
    assert not desk.budget(episode, whole.quote.ceiling).fits  # all of it in motion is refused

    cap = desk.spare(episode, whole.engines)  # what the page offers: two dollars less what everybody else may take
    advice = desk.motion(episode, choices, cap)
    assert not advice.followed
    desk.follow(episode, advice.direction)

    switches = desk.motion(episode, choices, cap)
    assert switches.followed
    assert len(switches.shots) >= 150
    assert all(one.why for one in switches.shots)
    assert [one.shot for one in switches.shots if one.moves] == list(advice.direction.moving)
    assert 25 <= len(advice.direction.moving) < len(switches.shots) / 2
    assert switches.shots[0].moves
    assert switches.shots[-1].moves

    plan = desk.plan(episode, choices)
    paid = {item.kind for item in plan.to_buy}
    assert paid == {TakeKind.LOOK, TakeKind.PLATE, TakeKind.BOARD, TakeKind.SPEECH, TakeKind.CLIP}
    asked = desk.budget(episode, plan.ceiling_micros)
    assert asked.billed > 0  # what the screenplay cost counts too
    assert asked.total <= TWO_DOLLARS
    assert plan.price_micros <= plan.ceiling_micros <= TWO_DOLLARS
