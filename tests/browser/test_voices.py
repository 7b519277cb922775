"""Voices keeps its rows: cards of a row are alike, and what a line is heard and directed with stands beside it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.drawing import drawn
from tests.browser.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stage")]  # they share a studio

_TOPS = "all => all.map(e => { const at = e.getBoundingClientRect(); return [at.top, at.height] })"
_BESIDE = """all => all.map(e => {
  const [said, heard, direct] = [...e.children].map(one => one.getBoundingClientRect());
  return said.right <= heard.left && heard.right <= direct.left && direct.top < said.bottom;
})"""


@pytest.mark.parametrize("width", [760, 1440])
def test_cards_of_a_row_are_alike_and_lines_keep_their_player_beside_them(page: Page, stage: Stage, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(stage.at("voices", stage.done))
    drawn(page).locator(".ts-hear").first.wait_for()
    rows: dict[float, set[float]] = {}
    cards = "[class*='st-key-voice-here-'], [class*='st-key-voice-free-']"
    for top, height in page.locator(cards).evaluate_all(_TOPS):
        rows.setdefault(top, set()).add(round(height))
    assert max(map(len, rows.values())) == 1
    beside = page.locator("[class*='st-key-line-row-']").evaluate_all(_BESIDE)
    assert beside
    assert all(beside)
