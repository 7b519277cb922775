"""How the service is, on the founder's page: errors, clips, uptime, stages, workers, breakers and what is stored."""

from __future__ import annotations

import streamlit as st

from pages.parts import vitals
from pages.parts.founding_charts import bars
from pages.parts.founding_tables import Mark, Share, Size, figures, head, table
from pages.parts.tabs import HEALTH
from pages.parts.wording import work
from services.health import Report
from services.notices import kind
from services.overview import Overview
from studio.desk.desk import Desk
from studio.desk.founding_service import ServiceView
from studio.money.reckoning import Span


def service(desk: Desk, span: Span, seen: Overview) -> None:
    """The service held against the plan's promises."""
    found = desk.founding.service(span)
    promises(found)
    table("Providers", ("Provider", "Takes that ended", "Failed", "Unclear", "Errors"), [
        (one.vendor, one.ended, one.failed, one.unclear, None if one.share is None else Share(one.share))
        for one in found.vendors
    ], "No provider was asked in this time.")  # fmt: skip
    table("Time per stage", ("Stage", "Takes", "On average", "95 of 100 within", "Slowest"), [
        (kind(one.kind), one.takes, *(work(ms / 1000) for ms in (one.mean, one.p95, one.slowest)))
        for one in found.stages
    ], "Nothing was made in this time.")  # fmt: skip
    figures({"Takes, ever": Size(found.takes), "Finished files, ever": Size(found.files)})
    days = {one.day: one.size / 1e6 for one in found.stored}
    bars("Stored by day", span.days, {"MB": [days.get(day, 0.0) for day in span.days]}, unit="MB")
    rows = [(one.day, Size(one.size)) for one in reversed(found.stored)]
    table("Storage", ("Day", "Came in"), rows, "Nothing was stored in this time.",
          said="Takes and finished files as they were made; the vault keeps what is the same once.")  # fmt: skip
    report = seen.report()
    _now(report)
    vitals.standing(report)
    vitals.vendors(report)
    st.page_link(HEALTH.file, label=f"{HEALTH.title}: machines, trials, books and targets", icon=HEALTH.icon)


def _now(report: Report) -> None:
    """The file of what stands below: parts, workers, queues and vendors."""
    head("How it stands now", ("What", "Name", "State", "Waiting or silent for", "Under way or at work for", "Why"), [
        *(("part", one.name, "well" if one.well else "down", None, None, one.why) for one in report.parts),
        *(("worker", one.executor, "", work(one.silent), work(one.age), "") for one in report.workers),
        *(("queue", one.queue, "", one.waiting, one.working, "") for one in report.queues),
        *(("provider", one.name, one.breaker, None, None, ", ".join((*one.gone, *one.dear))) for one in report.vendors),
    ])  # fmt: skip


def promises(found: ServiceView) -> None:
    """What the plan promises of the service, and whether it is kept."""
    errors, clips, up = found.errors.share, found.clips.share, found.uptime
    well = None if clips is None else 1 - clips
    plan = found.plan
    since = f"counted since {up.since:%Y-%m-%d %H:%M} UTC" if up.since else "nobody has written it down yet"
    table("Promised", ("What", "Plan", "Measured", "Kept", "Of"), [
        ("Provider errors", f"below {plan.errors / 10:g} %", _share(errors),
         _kept(None if errors is None else errors * 1000 < plan.errors), f"{found.errors.ended:,} takes"),
        ("Clips that came out", f"above {plan.clips / 10:g} %", _share(well),
         _kept(None if well is None else well * 1000 > plan.clips), f"{found.clips.ended:,} clips"),
        ("Uptime", f"{plan.uptime / 10:g} %", _share(up.share),
         _kept(None if up.share is None else up.share * 1000 >= plan.uptime), f"{up.minutes:,} minutes, {since}"),
    ], "", said="A minute is up when a worker lived, the database took a line and the vault answered.")  # fmt: skip


def _share(value: float | None) -> Share | None:
    return None if value is None else Share(value)


def _kept(holds: bool | None) -> Mark:
    return Mark("quiet:not measured yet" if holds is None else "done:kept" if holds else "bad:missed")
