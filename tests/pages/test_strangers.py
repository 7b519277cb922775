"""Every page file run alone, past Home and its navigation: it says how to start the studio and shows nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from services.web import local
from studio.desk.desk import Desk
from studio.people.account import OWNER
from tests.web.rows import house_at

PAGES = sorted((Path(__file__).parents[2] / "pages").glob("[!_]*.py"))
SCRIPT = b"INT. HALL - NIGHT\n\nShe waits.\n\nANNA\nGood evening.\n"


@pytest.fixture
def there(home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of an episode in the studio a page alone would open."""
    monkeypatch.setenv("STUDIO_HOME", str(home))
    house = house_at(home)
    made = Desk(house, OWNER).open_file("hall.fountain", SCRIPT)
    house.db.close()
    return made


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_a_page_alone_shows_a_stranger_nothing(file: Path, there: str) -> None:
    assert not local.door_is_closed()
    page = AppTest.from_file(str(file), default_timeout=120)
    page.query_params["episode"] = there
    page.run()
    assert not page.exception
    (shown,) = page.main.children.values()
    assert "make run" in shown.value
    assert not page.sidebar.children
    assert "desk" not in page.session_state
