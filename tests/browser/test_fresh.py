"""The first visit after a start goes to a page of somebody else's by its address, and sees nothing of theirs."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pages.parts.tabs import HEALTH, HOME, TABS
from studio.production.run import RunState
from tests.web.rows import deliver, episode, house_at, run
from tests.web.server import studio

pytestmark = pytest.mark.browser

TITLE, PITCH, OWN = "The Sealed Letter", "A diver hides what she found.", "The Lamp Post"


@pytest.fixture
def foreign(home: Path) -> str:
    """The id of a finished episode of another account, in a studio whose owner has one too."""
    house = house_at(home)
    made = episode(house, title=TITLE, pitch=PITCH, account="somebody")
    run(house, made, RunState.DONE, account="somebody")
    deliver(house, made, account="somebody")
    episode(house, title=OWN)
    house.db.close()
    return made


@pytest.mark.parametrize(
    "path",
    [TABS[0].path, *(pytest.param(one.path, marks=pytest.mark.slow) for one in (HOME, HEALTH, *TABS[1:]))],
)
def test_the_first_request_is_a_page_by_its_address(
    page: Page, chromium: str, environment: dict[str, str], tmp_path: Path, foreign: str, path: str
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with studio("web", environment, tmp_path / "log") as port:
        page.goto(f"http://127.0.0.1:{port}/{path}?episode={foreign}")
        shown = "What the studio stands on" if path == HEALTH.path else "No episode is open"
        expect(page.get_by_text(shown).first).to_be_visible(timeout=240_000)
        expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
        seen = page.content()
        assert TITLE not in seen
        assert PITCH not in seen
        assert OWN not in seen
        assert not [url for url in asked if "/files/" in url or "/takes/" in url]
        expect(page.get_by_test_id("stSidebarNavLink")).to_have_count(0)
        page.goto(f"http://127.0.0.1:{port}/")
        expect(page.get_by_role("button", name=OWN)).to_be_visible()
        assert TITLE not in page.content()
