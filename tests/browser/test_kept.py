"""What is picked and not sent yet outlives a reload, and a look at another tab, as often as somebody looks there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.drawing import drawn
from tests.browser.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stage")]  # they share a studio

_WRITTEN = "place => Object.keys(sessionStorage).some((one) => one.startsWith('filled-') && one.includes(place))"
_LISTENS = "() => window.filling?.listens"
_FORGOTTEN = "() => !Object.keys(sessionStorage).some((one) => one.includes('chat-ask'))"
_NOT_LOST = """asked => [...document.querySelectorAll("[data-testid=stDialog] :is(.ts-talk-line, textarea)")]
  .some((one) => (one.value ?? one.innerText).includes(asked))"""


def opened(page: Page, address: str) -> None:
    """Open a page and wait until all of it is drawn."""
    page.goto(address)
    drawn(page, quiet=200)


def listened(page: Page) -> None:
    """Wait until what is picked in the page is written down; that begins with the first control that is drawn."""
    page.wait_for_function(_LISTENS)


def kept(page: Page, place: str) -> None:
    """Wait until the browser has written down what stands at a place, as soon as nothing moves any more."""
    page.wait_for_function(_WRITTEN, arg=place)


def pick(page: Page, menu: Locator) -> str:
    """Take something else in a menu; gives what it is called."""
    was = menu.input_value()
    menu.click()
    page.get_by_role("option").filter(has_not_text=was).first.click()
    expect(menu).not_to_have_value(was)
    return menu.input_value()


def test_who_and_how_is_picked_for_shots_outlives_a_reload(page: Page, stage: Stage) -> None:
    opened(page, stage.at("scenes", stage.done))
    page.get_by_role("button", name=re.compile("^1B ")).click()
    people = page.get_by_test_id("stMultiSelect").locator("[data-tag]")
    expect(people).not_to_have_count(0)
    there = people.count()
    listened(page)
    page.get_by_role("button", name=re.compile("^Remove ")).first.click()
    kept(page, "people")
    page.reload()
    expect(people).to_have_count(there - 1)
    opened(page, stage.at("scenes", stage.done, several="none"))
    page.get_by_role("button", name="All of it").first.click()
    camera = page.get_by_label("Camera")
    listened(page)
    moves = pick(page, camera)
    kept(page, "alike-move")
    page.reload()
    expect(camera).to_have_value(moves)


def test_scenes_picked_out_and_a_films_formats_are_there_again(page: Page, stage: Stage) -> None:
    opened(page, stage.at("script_lab", stage.done))
    scene = page.get_by_role("button", name="Scene 2")
    listened(page)
    scene.click()
    kept(page, "rewrite-scenes")
    page.reload()
    expect(scene).to_have_attribute("aria-pressed", "true")
    opened(page, stage.at("episode", stage.done))
    tall, music = page.get_by_role("button", name="Tall 9:16"), page.get_by_role("switch", name="Music")
    listened(page)
    tall.click()
    expect(page.get_by_role("button", name="Render 2 formats")).to_be_visible()
    page.locator(".st-key-switches").get_by_text("Music").click()
    kept(page, "music")
    for _ in range(2):
        page.locator(".st-key-tabs").get_by_role("link", name="Voices").click()
        page.get_by_role("heading", name=re.compile("The voice of")).wait_for()
        page.locator(".st-key-tabs").get_by_role("link", name="Episode").click()
        expect(page.get_by_role("button", name="Render 2 formats")).to_be_visible()
        expect(music).not_to_be_checked()
    page.reload()
    expect(page.get_by_role("button", name="Render 2 formats")).to_be_visible()


def test_a_question_is_sent_once_and_one_right_after_another_is_not_lost(page: Page, stage: Stage) -> None:
    opened(page, stage.at("costs", stage.done))
    chat, box = page.get_by_role("button", name="Chat"), page.get_by_placeholder("What should change?")
    chat.click()
    box.fill("cut scene 3")
    page.reload()
    chat.click()
    expect(box).to_have_value("cut scene 3")
    box.press("Enter")
    page.locator(".ts-talk-line", has_text="cut scene 3").or_(page.locator(".ts-proposed")).first.wait_for()
    page.wait_for_function(_FORGOTTEN)
    expect(box).to_have_value("")
    box.press_sequentially("rename Tom to Ivo")
    box.press("Enter")
    box.press_sequentially("scene 1 in the rain")
    box.press("Enter")  # while the one before is being answered
    for asked in ("rename Tom to Ivo", "scene 1 in the rain"):
        page.wait_for_function(_NOT_LOST, arg=asked)
