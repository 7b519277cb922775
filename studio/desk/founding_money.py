"""What came in, what it cost and what is left, for founders: by month, day, vendor, tier, account and episode."""

from __future__ import annotations

from sqlmodel import Session, select

from studio.desk.founding_seat import FoundersSeat, plan
from studio.money.disputing import dispute_fees
from studio.money.earning import ahead
from studio.money.goods import Good, Part, goods, retaken
from studio.money.margins import EpisodeMargin, Margin, accounts, episodes, moved, together, without
from studio.money.reckoning import Span
from studio.money.recurring import Month, recurring
from studio.money.takings import Credits, Taking, credits, takings
from studio.people.account import Account
from studio.people.acts import refunded
from studio.story.noun import Noun


class RevenueView(Noun):
    """What came in: recurring revenue by month, what was paid by day, and credits."""

    months: tuple[Month, ...]
    takings: tuple[Taking, ...]
    credits: Credits
    fees: int  # of payments, and what disputes of them cost
    disputes: int  # of the fees
    ahead: int  # paid for months of plans that had not passed at the end

    @property
    def paid(self) -> int:
        """What customers paid in the span."""
        return sum(one.micros for one in self.takings)

    @property
    def refunded(self) -> int:
        """What of just that went back by now."""
        return sum(one.refunded for one in self.takings)


class GoodsView(Noun):
    """What vendors billed, and how much of it was for takes that were made again."""

    goods: tuple[Good, ...]
    again: Part

    @property
    def micros(self) -> int:
        """All of it."""
        return sum(one.micros for one in self.goods)

    @property
    def share(self) -> float | None:
        """The retakes' share of what was billed, of 1."""
        return self.again.micros / self.micros if self.micros else None


class Person(Noun):
    """Whom a row is about: a name, and the tier they have now."""

    name: str
    tier: str


class MarginsView(Noun):
    """What is left by tier, account and episode; `over` are episodes above the limit, films left out."""

    tiers: tuple[Margin, ...]
    accounts: tuple[Margin, ...]
    episodes: tuple[EpisodeMargin, ...]
    people: dict[str, Person]
    all: Margin
    limit: int

    @property
    def over(self) -> tuple[EpisodeMargin, ...]:
        """The episodes that ever cost more than an episode should, of those billed for in the span."""
        return tuple(one for one in self.episodes if one.total > self.limit and not one.film)

    @property
    def elsewhere(self) -> Margin:
        """What is of no episode: with the episodes it is all there is."""
        return without("of no episode", self.all, (one.margin for one in self.episodes))


class Earning(FoundersSeat):
    """Tells of money."""

    def revenue(self, span: Span) -> RevenueView:
        """What came in."""
        payment = self._house.tiers.payment
        with self._reading() as session:
            found, disputes = takings(session, span), sum(dispute_fees(session, span).values())
            return RevenueView(
                months=recurring(session, span, self._house.tiers),
                takings=found,
                credits=credits(session, span),
                fees=sum(one.fees(payment) for one in found) + disputes,
                disputes=disputes,
                ahead=ahead(session, span.until),
            )

    def goods(self, span: Span) -> GoodsView:
        """What vendors billed."""
        with self._reading() as session:
            return GoodsView(goods=goods(session, span), again=retaken(session, span))

    def margins(self, span: Span) -> MarginsView:
        """What is left; tiers are those that accounts have now."""
        payment = self._house.tiers.payment
        with self._reading() as session:
            all_of = moved(session, span, payment, refunded(session, span.since, span.until))
            found = accounts(all_of)
            people = people_of(session, {one.name for one in found})
            return MarginsView(
                tiers=by_tier(found, people),
                accounts=found,
                episodes=episodes(all_of),
                people=people,
                all=together("all", found),
                limit=plan().alarms.episode,
            )


def people_of(session: Session, names: set[str]) -> dict[str, Person]:
    """Who is behind these accounts."""
    rows = session.exec(select(Account.id, Account.name, Account.tier))
    return {one: Person(name=name or "not opened yet", tier=tier) for one, name, tier in rows if one in names}


def by_tier(found: tuple[Margin, ...], people: dict[str, Person]) -> tuple[Margin, ...]:
    """The same by the tier each account has now, by name."""
    groups: dict[str, list[Margin]] = {}
    for one in found:
        groups.setdefault(people[one.name].tier if one.name in people else "house", []).append(one)
    return tuple(together(tier, rows) for tier, rows in sorted(groups.items()))
