"""What a crew at vendors adds to the pages, what is unwritten and what went wrong: axe finds nothing, all fits."""

from __future__ import annotations

import csv
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as StillClosed

from pages.parts.tabs import TABS
from tests.browser.stage import Stage
from tests.browser.test_access import at_both, findings
from tests.browser.test_studio import fits
from tests.until import until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stage")]  # they share a studio

WIDTHS = (1440, 1024, 375)


def fine(page: Page) -> None:
    assert at_both(page) == [], page.url
    fits(page, *WIDTHS)


def test_the_crew_and_what_it_costs_are_for_everybody(readable: Page, stage: Stage) -> None:
    page = readable
    page.goto(stage.at("episode", stage.dear))
    page.get_by_role("button", name="Offline crew").wait_for()
    page.get_by_text("Budget director: which shots move").click()
    page.get_by_role("button", name="Follow this").or_(page.get_by_role("button", name="As you chose")).wait_for()
    fine(page)
    until(partial(_opens, page))
    assert at_both(page) == []
    page.keyboard.press("Escape")
    with page.expect_websocket() as joined:
        page.goto(stage.at(""))
    page.get_by_role("button", name="Cloud crew").or_(page.get_by_role("radio", name="Cloud crew")).first.click()
    page.get_by_role("button", name="Write the screenplay, about").wait_for()
    fine(page)
    joined.value.wait_for_event("framesent")  # nobody does anything: the shelf looks again by itself


def _opens(page: Page) -> bool:
    """Open the choice of motions; a key that was pressed while the page moved into its new width is pressed again."""
    page.get_by_label("Motion", exact=True).press("ArrowDown")
    with suppress(StillClosed):
        page.get_by_role("listbox").wait_for(timeout=5000)
        return True
    return False


def test_the_books_are_for_everybody_and_are_taken_away(readable: Page, stage: Stage, tmp_path: Path) -> None:
    page = readable
    page.goto(stage.at("costs", stage.dear))
    page.get_by_role("heading", name="Quoted against billed").wait_for()
    fine(page)
    with page.expect_download() as saved:
        page.locator(".st-key-ledger-csv").get_by_role("button").click()
    assert saved.value.suggested_filename == "the-storm-ledger.csv"
    saved.value.save_as(tmp_path / "ledger.csv")
    rows = list(csv.DictReader((tmp_path / "ledger.csv").read_text().splitlines()))
    assert {row["verb"] for row in rows} == {"hold"}
    assert "0.100000" in {row["usd"] for row in rows}


def test_what_is_not_written_yet_and_what_went_wrong_are_for_everybody(readable: Page, stage: Stage) -> None:
    page = readable
    page.goto(stage.at("scenes", stage.pitched))
    page.get_by_role("button", name="Have the offline writer write it").wait_for()
    fine(page)
    page.goto(stage.at("episode", stage.failed))
    page.get_by_text("drew two heads").first.wait_for()
    page.get_by_text("1 take could not be made").click()
    fine(page)
    page.goto(stage.at("scenes", stage.failed, several="none"))
    page.get_by_role("button", name="All of it").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_test_id("stAlert").filter(has_text="has lines").wait_for()
    assert at_both(page) == []


def test_what_nothing_has_been_made_of_is_for_everybody_on_a_phone(readable: Page, stage: Stage) -> None:
    page = readable
    page.set_viewport_size({"width": 375, "height": 812})
    for tab in TABS:
        page.goto(stage.at(tab.path, stage.bare))
        page.get_by_role("heading", name="The Bare Hall").wait_for()
        assert findings(page) == [], tab.path
        fits(page, 375)
