"""The guard: an error on a page is one sentence, written down with its traceback, and never swallowed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from services.logbook import close_logbook, open_logbook
from studio.desk.desk import Desk
from studio.people.account import OWNER
from studio.production.house import House
from studio.production.run import RunState
from tests.web.rows import episode, run

HOME = str(Path(__file__).parents[2] / "Home.py")


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """The log of a studio whose logbook is open."""
    open_logbook(tmp_path)
    yield tmp_path / "studio.log"
    close_logbook()


def opened(house: House, chosen: str) -> AppTest:
    """An episode as a visitor sees it through the whole frame."""
    page = AppTest.from_file(HOME, default_timeout=120)
    page.session_state["desk"] = Desk(house, OWNER)
    page.query_params["episode"] = chosen
    return page.run()


def damaged(house: House) -> str:
    """An episode with a row no version of the studio writes; gives its id."""
    shown = episode(house, pitch="A diver finds a letter.")
    spoilt = run(house, shown, RunState.RUNNING)
    with house.db.write() as session:
        session.execute(text("UPDATE run SET state = 'nonsense' WHERE id = :id"), {"id": spoilt})
    return shown


def test_an_error_nobody_foresaw_is_a_sentence_that_finds_it_in_the_log(house: House, log: Path) -> None:
    page = opened(house, damaged(house))
    assert not page.exception
    (said,) = page.error
    written = log.read_text()
    assert "nothing already made is lost" in said.value
    assert written.split("reference=")[1][:8] in said.value
    assert "Traceback" in written
    assert "nonsense" in written
    assert "nonsense" not in said.value


def test_an_error_that_cannot_be_written_down_is_not_hidden(house: House) -> None:
    page = opened(house, damaged(house))
    assert "nonsense" in page.exception[0].value


def test_a_database_that_cannot_be_read_is_a_sentence(house: House, home: Path) -> None:
    shown = episode(house, pitch="A diver finds a letter.")
    with house.db.write() as session:
        session.execute(text("DROP TABLE delivery"))
    page = opened(house, shown)
    assert not page.exception
    assert "The studio's files cannot be used" in page.error[0].value
