"""With a thumb, by keyboard and beside what is being made: nothing lies under a bar, and every control can be hit."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pages.parts.tabs import TABS
from tests.browser.conftest import PHONE
from tests.browser.drawing import drawn
from tests.browser.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stage")]  # they share a studio

HERE = Path(__file__).parent
COVERED, TARGETS = (HERE / "covered.js").read_text(), (HERE / "targets.js").read_text()
BAR = ".st-key-working"
STOPS = "[data-testid=stMain] :is(a[href], button:not(:disabled), input, textarea, summary)"
FEW = 20  # what can be led to on a page that is there; all of them have more
LOW = 560  # pixels that a phone has left when its keyboard is up


def covered(page: Page, bars: int) -> list[str]:
    """What can be led to and lies under a bar then; that many bars there are at least."""
    expect(page.locator(STOPS).nth(FEW)).to_be_attached()  # the bar may come long before them
    seen = drawn(page).evaluate(COVERED)
    assert seen["bars"] >= bars, f"nothing sticks to an edge of {page.url}"
    assert seen["stops"] > FEW
    found: list[str] = seen["found"]
    return found


def test_what_lies_under_a_bar_is_found(page: Page) -> None:
    page.set_content(
        "<div data-testid=stMain style='height: 300px; overflow: auto; position: relative'>"
        "<p style='position: sticky; top: 0; height: 60px; margin: 0; background: #fff'>A bar</p>"
        + "".join(f"<p><button>Button {n}</button></p>" for n in range(40))
    )
    found: list[str] = page.evaluate(COVERED)["found"]
    assert any(one.startswith("back: <button>") for one in found)
    page.add_style_tag(content="[data-testid=stMain] { scroll-padding-top: 70px }")
    assert page.evaluate(COVERED)["found"] == []


@pytest.mark.parametrize(
    "size",
    [
        pytest.param((1440, 900), id="desk"),
        pytest.param((375, 812), id="phone", marks=PHONE),
    ],
)
def test_nothing_that_is_led_to_lies_under_a_bar(page: Page, stage: Stage, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    for path in ("characters", "backgrounds", "scenes", "voices"):
        page.goto(stage.at(path, stage.busy))
        page.locator(BAR).wait_for()
        assert covered(page, 1) == [], path
    page.goto(stage.at("scenes", stage.busy, several="none"))
    page.get_by_role("button", name="All of it").first.click()
    page.get_by_role("button", name="Move earlier").wait_for()
    assert covered(page, 2) == [], "several"
    page.set_viewport_size({"width": size[0], "height": LOW})
    assert covered(page, 1) == [], "several, with the keyboard up"
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.get_by_role("button", name="Done").click()
    page.get_by_role("button", name="Select several").wait_for()
    page.locator("[class*=st-key-card-shot] button").first.click()
    page.get_by_role("button", name="Back", exact=True).wait_for()
    assert covered(page, 1) == [], "a shot"


def test_a_control_a_thumb_can_miss_is_found(page: Page) -> None:
    row = "<button style='width: 18px; height: 18px; padding: 0'>x</button>"
    page.set_content(f"<main>{row}{row}<p style='margin: 60px'>{row}</p></main>")
    assert len(page.evaluate(TARGETS)) == 2


@PHONE
def test_every_control_can_be_hit_with_a_thumb(page: Page, stage: Stage) -> None:
    assert page.evaluate("matchMedia('(pointer: coarse)').matches")
    visits = [stage.at(""), stage.at("health"), stage.at("episode", stage.dear), stage.at("costs", stage.dear)]
    visits += [stage.at(tab.path, stage.done) for tab in TABS]
    visits += [stage.at("scenes", stage.busy, several="none"), stage.at("episode", stage.pitched)]
    for address in visits:
        page.goto(address)
        page.get_by_role("heading").first.wait_for()
        assert drawn(page).evaluate(TARGETS) == [], address
