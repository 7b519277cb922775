"""Visits: counted by day and kind, by however many at once, for no program, and never at the cost of a page."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from services.web.screen import Screen
from studio.db import Database
from studio.desk.reception import Reception
from studio.desk.viewing import Viewing
from studio.people.visits import Seen, Visit, is_bot, note_visit, visited
from tests.people.town import Town
from tests.shared import shared

DAY = date(2026, 11, 21)
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def test_pages_are_counted_by_day_and_kind(db: Database) -> None:
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    with db.write(of=None) as session:
        for kind, at in ((Seen.LANDING, noon), (Seen.LANDING, noon), (Seen.SCREENING, noon + timedelta(days=1))):
            note_visit(session, kind, at)
    with db.read() as session:
        assert visited(session, DAY, DAY) == {Seen.LANDING: 2, Seen.REGISTER: 0, Seen.SCREENING: 0}
        assert visited(session, DAY, DAY + timedelta(days=1))[Seen.SCREENING] == 1
        assert visited(session, DAY + timedelta(days=2), DAY + timedelta(days=9)) == dict.fromkeys(Seen, 0)


def test_a_day_begins_where_greenwich_says(db: Database) -> None:
    with db.write(of=None) as session:
        note_visit(session, Seen.LANDING, datetime(2026, 11, 22, 1, tzinfo=timezone(timedelta(hours=5))))
    with db.read() as session:
        assert visited(session, DAY, DAY)[Seen.LANDING] == 1


def test_of_many_at_once_each_is_counted(db: Database) -> None:
    def one(_: int) -> None:
        with db.write(of=None) as session:
            note_visit(session, Seen.LANDING, datetime(2026, 11, 21, 12, tzinfo=UTC))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(one, range(40)))
    with db.read() as session:
        assert visited(session, DAY, DAY)[Seen.LANDING] == 40


@pytest.mark.parametrize(
    ("agent", "bot"),
    [
        (BROWSER, False),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/26 Mobile Safari/605.1", False),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", True),
        ("facebookexternalhit/1.1", True),
        ("curl/8.5.0", True),
        ("python-requests/2.32", True),
        ("", True),
    ],
)
def test_programs_are_known_by_what_they_call_themselves(agent: str, bot: bool) -> None:
    assert is_bot(agent) is bot


def test_whoever_opens_a_page_is_counted_and_not_kept(town: Town) -> None:
    for agent in (BROWSER, BROWSER, "Googlebot/2.1", ""):
        Reception(town.house, "192.0.2.7", agent=agent, clock=town.clock).visited(Seen.REGISTER)
    with town.house.db.read() as session:
        (row,) = session.exec(select(Visit)).all()
    assert (row.day, row.kind, row.count) == (DAY, Seen.REGISTER, 2)


def test_a_count_that_fails_breaks_no_page(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    with town.house.db.write() as session:
        session.execute(text("DROP TABLE visit"))
    Reception(town.house, "192.0.2.7", agent=BROWSER).visited(Seen.LANDING)
    assert "visit.not_counted" in caplog.text
    assert "192.0.2.7" not in caplog.text


def test_a_browser_that_came_to_a_screening_counts_once(home: Path) -> None:
    film = shared(home)
    seen = lambda agent: Reception(film.house, agent=agent).visited(Seen.SCREENING)  # noqa: E731  as asgi.py has it
    routes = Screen(lambda address: Viewing(film.house, address), secure=False, opened=seen).routes()
    visit = f"/s/{film.link(most=2).token}/visit"
    for agent in (BROWSER, "Googlebot/2.1"):
        client = TestClient(Starlette(routes=routes), headers={"user-agent": agent, "origin": "http://testserver"})
        assert [client.post(visit).status_code for _ in range(2)] == [200, 200]
    last = TestClient(Starlette(routes=routes), headers={"user-agent": BROWSER, "origin": "http://testserver"})
    assert last.post(visit).status_code == 404  # no view is left
    with film.house.db.read() as session:
        counted = [(row.kind, row.count) for row in session.exec(select(Visit))]
    film.house.db.close()
    assert counted == [(Seen.SCREENING, 1)]
