"""Every tab by keyboard alone: each control is reached with Tab, seen when it is, and does what it says with Enter."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawing import drawn
from tests.browser.stage import Stage
from tests.browser.test_access import NAME, SEEN

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stage")]  # they share a studio

_FAR = 120  # stops until something cannot be reached
_UNDER = """e => { const box = e.getBoundingClientRect();
  const hit = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
  return !!hit && !e.contains(hit) && !hit.contains(e) && !!hit.closest('.st-key-working') }"""


def reach(page: Page, name: str) -> None:
    """Press Tab until something that begins so has the focus; whatever has it on the way must be seen."""
    found = []
    for _ in range(_FAR):
        page.keyboard.press("Tab")
        here = page.evaluate_handle("document.activeElement")
        if here.evaluate("e => e === document.body"):
            continue
        assert here.evaluate(SEEN), f"the focus cannot be seen on {here.evaluate('e => e.outerHTML.slice(0, 200)')}"
        assert not here.evaluate(_UNDER), f"a bar lies on {here.evaluate('e => e.outerHTML.slice(0, 200)')}"
        found.append(here.evaluate(NAME))
        if re.match(name, found[-1]):
            return
    raise AssertionError(f"{name} is not reached: {found}")


def press(page: Page, name: str, key: str = "Enter") -> None:
    """Reach something and press a key on it; the page is drawn afterwards."""
    reach(page, name)
    page.keyboard.press(key)
    drawn(page, quiet=200)


def choose(page: Page, name: str) -> None:
    """Reach a menu and take what stands one below in it."""
    reach(page, name)
    menu = page.get_by_label(name, exact=True)
    was = menu.input_value()
    page.keyboard.press("ArrowDown")
    page.get_by_role("listbox").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(menu).not_to_have_value(was)
    drawn(page, quiet=200)


def test_a_script_is_rewritten_and_edited_by_keyboard(page: Page, stage: Stage) -> None:
    page.goto(stage.at("script_lab", stage.done))
    page.get_by_text(re.compile(r"^Version 1 ·")).wait_for()
    drawn(page, quiet=200)
    reach(page, "Ask for a rewrite")
    page.keyboard.type("make scene 1 happen at dawn")
    press(page, "Propose")
    expect(page.get_by_role("region", name="What would change")).to_be_visible()
    press(page, "Accept")
    expect(page.get_by_text(re.compile(r"^Version 2 ·"))).to_be_visible()
    expect(page.get_by_label("Ask for a rewrite")).to_be_focused()  # the button that had the keyboard is gone
    reach(page, "Screenplay in Fountain")
    page.keyboard.press("Control+End")
    page.keyboard.type(" A bell.")
    press(page, "Keep this version")
    expect(page.get_by_text(re.compile(r"^Version 3 ·"))).to_be_visible()


def test_people_places_and_voices_are_chosen_by_keyboard(page: Page, stage: Stage) -> None:
    page.goto(stage.at("characters", stage.done))
    page.get_by_role("heading", name="Mara", exact=True).wait_for()
    drawn(page, quiet=200)
    choose(page, "Hat")
    press(page, "Keep and redraw")
    expect(page.get_by_text("being made").first).to_be_visible()
    press(page, "Lock the look")
    expect(page.get_by_role("button", name="Open the look")).to_be_visible()
    page.goto(stage.at("backgrounds", stage.done))
    page.get_by_role("heading", name="Harbour").or_(page.get_by_role("heading", name="Kitchen")).first.wait_for()
    drawn(page, quiet=200)
    press(page, "Harbour")
    expect(page.get_by_role("heading", name="Harbour")).to_be_visible()
    choose(page, "Weather")
    press(page, "Keep and redraw")
    expect(page.get_by_text("being made").first).to_be_visible()
    page.goto(stage.at("voices", stage.done))
    page.get_by_role("heading", name=re.compile("The voice of")).wait_for()
    drawn(page, quiet=200)
    press(page, "Listen, ")
    expect(page.get_by_role("button", name="Being spoken")).to_be_visible()
    press(page, "Cast")
    expect(page.get_by_text(re.compile("lines are stale")).first).to_be_visible()


def test_costs_and_the_chat_are_left_by_keyboard(page: Page, stage: Stage) -> None:
    page.goto(stage.at("costs", stage.done))
    page.get_by_text("of $2.00").wait_for()
    drawn(page, quiet=200)
    press(page, r"Show \d+ more")
    with page.expect_download():
        press(page, "Download CSV")
    page.goto(stage.at("scenes", stage.done))
    page.get_by_role("button", name="Select several").wait_for()
    drawn(page, quiet=200)
    press(page, "Chat")
    drawer = page.get_by_role("dialog")
    expect(drawer).to_be_visible()
    reach(page, "What should change")
    page.keyboard.type("cut scene 2")
    page.keyboard.press("Enter")
    expect(drawer.locator("del").first).to_be_visible()
    press(page, "Reject")
    expect(drawer.get_by_text("rejected", exact=True)).to_be_visible()
    expect(drawer.locator(":focus")).to_have_count(1)  # its button is gone, and the keyboard goes on inside
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    drawn(page, quiet=200)
    assert page.evaluate_handle("document.activeElement").evaluate(NAME).endswith("Chat")
