"""The plan check: each of the plan's tables reckoned again, beside what is measured, and what would hold instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from studio.money.amount import dollars
from studio.money.plan import Plan
from studio.money.tiers import Tier, Tiers
from studio.money.whatif import Supposed, break_even, cap, price_for, suppose
from studio.story.noun import Noun


class Known(Noun):
    """What the studio knows: episodes it was billed for, a minute of film by engine, and what it sells films for."""

    payers: int = 0  # accounts that pay by the month now
    mrr: int = 0  # what they pay
    episodes: int = 0
    mean: int = 0  # of an episode, micro-dollars
    most: int = 0
    over: int = 0  # episodes above the plan's dearest
    minutes: Mapping[str, int] = {}
    films: Mapping[int, int] = {}
    vendors: Mapping[int, int] = {}
    idle: int = 0  # what hours of rented machines that no take carried come to in a month
    card_hour: int | None = None  # the cheapest hour on a price card


class Check(Noun):
    """One line of the plan: what it says, what that comes to, what was measured, and what would hold instead."""

    part: str
    line: str
    says: str
    comes: str
    measured: str = ""
    holds: bool | None  # None before anything tells
    instead: str = ""


def check(plan: Plan, tiers: Tiers, known: Known) -> tuple[Check, ...]:
    """Every line of the plan."""
    return (*_episode(plan, known), *_tiers(plan, tiers, known), *_crowd(plan, tiers, known), *_films(plan, known),
            *_gpu(plan, known), *_growth(plan, tiers, known), *_hosting(plan, known))  # fmt: skip


def _episode(plan: Plan, known: Known) -> Iterator[Check]:
    low, high = plan.episode.low, plan.episode.high
    seen = f"{dollars(known.mean)} on average, {dollars(known.most)} at the most" if known.episodes else ""
    yield Check(
        part="Episode", line="What one costs", says=f"{dollars(low)} to {dollars(high)}",
        comes=f"{known.over} of {known.episodes} episodes cost more" if known.episodes else "nothing was billed yet",
        measured=seen, holds=known.mean <= high and not known.over if known.episodes else None,
        instead="" if not known.over else f"Stop an episode at {dollars(high)}, or have fewer of its shots move.",
    )  # fmt: skip


def _tiers(plan: Plan, tiers: Tiers, known: Known) -> Iterator[Check]:
    sold = {tier.name: tier for tier in tiers.tier}
    for one in plan.tier:
        tier = sold.get(one.name)
        low, high = plan.episode.low, plan.episode.high
        if tier is None:
            yield Check(
                part="Tiers at full use", line=f"{one.name.capitalize()}, {dollars(one.price)}",
                says=f"{one.margin_low / 10:.0f} to {one.margin_high / 10:.0f} % margin",
                comes="no such tier is sold here", holds=None,
            )  # fmt: skip
            continue
        comes, holds = _full(one.price, tier, low, high, tiers)
        seen = _margin(one.price, tier.episodes or 0, known.mean, tiers) if known.mean and tier.episodes else None
        yield Check(
            part="Tiers at full use", line=f"{one.name.capitalize()}, {dollars(one.price)}, "
            + (f"{tier.episodes} episodes" if tier.episodes else "no limit of episodes"),
            says=f"{one.margin_low / 10:.0f} to {one.margin_high / 10:.0f} % margin", comes=comes,
            measured="" if seen is None else f"{float(seen):.0%} at the measured cost", holds=holds,
            instead="" if holds else _remedy(one.price, tier, low, high, tiers),
        )  # fmt: skip


def _full(price: int, tier: Tier, low: int, high: int, tiers: Tiers) -> tuple[str, bool]:
    if not tier.episodes:
        return "no limit: any margin is lost from some number of episodes on", False
    best, worst = (_margin(price, tier.episodes, each, tiers) for each in (low, high))
    return f"{float(worst):.0%} to {float(best):.0%} margin, payment fees counted", worst >= 0


def _margin(price: int, episodes: int, each: int, tiers: Tiers) -> Fraction:
    one = Supposed(users=1, price=price, episodes=episodes, episode=each, infrastructure=0)
    return suppose(one, tiers.payment).share


def _remedy(price: int, tier: Tier, low: int, high: int, tiers: Tiers) -> str:
    """The cap or the price that would leave the house's margin."""
    keep, pay = tiers.margin.share, tiers.payment
    most, least = cap(price, low, keep, pay), cap(price, high, keep, pay)
    told = f"For a margin of {keep / 10:.0f} %: {least} to {most} episodes at this price"
    if tier.episodes:
        cheap, dear = (price_for(tier.episodes, each, keep, pay) for each in (low, high))
        told += f", or {dollars(cheap)} to {dollars(dear)} for {tier.episodes}"
    return f"{told}. What vendors may be paid in a month is stopped at {dollars(tiers.worth(price))} as it is."


def _crowd(plan: Plan, tiers: Tiers, known: Known) -> Iterator[Check]:
    one = plan.crowd
    each = known.mean or plan.episode.low
    base = Supposed(users=one.users, price=one.price, episodes=0, episode=each, infrastructure=one.infrastructure_low)
    bare = suppose(base, tiers.payment)
    used = suppose(base.model_copy(update={"episodes": 1}), tiers.payment)
    holds = used.net >= one.net_low
    room = (bare.net - one.net_low) // (one.users * each)
    at = "measured" if known.mean else "the plan's least"
    yield Check(
        part=f"{one.users} users at {dollars(one.price)}", line="Net a month",
        says=f"{dollars(one.net_low)} to {dollars(one.net_high)}, "
             f"{one.margin_low / 10:.0f} to {one.margin_high / 10:.0f} %",
        comes=f"{dollars(bare.net)} if nobody makes anything, {dollars(used.net)} with one episode each",
        measured=f"{dollars(each)} an episode, {at}; {known.payers} account{'' if known.payers == 1 else 's'} "
                 f"pay{'s' if known.payers == 1 else ''} {dollars(known.mrr)} a month now", holds=holds,
        instead="" if holds else (f"It holds up to {room} episodes a user a month." if room > 0 else
                                  "It holds only while users make less than one episode a month."),
    )  # fmt: skip


def _films(plan: Plan, known: Known) -> Iterator[Check]:
    for one in plan.film:
        price, vendors = known.films.get(one.minutes), known.vendors.get(one.minutes)
        motion = {name: each * one.minutes for name, each in known.minutes.items()}
        fit = [name for name, micros in motion.items() if micros <= one.gpu]
        told = ", ".join(f"{name} {dollars(micros)}" for name, micros in motion.items())
        yield Check(
            part="Films", line=f"{one.minutes} minutes", says=f"{dollars(one.price)}, GPU {dollars(one.gpu)}",
            comes=f"All of its shots in motion: {told}" if motion else "no engine that moves pictures has a price here",
            measured="" if price is None else f"sold at {dollars(price)}, of which vendors may be paid "
            f"{dollars(vendors or 0)}", holds=bool(fit) and price in (None, one.price) if motion else None,
            instead="" if fit or not motion else f"No engine moves {one.minutes} minutes for {dollars(one.gpu)}: what "
            "vendors may be paid is set aside, and only as many shots move as it pays for.",
        )  # fmt: skip


def _gpu(plan: Plan, known: Known) -> Iterator[Check]:
    hour = known.card_hour
    yield Check(
        part="GPU", line="An hour of a card", says=dollars(plan.gpu.hour),
        comes=f"{dollars(hour)} on the cheapest price card" if hour else "no card that is billed by the hour",
        holds=None if hour is None else hour <= plan.gpu.hour,
        instead="" if hour is None or hour <= plan.gpu.hour else "Rent by the second, and give idle machines back.",
    )  # fmt: skip
    for name, micros in known.minutes.items():
        times = Fraction(micros, plan.gpu.minute)
        holds = times <= 1
        yield Check(
            part="GPU", line=f"A minute of film by {name}", says=dollars(plan.gpu.minute), comes=dollars(micros),
            measured=f"{float(times):.1f} times the plan", holds=holds,
            instead="" if holds else f"A minute all in motion sells from {dollars(2 * micros)} up at a margin of half.",
        )  # fmt: skip


def _growth(plan: Plan, tiers: Tiers, known: Known) -> Iterator[Check]:
    for one in plan.growth:
        price = one.revenue // one.users
        vendors = next((known.vendors[minutes] for minutes, at in known.films.items() if at == price), None)
        goods = (vendors or 0) * one.users
        fees = one.users * (price - suppose(
            Supposed(users=1, price=price, episodes=0, episode=0, infrastructure=0), tiers.payment).net)  # fmt: skip
        total = goods + fees + plan.hosting.high
        holds = total <= one.costs
        fixed = Supposed(users=one.users, price=price, episodes=1, episode=vendors or 0,
                         infrastructure=plan.hosting.high)  # fmt: skip
        users = break_even(fixed, tiers.payment)
        yield Check(
            part="Growth", line=f"{one.users} users",
            says=f"{dollars(one.revenue)} in, {dollars(one.costs)} out",
            comes=f"{dollars(total)} out: {dollars(goods)} vendors at the most, {dollars(fees)} payments, "
                  f"{dollars(plan.hosting.high)} hosting",
            measured="" if users is None else f"breaks even from {users} such film{'' if users == 1 else 's'} on",
            holds=holds,
            instead="" if holds else f"It leaves {dollars(one.revenue - total)}, "
                                     f"not {dollars(one.revenue - one.costs)}.",
        )  # fmt: skip


def _hosting(plan: Plan, known: Known) -> Iterator[Check]:
    high = plan.hosting.high
    broken = known.idle > high  # that it holds nobody can tell: what servers cost is not known here
    yield Check(
        part="Hosting", line="A month", says=f"{dollars(plan.hosting.low)} to {dollars(high)}",
        comes="servers are no part of the ledger: enter them by hand in What if",
        measured=f"{dollars(known.idle)} a month of rented machines that no take carried",
        holds=False if broken else None, instead="Machines stand idle: the Health page lists them." if broken else "",
    )  # fmt: skip
