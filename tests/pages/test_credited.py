"""A film that credits pay for: its owner sees credits on every tab, and no vendor's dollars."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from studio.db import now
from studio.desk.desk import Desk
from studio.money.credits import grant_pack
from studio.money.minutes import hold_minutes, order, release_minutes, settle_minute
from studio.people.account import OWNER
from studio.production.film import Choices, Terms, mark
from studio.production.house import House
from studio.production.names import VERSION
from studio.production.run import Job, JobState, Run, RunState
from studio.takes.frame import Aspect
from studio.takes.recipe import TakeKind
from studio.takes.take import Choice, Take, TakeState
from tests.doubles.stripe import StripeDouble
from tests.pages.test_credits import FILMS, SCRIPT
from tests.pages.visit import tab, text
from tests.payments.near import near
from tests.web.rows import board, run

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


def began(house: House, made: str, state: RunState, choices: Choices) -> str:
    """A run of all of an episode's film, as it was ordered for credits."""
    order = choices.model_copy(update={"film": Terms(quality="standard", seconds=90)}).model_dump(mode="json")
    with house.db.write() as session:
        why = "Down: nobody answered" if state is RunState.FAILED else ""
        row = Run(account=OWNER, episode=made, target=made, frame=mark(choices), order=order, version=VERSION,
                  state=state, error=why, finished=now())  # fmt: skip
        session.add(row)
        return row.id


def priced(page: AppTest) -> list[str]:
    """The buttons that say a price in dollars; one's own file is free."""
    return [one.label for one in page.button if "$" in one.label and not one.label.startswith("Use ")]


def test_a_card_on_home_says_what_its_owner_paid(selling: House) -> None:
    desk = Desk(selling, OWNER)
    made = desk.open_file("the-key.fountain", SCRIPT)
    board(selling, run(selling, made, RunState.DONE))
    with selling.db.write() as session:
        for take in session.exec(select(Take)):
            take.cost_micros = 2_345_600
            session.add(take)
    assert '<span class="ts-length">$2.35</span>' in text(tab(desk, "home"))
    ordered(selling, made)
    assert '<span class="ts-length">1,000 credits</span>' in text(tab(desk, "home"))


@pytest.mark.parametrize("page", ["scenes", "voices", "characters", "backgrounds"])
def test_what_a_film_pays_for_takes_no_more_credits_and_no_dollars(selling: House, page: str) -> None:
    desk = Desk(selling, OWNER)
    made = desk.open_file("the-key.fountain", SCRIPT)
    story = desk.story(made)
    opened = {"shot": story.breakdown.shots[0].id, "line": story.breakdown.lines[0].id}
    assert priced(tab(desk, page, episode=made, **opened))
    ordered(selling, made)
    shown = tab(desk, page, episode=made, **opened)
    assert not priced(shown)
    assert [one for one in shown.button if one.label.endswith(", 0 credits")]


def test_the_voices_of_a_film_are_paid_by_it_in_whatever_shape_it_is(selling: House) -> None:
    desk, tall = Desk(selling, OWNER), Choices(aspect=Aspect.TALL)
    made = desk.open_file("the-key.fountain", SCRIPT)
    with selling.db.write() as session:
        film = order(session, OWNER, made, mark(tall), FILMS.quote(90, "standard"), 1, at=now())
        hold_minutes(session, film, at=now())
    began(selling, made, RunState.DONE, tall)
    shown = tab(desk, "voices", episode=made)
    assert not priced(shown)
    button = next(one for one in shown.button if one.label == "Speak them, 0 credits")
    button.click().run()
    with selling.db.read() as session:
        spoken = session.exec(select(Run).where(Run.part != "")).one()
    assert spoken.frame == mark(tall)


def test_the_rest_of_a_film_is_priced_by_what_it_holds_again(selling: House) -> None:
    desk = Desk(selling, OWNER)
    made = desk.open_file("the-key.fountain", SCRIPT)
    ordered(selling, made)
    began(selling, made, RunState.FAILED, Choices())
    with selling.db.write() as session:
        film = order(session, OWNER, made, FRAME, FILMS.quote(90, "standard"), 1, at=now())
        release_minutes(session, film, "it failed", at=now())
    labels = [one.label for one in tab(desk, "episode", episode=made).button]
    assert "Make the rest, at most 600 credits" in labels


def test_what_vendors_took_for_a_film_is_told_nowhere(selling: House) -> None:
    desk = Desk(selling, OWNER)
    made, other = desk.open_file("the-key.fountain", SCRIPT), desk.open_file("other.fountain", SCRIPT + b"\n\nBye.")
    shot = desk.story(made).breakdown.shots[0].id
    began(selling, made, RunState.DONE, Choices())
    with selling.db.write() as session:
        subject = f"board:{shot}@1280x720"
        session.add(Take(account=OWNER, fingerprint="board", essence="", kind=TakeKind.BOARD, state=TakeState.MADE,
                         engine="flux", recipe={}, content="0" * 64, suffix=".png", made=now(), asked=now(),
                         cost_micros=2_345_600))  # fmt: skip
        session.add(Choice(account=OWNER, episode=made, subject=subject, fingerprint="board", circled=True))
        session.flush()
        row = session.exec(select(Run)).one()
        session.add(Job(run=row.id, subject=subject, account=OWNER, kind=TakeKind.BOARD, state=JobState.MADE,
                        fingerprint="board"))  # fmt: skip
    where = {"episode": made, "shot": shot, "panel": "Takes"}
    assert "billed $2.35" in text(tab(desk, "scenes", **where))
    assert "$2.35" in text(tab(desk, "costs", episode=other))
    ordered(selling, made)
    assert "billed" not in text(tab(desk, "scenes", **where))
    assert "$2.35" not in text(tab(desk, "costs", episode=other))
    lab = text(tab(desk, "script_lab", episode=made))
    assert "to make" in lab
    assert "$" not in lab


def test_what_is_in_the_film_no_more_is_not_offered_again(selling: House) -> None:
    desk = Desk(selling, OWNER)
    made = desk.open_file("the-key.fountain", SCRIPT)
    ordered(selling, made)
    there = f"board:{desk.story(made).breakdown.shots[0].id}@1280x720"
    for subject, offered in (("board:nobodys@1280x720", 0), (there, 1)):
        part = Choices(only=(subject,))
        with selling.db.write() as session:
            session.add(Run(account=OWNER, episode=made, target=subject, frame=FRAME, part=subject, version=VERSION,
                            order=part.model_dump(mode="json"), state=RunState.FAILED, error="Down: nobody answered",
                            finished=now()))  # fmt: skip
        labels = [one.label for one in tab(desk, "scenes", episode=made).button]
        assert labels.count("Try again, 0 credits") == offered
