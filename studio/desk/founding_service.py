"""How the service is, for founders: vendors' errors, clips that came out, time per stage, uptime, what is stored."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, func, select

from studio.desk.founding_seat import FoundersSeat, plan
from studio.money.plan import Service
from studio.money.reckoning import Span, day
from studio.production.pulse import Uptime, uptime
from studio.story.noun import Noun
from studio.takes.recipe import TakeKind
from studio.takes.roster import Roster
from studio.takes.take import Delivery, Take, TakeState

_ENDED = (TakeState.MADE, TakeState.FAILED, TakeState.UNCLEAR)
_SLOW = 95  # of 100 takes are not slower


class Asked(NamedTuple):
    """What a vendor was asked in a span, and how much of it came to nothing."""

    vendor: str
    ended: int
    failed: int
    unclear: int

    @property
    def share(self) -> float | None:
        """Errors, of 1; None where nothing ended."""
        return (self.failed + self.unclear) / self.ended if self.ended else None


class Stage(NamedTuple):
    """How long takes of a kind took, in milliseconds."""

    kind: str
    takes: int
    mean: int
    p95: int
    slowest: int


class Stored(NamedTuple):
    """Bytes that came in on a day."""

    day: str
    size: int


class ServiceView(Noun):
    """The service in a span; bytes are of takes and finished files, whoever shares them."""

    vendors: tuple[Asked, ...]
    clips: Asked
    stages: tuple[Stage, ...]
    uptime: Uptime
    takes: int  # bytes, ever
    files: int  # the same of finished files
    stored: tuple[Stored, ...]
    plan: Service

    @property
    def errors(self) -> Asked:
        """All vendors together."""
        return _together("all", self.vendors)


class Serving(FoundersSeat):
    """Tells of the service."""

    def service(self, span: Span) -> ServiceView:
        """How it was."""
        with self._reading() as session:
            vendors = asked(session, self._house.roster, span.since, span.until)
            clips = asked(session, self._house.roster, span.since, span.until, TakeKind.CLIP)
            files = select(func.coalesce(func.sum(Delivery.size), 0))
            return ServiceView(
                vendors=vendors,
                clips=_together("clips", clips),
                stages=_stages(session, span),
                uptime=uptime(session, span.since, span.until),
                takes=int(session.exec(select(func.coalesce(func.sum(Take.size), 0))).one()),
                files=int(session.exec(files).one()),
                stored=_stored(session, span),
                plan=plan().service,
            )


def asked(
    session: Session, roster: Roster, since: datetime, until: datetime, kind: TakeKind | None = None
) -> tuple[Asked, ...]:
    """What vendors were asked in a time, and how much of it failed or stayed unclear; the offline crew is no vendor."""
    sold = {card.name: card.vendor for card in roster.engine if card.vendor}
    query = select(Take.engine, Take.state, func.count()).where(Take.asked >= since, Take.asked < until)
    query = query.where(col(Take.state).in_(_ENDED), col(Take.engine).in_(sold))
    query = query.where(Take.kind == kind) if kind else query
    found: dict[str, Asked] = {}
    for engine, state, number in session.exec(query.group_by(col(Take.engine), col(Take.state))):
        had = found.get(sold[engine], Asked(sold[engine], 0, 0, 0))
        bad = {TakeState.FAILED: "failed", TakeState.UNCLEAR: "unclear"}.get(TakeState(state))
        more = {bad: getattr(had, bad) + number} if bad else {}
        found[sold[engine]] = had._replace(ended=had.ended + number, **more)
    return tuple(found[one] for one in sorted(found))


def _together(name: str, found: Iterable[Asked]) -> Asked:
    all_of = tuple(found)
    return Asked(
        name, sum(one.ended for one in all_of), sum(one.failed for one in all_of), sum(one.unclear for one in all_of)
    )


def _stages(session: Session, span: Span) -> tuple[Stage, ...]:
    kinds = col(Take.kind)
    timed = (
        select(
            kinds.label("kind"), col(Take.took_ms).label("ms"),
            func.row_number().over(partition_by=kinds, order_by=col(Take.took_ms)).label("number"),
            func.count().over(partition_by=kinds).label("all"),
        )
        .where(Take.asked >= span.since, Take.asked < span.until, Take.state == TakeState.MADE, Take.took_ms > 0)
        .subquery()
    )  # fmt: skip
    row, ms = timed.c, timed.c.ms
    slow = func.min(ms).filter(row.number * 100 >= row.all * _SLOW)
    query = select(row.kind, func.count(), func.sum(ms), slow, func.max(ms)).group_by(row.kind)  # type: ignore[call-overload]
    order = {kind.value: number for number, kind in enumerate(TakeKind)}
    found = [Stage(kind, n, round(int(ms) / n), p95, most) for kind, n, ms, p95, most in session.exec(query)]
    return tuple(sorted(found, key=lambda one: order.get(one.kind, len(order))))


def _stored(session: Session, span: Span) -> tuple[Stored, ...]:
    sums: dict[str, int] = {}
    for table, at in ((Take, col(Take.asked)), (Delivery, col(Delivery.created))):
        query = select(day(at), func.sum(table.size)).where(at >= span.since, at < span.until)
        for when, total in session.exec(query.group_by(day(at))):
            sums[when] = sums.get(when, 0) + int(total)
    return tuple(Stored(when, sums[when]) for when in sorted(sums) if sums[when])
