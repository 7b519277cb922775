"""The business plan beside what is measured, for founders, and what a month would leave if things were otherwise."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session

from studio.db import now
from studio.desk.founding_seat import FoundersSeat, films, plan
from studio.errors import RateMissing
from studio.money.estimates import Ask
from studio.money.films import Films
from studio.money.goods import idle
from studio.money.margins import episodes, moved
from studio.money.plancheck import Check, Known, check
from studio.money.quote import Quoter
from studio.money.reckoning import Span
from studio.money.recurring import recurring
from studio.money.usage import TIMED
from studio.money.whatif import Left, Supposed, break_even, suppose
from studio.story.noun import Noun

_HOUR_MS = 3_600_000
_DAY, _MONTH = timedelta(days=1), timedelta(days=30)
_SIZE = {"width": 1280, "height": 720}


class Supposing(Noun):
    """What a month would leave, and from how many users on nothing is missing."""

    left: Left
    users: int | None


class PlanChecking(FoundersSeat):
    """Holds the plan against what is known."""

    def plan_check(self, span: Span) -> tuple[Check, ...]:
        """Every line of the plan, reckoned again."""
        with self._reading() as session:
            return check(plan(), self._house.tiers, self._known(session, span))

    def supposed(self, span: Span) -> Supposed:
        """What to begin supposing with: the plan's users and price, and what an episode really costs."""
        crowd = plan().crowd
        with self._reading() as session:
            mean = self._known(session, span).mean
        told = {"users": crowd.users, "price": crowd.price, "infrastructure": crowd.infrastructure_high}
        return Supposed(episodes=1, episode=mean or plan().episode.low, **told)

    def suppose(self, one: Supposed) -> Supposing:
        """What a month would leave."""
        with self._reading():
            payment = self._house.tiers.payment
        return Supposing(left=suppose(one, payment), users=break_even(one, payment))

    def _known(self, session: Session, span: Span) -> Known:
        payment = self._house.tiers.payment
        found = [one for one in episodes(moved(session, span, payment)) if not one.film and one.total]
        totals = [one.total for one in found]
        sold = self._house.films or films()
        lengths = {one.minutes: sold.quote(one.minutes * 60, "standard") for one in plan().film}
        now_on = recurring(session, span, self._house.tiers)[-1]
        return Known(
            payers=now_on.payers,
            mrr=now_on.mrr,
            episodes=len(totals),
            mean=sum(totals) // len(totals) if totals else 0,
            most=max(totals, default=0),
            over=sum(one > plan().episode.high for one in totals),
            minutes=self._minutes(sold),
            films={minutes: price.micros for minutes, price in lengths.items()},
            vendors={at: sold.vendors(price, payment) for at, price in lengths.items()},
            idle=max(0, idle(session, span)) * _MONTH // max(_DAY, span.until - span.since),
            card_hour=self._card_hour(),
        )

    def _minutes(self, sold: Films) -> dict[str, int]:
        """What a minute of film all in motion costs by each engine the plan names that has a price."""
        quoter, at, minute = Quoter(self._house.prices, self._house.estimates), now(), sold.minute
        ask = Ask(kind="clip", ms=minute.shot_ms, **_SIZE)
        found = {}
        for name in plan().gpu.engines:
            card = next((one for one in self._house.roster.engine if one.name == name), None)
            try:
                found[name] = minute.shots * quoter.quote(card, ask, at=at).likely if card else 0
            except RateMissing:
                continue
        return {name: micros for name, micros in found.items() if micros}

    def _card_hour(self) -> int | None:
        """The cheapest hour of any card that is billed by time."""
        cards = [one for one in self._house.prices.card if TIMED in one.rates and one.since <= now()]
        return min((hour for one in cards if (hour := one.cost({TIMED: _HOUR_MS}))), default=None)
