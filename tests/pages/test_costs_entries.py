"""Costs of a filmed episode: the retakes' share, the month of all episodes, long lists a part at a time, the ledger."""

from __future__ import annotations

import re

import pytest
from sqlmodel import Session, col, select
from streamlit.testing.v1 import AppTest

from studio.db import now
from studio.desk.desk import Desk
from studio.money.entry import About
from studio.money.holding import open_hold
from studio.money.quote import Quote, QuoteRow
from studio.people.account import OWNER
from studio.production.house import House
from studio.production.run import RunState
from studio.takes.take import Take
from tests.pages.visit import tab, text
from tests.web.rows import run
from tools.bench.filmed import filmed

PART = 20  # rows that are shown at first, and more each time


@pytest.fixture
def shown(house: House) -> str:
    return filmed(house, "The Key")


def boards(session: Session, number: int) -> list[Take]:
    """The first few boards."""
    return list(session.exec(select(Take).where(Take.kind == "board").order_by(col(Take.fingerprint)).limit(number)))


def rows(page: AppTest, caption: str) -> int:
    """The rows of a table's body."""
    table = next(one for one in text(page).split("<table>") if caption in one)
    return table.partition("<tbody>")[2].partition("</tbody>")[0].count("<tr>")


def test_retakes_and_their_share_of_the_time_and_then_of_the_money(desk: Desk, house: House, shown: str) -> None:
    made = len(desk.costs(desk.story(shown)).entries)
    with house.db.write() as session:
        for take in boards(session, 3):
            take.recipe = {**take.recipe, "note": "<closer>"}
            session.add(take)
    page = tab(desk, "costs", episode=shown)
    assert f"<dt>Retakes</dt><dd>3, {3 / made:.0%} of the time</dd>" in text(page)
    with house.db.write() as session:
        first, *_ = boards(session, 3)
        other = session.exec(select(Take).where(Take.kind == "clip")).first()
        assert other
        first.cost_micros, other.cost_micros = 250_000, 750_000
        session.add_all([first, other])
    seen = text(tab(desk, "costs", episode=shown))
    assert "<dt>Retakes</dt><dd>3, 25% of the money</dd>" in seen
    assert "<b>$1.00</b> of $2.00, within its target" in seen


def test_a_note_is_shown_and_not_obeyed(desk: Desk, house: House, shown: str) -> None:
    with house.db.write() as session:
        for take in boards(session, 100):
            take.recipe = {**take.recipe, "note": "<b>closer</b>"}
            session.add(take)
    page = tab(desk, "costs", episode=shown)
    while "entries-more" in [one.key for one in page.button]:
        page.button(key="entries-more").click().run()
    assert "“&lt;b&gt;closer&lt;/b&gt;”" in text(page)
    assert "<b>closer</b>" not in text(page)


def test_the_month_has_every_episode_and_their_sum(desk: Desk, house: House, shown: str) -> None:
    filmed(house, "The Letter")
    page = tab(desk, "costs", episode=shown)
    table = next(one for one in text(page).split("<table>") if "Episodes of the month" in one)
    assert set(re.findall(r'<th scope="row">([^<]+)</th>', table.partition("<tfoot>")[0])) == {"The Key", "The Letter"}
    takes = [int(one) for one in re.findall(r"</th><td>(\d+)</td>", table)]
    assert takes[-1] == sum(takes[:-1])
    assert f"All episodes in {now():%B %Y}" in text(page)


def test_a_long_list_of_entries_is_shown_a_part_at_a_time(desk: Desk, shown: str) -> None:
    every = len(desk.costs(desk.story(shown)).entries)
    assert every > 2 * PART
    page = tab(desk, "costs", episode=shown)
    assert rows(page, "Every take, the newest first") == PART
    page.button(key="entries-more").click().run()
    assert rows(page, "Every take, the newest first") == 2 * PART
    while "entries-more" in [one.key for one in page.button]:
        page.button(key="entries-more").click().run()
    assert rows(page, "Every take, the newest first") == every
    assert f"Every entry: {every} takes" in text(page)


def test_the_ledger_and_what_it_compares_are_shown_a_part_at_a_time(desk: Desk, house: House, shown: str) -> None:
    quote = Quote(low=1, likely=10_000, ceiling=20_000)
    lines = [line.id for line in desk.story(shown).breakdown.lines]
    subjects = [f"speech:{line}" for line in lines] + [f"clip:{n}" for n in range(30 - len(lines))]
    for n in range(PART + 5):  # every hold is a movement
        about = About(account=OWNER, episode=shown, run=run(house, shown, RunState.DONE))
        row = QuoteRow(subject=subjects[n], kind="speech", engine="eleven-multilingual-v2", quote=quote)
        with house.db.write() as session:
            open_hold(session, about, [row], at=now(), floor=None)
    every = len(desk.books(desk.story(shown)).movements)
    page = tab(desk, "costs", episode=shown)
    assert "ledger-csv" in [one.key for one in page.get("download_button")]
    assert f"Ledger: {every} movements" in text(page)
    assert (rows(page, "Every movement"), rows(page, "Each take that money was held for")) == (PART, PART)
    page.button(key="ledger-more").click().run()
    page.button(key="compared-more").click().run()
    assert rows(page, "Every movement") == every
    assert rows(page, "Each take that money was held for") == PART + 5
    assert "<dt>Held now</dt><dd>$0.50, 25 takes</dd>" in text(page)


def test_an_episode_without_money_has_no_books(desk: Desk, shown: str) -> None:
    page = tab(desk, "costs", episode=shown)
    assert "Ledger" not in text(page)
    assert [one.key for one in page.get("download_button")] == ["entries-csv"]
