"""Founders in a house that asks them for codes of an app: without one they see and do nothing that is for founders."""

from __future__ import annotations

from base64 import b32decode
from collections.abc import Callable
from dataclasses import replace

import pytest

from studio.db import now
from studio.desk.desk import Desk
from studio.errors import NotAllowed
from studio.people import totp
from studio.people.account import OWNER, Account, Role
from tests.people.town import PASSWORD, Town

ACTS: list[Callable[[Desk], object]] = [
    lambda desk: desk.invite("friends"),
    lambda desk: desk.funnel(),
    lambda desk: desk.all_tickets(),
    lambda desk: desk.founding.alarms(),
]


def grace(town: Town, *, app: bool) -> Desk:
    """A founder, in a house that asks founders for an app, or not."""
    with town.house.db.write() as session:
        session.add(Account(id="grace", name="Grace", role=Role.FOUNDER, password=town.hasher.hash(PASSWORD)))
    return Desk(replace(town.house, doors=replace(town.house.doors, founders_app=app)), "grace")


def set_up(desk: Desk) -> None:
    """Switch codes of an app on."""
    secret = b32decode(desk.begin_factor(PASSWORD).secret)
    desk.confirm_factor(totp.code(secret, totp.step_of(now())))


@pytest.mark.parametrize("act", ACTS)
def test_a_founder_acts_as_one_once_there_is_an_app(town: Town, act: Callable[[Desk], object]) -> None:
    desk = grace(town, app=True)
    assert desk.lacks_app
    with pytest.raises(NotAllowed, match="codes of an app"):
        act(desk)
    set_up(desk)
    assert not desk.lacks_app
    act(desk)


def test_tickets_of_others_wait_for_the_app_too(town: Town) -> None:
    desk = grace(town, app=True)
    with town.house.db.write() as session:
        session.add(Account(id="anna", name="Anna", tier="pro"))
    asked = Desk(town.house, "anna").open_ticket("Help", "It broke.")
    with pytest.raises(Exception, match="no question of yours"):
        desk.ticket(asked)
    set_up(desk)
    assert desk.ticket(asked).whose == "Anna"


def test_where_the_house_does_not_ask_the_role_is_enough_and_the_owner_is_never_asked(town: Town) -> None:
    desk = grace(town, app=False)
    assert not desk.lacks_app
    assert desk.funnel()
    owner = Desk(replace(town.house, doors=replace(town.house.doors, founders_app=True)), OWNER)
    assert not owner.lacks_app
    assert owner.funnel()
