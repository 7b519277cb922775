"""A film in a real browser: recast a voice, render two formats, watch, take away, and see what it cost."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from services.media.probe import probe
from tests.browser.conftest import PHONE
from tests.browser.test_studio import fits

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

SCRIPT = """Title: The Lamp at {width}

INT. CABIN - NIGHT

IDA, 40, lights a lamp.

IDA
It was dark for {width} nights, and I forgot the way.

JON, 50, nods.

JON
Come in, then. Mind the step.

IDA
Thank you {width} times.

JON
Sit.
"""


def press(one: Locator) -> None:
    """Press with a thumb where there is one, else with a mouse."""
    if one.page.evaluate("navigator.maxTouchPoints"):
        one.tap()
    else:
        one.click()


def tab(page: Page, name: str) -> None:
    press(page.locator(".st-key-tabs").get_by_role("link", name=name))


def recast(page: Page) -> None:
    """Listen to a voice nobody has, cast it, and have what is stale spoken again."""
    tab(page, "Voices")
    fits(page, 1440, 1024, 375)
    card = page.locator('[class*="st-key-voice-free-"]').first
    press(card.get_by_role("button", name="Listen, $0.00"))
    expect(card.locator("audio")).to_be_visible(timeout=240_000)
    card.locator("audio").evaluate("a => a.play()")
    page.wait_for_function("document.querySelector('[class*=st-key-voice-free-] audio').currentTime > 0.1")
    press(card.get_by_role("button", name="Cast"))
    press(page.get_by_role("button", name=re.compile(r"Speak them( again)?, \$0\.00")))
    expect(page.get_by_text("Every line is spoken")).to_be_visible(timeout=240_000)


def watch(page: Page, width: int) -> None:
    """Play a moment, then seek near the end."""
    film = page.locator("video")
    page.wait_for_function("document.querySelector('video')?.readyState > 0")
    film.evaluate("v => v.play()")
    page.wait_for_function("document.querySelector('video').currentTime > 0.3")
    assert film.evaluate("v => v.videoWidth") == width
    film.evaluate("v => { v.pause(); v.currentTime = v.duration - 1 }")
    page.wait_for_function("(v => !v.seeking && v.currentTime > v.duration - 1.5)(document.querySelector('video'))")


@pytest.mark.parametrize("width", [1440, pytest.param(375, marks=PHONE)])
def test_a_voice_is_recast_and_two_formats_are_rendered_watched_and_probed(
    home_page: Page, tmp_path: Path, width: int
) -> None:
    page = home_page
    page.set_viewport_size({"width": width, "height": 812})
    script = SCRIPT.format(width=width).encode()
    press(page.get_by_role("tab", name="Bring a screenplay"))
    page.locator("input[type=file]").set_input_files(FilePayload(name="lamp.fountain", mimeType="", buffer=script))
    press(page.get_by_role("button", name="Film the screenplay, $0.00"))
    page.wait_for_url(re.compile(r"/episode\?episode=\w+"))
    expect(page.locator("video")).to_be_visible(timeout=240_000)
    expect(page.get_by_role("button", name="Render 1 format, $0.00")).to_be_disabled()

    recast(page)
    tab(page, "Episode")
    expect(page.get_by_label("Shots and lines by state")).to_contain_text("stale")
    press(page.get_by_role("button", name="Tall 9:16"))
    press(page.get_by_role("button", name="Render 2 formats, $0.00"))
    expect(page.get_by_role("progressbar").first).to_be_visible()
    expect(page.get_by_text("there is nothing to render")).to_be_visible(timeout=240_000)
    expect(page.get_by_label("Shots and lines by state")).not_to_contain_text("stale")
    fits(page, 1440, 1024, 375)

    press(page.get_by_role("button", name="Tall 720p").or_(page.get_by_role("radio", name="Tall 720p")).first)
    page.wait_for_function("document.querySelector('video source')?.src.includes('720x1280p24')")
    watch(page, 720)
    with page.expect_download() as saved:
        press(page.locator(".ts-files a", has_text="Film"))
    saved.value.save_as(tmp_path / "master.mp4")
    seen = probe(tmp_path / "master.mp4")
    assert (seen.width, seen.height, seen.fps, seen.sound) == (720, 1280, 24.0, True)
    assert seen.seconds > 8

    tab(page, "Costs")
    expect(page.get_by_text("of $2.00")).to_be_visible()
    fits(page, 1440, 1024, 375)
    with page.expect_download() as saved:
        press(page.get_by_role("button", name="Download CSV"))
    saved.value.save_as(tmp_path / "costs.csv")
    rows = list(csv.DictReader((tmp_path / "costs.csv").read_text().splitlines()))
    assert sum(row["kind"] == "Master" for row in rows) >= 2
    assert {row["cost_micros"] for row in rows} == {"0"}

    tab(page, "Episode")
    press(page.get_by_role("link", name=re.compile("^Shot 1A")))
    page.wait_for_url(re.compile(r"/scenes\?.*shot=\w+"))
