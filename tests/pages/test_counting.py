"""Pages for strangers are counted once for each tab of a browser, and shown whether that works or not."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text as sql
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from studio.desk.reception import Reception
from studio.people.visits import Visit
from studio.production.house import House
from tests.pages.visit import text

PAGES = Path(__file__).parents[2] / "pages"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def opened(house: House, page: str, agent: str = BROWSER) -> AppTest:
    seen = AppTest.from_file(str(PAGES / f"{page}.py"), default_timeout=60)
    seen.session_state["reception"] = Reception(house, "192.0.2.1", agent=agent)
    assert not seen.run().exception
    return seen


def counted(house: House) -> dict[str, int]:
    with house.db.read() as session:
        return {row.kind: row.count for row in session.exec(select(Visit))}


@pytest.mark.parametrize("page", ["landing", "register"])
def test_a_tab_is_counted_once_and_a_program_never(house: House, page: str) -> None:
    opened(house, page).run()
    assert counted(house) == {page: 1}
    opened(house, page)
    opened(house, page, "Googlebot/2.1")
    assert counted(house) == {page: 2}


def test_a_page_that_cannot_be_counted_is_shown(house: House) -> None:
    with house.db.write() as session:
        session.execute(sql("DROP TABLE visit"))
    shown = text(opened(house, "landing"))
    assert 'href="/status"' in shown
    assert "/landing/episode.mp4" in shown
