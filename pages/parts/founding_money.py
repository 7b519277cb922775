"""What came in, what vendors billed and what is left, on the founder's page."""

from __future__ import annotations

import streamlit as st

from pages.parts.founding_charts import bars
from pages.parts.founding_tables import Mark, Money, Share, figures, table
from pages.parts.tabs import FOUNDER
from services.notices import kind
from studio.desk.desk import Desk
from studio.desk.founding_money import GoodsView, MarginsView
from studio.money.amount import dollars
from studio.money.goods import by
from studio.money.margins import EpisodeMargin, Margin
from studio.money.reckoning import Span

_MICROS = 1e6
_LINKS = 10  # episodes that have a way to act
_LEFT = ("Brought", "Fees", "Vendors", "Left", "Margin", "Given back")


def revenue(desk: Desk, span: Span) -> None:
    """Recurring revenue by month, what was paid by day, and credits."""
    found = desk.founding.revenue(span)
    last = found.months[-1]
    figures({
        "MRR": Money(last.mrr), "Accounts that pay": last.payers, "ARPU": Money(last.arpu),
        "Paid in this time": Money(found.paid), "Of it refunded": Money(found.refunded),
        "Payment fees": Money(found.fees), "Of them for disputes": Money(found.disputes),
        "Plans paid ahead: owed by us": Money(found.ahead),
    })  # fmt: skip
    months = [one.month for one in found.months]
    bars("Recurring revenue", months, {"MRR": [one.mrr / _MICROS for one in found.months]})
    heads = ("Month", "MRR", "New", "Back", "More", "Less", "Gone", "Accounts", "ARPU", "Ended")
    table("Recurring revenue by month", heads, [
        (one.month, Money(one.mrr), Money(one.new), Money(one.back), Money(one.expansion), Money(-one.contraction),
         Money(-one.churned), one.payers, Money(one.arpu), "yes" if one.ended else "so far")
        for one in reversed(found.months)
    ], "Nobody pays by the month yet.")  # fmt: skip
    days = span.days
    wares = sorted({one.ware for one in found.takings})
    paid = {ware: dict.fromkeys(days, 0) for ware in wares}
    for one in found.takings:
        paid[one.ware][one.day] = paid[one.ware].get(one.day, 0) + one.micros
    bars("Paid by day", days, {ware: [paid[ware][day] / _MICROS for day in days] for ware in wares})
    table("Paid by day", ("Day", "What", "Plan or pack", "Orders", "Paid", "Refunded since"), [
        (one.day, one.ware, one.what, one.orders, Money(one.micros), Money(one.refunded))
        for one in reversed(found.takings)
    ], "Nothing was paid in this time.", key="takings")  # fmt: skip
    credits = found.credits
    table("Film credits", ("What", "Amount"), [
        ("At the beginning", Money(credits.before)), ("Sold", Money(credits.sold)),
        ("Bonus, and given by founders", Money(credits.bonus)), ("Spent on films", Money(-credits.spent)),
        ("Expired", Money(-credits.lapsed)), ("Given up by who left", Money(-credits.forfeited)),
        ("Taken back with their payment", Money(-credits.clawed)), ("At the end", Money(credits.after)),
        ("Of it owed by us: unspent", Money(credits.owed_by_us)),
        ("Of it owed to us: spent and not paid", Money(-credits.owed_to_us)),
    ], "", said="A credit is a cent. A pack is received, and earned when its credits are spent or expire.")  # fmt: skip


def costs(desk: Desk, span: Span) -> None:
    """What vendors billed, by day, vendor, engine and kind, and retakes."""
    found: GoodsView = desk.founding.goods(span)
    figures({
        "Billed by vendors": Money(found.micros), "Takes made again": found.again.bills,
        "Retakes": Money(found.again.micros), "Retakes' share": None if found.share is None else Share(found.share),
    })  # fmt: skip
    days, vendors = span.days, [part.name for part in by(found.goods, "vendor")]
    sums: dict[str, dict[str, float]] = {name: dict.fromkeys(days, 0.0) for name in vendors}
    for one in found.goods:
        sums[one.vendor][one.day] = sums[one.vendor].get(one.day, 0.0) + one.micros / _MICROS
    bars("Cost of goods by day", days, {name or "idle machines": [sums[name][day] for day in days] for name in vendors})
    for title, what in (("provider", "vendor"), ("engine", "engine"), ("kind of take", "kind")):
        rows = [(_called(part.name, what), part.bills, Money(part.micros)) for part in by(found.goods, what)]
        table(f"By {title}", (title.capitalize(), "Bills", "Billed"), rows, "Vendors billed nothing in this time.")
    st.html('<p class="ts-quiet">A retake is of a subject that was billed for before, whenever that was.</p>')
    table("Every day", ("Day", "Provider", "Engine", "Kind", "Bills", "Billed"), [
        (one.day, one.vendor, one.engine, _called(one.kind, "kind"), one.bills, Money(one.micros))
        for one in reversed(found.goods)
    ], "Vendors billed nothing in this time.")  # fmt: skip


def margins(desk: Desk, span: Span) -> None:
    """What is left by tier, account and episode, and the episodes that cost too much."""
    found = desk.founding.margins(span)
    share = found.all.share
    figures({
        "Brought": Money(found.all.revenue), "Payment fees": Money(found.all.fees), "Vendors": Money(found.all.billed),
        "Left": Money(found.all.micros),
        "Margin": None if share is None else Share(share), "Episodes over the limit": len(found.over),
    })  # fmt: skip
    st.html(
        '<p class="ts-quiet">An account brings the days of its plan in this time, and its credits that were spent or '
        "expired, at what was kept for a credit. An episode of a plan brings an equal share of it. Credits that were "
        "given back are off what a film brought; what was given back of a plan costs when it is used.</p>"
    )
    over(found)
    none = "Nothing moved in this time."
    table(
        "By tier", ("Tier now", *_LEFT), [(one.name, *_left(one)) for one in found.tiers], "Nothing moved in this time."
    )
    table("By account", ("Account", "Number", "Tier now", *_LEFT), [
        (*_who(found, one.name), *_left(one)) for one in found.accounts
    ], none, said="The least margin first.")  # fmt: skip
    rest = found.elsewhere
    table("By episode", ("Episode", "Account", "Kind", "Ever billed", *_LEFT), [
        *(_episode(found, one) for one in found.episodes),
        *([(rest.name, "", "", None, *_left(rest))] if any(rest[1:]) else ()),
    ], "No episode was billed for in this time.", said=_apart(rest))  # fmt: skip


def _apart(rest: Margin) -> str:
    """What is of no episode, also where its row is beyond those that are shown."""
    brought, paid, billed = (dollars(micros) for micros in (rest.revenue, rest.fees, rest.billed))
    return f"The dearest first; of no episode: {brought} brought, {paid} of payment fees, {billed} of vendors."


def over(found: MarginsView) -> None:
    """The episodes that cost more than an episode should, each with the way to act."""
    limit = f"${found.limit / _MICROS:g}"
    table(f"Episodes over {limit}", ("Episode", "Account", "Ever billed", "Last billed, UTC"), [
        (one.episode, _who(found, one.account)[0], Money(one.total), f"{one.last:%Y-%m-%d %H:%M}" if one.last else "")
        for one in found.over
    ], f"No episode cost more than {limit}. Films have a stop of their own.")  # fmt: skip
    for one in found.over[:_LINKS]:
        st.page_link(
            FOUNDER.file, label=f"Refund {one.episode} or credit its account", icon=":material/undo:",
            query_params={"view": "acts", "account": one.account, "episode": one.episode},
        )  # fmt: skip


def _episode(found: MarginsView, one: EpisodeMargin) -> tuple[str | int | float | None, ...]:
    film = "film" if one.film else Mark("bad:over") if one.total > found.limit else "episode"
    return one.episode, _who(found, one.account)[0], film, Money(one.total), *_left(one.margin)


def _left(one: Margin) -> tuple[Money | Share | None, ...]:
    share = None if one.share is None else Share(one.share)
    sums = (Money(micros) for micros in (one.revenue, one.fees, one.billed, one.micros))
    return *sums, share, Money(one.given)


def _who(found: MarginsView, account: str) -> tuple[str, str, str]:
    person = found.people.get(account)
    return (person.name, account, person.tier) if person else ("the house", account, "")


def _called(name: str, what: str) -> str:
    return kind(name) if what == "kind" and name else name or "rented machines"
