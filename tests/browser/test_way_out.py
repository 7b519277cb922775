"""Whoever is signed in can sign out from every page, at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from pages.parts.tabs import HOME, LISTED, SCENES
from services.building import build_house
from services.settings import Settings
from studio.desk.desk import Desk
from studio.people.account import Role, by_email
from studio.production.house import House
from tests.browser.hosted import Hosted, appoint, hosted, sign_in
from tests.browser.test_access import at_both
from tests.browser.test_studio import fits

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

GRACE, PASSWORD = "grace@example.org", "another loud red harbour"
SCRIPT = b"INT. HALL - NIGHT\n\nANNA, 30, waits.\n\nANNA\nGood evening.\n"
PHONE, DESK = 375, 1440


@pytest.fixture(scope="module")
def at(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    """A hosted studio."""
    del chromium
    with hosted(tmp_path_factory.mktemp("hosted")) as made:
        yield made


@contextmanager
def house_of(at: Hosted) -> Iterator[House]:
    """The house, as who runs it comes to it."""
    told = {name.lower(): value for name, value in at.environment.items() if name.startswith(("STUDIO_", "AWS_"))}
    house = build_house(Settings(_env_file=None, **told))
    yield house
    house.db.close()


@contextmanager
def desk(at: Hosted) -> Iterator[Desk]:
    """The founder's desk."""
    with house_of(at) as house:
        with house.db.read() as session:
            founder = by_email(session, GRACE)
        assert founder
        yield Desk(house, founder.id)


def rename(at: Hosted, table: str, to: str) -> None:
    """Call a table of the database otherwise, so that pages which need it go wrong."""
    with house_of(at) as house, house.db.write() as session:
        session.execute(text(f"ALTER TABLE {table} RENAME TO {to}"))


def test_every_page_and_every_tab_of_an_episode_has_the_way_out(at: Hosted, readable: Page) -> None:
    page = readable
    out = page.get_by_role("button", name="Sign out", exact=True)
    page.goto(at.at("/sign_in"))
    page.get_by_role("heading", name="Sign in").wait_for()
    expect(out).to_have_count(0)
    appoint(page, at, GRACE, PASSWORD)
    with desk(at) as founder:
        episode = founder.open_file("hall.fountain", SCRIPT)
    for tab in LISTED[Role.FOUNDER].pages:
        page.goto(at.at(f"/{'' if tab is HOME else tab.path}?episode={episode}"))
        expect(out).to_be_visible()
        fits(page, PHONE, DESK)
    page.goto(at.at(f"/{SCENES.path}?episode={episode}"))
    expect(out).to_be_visible()
    assert at_both(page) == []
    page.set_viewport_size({"width": PHONE, "height": 812})
    rename(at, "delivery", "mislaid")
    page.goto(at.address)
    page.get_by_text("The studio's files cannot be used").first.wait_for()
    rename(at, "mislaid", "delivery")
    out.click()
    page.get_by_role("heading", name="Type a pitch").wait_for()
    expect(out).to_have_count(0)
    assert "sid" not in {one["name"] for one in page.context.cookies()}

    page.goto(at.at("/account"))
    sign_in(page, GRACE, PASSWORD)
    expect(out).to_be_visible()
    _change_password(page)
    page.goto(at.at("/account"))
    expect(out).to_be_visible()  # by a new session: every other has ended
    with desk(at) as founder:
        founder.founding.sign_everybody_out("a backup was stolen")
    answers = [page.goto(at.at("/account")) for _ in range(2)]
    told = [answer and answer.all_headers().get("clear-site-data") for answer in answers]
    assert told == ['"cache", "storage"', None]  # what a session that has ended left in this browser goes, once
    expect(out).to_have_count(0)


def _change_password(page: Page) -> None:
    """Choose another password on Account, and wait until the browser is back there with its new session."""
    page.get_by_label("Password now").fill(PASSWORD)
    page.get_by_label("New password").fill("seven quiet green harbours")
    with page.expect_response(lambda answer: "/auth/finish?" in answer.url):
        page.get_by_role("button", name="Change the password").click()
    page.get_by_role("button", name="Change it").wait_for()
