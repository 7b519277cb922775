"""Every tab of a filmed episode fits a desk, a small screen and a phone, with the chat shut and open."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from pages.parts.tabs import TABS
from tests.browser.test_studio import fits

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.mark.parametrize("path", [tab.path for tab in TABS])
def test_a_tab_fits_every_width(page: Page, address: str, filmed: str, path: str) -> None:
    page.goto(f"{address}{path}?episode={filmed}")
    page.get_by_role("heading", name="The Tap").wait_for()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    fits(page, 1440, 1024, 375)
    page.get_by_role("button", name="Chat").click()
    expect(page.get_by_placeholder("What should change?")).to_be_visible()
    fits(page, 1440, 1024, 375)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
