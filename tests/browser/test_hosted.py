"""Somebody's way in a hosted studio, in a real browser: stranger, invited, a first draft, a plan, an episode made at
vendors, a card that fails and another one, gone again.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from pages.parts.tabs import TABS
from tests.browser.buying import buy, charged_no_more, recover
from tests.browser.conftest import AXE
from tests.browser.hosted import Hosted, appoint, hosted, register, sign_in
from tests.browser.test_access import at_both
from tests.browser.vendors import film_at_vendors
from tests.doubles.cloud import Cloud
from tests.doubles.stripe import StripeDouble

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASSWORD, FOUNDERS = "a quiet green harbour", "another loud red harbour"
ADA, GRACE = "ada@example.org", "grace@example.org"


@pytest.fixture(scope="module")
def at(
    chromium: str,
    tmp_path_factory: pytest.TempPathFactory,
    shop: tuple[StripeDouble, dict[str, str]],
    vendors: Cloud,
) -> Iterator[Hosted]:
    """A hosted studio that lets in who was invited, sells, and has vendors."""
    del chromium
    more = vendors.settings | shop[1] | {"STUDIO_INVITATION_ONLY": "1"}
    with hosted(tmp_path_factory.mktemp("hosted"), **more) as made:
        yield made


@pytest.fixture
def refused(context: BrowserContext) -> list[str]:
    """What the browser was not allowed to load or run."""
    found: list[str] = []

    def hear(said: ConsoleMessage) -> None:
        if "Content Security Policy" in said.text:
            found.append(said.text)

    context.on("console", hear)
    return found


@pytest.mark.timeout(1500)
def test_from_stranger_to_first_draft_and_out_again(
    at: Hosted,
    context: BrowserContext,
    browser: Browser,
    refused: list[str],
    shop: tuple[StripeDouble, dict[str, str]],
    vendors: Cloud,
) -> None:
    page = context.new_page()
    page.add_init_script(AXE)
    code = _invitation(at, browser)

    page.goto(at.address)  # a stranger
    expect(page.get_by_role("heading", name="Type a pitch")).to_be_visible()
    expect(page.locator("video")).to_have_js_property("readyState", 4)
    _readable(page)
    page.goto(at.at("/costs?episode=nobodys"))
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    _readable(page)
    page.goto(at.at("/register"))
    expect(page.get_by_role("button", name="Register")).to_be_visible()
    _readable(page)

    register(page, at, ADA, PASSWORD, code)
    context.clear_cookies()  # on another day
    page.goto(at.at("/costs?episode=nobodys"))
    sign_in(page, ADA, PASSWORD)
    expect(page.get_by_text("No episode is open")).to_be_visible()
    assert page.url == at.at("/costs?episode=nobodys")
    assert "sid" not in page.evaluate("document.cookie")

    page.goto(at.address)  # the first draft is a click away
    page.get_by_role("button", name=re.compile("^Make “")).click()
    page.wait_for_url(re.compile(r"episode=\w+"))
    expect(page.locator("video")).to_be_visible(timeout=600_000)
    episode = page.url.partition("episode=")[2]
    film = str(page.locator("video source").get_attribute("src"))
    assert context.request.get(at.at(film), headers={"Range": "bytes=0-99"}).status == 206
    for tab in TABS:
        page.goto(at.at(f"/{tab.path}?episode={episode}"))
        expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    buy(page, at.address, shop[0])
    film_at_vendors(page, at.address, vendors)
    recover(page, at.address, shop[0])
    assert refused == []

    _nobody_else(at, browser, film)
    _stolen(at, context, page, film)
    _leave(at, page)
    charged_no_more(shop[0])


def _invitation(at: Hosted, browser: Browser) -> str:
    """Have the first founder invite somebody."""
    page = browser.new_page()
    page.set_default_timeout(120_000)
    appoint(page, at, GRACE, FOUNDERS)
    page.get_by_label("Whom it is for").fill("Ada")
    page.get_by_role("button", name="Make a code").click()
    told = page.get_by_test_id("stCode").inner_text()
    assert f"/register?invitation={told.split()[0]}" in told
    page.context.close()
    return told.split()[0]


def _nobody_else(at: Hosted, browser: Browser, film: str) -> None:
    """A film is there for nobody else: neither for a stranger nor for another account."""
    page = browser.new_page()
    page.set_default_timeout(120_000)
    assert page.request.get(at.at(film)).status == 404
    page.goto(at.at("/sign_in"))
    sign_in(page, GRACE, FOUNDERS)
    page.get_by_role("heading", name="Episodes").wait_for()
    assert page.request.get(at.at(film)).status == 404
    page.context.close()


def _readable(page: Page) -> None:
    """Everybody can read a page, at a desk and on a phone."""
    assert at_both(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def _stolen(at: Hosted, context: BrowserContext, page: Page, film: str) -> None:
    """A cookie that somebody copied is worth nothing once its owner has signed out, and another tab asks to sign in."""
    cookies, other = context.cookies(), context.new_page()
    for one in (other, page):
        one.goto(at.at("/account"))
        one.get_by_role("button", name="Change it").wait_for()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("heading", name="Type a pitch").wait_for()
    other.get_by_role("button", name="Change it").click()
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
    other.close()
    context.add_cookies(cookies)  # type: ignore[arg-type]
    assert context.request.get(at.at(film)).status == 404
    page.goto(at.at("/account"))
    sign_in(page, ADA, PASSWORD)
    page.get_by_role("heading", name="Account", exact=True).wait_for()


def _leave(at: Hosted, page: Page) -> None:
    """Delete the account; what comes back is all that was in it, and the address is a stranger's."""
    _readable(page)
    form = page.locator("form[action='/auth/leave']")
    form.get_by_label("Your password").fill(PASSWORD)
    form.get_by_label("Type DELETE").fill("DELETE")
    with page.expect_download() as handed:
        form.get_by_role("button").click()
    with zipfile.ZipFile(handed.value.path()) as packed:
        assert [name for name in packed.namelist() if name.endswith("master.mp4")]
    page.goto(at.at("/account"))
    sign_in(page, ADA, PASSWORD)
    expect(page.get_by_role("alert")).to_be_visible()
    page.goto(at.address)
    expect(page.get_by_role("link", name="Start free").first).to_be_visible()
