"""What if: what a month leaves with so many users, at a price, for so many episodes each. Nothing is measured here."""

from __future__ import annotations

from fractions import Fraction

from studio.money.amount import nearest
from studio.money.tiers import Payment
from studio.story.noun import Noun

_THOUSAND = 1000


class Supposed(Noun):
    """What is supposed of a month, in micro-dollars; `episodes` each user makes."""

    users: int
    price: int
    episodes: int
    episode: int  # what one costs
    infrastructure: int


class Left(Noun):
    """What a month then brings and leaves, in micro-dollars."""

    revenue: int
    fees: int
    goods: int
    infrastructure: int

    @property
    def net(self) -> int:
        """What is left."""
        return self.revenue - self.fees - self.goods - self.infrastructure

    @property
    def share(self) -> Fraction:
        """What is left, of 1 of what came in."""
        return Fraction(self.net, self.revenue) if self.revenue else Fraction(0)


def suppose(one: Supposed, payment: Payment) -> Left:
    """What such a month leaves."""
    revenue = one.users * one.price
    return Left(
        revenue=revenue,
        fees=one.users * fee(one.price, payment),
        goods=one.users * one.episodes * one.episode,
        infrastructure=one.infrastructure,
    )


def fee(price: int, payment: Payment) -> int:
    """What one payment of a price costs."""
    return payment.fee_micros + nearest(Fraction(price * payment.fee_share, _THOUSAND))


def cap(price: int, episode: int, margin: int, payment: Payment) -> int:
    """How many episodes a price pays for at most, so that a margin in thousandths of it is left."""
    spare = price - fee(price, payment) - nearest(Fraction(price * margin, _THOUSAND))
    return max(0, spare // episode)


def price_for(episodes: int, episode: int, margin: int, payment: Payment) -> int:
    """The lowest price, to the cent, that pays for so many episodes and leaves a margin in thousandths of it."""
    kept = Fraction(_THOUSAND - payment.fee_share - margin, _THOUSAND)
    exact = Fraction(episodes * episode + payment.fee_micros) / kept
    return -(-exact // 10_000) * 10_000


def break_even(one: Supposed, payment: Payment) -> int | None:
    """The users from which on a month leaves nothing missing; None where each of them costs more than they bring."""
    each = one.price - fee(one.price, payment) - one.episodes * one.episode
    return -(-one.infrastructure // each) if each > 0 else None
