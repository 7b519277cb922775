"""The Scenes tab in a real browser: a board is retaken and circled, shots come and go; on a desk and on a phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_studio import fits

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("tap"), pytest.mark.timeout(900)]  # they share a film

SCRIPT = Path(__file__).with_name("kitchen.fountain")
_MADE = 240_000  # milliseconds a short film takes at most, on a very busy machine


@pytest.fixture
def scenes(home_page: Page) -> Page:
    """The storyboard of a filmed episode."""
    page = home_page
    page.get_by_role("tab", name="Bring a screenplay").click()
    page.locator("input[type=file]").set_input_files(SCRIPT)
    page.get_by_role("button", name="Film the screenplay, $0.00").click()
    page.wait_for_url(re.compile(r"episode=\w+"))
    page.get_by_role("link", name="Scenes").click()
    expect(card(page, "1A")).to_be_visible()
    expect(page.locator(".st-key-storyboard").get_by_text(re.compile("^(no board|being made)$"))).to_have_count(
        0, timeout=_MADE
    )
    expect(page.locator(".st-key-working")).to_have_count(0, timeout=_MADE)
    return page


def card(page: Page, number: str) -> Locator:
    return page.get_by_role("button", name=re.compile(f"^{number} "))


def test_a_board_is_retaken_with_a_note_and_the_first_circled_again(scenes: Page) -> None:
    page = scenes
    fits(page, 1440, 1024, 375)
    card(page, "1B").click()
    expect(page.get_by_role("heading", name="Shot 1B")).to_be_visible()
    note, own = page.get_by_label("Note on shot 1B"), page.get_by_label("Note to yourself")
    note.fill("closer, sepia")
    own.fill("Hands only.")
    camera = page.get_by_role("combobox", name="Camera")
    still = camera.input_value()
    camera.click()
    page.get_by_role("option").filter(has_not_text=still).first.click()
    expect(camera).not_to_have_value(still)
    moves = camera.input_value()
    page.reload()
    expect(note).to_have_value("closer, sepia")
    expect(own).to_have_value("Hands only.")
    expect(camera).to_have_value(moves)
    page.get_by_role("button", name="Retake, $0.00").click()
    expect(page.get_by_text("“sepia”")).to_be_visible()
    page.get_by_role("tab", name="Takes").click()
    boards = page.locator(".st-key-shot-panel img.ts-take")
    expect(boards).to_have_count(2, timeout=_MADE)
    expect(page.locator(".st-key-working")).to_have_count(0, timeout=_MADE)
    assert boards.first.evaluate("one => one.complete && one.naturalWidth") == 640
    page.reload()
    expect(boards).to_have_count(2)
    expect(note).to_have_value("")
    expect(page.get_by_text("closer, sepia").first).to_be_visible()
    page.get_by_role("button", name="Circle", exact=True).first.click()
    expect(page.get_by_text("stale").first).to_be_visible()  # the clip is of the other board
    fits(page, 1440, 1024, 375)


def test_a_clip_plays_and_seeks_in_its_panel(scenes: Page) -> None:
    page = scenes
    card(page, "1A").click()
    clip = page.locator(".st-key-shot-panel video").first
    clip.evaluate("v => v.play()")
    page.wait_for_function("document.querySelector('.st-key-shot-panel video').currentTime > 0.2")
    clip.evaluate("v => { v.pause(); v.currentTime = v.duration - 0.5 }")
    page.wait_for_function("!document.querySelector('.st-key-shot-panel video').seeking")
    assert clip.evaluate("v => Math.abs(v.duration - 0.5 - v.currentTime)") < 0.1


@PHONE
def test_on_a_phone_a_shot_has_the_screen_and_back_leads_to_the_strip(scenes: Page) -> None:
    page = scenes
    page.set_viewport_size({"width": 375, "height": 480})
    card(page, "1A").click()
    expect(page.get_by_role("heading", name="Shot 1A")).to_be_in_viewport()
    expect(card(page, "1A")).to_be_hidden()
    page.get_by_role("tab", name="Cut").click()
    page.get_by_label("What it shows").fill("The key.")
    page.get_by_role("button", name="Insert", exact=True).click()
    added = page.locator(".st-key-storyboard").get_by_text("The key.")
    expect(added).to_have_count(1)
    page.get_by_role("button", name="Back", exact=True).click()
    expect(card(page, "1B")).to_contain_text("The key.")
    card(page, "1B").click()
    page.get_by_role("tab", name="Cut").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("heading", name="Shot 1A")).to_be_visible()
    page.get_by_role("button", name="Back", exact=True).click()
    expect(added).to_have_count(0)
