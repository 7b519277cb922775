"""Codes of an app: as the RFC has them, once each, and without one a password opens nothing."""

from __future__ import annotations

from base64 import b32decode
from datetime import datetime, timedelta

import pytest

from studio.db import now
from studio.desk.appointing import forget_app
from studio.desk.securing import Securing
from studio.errors import BadCredentials, BadRequest, CodeNeeded, LinkSpent, NotSignedIn, TooManyTries
from studio.people import totp
from studio.people.account import OWNER, by_email
from tests.people.town import EMAIL, NONCE, PASSWORD, Town

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"),
     (2000000000, "69279037"), (20000000000, "65353130")],
)  # fmt: skip
def test_codes_are_those_of_the_rfc(seconds: int, told: str) -> None:
    """RFC 6238, appendix B."""
    assert totp.code(SECRET, seconds // 30, figures=8) == told


def test_codes_of_six_figures_are_those_of_the_rfc() -> None:
    """RFC 4226, appendix D."""
    told = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"]
    assert [totp.code(SECRET, step) for step in range(10)] == told


def test_a_telephone_may_be_half_a_minute_off_and_no_more() -> None:
    at = datetime.fromtimestamp(1_111_111_111, now().tzinfo)
    step = totp.step_of(at)
    good = [off for off in range(-3, 4) if totp.matching(SECRET, totp.code(SECRET, step + off), after=0, at=at)]
    assert good == [-1, 0, 1]
    assert totp.matching(SECRET, totp.code(SECRET, step), after=step, at=at) is None
    assert totp.matching(SECRET, "½½½½½½", after=0, at=at) is None


class Phone:
    """Somebody's app, and the desk at which it was set up; the clock stands half a minute after that."""

    def __init__(self, town: Town) -> None:
        town.settle()
        with town.house.db.read() as session:
            found = by_email(session, EMAIL)
            assert found
        self.desk, self.town = Securing(town.house, found.id), town
        self.secret = b32decode(self.desk.begin_factor(PASSWORD).secret)
        self.paper = self.desk.confirm_factor(self.code(now()))
        town.clock.at = now() + timedelta(seconds=60)

    def code(self, at: datetime | None = None) -> str:
        """What it shows."""
        return totp.code(self.secret, totp.step_of(at or self.town.clock()))

    def first_step(self) -> str:
        """Sign in with the password; gives what the second step is taken with."""
        with pytest.raises(CodeNeeded) as asked:
            self.town.at().sign_in(EMAIL, PASSWORD, NONCE)
        return asked.value.token


@pytest.fixture
def phone(town: Town) -> Phone:
    """Somebody who is asked for codes."""
    return Phone(town)


def test_a_password_alone_opens_nothing_and_a_code_does_once(phone: Phone) -> None:
    door, token = phone.town.at(), phone.first_step()
    with pytest.raises(LinkSpent):
        door.finish(token, NONCE)
    assert door.whose(door.finish(door.second(token, phone.code(), NONCE), NONCE))
    with pytest.raises(LinkSpent):
        door.second(token, phone.code(), NONCE)
    with pytest.raises(BadCredentials):
        door.second(phone.first_step(), phone.code(), NONCE)
    phone.town.clock.go(seconds=30)
    assert door.second(phone.first_step(), f" {phone.code()[:3]} {phone.code()[3:]}", NONCE)


def test_a_code_on_paper_does_once_and_only_for_its_owner(phone: Phone) -> None:
    door = phone.town.at()
    assert door.second(phone.first_step(), phone.paper[0].lower(), NONCE)
    with pytest.raises(BadCredentials):
        door.second(phone.first_step(), phone.paper[0], NONCE)
    assert phone.desk.factor().paper == len(phone.paper) - 1 == 7
    assert len(set(phone.paper)) == len(phone.paper)


def test_the_second_step_is_for_the_same_browser_and_soon(phone: Phone) -> None:
    door, token = phone.town.at(), phone.first_step()
    for other in ("m" * 43, ""):
        with pytest.raises(LinkSpent):
            door.second(token, phone.code(), other)
    phone.town.clock.go(minutes=5)
    with pytest.raises(LinkSpent):
        door.second(token, phone.code(), NONCE)


def test_codes_are_not_tried_one_after_another(phone: Phone) -> None:
    door, token = phone.town.at(), phone.first_step()
    for _ in range(5):
        with pytest.raises(BadCredentials):
            door.second(token, "nonsense", NONCE)
    with pytest.raises(TooManyTries):
        door.second(token, phone.code(), NONCE)
    phone.town.clock.go(minutes=30)
    assert door.second(phone.first_step(), phone.code(), NONCE)


def test_a_new_password_ends_a_step_that_was_taken_with_the_old_one(phone: Phone) -> None:
    token = phone.first_step()
    phone.desk.change_password(PASSWORD, "seven quiet harbours", NONCE)
    with pytest.raises(LinkSpent):
        phone.town.at().second(token, phone.code(), NONCE)


def test_an_app_counts_once_a_code_of_it_was_typed(town: Town) -> None:
    town.settle()
    with town.house.db.read() as session:
        found = by_email(session, EMAIL)
        assert found
    desk = Securing(town.house, found.id)
    with pytest.raises(BadRequest):
        desk.confirm_factor("000000")
    with pytest.raises(BadCredentials):
        desk.begin_factor("not the password")
    desk.begin_factor(PASSWORD)
    with pytest.raises(BadCredentials):
        desk.confirm_factor("nonsense")
    assert desk.factor().since is None
    assert town.sign_in(), "what was not confirmed is not asked for"
    with pytest.raises(NotSignedIn):
        Securing(town.house, OWNER).begin_factor("")


def test_it_is_switched_off_by_who_has_both_or_by_whoever_runs_the_house(phone: Phone) -> None:
    with pytest.raises(BadRequest):
        phone.desk.begin_factor(PASSWORD)
    with pytest.raises(BadCredentials):
        phone.desk.drop_factor("not the password", phone.paper[0])
    with pytest.raises(BadCredentials):
        phone.desk.drop_factor(PASSWORD, "nonsense")
    phone.desk.drop_factor(PASSWORD, phone.paper[0])
    sid = phone.town.sign_in()
    again = Phone.__new__(Phone)
    again.desk, again.town = phone.desk, phone.town
    again.secret = b32decode(again.desk.begin_factor(PASSWORD).secret)
    again.desk.confirm_factor(again.code(now()))
    assert forget_app(phone.town.house, EMAIL)
    assert not forget_app(phone.town.house, EMAIL)
    assert phone.town.at().whose(sid) is None, "whoever is signed in signs in anew"
    assert phone.town.sign_in()
    with pytest.raises(BadRequest):
        forget_app(phone.town.house, "nobody@example.com")
