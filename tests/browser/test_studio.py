"""The studio in a real browser: ask, watch it being made, play, take the files away; at a desk and on a phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

SCRIPT = Path(__file__).with_name("short.fountain")
FILES = {
    "master.mp4",
    "captions.srt",
    "captions.vtt",
    "screenplay.fountain",
    "screenplay.fdx",
    "storyboard.pdf",
    "poster.jpg",
    "timeline.otio",
    "timeline.edl",
    "timeline.fcpxml",
}
_WIDEST = "Math.max(...[...document.querySelectorAll('html, body, [data-testid=stMain]')].map(e => e.scrollWidth))"
_PAUSES = (300, 1000, 5000)  # milliseconds until a page has settled, on a machine that is busier and busier
_OVERLAPS = Path(__file__).with_name("overlaps.js").read_text()


def fits(page: Page, *widths: int) -> None:
    """Hold that nothing scrolls sideways and no two controls lie on each other, at every width."""
    before = page.viewport_size
    assert before
    for width in widths:
        page.set_viewport_size({"width": width, "height": 812})
        for pause in _PAUSES:
            page.wait_for_timeout(pause)
            widest, overlaps = page.evaluate(_WIDEST), page.evaluate(_OVERLAPS)
            if widest <= width and not overlaps:
                break
        assert widest <= width
        assert overlaps == []
    page.set_viewport_size(before)


def play(page: Page) -> None:
    """Play a moment, seek, and hold that picture, time and captions are there."""
    film = page.locator("video")
    film.evaluate("v => v.play()")
    page.wait_for_function("document.querySelector('video').currentTime > 0.3")
    assert film.evaluate("v => v.videoWidth") == 1280
    film.evaluate("v => { v.pause(); v.currentTime = v.duration - 1 }")
    page.wait_for_function("(v => !v.seeking && v.currentTime > v.duration - 1.5)(document.querySelector('video'))")
    page.wait_for_function("document.querySelector('track').track.cues?.length === 3")
    said = film.evaluate("v => [...v.textTracks[0].cues].map(c => c.text).join(' ')")
    assert "The kettle is singing again." in said


def test_a_screenplay_is_filmed_watched_and_taken_away(home_page: Page) -> None:
    page = home_page
    page.get_by_role("tab", name="Bring a screenplay").click()
    page.locator("input[type=file]").set_input_files(SCRIPT)
    page.get_by_role("button", name="Film the screenplay, $0.00").click()
    page.wait_for_url(re.compile(r"episode=\w+"))
    page.reload()
    expect(page.get_by_role("progressbar").or_(page.locator("video"))).to_be_visible()
    expect(page.locator("video")).to_be_visible(timeout=240_000)
    expect(page.get_by_role("heading", name="The Kettle")).to_be_visible()
    expect(page).to_have_title("The Kettle · TrashFire Studio")
    play(page)
    offered = page.locator(".ts-files a")
    assert {one.get_attribute("download") for one in offered.all()} == FILES
    for one in offered.all():
        with page.expect_download() as saved:
            one.click()
        assert saved.value.suggested_filename == one.get_attribute("download")
        assert Path(saved.value.path()).stat().st_size > 0
    fits(page, 1440, 1024, 375)
    page.get_by_role("link", name="Home", exact=True).click()
    page.get_by_role("button", name="The Kettle").click()
    expect(page.locator("video")).to_be_visible()
    page.goto(f"{page.url.split('/episode')[0]}/?{page.url.partition('?')[2]}")
    expect(page.locator("video")).to_be_visible()


def test_a_pitch_shows_boards_while_it_is_made_and_stops_when_told(home_page: Page) -> None:
    page = home_page
    page.get_by_role("button", name="Two bakers, one oven").click()
    expect(page.get_by_label("Your pitch")).to_have_value(re.compile("bakers"))
    page.get_by_role("button", name="Make the episode, $0.00").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_text("Drawing the boards").first).to_be_visible()
    expect(page.get_by_alt_text("The newest board")).to_be_visible(timeout=240_000)
    fits(page, 1440, 375)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_role("button", name="Make the rest, $0.00")).to_be_visible(timeout=240_000)
    page.reload()
    expect(page.get_by_role("button", name="Make the rest, $0.00")).to_be_visible()


def test_nothing_is_fetched_from_elsewhere(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.get_by_role("heading", name="Episodes").wait_for()
    page.wait_for_timeout(1000)
    page.goto(f"{address}?episode=nobody")
    page.get_by_text("No episode is open").wait_for()
    page.wait_for_timeout(500)
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


def test_home_fits_every_width_and_is_reached_by_keyboard(home_page: Page) -> None:
    page = home_page
    fits(page, 1440, 1024, 375, 320)
    page.get_by_label("Your pitch").focus()
    for name in ("A letter dated tomorrow", "Two bakers, one oven", "Stars on a dark station"):
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name=name)).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your pitch")).to_have_value(re.compile("robot"))
