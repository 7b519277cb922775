"""A real Chromium and a whole studio (pages and worker) with a runtime folder of its own."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.buying import selling
from tests.browser.chromium import find_chromium
from tests.browser.stage import Stage, staged
from tests.doubles.cloud import Cloud, cloud
from tests.doubles.stripe import StripeDouble
from tests.web.server import studio

# A test of this kind has a phone: 375 pixels wide, a screen that is touched, a browser that is a phone's.
PHONE = pytest.mark.browser_context_args(
    viewport={"width": 375, "height": 812}, has_touch=True, is_mobile=True, device_scale_factor=2
)
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
SCRIPT = Path(__file__).with_name("kitchen.fountain")

HANGS = 120_000  # milliseconds; a busy machine is not a wrong answer
expect.set_options(timeout=HANGS)


@pytest.fixture(autouse=True)
def patient(context: BrowserContext) -> None:
    """Whatever a page of the test waits for is waited for as long."""
    context.set_default_timeout(HANGS)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Debian's Chromium; without one the tests are skipped, or fail where a browser is required."""
    return find_chromium(required=os.environ.get("STUDIO_REQUIRE_BROWSER") == "1")


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium: str) -> dict[str, Any]:
    """How the browser is started."""
    flags = ["--no-sandbox", "--disable-dev-shm-usage", "--autoplay-policy=no-user-gesture-required"]
    return {"executable_path": chromium, "args": flags}


@pytest.fixture(scope="session")
def address(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the studio answers."""
    del chromium  # without a browser nothing is started
    folder = tmp_path_factory.mktemp("studio")
    kept = {key: value for key, value in os.environ.items() if not key.startswith("STUDIO_")}
    with studio("up", kept | {"STUDIO_HOME": str(folder / "home")}, folder / "log") as port:
        yield f"http://127.0.0.1:{port}/"


@pytest.fixture(scope="session")
def stage(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A studio with episodes in every state, in which nothing is made."""
    del chromium
    with staged(tmp_path_factory.mktemp("stage")) as made:
        yield made


@pytest.fixture(scope="module")
def shop() -> Iterator[tuple[StripeDouble, dict[str, str]]]:
    """Who takes the money, and the settings that lead there."""
    with selling() as made:
        yield made


@pytest.fixture(scope="module")
def vendors() -> Iterator[Cloud]:
    """Every vendor, played on this machine and answering at once."""
    with cloud(latencies=True, pace=0.02) as made:
        yield made


@pytest.fixture
def readable(page: Page) -> Page:
    """A page axe can be asked about, at a desk's width."""
    page.set_viewport_size({"width": 1440, "height": 900})
    page.add_init_script(AXE)
    return page


@pytest.fixture
def home_page(page: Page, address: str) -> Page:
    """Home, at a desk's width."""
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(address)
    page.get_by_role("heading", name="Episodes").wait_for()
    return page


@pytest.fixture(scope="session")
def filmed(browser: Browser, address: str) -> str:
    """The id of an episode with a finished film, for tests that only look."""
    page = browser.new_page()
    page.set_default_timeout(HANGS)
    page.goto(address)
    page.get_by_role("tab", name="Bring a screenplay").click()
    page.locator("input[type=file]").set_input_files(SCRIPT)
    page.get_by_role("button", name="Film the screenplay, $0.00").click()
    page.wait_for_url(re.compile(r"episode=\w+"))
    expect(page.locator("video")).to_be_visible(timeout=240_000)
    found = page.url.partition("episode=")[2]
    page.close()
    return found
