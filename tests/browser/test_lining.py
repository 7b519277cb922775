"""Line numbers beside the screenplay are there however late its box comes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stage")]  # they share a studio


def test_lines_are_numbered_though_the_box_comes_last(page: Page, stage: Stage) -> None:
    held: list[Route] = []
    page.route("**/TextArea.*.js", lambda one: held.append(one))  # what draws the box
    with page.expect_request("**/TextArea.*.js"):
        page.goto(stage.at("script_lab", stage.done))
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    page.locator(".st-key-lining [data-testid^=stBidiComponent]").first.wait_for(state="attached")
    expect(page.get_by_label("Screenplay in Fountain")).to_have_count(0)
    for one in held:
        one.continue_()
    expect(page.get_by_label("Screenplay in Fountain")).to_be_visible()
    expect(page.locator(".ts-lines > div > div").first).to_have_text("Title: The Key")
