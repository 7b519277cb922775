"""The public status page: plain words for everybody, nothing a stranger should not see, and one look for many."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.types import ASGIApp

from services.breaker import State
from services.health import Health, Part, Report, Status, Vendor
from services.pinging import Heard, Pulse
from services.settings import Settings
from services.web.status import page, status, vendor_state
from studio.production.executors import enlist
from studio.production.house import House
from studio.production.pulse import Uptime, beat
from studio.production.queues import Depth
from tests.until import until
from tests.web.asking import get

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
WELL = Heard(vendor="groq", what="models", pulse=Pulse.WELL, ms=12)
ILL = Heard(vendor="fal", what="pricing", pulse=Pulse.DOWN, why="fal at 10.0.0.7 cannot be reached")


class Turn:
    """A clock that goes when it is told to."""

    at = 0.0

    def __call__(self) -> float:
        return self.at


def serving(house: House, home: Path, heard: Sequence[Heard] = (WELL,), clock: Turn | None = None) -> ASGIApp:
    """The page of a house whose vendors have answered."""
    clock = clock or Turn()
    health = Health(Settings(_env_file=None, studio_home=home), house.db, ask=lambda _: heard, clock=clock)
    until(lambda: health.report().asked)
    return Starlette(routes=status(lambda: health, clock=clock, at=lambda: AT))


@pytest.fixture
def worker(house: House) -> str:
    """A worker that is alive."""
    with house.db.write() as session:
        return enlist(session, "1")


def shown(app: ASGIApp) -> str:
    answer = get(app, "/status")
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.content.decode()


def test_a_studio_that_works_says_so(house: House, home: Path, worker: str) -> None:
    seen = shown(serving(house, home))
    assert "Everything works." in seen
    assert "At work" in seen
    assert "Nothing waits" in seen
    assert "Writing, by Groq" in seen
    assert "not written down yet" in seen


def test_a_vendor_that_is_away_is_said_without_where_it_is(house: House, home: Path, worker: str) -> None:
    seen = shown(serving(house, home, (WELL, ILL)))
    assert "A vendor it asks does not" in seen
    assert '<dt>Pictures and motion, by fal</dt><dd class="down">does not answer</dd>' in seen
    for inside in ("10.0.0.7", worker, str(home), "pricing", "12"):
        assert inside not in seen.replace("Looked at 21 November 2026, 12:00", "").partition("<main>")[2]


def test_nobody_at_work_is_down_and_the_page_is_there(house: House, home: Path) -> None:
    seen = shown(serving(house, home))
    assert "Nothing new can be made now." in seen
    assert "Nobody is at work" in seen


def test_a_database_that_cannot_be_read_still_has_a_page(house: House, home: Path, worker: str) -> None:
    with house.db.write() as session:
        session.execute(text("DROP TABLE executor"))
        session.execute(text("DROP TABLE pulse"))
    seen = shown(serving(house, home))
    assert "Nothing new can be made now." in seen
    assert "executor" not in seen
    assert "Workers" not in seen


def test_how_long_it_worked_is_told_as_far_as_it_is_written_down(house: House, home: Path, worker: str) -> None:
    with house.db.write() as session:
        for minute in range(10):
            beat(session, "" if minute else "no worker", at=AT - timedelta(minutes=10 - minute))
    assert "It worked 90 % of the time since 21 November 2026" in shown(serving(house, home))


def test_ninety_days_are_called_so_and_never_rounded_up() -> None:
    minutes = 90 * 24 * 60
    kept = Uptime(minutes=minutes, well=minutes - 1, since=AT - timedelta(days=200))
    report = Report(status=Status.OK, parts=(), workers=(), queues=(), vendors=(), asked=None)
    assert "It worked 99.99 % of the time in the last 90 days." in page(report, kept, AT)


def test_many_who_ask_see_one_look(house: House, home: Path) -> None:
    clock = Turn()
    app = serving(house, home, clock=clock)
    assert "Nobody is at work" in shown(app)
    with house.db.write() as session:
        enlist(session, "1")
    clock.at = 14.0
    assert "Nobody is at work" in shown(app)
    clock.at = 16.0
    assert "At work" in shown(app)
    assert get(app, "/status").headers["cache-control"] == "public, max-age=15"


@pytest.mark.parametrize(
    ("waiting", "said"), [(0, "Nothing waits"), (1, "Some work waits its turn"), (21, "Much work waits")]
)
def test_what_waits_is_told_without_a_number(waiting: int, said: str) -> None:
    queues = (Depth(queue="takes-of-fal", waiting=waiting),)
    parts = (Part(name="database", well=True),)
    seen = page(Report(status=Status.OK, parts=parts, workers=(), queues=queues, vendors=(), asked=None), None, AT)
    assert said in seen
    assert "takes-of-fal" not in seen


@pytest.mark.parametrize(
    ("breaker", "heard", "gone", "state"),
    [
        (State.CLOSED, (WELL,), (), Status.OK),
        (State.CLOSED, (), (), Status.OK),
        (State.OPEN, (WELL,), (), Status.DOWN),
        (State.CLOSED, (ILL,), (), Status.DOWN),
        (State.CLOSED, (WELL, ILL), (), Status.DEGRADED),
        (State.HALF_OPEN, (WELL,), (), Status.DEGRADED),
        (State.CLOSED, (WELL,), ("no such model",), Status.DEGRADED),
    ],
)
def test_a_vendor_works_in_whole_in_part_or_not(
    breaker: State, heard: tuple[Heard, ...], gone: tuple[str, ...], state: Status
) -> None:
    assert vendor_state(Vendor(name="groq", breaker=breaker, heard=heard, gone=gone)) is state


def test_a_vendor_nobody_is_to_know_of_is_not_named() -> None:
    own = Vendor(name="comfyui", breaker=State.OPEN, heard=())
    report = Report(status=Status.DEGRADED, parts=(), workers=(), queues=(), vendors=(own,), asked=None)
    assert "comfyui" not in page(report, None, AT)


def test_a_page_of_long_ago_is_not_shown_where_nobody_can_look_now(house: House, home: Path, worker: str) -> None:
    clock, free = Turn(), Event()
    health = Health(Settings(_env_file=None, studio_home=home), house.db, ask=lambda _: (WELL,))
    free.set()

    def looked() -> Health:
        free.wait()
        return health

    app = Starlette(routes=status(looked, clock=clock, at=lambda: AT, wait=0.1))
    until(lambda: "Everything works." in shown(app))
    free.clear()
    clock.at = 50.0
    assert "Everything works." in shown(app)
    clock.at = 61.0
    seen = shown(app)
    free.set()
    assert "cannot be told right now" in seen


def test_without_a_report_nothing_is_claimed() -> None:
    seen = page(None, None, AT)
    assert "cannot be told right now" in seen
    assert "Everything works" not in seen
