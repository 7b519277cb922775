"""The founder's desk in a real browser: a sale and an episode made at vendors move cost, revenue and margin. The one
over $2 is found and given back, and so is the payment. Every view is for everybody, at a desk and on a phone.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select

from pages.parts.founding_frame import VIEWS
from pages.parts.wording import dollars
from studio.db import Database, now
from studio.people.account import Account
from tests.browser.buying import buy
from tests.browser.conftest import AXE
from tests.browser.drawing import drawn
from tests.browser.hosted import Hosted, appoint, hosted, register
from tests.browser.test_access import at_both
from tests.browser.test_studio import fits
from tests.browser.vendors import film_at_vendors
from tests.desk.founding.rows import billed
from tests.doubles.cloud import Cloud
from tests.doubles.stripe import StripeDouble
from tests.until import until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ADA, GRACE = "ada@example.org", "grace@example.org"
PASSWORD, FOUNDERS = "a quiet green harbour", "another loud red harbour"
LATE = 2_600_000  # micro-dollars that a vendor bills above what it said


@pytest.fixture(scope="module")
def at(
    chromium: str,
    tmp_path_factory: pytest.TempPathFactory,
    shop: tuple[StripeDouble, dict[str, str]],
    vendors: Cloud,
) -> Iterator[Hosted]:
    """A hosted studio that sells, and has vendors."""
    del chromium
    with hosted(tmp_path_factory.mktemp("founding"), **vendors.settings, **shop[1]) as made:
        yield made


@pytest.mark.timeout(1500)
def test_a_founder_sees_money_move_finds_the_dear_episode_and_gives_it_back(
    at: Hosted,
    page: Page,
    browser: Browser,
    shop: tuple[StripeDouble, dict[str, str]],
    vendors: Cloud,
    tmp_path: Path,
) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.add_init_script(AXE)
    appoint(page, at, GRACE, FOUNDERS)
    assert (_figure(page, at, "morning", "MRR"), _figure(page, at, "margins", "Vendors")) == ("$0.00", "$0.00")

    episode = _made(at, browser, shop[0], vendors)
    assert (_figure(page, at, "revenue", "MRR"), _figure(page, at, "revenue", "Paid in this time")) == ("$20.00",) * 2
    assert _figure(page, at, "costs", "Billed by vendors") == dollars(vendors.total)
    before = _micros(_figure(page, at, "margins", "Left"))
    expect(page.get_by_text("No episode cost more than $2.")).to_be_visible()

    _bill_late(at, episode)
    assert _figure(page, at, "costs", "Billed by vendors") == dollars(vendors.total + LATE)
    assert _micros(_figure(page, at, "margins", "Left")) == pytest.approx(before - LATE, abs=20_000)
    with page.expect_download() as saved:
        page.locator(".st-key-csv-by-episode").get_by_role("button").click()
    saved.value.save_as(tmp_path / "episodes.csv")
    rows = list(csv.DictReader((tmp_path / "episodes.csv").read_text("utf-8-sig").splitlines()))
    assert [(row["Kind"], float(row["Ever billed"])) for row in rows if row["Episode"] == episode] == [
        ("over", pytest.approx((vendors.total + LATE) / 1e6))
    ]

    _give_back(page, episode)
    assert _figure(page, at, "revenue", "MRR") == "$20.00", "what may be spent once more is no payment"
    _pay_back(page, at, shop[0])
    for view in VIEWS:
        page.goto(at.at(f"/founder?view={view}&account={ADA}"))
        drawn(page)
        assert at_both(page) == [], view
        fits(page, 1440, 375)


@pytest.mark.timeout(900)
def test_a_founder_answers_a_ticket_they_followed_a_link_to(at: Hosted, page: Page, browser: Browser) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    asking = browser.new_page()
    asking.set_default_timeout(120_000)
    register(asking, at, "eve@example.org", PASSWORD)
    asking.goto(at.at("/support"))
    asking.get_by_label("In a few words").fill("The kettle sings")
    asking.get_by_label("What happened, or what would you like to know?").fill("All night long.")
    asking.get_by_role("button", name="Send it").click()
    expect(asking.get_by_role("button", name="Write back")).to_be_visible()

    appoint(page, at, "gwen@example.org", FOUNDERS)
    page.goto(at.at("/support"))
    page.get_by_role("link", name="The kettle sings").click()
    page.get_by_role("textbox", name="Answer").fill("Take it off the fire.")
    page.get_by_role("button", name="Answer, here and by mail").click()
    expect(page.locator(".ts-talk")).to_contain_text("Take it off the fire.")
    page.get_by_role("link", name="All of them").click()
    expect(
        page.get_by_role("button", name="Answered: 1").or_(page.get_by_role("radio", name="Answered: 1"))
    ).to_be_visible()
    asking.reload()
    expect(asking.locator(".ts-talk")).to_contain_text("Take it off the fire.")
    asking.context.close()


def _made(at: Hosted, browser: Browser, double: StripeDouble, vendors: Cloud) -> str:
    """Somebody registers, buys Pro and has an episode made at vendors; gives its id."""
    page = browser.new_page()
    page.set_default_timeout(120_000)
    register(page, at, ADA, PASSWORD)
    buy(page, at.address, double)
    film_at_vendors(page, at.address, vendors)
    episode = page.url.partition("episode=")[2].partition("&")[0]
    page.context.close()
    return episode


def _bill_late(at: Hosted, episode: str) -> None:
    """Book what a vendor bills for the episode above all it said before."""
    db = Database(at.environment["STUDIO_DATABASE_URL"])
    with db.write() as session:
        account = session.exec(select(Account.id).where(Account.email == ADA)).one()
        billed(session, account, episode, LATE / 1e6, at=now())
    db.close()


def _give_back(page: Page, episode: str) -> None:
    """From the episode over the limit to what was paid for it, given back once however often it is clicked."""
    page.get_by_role("link", name=f"Refund {episode} or credit its account").click()
    expect(page.get_by_role("textbox", name="Episode")).to_have_value(episode)
    page.locator(".st-key-why-refund").get_by_role("textbox").fill("billed above what was said")
    page.get_by_role("button", name="Give back what was paid for it").dblclick()
    acts = page.get_by_role("table", name="Every act").get_by_role("row").filter(has_text="billed above what was said")
    expect(acts).to_have_count(1)
    drawn(page)
    expect(acts).to_have_count(1)


def _pay_back(page: Page, at: Hosted, double: StripeDouble) -> None:
    """The payment goes back too, and the revenue with it once the payment service has said so."""
    page.goto(at.at(f"/founder?view=acts&account={ADA}"))
    page.get_by_role("tab", name="Refund", exact=True).click()
    page.locator(".st-key-why-refund-order").get_by_role("textbox").fill("she asked for her money")
    page.get_by_role("button", name="Have it given back").click()
    expect(page.get_by_text("The payment service was asked")).to_be_visible()
    double.post.flush()
    until(lambda: _figure(page, at, "revenue", "MRR") == "$0.00")
    assert _figure(page, at, "revenue", "Of it refunded") == "$20.00"


def _figure(page: Page, at: Hosted, view: str, name: str) -> str:
    """A figure of a view."""
    page.goto(at.at(f"/founder?view={view}"))
    drawn(page)
    facts = page.locator(".ts-figures div").filter(has=page.locator("dt").get_by_text(name, exact=True))
    return facts.first.locator("dd").inner_text()


def _micros(words: str) -> int:
    return round(float(words.replace("$", "").replace(",", "")) * 1e6)
