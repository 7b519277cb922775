"""The public status page: whether the studio works, in plain words. It names no machine, no address and no error."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache
from html import escape
from string import Template
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from services.background import Background
from services.breaker import State
from services.health import Health, Report, Status, Vendor
from services.pinging import Pulse
from services.settings import ROOT
from studio.db import Database, now
from studio.errors import StudioError
from studio.production.pulse import Uptime, uptime

PATH = "/status"
_KEPT, _UPTIME_KEPT = 15.0, 300.0  # seconds
_WAIT = 5.0  # seconds for the first look: how the house is takes a few when it is not well
_OLD = 60.0  # seconds after which a page is not believed, where none that is younger comes
_SPAN = timedelta(days=90)
_HEADERS = {"Cache-Control": f"public, max-age={int(_KEPT)}"}


def status(
    health: Callable[[], Health],
    *,
    clock: Callable[[], float] = time.monotonic,
    at: Callable[[], datetime] = now,
    wait: float = _WAIT,
) -> list[BaseRoute]:
    """The route; every answer within a quarter of a minute is the same page, so that nobody wears the studio out."""
    kept = Background(lambda: _uptime(health().db, at()), _UPTIME_KEPT, clock, name="uptime")

    def look() -> str:
        seen = kept.get(wait)
        return page(health().report(), seen.value if seen else None, at())

    pages = Background(look, _KEPT, clock, name="status")

    def show(_request: Request) -> Response:
        seen = pages.get(wait)
        return HTMLResponse(seen.value if seen and seen.age < _OLD else page(None, None, at()), headers=_HEADERS)

    return [Route(PATH, show, methods=["GET"])]


def page(report: Report | None, kept: Uptime | None, at: datetime) -> str:
    """The whole page; without a report it says that nothing is known."""
    words = _words()
    state = report.status if report else "unknown"
    parts = [_studio(report), _vendors(report), _kept(kept)] if report else []
    told = {"status": state, "overall": escape(words["overall"][state]), "at": f"{at:%d %B %Y, %H:%M}"}
    return _template().substitute(told, body="\n".join(parts))


def _studio(report: Report) -> str:
    """Workers and queues; nothing where the database does not say."""
    words = _words()
    if any(part.name == "database" and not part.well for part in report.parts):
        return ""
    waiting = sum(one.waiting for one in report.queues)
    depth = "empty" if not waiting else "some" if waiting <= words["busy"] else "much"
    work = ("ok", words["workers"]["some"]) if report.workers else ("down", words["workers"]["none"])
    queue = ("degraded" if depth == "much" else "ok", words["queue"][depth])
    return _list("The studio", [("Workers", *work), ("What waits", *queue)])


def _vendors(report: Report) -> str:
    words = _words()
    rows = [
        (words["vendor"][one.name], state, words["state"][state])
        for one in report.vendors
        if one.name in words["vendor"] and (state := vendor_state(one))
    ]
    return _list("Vendors it asks", rows) if rows else ""


def vendor_state(vendor: Vendor) -> Status:
    """How one vendor does: down when nothing of it answers or nobody asks it any more."""
    answers = [one.pulse is Pulse.WELL for one in vendor.heard]
    if vendor.breaker is State.OPEN or (answers and not any(answers)):
        return Status.DOWN
    return Status.OK if vendor.well and vendor.breaker is State.CLOSED else Status.DEGRADED


def _kept(kept: Uptime | None) -> str:
    """The share of the last 90 days in which it worked, as far back as that was written down."""
    if kept is None or kept.share is None or kept.since is None:
        return '<p class="quiet">How long it has worked is not written down yet.</p>'
    share = int(kept.share * 10_000) / 100  # never rounded up to what it was not
    since = f"since {kept.since:%d %B %Y}, when it was first written down" if _younger(kept) else "in the last 90 days"
    return f"<h2>Over time</h2><p>It worked {share:g} % of the time {since}.</p>"


def _younger(kept: Uptime) -> bool:
    return timedelta(minutes=kept.minutes) < _SPAN - timedelta(days=1)


def _list(title: str, rows: Sequence[tuple[str, str, str]]) -> str:
    items = "".join(f'<div><dt>{escape(what)}</dt><dd class="{state}">{escape(said)}</dd></div>'
                    for what, state, said in rows)  # fmt: skip
    return f"<h2>{escape(title)}</h2><dl>{items}</dl>"


def _uptime(db: Database, at: datetime) -> Uptime | None:
    """What was written down of the last 90 days; None where the database does not say."""
    try:
        with db.read() as session:
            return uptime(session, at - _SPAN, at)
    except StudioError:
        return None


@cache
def _words() -> dict[str, Any]:
    """The words of data/status.toml; ValueError for a state that has none."""
    read = tomllib.loads((ROOT / "data" / "status.toml").read_text(encoding="utf-8"))
    if lacking := set(Status) - (read["overall"].keys() & read["state"].keys()):
        raise ValueError(f"data/status.toml has no words for {', '.join(sorted(lacking))}")
    return read


@cache
def _template() -> Template:
    return Template((ROOT / "data" / "status.html").read_text(encoding="utf-8"))
