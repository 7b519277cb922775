"""Script Lab in a real browser: a script written first, a rewrite that outlives a reload, the chat on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_studio import fits

pytestmark = pytest.mark.browser

# As fast as nobody types: a key is pressed in the box before the accepted version can have come.
_ACCEPT_AND_GO_ON = """() => {
  [...document.querySelectorAll("button")].find((one) => one.innerText.includes("Accept")).click();
  const box = document.querySelector(".st-key-pane-edit textarea");
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
  document.execCommand("insertText", false, " Tw");
}"""
# A line on which the page comes piece by piece, each so many milliseconds after the one before.
_SLOW_LINE = """(() => {
  const Line = window.WebSocket;
  window.WebSocket = class extends Line {
    #last = Promise.resolve();
    addEventListener(kind, hear, ...rest) {
      const later = (event) => new Promise((done) => setTimeout(() => done(hear(event)), window.slowly));
      const inTurn = (event) => (this.#last = this.#last.then(() => (window.slowly ? later(event) : hear(event))));
      super.addEventListener(kind, kind === "message" ? inTurn : hear, ...rest);
    }
  };
})();"""


@pytest.fixture
def lab(home_page: Page) -> Page:
    """The script of a pitch nobody has filmed."""
    page = home_page
    page.get_by_role("button", name="Two bakers, one oven").click()
    expect(page.get_by_label("Your pitch")).to_have_value(re.compile("bakers"))
    page.get_by_role("button", name="Write the script first").click()
    page.wait_for_url(re.compile(r"script_lab\?episode=\w+"))
    expect(page.get_by_text(re.compile(r"Version \d+ · runs"))).to_be_visible()
    return page


def test_a_pitch_that_is_typed_outlives_a_reload_until_it_is_asked_for(home_page: Page) -> None:
    page, box = home_page, home_page.get_by_label("Your pitch")
    page.get_by_role("button", name="Stars on a dark station").click()
    expect(box).to_have_value(re.compile("robot"))
    box.fill("A diver finds a letter.")
    for _ in range(2):
        page.reload()
        expect(box).to_have_value("A diver finds a letter.")
    page.get_by_role("button", name="Write the script first").click()
    page.wait_for_url(re.compile(r"script_lab\?episode=\w+"))
    page.get_by_role("link", name="Home", exact=True).first.click()
    expect(box).to_be_visible()
    page.reload()
    expect(box).to_have_value("")


def test_what_is_chosen_in_a_form_outlives_a_reload_until_it_is_sent(lab: Page) -> None:
    page = lab
    page.locator(".st-key-tabs").get_by_role("link", name="Characters").click()
    hair, height = page.get_by_label("Hair", exact=True), page.get_by_role("slider", name=re.compile("^Height"))
    skin = page.get_by_test_id("stColorPickerBlock").first
    was = hair.input_value()
    hair.click()
    page.get_by_role("option").filter(has_not_text=was).first.click()
    height.press("ArrowLeft")
    page.get_by_role("button", name="Skin color picker").click()
    page.get_by_label("hex").first.fill("#123456")
    page.keyboard.press("Escape")
    expect(skin).to_have_css("background-color", "rgb(18, 52, 86)")
    # The browser has written down what it shows as soon as nothing moves any more.
    page.wait_for_function("Object.keys(sessionStorage).filter((one) => one.startsWith('filled-')).length === 3")
    cut, tall = hair.input_value(), height.input_value()
    for _ in range(2):
        page.reload()
        expect(hair).to_have_value(cut)
        expect(height).to_have_value(tall)
        expect(skin).to_have_css("background-color", "rgb(18, 52, 86)")
    page.get_by_role("button", name="Keep and draw").click()
    page.wait_for_function("Object.keys(sessionStorage).every((one) => !one.startsWith('filled-'))")
    expect(hair).to_have_value(cut)


def test_a_rewrite_and_typed_text_outlive_a_reload(lab: Page) -> None:
    page = lab
    page.add_init_script(_SLOW_LINE)
    request = page.get_by_label("Ask for a rewrite")
    request.fill("make scene 1 happen")
    page.get_by_role("link", name="Voices").click()
    page.get_by_role("heading", name=re.compile("The voice of")).wait_for()
    page.get_by_role("link", name="Script Lab").click()
    expect(request).to_have_value("make scene 1 happen")
    page.reload()
    expect(request).to_have_value("make scene 1 happen")
    request.press("End")
    request.press_sequentially(" in the morning")
    page.get_by_role("button", name="Propose").click()
    expect(page.locator("ins").first).to_be_visible()
    # One that is put in stands beside the one it replaces for a blink.
    expect(page.get_by_label("Screenplay in Fountain")).to_have_count(1)
    box = page.get_by_label("Screenplay in Fountain").first
    box.press("Control+End")
    box.press_sequentially(" A bell.")
    page.reload()
    expect(box).to_have_value(re.compile("A bell.$"))
    expect(page.get_by_role("button", name="Keep this version")).to_be_enabled()
    expect(page.locator("ins").first).to_be_visible()
    expect(request).to_have_value("")  # it was sent
    fits(page, 1440, 1024, 375)
    box.press("Control+End")
    box.press_sequentially("\n\nEXT. QUORL\n")
    remark = page.get_by_role("button", name=re.compile(r"Look at line \d+ No set is known for “QUORL”"))
    expect(page.locator(".ts-lines .work", has_text="EXT. QUORL")).to_have_count(1)
    expect(page.get_by_text("As it stands in the box: runs")).to_be_visible()
    # Every line is as high among the numbers as in the box, or they would drift apart.
    numbers = page.locator(".ts-lines > div").last
    assert numbers.evaluate("rows => rows.offsetHeight") == box.evaluate("box => box.scrollHeight")
    remark.press("Enter")
    expect(box).to_be_focused()
    assert box.evaluate("box => box.value.slice(box.selectionStart, box.selectionEnd)") == "EXT. QUORL"
    page.evaluate("window.slowly = 20")
    page.get_by_role("button", name="Undo my changes").click()
    expect(box).not_to_have_value(re.compile("QUORL"))
    page.evaluate(_ACCEPT_AND_GO_ON)
    page.keyboard.type("ice.", delay=10)
    expect(page.locator(".ts-paper .heading").first).to_contain_text("MORNING")
    expect(page.get_by_text("Nothing of yours is lost")).to_be_visible()
    expect(box).to_have_value(re.compile(r" Twice\.$"))
    expect(box).to_be_focused()
    page.evaluate("window.slowly = 0")
    page.get_by_role("button", name="Take the newest instead").click()
    expect(box).to_have_value(re.compile("- MORNING"))


@PHONE
def test_the_chat_proposes_on_a_phone(lab: Page) -> None:
    page = lab
    page.set_viewport_size({"width": 375, "height": 812})
    page.get_by_role("button", name="Chat").click()
    drawer = page.get_by_test_id("stDialog")
    box = drawer.get_by_placeholder("What should change?")
    box.fill("cut scene")
    page.reload()
    page.get_by_role("button", name="Chat").click()
    expect(box).to_have_value("cut scene")
    box.press("End")
    box.press_sequentially(" 2")
    box.press("Enter")
    expect(drawer.locator("del").first).to_be_visible()
    drawer.get_by_role("button", name="Reject").click()
    expect(drawer.get_by_text("rejected", exact=True)).to_be_visible()
    expect(drawer.get_by_role("button", name="Accept")).to_have_count(0)
