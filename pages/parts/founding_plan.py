"""The plan check on the founder's page: every line of the plan beside what it comes to, and what if."""

from __future__ import annotations

from math import ceil

import streamlit as st

from pages.parts.founding_tables import Mark, Money, Share, figures, table
from studio.desk.desk import Desk
from studio.money.amount import DOLLAR
from studio.money.reckoning import Span
from studio.money.whatif import Supposed


def plan(desk: Desk, span: Span) -> None:
    """Where the plan holds, where not, and what would."""
    found = desk.founding.plan_check(span)
    known = [one for one in found if one.holds is not None]
    good = sum(bool(one.holds) for one in known)
    open_ = f" {len(found) - len(known)} cannot be told yet." if len(found) > len(known) else ""
    st.html(f"<p><b>{good} of {len(known)} lines of the plan hold.</b>{open_}</p>")
    heads = ("Line", "The plan", "Comes to", "Measured", "Holds", "What would hold")
    for part in dict.fromkeys(one.part for one in found):
        table(part, heads, [
            (one.line, one.says, one.comes, one.measured, _mark(one.holds), one.instead)
            for one in found if one.part == part
        ], "", words=True)  # fmt: skip
    _what_if(desk, span)


def _mark(holds: bool | None) -> Mark:
    return Mark("quiet:not measured yet" if holds is None else "done:holds" if holds else "bad:does not hold")


def _what_if(desk: Desk, span: Span) -> None:
    first = desk.founding.supposed(span)
    st.html('<h2 class="ts-small">What if</h2>')
    left, right = st.columns(2)
    with left:
        users = st.slider("Users", 1, 2_000, min(first.users, 2_000), key="if-users")
        price = st.slider("Price a month, $", 1, 100, first.price // DOLLAR, key="if-price")
        episodes = st.slider("Episodes a user makes a month", 0, 60, first.episodes, key="if-episodes")
    with right:
        each = round(first.episode / DOLLAR, 2)
        dear = st.slider("An episode costs, $", 0.0, max(5.0, ceil(each) * 2.0), each, 0.05, key="if-episode")
        fixed = st.slider("Servers and tools a month, $", 0, 5_000, first.infrastructure // DOLLAR, 10, key="if-fixed")
    asked = Supposed(users=users, price=price * DOLLAR, episodes=episodes, episode=round(dear * 100) * (DOLLAR // 100),
                     infrastructure=fixed * DOLLAR)  # fmt: skip
    found = desk.founding.suppose(asked)
    even = "never: each costs more than they bring" if found.users is None else f"from {found.users:,} users on"
    figures({
        "Comes in": Money(found.left.revenue), "Payment fees": Money(found.left.fees),
        "Vendors": Money(found.left.goods),
        "Left a month": Money(found.left.net), "Margin": Share(float(found.left.share)), "Nothing missing": even,
    })  # fmt: skip
