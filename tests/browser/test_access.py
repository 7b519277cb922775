"""Everybody can use it: pages fit every width, axe finds nothing new, Scenes and Episode are walked by keyboard."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pages.parts.tabs import HEALTH, TABS
from tests.browser.conftest import PHONE
from tests.browser.drawing import drawn
from tests.browser.test_studio import fits

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("tap"), pytest.mark.timeout(900)]  # they share a film

HERE = Path(__file__).parent
KNOWN = tomllib.loads((HERE / "streamlit_axe.toml").read_text(encoding="utf-8"))["known"]
ASK = (HERE / "axe.js").read_text(encoding="utf-8")
PATHS = [tab.path for tab in TABS]
DESK, NARROW = (1440, 900), (375, 812)
DIM = "<html lang=en><title>Dim</title><main><h1>Dim</h1><p style='color:gray;background:dimgray'>Hard to read"
_INSIDE = "!e.matches(':focus')"  # a player's own controls: the browser shows where the focus is
_AROUND = "[e, e.closest('[data-testid=stChatInput] > *')].filter(Boolean)"
_LINED = "['', '::after'].some(of => getComputedStyle(one, of).outlineStyle === 'solid')"
_STALE = "!!document.querySelector('[data-stale=true]')"
_FADING = "document.getAnimations().some(one => one.transitionProperty === 'opacity' && one.playState === 'running')"
_RESTS = f"() => !{_STALE} && !{_FADING}"
FADES = f"""new MutationObserver(() => window.faded ||= {_STALE}).observe(document,
  {{ subtree: true, childList: true, attributes: true, attributeFilter: ['data-stale'] }})"""
SOCKETS = """window.sockets = [];
window.WebSocket = class extends WebSocket { constructor(...of) { super(...of); sockets.push(this); } };"""
SEEN = f"e => {_INSIDE} || {_AROUND}.some(one => {_LINED})"

# What is read of a control: behind a symbol, and for a tab with how what is made there stands.
STANDS = "/\\n((\\d+ )?(done|stale|missing))$/"
NAME = f"""e => (e.getAttribute('aria-label') || e.innerText || e.tagName).slice(0, 60).replace({STANDS}, ', $1')
  .split('\\n').pop()"""


@pytest.fixture(params=[pytest.param(DESK, id="desk"), pytest.param(NARROW, id="phone", marks=PHONE)])
def seen(request: pytest.FixtureRequest, readable: Page) -> Page:
    """A page at a desk's width, and again at a phone's."""
    readable.set_viewport_size({"width": request.param[0], "height": request.param[1]})
    return readable


def findings(page: Page) -> list[str]:
    """What axe finds in what is shown now, once it has settled."""
    page.mouse.move(0, 0)  # a hint stands outside of every region while it is shown
    return axe(drawn(page))


def axe(page: Page) -> list[str]:
    """What axe finds at this moment."""
    found: list[str] = page.evaluate(ASK, KNOWN)
    return found


def at_rest(page: Page) -> list[str]:
    """What axe finds in a page that is drawn again and again, in a look during which nothing of it faded.

    Streamlit lets fade what it is drawing anew, and what fades is hard to read.
    """
    while True:
        page.wait_for_function(_RESTS)
        page.evaluate("window.faded = false")
        if not (found := axe(page)) or not page.evaluate("window.faded"):
            return found


def at_both(page: Page) -> list[str]:
    """What axe finds at a desk's width, and in the same visit at a phone's."""
    found = []
    for width, height in (NARROW, DESK):
        page.set_viewport_size({"width": width, "height": height})
        found += findings(page)
    return found


def test_a_page_that_cannot_be_read_is_found(readable: Page) -> None:
    readable.goto(f"data:text/html,{DIM}")
    found: list[str] = readable.evaluate(ASK, KNOWN)
    assert [one.partition(":")[0] for one in found] == ["serious color-contrast"]


def test_home_is_for_everybody(seen: Page, address: str, filmed: str) -> None:
    seen.goto(address)
    seen.get_by_role("button", name="The Tap").first.wait_for()
    assert findings(seen) == []
    seen.get_by_label("Length").click()
    seen.get_by_role("listbox").wait_for()
    assert findings(seen) == []
    seen.keyboard.press("Escape")
    seen.get_by_role("tab", name="Bring a screenplay").click()
    assert findings(seen) == []


def test_health_and_tabs_without_an_episode_are_for_everybody(readable: Page, address: str) -> None:
    for path in PATHS:
        readable.goto(f"{address}{path}")
        readable.get_by_text("No episode is open").wait_for()
        assert at_both(readable) == [], path
    readable.goto(f"{address}{HEALTH.path}")
    readable.get_by_role("heading", name="The plan's targets").wait_for()
    assert at_both(readable) == []
    fits(readable, 1440, 1024, 375)


@pytest.mark.parametrize("path", PATHS)
def test_a_tab_and_its_chat_are_for_everybody(readable: Page, address: str, filmed: str, path: str) -> None:
    page = readable
    page.goto(f"{address}{path}?episode={filmed}")
    page.get_by_role("heading", name="The Tap").wait_for()
    assert at_both(page) == []
    fits(page, 1440, 1024, 375)
    page.get_by_role("button", name="Chat").click()
    expect(page.get_by_placeholder("What should change?")).to_be_visible()
    assert at_both(page) == []
    fits(page, 1440, 1024, 375)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_what_is_opened_in_a_tab_is_for_everybody(readable: Page, address: str, filmed: str) -> None:
    page, at = readable, f"?episode={filmed}"
    page.goto(f"{address}scenes{at}")
    page.get_by_role("button", name=re.compile("^1A ")).click()
    page.get_by_role("heading", name="Shot 1A").wait_for()
    for name in ("Direct", "Takes", "Cut"):
        page.get_by_role("tab", name=name).click()
        assert at_both(page) == [], name
    page.goto(f"{address}scenes{at}")
    page.get_by_role("button", name="Select several").click()
    page.get_by_role("button", name=re.compile("^1A ")).click()
    assert at_both(page) == []
    page.goto(f"{address}voices{at}")
    page.get_by_role("button", name="Direct").first.click()
    assert at_both(page) == []


def test_what_is_being_made_and_then_stopped_is_for_everybody(readable: Page, address: str, filmed: str) -> None:
    page, at = readable, f"?episode={filmed}"
    stop = page.get_by_role("button", name="Stop", exact=True)
    page.add_init_script(SOCKETS)
    page.add_init_script(FADES)
    page.goto(f"{address}episode{at}")
    for name in ("Wide 16:9", "Square 1:1", "Tall 9:16"):
        page.get_by_role("button", name=name).click()
    page.get_by_role("radio", name="High").or_(page.get_by_role("button", name="High")).first.click()
    page.get_by_role("button", name="Render 2 formats, $0.00").click()
    expect(stop).to_have_count(2)
    assert at_rest(page) == []
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    assert at_rest(page) == []
    page.goto(f"{address}scenes{at}")
    expect(stop).to_have_count(2)
    assert at_rest(page) == []
    page.get_by_role("button", name=re.compile("^1A ")).click()
    page.get_by_role("heading", name="Shot 1A").wait_for()
    with page.expect_websocket():
        page.evaluate("sockets.forEach((one) => one.close())")
    expect(page.get_by_role("heading", name="Shot 1A")).to_be_visible()
    for left in (1, 0):
        stop.first.click()
        expect(stop).to_have_count(left)
    expect(page.locator(".st-key-working")).to_have_count(0)
    page.goto(f"{address}episode{at}")
    page.get_by_role("button", name="Leave them").wait_for()
    assert at_both(page) == []
    page.get_by_role("button", name="Leave them").click()
    expect(page.get_by_role("button", name="Make the rest")).to_have_count(0)


def test_a_difference_is_for_everybody(seen: Page, address: str, filmed: str) -> None:
    seen.goto(f"{address}script_lab?episode={filmed}")
    seen.get_by_label("Ask for a rewrite").fill("make scene 1 happen at dawn")
    seen.get_by_role("button", name="Propose").click()
    seen.get_by_role("region", name="What would change").wait_for()
    assert findings(seen) == []
    seen.get_by_role("button", name="Reject").click()
    expect(seen.get_by_role("button", name="Reject")).to_have_count(0)


def walked(page: Page, most: int = 80) -> Iterator[str]:
    """Press Tab and say what is reached each time, until the keyboard leaves the page; what is reached must be seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        here = page.evaluate_handle("document.activeElement")
        if here.evaluate("e => e === document.body"):
            return
        assert here.evaluate(SEEN), f"the focus cannot be seen on {here.evaluate('e => e.outerHTML.slice(0, 200)')}"
        yield here.evaluate(NAME)


def in_order(found: list[str], *expected: str) -> None:
    """Hold that something beginning so was reached for each of these, one after the other."""
    rest = iter(found)
    for one in expected:
        assert any(re.search(one, name) for name in rest), f"{one} is not reached in its turn: {found}"


def test_scenes_are_directed_by_keyboard(page: Page, address: str, filmed: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{address}scenes?episode={filmed}")
    page.get_by_role("button", name=re.compile("^1A ")).wait_for()
    drawn(page)
    names = list(walked(page))
    in_order(names, "Chat", "Home", "Script Lab", "Scenes", "Costs", "Select several", "^1A", "^1B")
    page.get_by_role("button", name=re.compile("^1A ")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Shot 1A")).to_be_visible()
    page.get_by_role("tab", name="Direct").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Takes")).to_be_focused()
    expect(page.get_by_role("tab", name="Takes")).to_have_attribute("aria-selected", "true")
    page.get_by_role("button", name=re.compile("^1B ")).focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("heading", name="Shot 1B")).to_be_visible()
    page.get_by_role("button", name="Back", exact=True).focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("heading", name="Shot 1B")).to_have_count(0)


def test_an_episode_is_ordered_by_keyboard(page: Page, address: str, filmed: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{address}episode?episode={filmed}")
    page.get_by_role("button", name="Render 1 format").wait_for()
    drawn(page)
    names = list(walked(page))
    in_order(names, "Episode", "Costs", "^Shot 1A", "^Shot 1B", "Wide 16:9")
    tall = page.get_by_role("button", name="Tall 9:16")
    tall.focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Render 2 formats, $0.00")).to_be_enabled()
    tall.focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Render 1 format, $0.00")).to_be_disabled()
    drawn(page)
    page.get_by_role("link", name=re.compile("^Shot 1B")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Shot 1B")).to_be_visible()
