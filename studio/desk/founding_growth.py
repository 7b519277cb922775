"""How the studio grows, for founders: from a visit to the second month, by cohort, and what a customer costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import NamedTuple

from sqlmodel import Session, col, func, select

from studio.db import now
from studio.desk.founding_seat import FoundersSeat, plan
from studio.money.amount import dollars
from studio.money.entry import Entry
from studio.money.margins import accounts, moved, payers_of, together
from studio.money.marketing import Worth, enter, entered, worth
from studio.money.orders import OrderState, Purchase, Ware
from studio.money.reckoning import IS_BILL, Span
from studio.money.recurring import Month, recurring
from studio.people.acts import Deed, note, refunded
from studio.people.milestones import Milestone, Reached
from studio.people.visits import Seen, visited
from studio.story.noun import Noun


class Cohort(NamedTuple):
    """Those who signed up in a month, and how many of them got how far by now."""

    month: str
    signed_up: int
    opened: int
    drafted: int
    rendered: int  # had something made at a vendor
    paid: int
    stayed: int  # for a second month


class Winning(NamedTuple):
    """What a month's marketing cost, whom it won, and what a customer then costs and is worth."""

    month: str
    spend: int | None
    won: int
    worth: Worth


class GrowthView(Noun):
    """Growth in a span."""

    visits: dict[Seen, int]
    cohorts: tuple[Cohort, ...]
    winning: tuple[Winning, ...]
    margin: float | None  # of 1
    churn: float | None  # a month, of 1
    onboarding: int  # the plan's, in thousandths
    ltv: int  # the plan's ratio

    @property
    def all(self) -> Cohort:
        """Everybody who signed up in the span."""
        steps = Cohort._fields[1:]
        return Cohort(month="all", **{step: sum(getattr(one, step) for one in self.cohorts) for step in steps})


class Growing(FoundersSeat):
    """Tells of growth."""

    def growth(self, span: Span) -> GrowthView:
        """How far people got who signed up in a span, and what they cost."""
        tiers = self._house.tiers
        with self._reading() as session:
            months = recurring(session, span, tiers)
            given = refunded(session, span.since, span.until)
            all_in = together("all", accounts(moved(session, span, tiers.payment, given)))
            margin = Fraction(all_in.micros, all_in.revenue) if all_in.revenue > 0 else None
            churn, spend = churned(months), entered(session)
            return GrowthView(
                visits=dict(visited(session, *(date.fromisoformat(span.days[at]) for at in (0, -1)))),
                cohorts=tuple(_cohorts(session, span)),
                winning=tuple(
                    Winning(one.month, spend.get(one.month), one.won,
                            worth(spend.get(one.month), one.won, one.arpu, margin, churn))
                    for one in months
                ),
                margin=None if margin is None else float(margin),
                churn=None if churn is None else float(churn),
                onboarding=plan().service.onboarding,
                ltv=plan().service.ltv,
            )  # fmt: skip

    def marketing(self) -> Mapping[str, int]:
        """What was spent on being found, by month, in micro-dollars."""
        with self._reading() as session:
            return entered(session)

    def enter_marketing(self, month: str, micros: int, reason: str) -> None:
        """Write down what a month's marketing cost, 2026-11, and what for; BadRequest names what is wrong."""
        at = now()
        with self._writing() as session:
            enter(session, month, micros, reason, at=at)
            note(session, self._account, Deed.MARKETING, reason, at=at, about=month, micros=micros,
                 came=f"{month} cost {dollars(micros)}")  # fmt: skip


def churned(months: Iterable[Month]) -> Fraction | None:
    """The share of those who paid that stops in a month, over the months that have ended; None before any did."""
    ended = [one for one in months if one.ended]
    before = sum(one.payers - one.won - one.returned + one.lost for one in ended)
    return Fraction(sum(one.lost for one in ended), before) if before > 0 else None


def _cohorts(session: Session, span: Span) -> Iterable[Cohort]:
    came = _reached(session, Milestone.REGISTERED)
    opened, drafted = (_reached(session, one).keys() for one in (Milestone.OPENED, Milestone.FIRST_DRAFT))
    rendered, months = _rendered(session), _months(session)
    groups: dict[str, set[str]] = {f"{month:%Y-%m}": set() for month in span.months}
    for account, at in came.items():
        if span.since <= at < span.until:
            groups[f"{at:%Y-%m}"].add(account)
    for month, people in groups.items():
        paid = {one for one in people if months.get(one, 0)}
        stayed = sum(months[one] > 1 for one in paid)
        far = [len(people & set(step)) for step in (opened, drafted, rendered)]
        yield Cohort(month, len(people), far[0], far[1], far[2], len(paid), stayed)


def _reached(session: Session, step: Milestone) -> dict[str, datetime]:
    return dict(session.exec(select(Reached.account, Reached.at).where(Reached.what == step)).all())


def _rendered(session: Session) -> set[str]:
    """The accounts for which a vendor ever billed anything."""
    payers = payers_of(session)
    rows = session.exec(select(Entry.account).where(IS_BILL).group_by(col(Entry.account)))
    return {payers.get(one, one) for one in rows}


def _months(session: Session) -> dict[str, int]:
    """How many months each account paid for and nobody took back; who bought credits alone paid once."""
    bought = select(Purchase.account, Purchase.ware, func.count()).where(Purchase.state == OrderState.PAID)
    found: dict[str, int] = {}
    rows = session.exec(bought.where(Purchase.ware != Ware.PLAN).group_by(col(Purchase.account), col(Purchase.ware)))
    for account, ware, number in rows:
        found[account] = found.get(account, 0) + (number if ware == Ware.MONTH else 0)
    return {account: max(1, number) for account, number in found.items()}
