"""The Costs tab: honest on the offline crew, to the cent with a paid one, and every entry as CSV."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from pages.parts.statement import to_csv
from studio.desk.costing import Entry
from studio.desk.desk import Desk
from studio.production.house import House
from studio.production.run import RunState
from studio.takes.recipe import TakeKind
from studio.takes.take import Take
from tests.pages.visit import tab, text
from tests.web.rows import board, run

SCRIPT = b"INT. HALL - NIGHT\n\nShe waits.\n\nANNA\nGood evening.\n"


@pytest.fixture
def shown(desk: Desk) -> str:
    """An episode with a screenplay."""
    return desk.open_file("hall.fountain", SCRIPT)


def test_an_episode_that_is_not_there_leads_home(desk: Desk) -> None:
    assert "No episode is open" in text(tab(desk, "costs", episode="nobody"))


def test_before_anything_is_made_it_says_so(desk: Desk, shown: str) -> None:
    page = tab(desk, "costs", episode=shown)
    assert "<b>$0.00</b> of $2.00" in text(page)
    assert "Nothing was made yet" in text(page)
    assert not page.get("plotly_chart")


def test_on_the_offline_crew_it_shows_takes_and_machine_time(desk: Desk, house: House, shown: str) -> None:
    board(house, run(house, shown, RunState.DONE))
    page = tab(desk, "costs", episode=shown)
    seen = text(page)
    assert "<b>$0.00</b> of $2.00" in seen
    assert "it costs nothing" in seen
    assert "Machine time by scene" in seen
    assert len(page.get("plotly_chart")) == 3
    assert '<th scope="row">Boards</th><td>1</td>' in seen


def test_a_paid_take_is_shown_to_the_cent_and_a_passed_target_is_said(desk: Desk, house: House, shown: str) -> None:
    board(house, run(house, shown, RunState.DONE))
    with house.db.write() as session:
        for take in session.exec(select(Take)):
            take.cost_micros = 2_345_600
            session.add(take)
    seen = text(tab(desk, "costs", episode=shown))
    assert "<b>$2.35</b> of $2.00, passed" in seen
    assert "Spend by engine" in seen


def test_the_file_has_every_entry_to_the_micro_dollar_and_runs_no_formula() -> None:
    entry = Entry(
        at=datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
        subject="board:x@1280x720",
        name="board 2B",
        scene="Scene 2",
        kind=TakeKind.BOARD,
        engine="paper-painter",
        retake=True,
        note="=HYPERLINK(1)",
        micros=1_000_007,
        seconds=1.5,
    )
    (row,) = csv.DictReader(io.StringIO(to_csv([entry])))
    assert row["made_at"] == "2026-11-21T09:30:00+00:00"
    assert (row["cost_micros"], row["cost_usd"], row["seconds"]) == ("1000007", "1.000007", "1.500")
    assert (row["what"], row["retake"], row["state"]) == ("board 2B", "yes", "made")
    assert row["note"] == "'=HYPERLINK(1)"
