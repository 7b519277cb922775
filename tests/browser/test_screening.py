"""A film is shared, a tester leaves a note on a phone, its shot is taken again, and the same link shows the new cut."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import AXE, HANGS
from tests.browser.drawing import drawn
from tests.browser.test_studio import SCRIPT, fits
from tests.until import until

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(1800)]

TARGETS = (Path(__file__).parent / "targets.js").read_text()
_A_FILM = 600_000  # milliseconds
# The page's policy forbids the eval by which Playwright waits for a condition.
_LOAD = "v => new Promise(done => { v.readyState ? done(0) : v.addEventListener('loadedmetadata', () => done(0)) })"
_SEEK = "(v, at) => new Promise(done => { v.addEventListener('seeked', () => done(0)); v.currentTime = at })"
_END = "v => new Promise(done => { v.onended = () => done(0); v.currentTime = v.duration - .5; v.play() })"
_WIDEST = "document.documentElement.scrollWidth"


def test_a_tester_s_note_becomes_a_retake_and_the_new_cut_answers_it(home_page: Page, browser: Browser) -> None:
    page = home_page
    page.get_by_role("tab", name="Bring a screenplay").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "shared.fountain", "mimeType": "text/plain", "buffer": SCRIPT.read_bytes().replace(b"Kettle", b"Pot")}
    )
    page.get_by_role("button", name="Film the screenplay, $0.00").click()
    page.wait_for_url(re.compile(r"episode=\w+"))
    expect(page.locator("video")).to_be_visible(timeout=_A_FILM)

    page.get_by_role("button", name="Make a link").click()
    page.get_by_label("Whom it is for").fill("Friday")
    page.get_by_role("button", name="Make the link").click()
    link = page.locator(".st-key-screening-fresh code").inner_text()
    page.get_by_role("button", name="I have it").click()
    fits(page, 1440, 375)

    tester = _phone(browser, link)
    tester.locator("video").evaluate(_SEEK, 5)
    tester.get_by_label("Your name").fill("Tess")
    tester.get_by_role("textbox", name="Note").fill("closer")
    tester.get_by_role("button", name="Leave the note at 0:05").click()
    expect(tester.locator("#list > li")).to_contain_text("closer")
    before = tester.locator("#screen").get_attribute("data-cut")

    page.reload()
    page.get_by_role("link", name="Note by Tess at 0:05: closer").click()
    page.get_by_label("Your answer").fill("Watch it again")
    page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.locator(".ts-answers")).to_contain_text("Watch it again")
    page.get_by_role("button", name=re.compile(r"Retake shot \w+, \$0\.00")).click()
    expect(page.get_by_text("taken again", exact=True)).to_be_visible()
    render = page.get_by_role("button", name="Render 1 format, $0.00")
    expect(render).to_be_enabled(timeout=_A_FILM)
    fits(page, 1440, 375)
    render.click()
    expect(page.get_by_text("new in this cut", exact=True)).to_be_visible(timeout=_A_FILM)

    tester.reload()
    expect(tester.locator("#list > li").first).to_contain_text("its shot is new in this cut")
    expect(tester.locator("#list > li").first).to_contain_text("The maker: Watch it again")
    assert tester.locator("#screen").get_attribute("data-cut") != before
    tester.locator("video").evaluate(_LOAD)
    tester.locator("video").evaluate(_END)
    expect(tester.get_by_label("Your name")).to_have_value("Tess")
    until(lambda: _says(page, "opened by 1, watched by 1, to 100 %, 1 time to the end"))


def _says(page: Page, words: str) -> bool:
    """Whether the page says so when it is loaded anew; what a tester's browser tells as the film ends comes later."""
    page.reload()
    page.get_by_role("heading", name="The Pot").wait_for()
    return drawn(page).get_by_text(words).count() > 0


def _phone(browser: Browser, link: str) -> Page:
    """The link on a phone that has no account: all of it fits, can be hit and is read out."""
    context = browser.new_context(
        viewport={"width": 375, "height": 812}, has_touch=True, is_mobile=True, device_scale_factor=2
    )
    page = context.new_page()
    page.set_default_timeout(HANGS)
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.add_init_script(AXE)
    page.goto(link)
    page.get_by_role("heading", name="Notes").wait_for()
    page.locator("video").evaluate(_LOAD)
    assert page.evaluate(_WIDEST) <= 375
    assert page.evaluate(TARGETS) == []
    found = page.evaluate("async () => (await axe.run()).violations.map(one => one.id)")
    assert (found, wrong) == ([], [])
    return page
