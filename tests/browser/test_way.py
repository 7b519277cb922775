"""From a pitch to a film, at a desk and on a phone, though the worker is killed or the studio started anew."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Locator, Page, expect

from services.media.probe import probe
from tests.browser.conftest import PHONE
from tests.browser.test_film import press, tab, watch
from tests.web.server import studio

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

_MADE = 240_000  # milliseconds a short film takes at most, on a very busy machine


class House:
    """A studio of its own that can be hurt."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._going = ExitStack()
        self.port = 0
        self.start()

    def start(self) -> None:
        """Start it, the second time where it was."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("STUDIO_")}
        home = {"STUDIO_HOME": str(self._folder / "home")}
        self.port = self._going.enter_context(studio("up", kept | home, self._folder / "log", self.port))

    def stop(self) -> None:
        """Stop it."""
        self._going.close()

    def kill_the_worker(self) -> None:
        """Kill its worker's process."""
        home = str(self._folder / "home")
        for one in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):  # children come and go
                if one.cmdline()[-1:] == ["worker"] and one.environ().get("STUDIO_HOME") == home:
                    one.kill()
                    return
        raise AssertionError("there is no worker")

    def restart(self) -> None:
        """Stop all of it and start it again."""
        self.stop()
        self.start()


@pytest.fixture
def house(chromium: str, tmp_path: Path) -> Iterator[House]:
    """A studio nobody has used yet."""
    del chromium
    made = House(tmp_path)
    yield made
    made.stop()


def write(page: Page) -> None:
    """Have a pitch written, and accept the rewrite the page itself gives as an example."""
    press(page.get_by_role("button", name="Two bakers, one oven"))
    press(page.get_by_label("Length"))
    press(page.get_by_role("option", name="20 s", exact=True))
    press(page.get_by_role("button", name="Write the script first"))
    page.wait_for_url(re.compile(r"/script_lab\?episode=\w+"))
    asking = page.get_by_label("Ask for a rewrite")
    example = (asking.get_attribute("placeholder") or "").split(" · ")[0]
    asking.fill(example)
    press(page.get_by_role("button", name="Propose"))
    expect(page.get_by_role("region", name="What would change")).to_contain_text(example.split()[-1], ignore_case=True)
    press(page.get_by_role("button", name="Accept"))
    expect(page.get_by_text(re.compile(r"^Version 2 ·"))).to_be_visible()


def choose(one: Locator) -> None:
    """Press a tab until it is chosen: what is said above it may move it away from under a thumb."""
    for _ in range(4):
        press(one)
        with suppress(AssertionError):
            expect(one).to_have_attribute("aria-selected", "true", timeout=5_000)
            return
    expect(one).to_have_attribute("aria-selected", "true")


def draw(page: Page) -> None:
    """Draw a board, and draw it again with a note."""
    tab(page, "Scenes")
    press(page.get_by_role("button", name=re.compile("^1A ")))
    press(page.get_by_role("button", name="Draw the board, $0.00"))
    expect(page.get_by_alt_text("Board 1A", exact=True).last).to_be_visible(timeout=_MADE)
    page.get_by_label("Note on shot 1A").fill("closer, sepia")
    press(page.get_by_role("button", name="Retake, $0.00"))
    expect(page.get_by_text("“sepia”")).to_be_visible()  # a second click before the answer would take its place
    choose(page.get_by_role("tab", name="Takes"))
    expect(page.locator(".st-key-shot-panel [class*=st-key-take-board] img")).to_have_count(2, timeout=_MADE)


def cast(page: Page) -> None:
    """Give somebody another voice."""
    tab(page, "Voices")
    other = page.locator('[class*="st-key-voice-free-"]').first
    name = other.locator(".ts-voice b").inner_text()
    press(other.get_by_role("button", name="Cast"))
    expect(page.locator('[class*="st-key-voice-here-"]')).to_contain_text(name)
    expect(page.get_by_text("not spoken yet").first).to_be_visible()


def render(page: Page, hurt: Callable[[], None]) -> None:
    """Render the film; something goes wrong in the middle, and nobody touches the page."""
    tab(page, "Episode")
    press(page.get_by_role("button", name=re.compile("^Render 1 format")))
    expect(page.get_by_text(re.compile(r"[1-9]\d* of \d+")).first).to_be_visible(timeout=_MADE)
    expect(page.locator("video")).to_have_count(0)
    hurt()
    expect(page.locator("video")).to_be_visible(timeout=_MADE)


def take_away(page: Page, file: Path) -> None:
    """Download the film and look into it."""
    with page.expect_download() as saved:
        press(page.locator(".ts-files a", has_text="Film"))
    saved.value.save_as(file)
    seen = probe(file)
    assert (seen.width, seen.height, seen.fps, seen.sound) == (1280, 720, 24.0, True)
    assert 12 < seen.seconds < 40


@pytest.mark.parametrize(
    ("width", "hurt"),
    [
        pytest.param(1440, House.kill_the_worker, id="desk-killed"),
        pytest.param(375, House.restart, id="phone-restarted", marks=[PHONE, pytest.mark.slow]),
    ],
)
def test_a_pitch_becomes_a_film(
    page: Page, house: House, tmp_path: Path, width: int, hurt: Callable[[House], None]
) -> None:
    page.set_viewport_size({"width": width, "height": 812})
    page.goto(f"http://127.0.0.1:{house.port}/")
    write(page)
    draw(page)
    cast(page)
    render(page, lambda: hurt(house))
    watch(page, 1280)
    take_away(page, tmp_path / "film.mp4")
