"""The page of credits: what is there, held and expiring, what a film costs, packs, promises, and the statement."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.crediting import to_csv
from studio.db import now
from studio.desk.desk import Desk
from studio.money.credits import claw_back, grant_bonus, grant_pack
from studio.money.films import Films
from studio.money.minutes import hold_minutes, order
from studio.people.account import OWNER
from studio.production.house import House, NoRemotes
from tests.doubles.stripe import StripeDouble
from tests.pages.visit import ROOT, button, tab, text
from tests.payments.near import near
from tests.web.rows import episode, house_at

SCRIPT = b"INT. HALL - NIGHT\n\nShe waits.\n\nANNA\nGood evening.\n"
FILMS = Films.load(ROOT / "data" / "films.toml")


@pytest.fixture
def desk(house: House) -> Desk:
    """A desk in a house that sells films."""
    return Desk(replace(house, films=FILMS), OWNER)


def page(desk: Desk) -> AppTest:
    """The page as somebody at this desk sees it."""
    return tab(desk, "credits")


def bought(house: House) -> None:
    """A pack, a gift that expires soon, and a film that holds some of them."""
    with house.db.write() as session:
        grant_pack(session, OWNER, FILMS.pack[2], once="pay-1", at=now())
        grant_bonus(session, OWNER, 500, once="gift", why="=Gift", days=10, at=now())
    made = episode(house, "The <b>Key</b>")
    with house.db.write() as session:
        price = FILMS.quote(120, "standard")
        hold_minutes(session, order(session, OWNER, made, "1280x720p24", price, 1, at=now()), at=now())


def test_somebody_without_credits_sees_prices_packs_and_promises(desk: Desk) -> None:
    shown = page(desk)
    seen = text(shown)
    for words in ("13,000 credits<br>$130.00", "19,500 credits<br>$195.00", "26,000 credits<br>$260.00"):
        assert words in seen
    assert "not sold yet" not in seen
    assert "Films of up to 60 minutes are sold now" in seen
    assert "The quote is a ceiling" in seen
    assert "good for 30 days more" in seen
    assert "Nothing moved yet" in seen
    shown.number_input(key="film-minutes").set_value(61).run()
    assert "The longest film that came out whole here is 60 minutes. Longer ones are quoted, and not" in text(shown)
    assert "Payments are switched off" in seen
    assert button(shown, "Buy for \\$250.00").disabled
    shown.number_input(key="film-minutes").set_value(60).run()
    assert "25,000 credits<br>$250.00" in text(shown)


def test_no_pack_is_sold_where_no_film_can_be_made(house: House) -> None:
    shown = page(Desk(replace(house, films=FILMS, payments=near(StripeDouble())), OWNER))
    assert "its engines are not set up" in text(shown)
    assert button(shown, "Buy for \\$25.00").disabled


def test_what_is_free_held_and_expiring_is_told(desk: Desk, house: House) -> None:
    bought(house)
    seen = text(page(desk))
    assert "<dt>To spend</dt><dd>24,700</dd>" in seen
    assert "<dt>Held</dt><dd>1,800</dd>" in seen
    assert "The &lt;b&gt;Key&lt;/b&gt;</th><td>1,800</td>" in seen
    assert "1,000 credits on top" not in seen
    assert "1,800 credits held for The &lt;b&gt;Key&lt;/b&gt;" in seen
    assert "Gift" not in seen.partition("Statement")[0]  # all of it is held


def test_what_expires_soon_and_what_is_owed_are_said_first(desk: Desk, house: House) -> None:
    with house.db.write() as session:
        grant_bonus(session, OWNER, 500, once="gift", why="Gift", days=10, at=now())
    assert "500 bonus credits of Gift expire on" in text(page(desk))
    with house.db.write() as session:
        claw_back(session, OWNER, once="gift", at=now() + timedelta(days=1))
    bought(house)
    with house.db.write() as session:
        claw_back(session, OWNER, once="pay-1", at=now())
    assert "until they are paid: a new pack pays them first" in text(page(desk))


def test_the_statement_is_there_as_csv_that_no_spreadsheet_runs(desk: Desk, house: House) -> None:
    bought(house)
    rows = list(csv.DictReader(io.StringIO(to_csv(desk.credit_statement()))))
    assert [row["movement"] for row in rows] == ["hold", "grant", "grant", "grant"]
    assert (rows[0]["credits"], rows[0]["held"], rows[0]["free_after"]) == ("-1800", "1800", "24700")
    assert rows[1]["what"] == "'=Gift: 500 credits came in"


def test_a_screenplay_is_quoted_beside_its_button(desk: Desk) -> None:
    desk.open_file("hall.fountain", SCRIPT)
    seen = text(page(desk))
    assert "<dt>Each finished minute</dt><dd>400 credits</dd>" in seen
    assert FILMS.find("standard").says in seen
    assert "is not set up in this studio" in seen  # no key is set here


def test_the_button_holds_what_it_says_and_begins_the_film(home: Path) -> None:
    keys = {"elevenlabs_api_key": "k", "groq_api_key": "k", "runpod_api_key": "k", "runpod_endpoint_id": "e"}
    house = replace(house_at(home, **keys), remotes=NoRemotes(), films=FILMS, payments=near(StripeDouble()))
    desk = Desk(house, OWNER)
    quote = desk.film_quote("standard", episode=desk.open_file("hall.fountain", SCRIPT))
    label = f"Hold {quote.price.credits:,} credits and make the film"
    refused = button(page(desk), label).click().run()
    assert f"{quote.price.credits:,} credits are needed and 0 credits are free" in text(refused)
    with house.db.write() as session:
        grant_bonus(session, OWNER, 2_000, once="gift", why="Gift", days=None, at=now())
    assert not button(page(desk), "Buy for \\$25.00").disabled
    button(page(desk), label).click().run()
    found = desk.credits()
    assert found
    assert (found.free, found.held) == (20_000_000 - quote.price.micros, quote.price.micros)
    house.db.close()


def test_where_no_films_are_sold_the_page_says_so(house: House) -> None:
    assert "this studio sells none" in text(page(Desk(house, OWNER)))
