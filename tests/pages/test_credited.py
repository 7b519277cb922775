"""A film that credits pay for: its owner sees credits on Episode and Costs, and no vendor's dollars."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from streamlit.testing.v1 import AppTest

from studio.db import now
from studio.desk.desk import Desk
from studio.money.credits import grant_pack
from studio.money.minutes import hold_minutes, order, release_minutes, settle_minute
from studio.people.account import OWNER
from studio.production.house import House
from tests.doubles.stripe import StripeDouble
from tests.pages.test_credits import FILMS, SCRIPT
from tests.pages.visit import tab, text
from tests.payments.near import near

FRAME = "1280x720p24"


@pytest.fixture
def selling(house: House) -> House:
    """A house that sells films, and an account with credits."""
    with house.db.write() as session:
        grant_pack(session, OWNER, FILMS.pack[0], once="pay-1", at=now())
    return replace(house, films=FILMS, payments=near(StripeDouble()))


def ordered(house: House, made: str) -> None:
    """A film of a minute and a half, its storyboard paid."""
    with house.db.write() as session:
        film = order(session, OWNER, made, FRAME, FILMS.quote(90, "standard"), 1, at=now())
        hold_minutes(session, film, at=now())
        settle_minute(session, film, 0, Fraction(90), at=now())


def seen(desk: Desk, page: str, made: str) -> tuple[AppTest, str]:
    shown = tab(desk, page, episode=made)
    return shown, text(shown)


def test_costs_of_a_film_are_its_credits(selling: House) -> None:
    made = Desk(selling, OWNER).open_file("the-key.fountain", SCRIPT)
    ordered(selling, made)
    _, words = seen(Desk(selling, OWNER), "costs", made)
    assert "<b>1,000 credits</b> of 1,600 at most" in words
    assert "1,000 credits paid for storyboard of the-key" in words
    assert "1,600 credits held for the-key" in words
    assert "$" not in words


def test_a_render_of_a_film_shows_its_credits_and_where_they_are(selling: House) -> None:
    desk = Desk(selling, OWNER)
    made = desk.open_file("the-key.fountain", SCRIPT)
    _, before = seen(desk, "episode", made)
    assert "Paid with credits so far" not in before
    ordered(selling, made)
    shown, words = seen(desk, "episode", made)
    assert "<dt>Paid with credits so far</dt><dd>1,000</dd>" in words
    assert "<dt>Held until it is finished</dt><dd>600</dd>" in words
    assert any("paid with the film's credits" in one.label for one in shown.button)
    assert "Likely" not in words


def test_a_film_that_was_called_off_is_the_plans_again(selling: House) -> None:
    made = Desk(selling, OWNER).open_file("the-key.fountain", SCRIPT)
    with selling.db.write() as session:
        film = order(session, OWNER, made, FRAME, FILMS.quote(90, "standard"), 1, at=now())
        hold_minutes(session, film, at=now())
        release_minutes(session, film, "called off", at=now())
    assert Desk(selling, OWNER).films_of(made) == ()
    assert "of $2.00" in seen(Desk(selling, OWNER), "costs", made)[1]
