"""The allowance of an account with a tier: what of each share is used, and when there is more. Hidden for the owner."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.parts.wording import dollars
from studio.desk.allowing import AllowanceView, ShareView
from studio.money.tiers import Share

_SHARES = {
    Share.EPISODES: "Episodes this month",
    Share.WORK: "Minutes of generation this month",
    Share.REQUESTS: "Requests this minute",
}
_MINUTE = 60_000


def allowance(found: AllowanceView | None) -> None:
    """Show what is used of a tier, where there is one."""
    if found is None:
        return
    facts = {_SHARES[one.share]: _used(one) for one in found.shares}
    facts["At vendors this month"] = dollars(found.spent) + (f" of {dollars(found.monthly)}" if found.monthly else "")
    facts["Retakes of scenes"] = (
        ", ".join(f"scene {number}: {_used(one)}" for number, one in found.retakes.items()) or "none"
    )
    cells = "".join(f"<div><dt>{name}</dt><dd>{escape(words)}</dd></div>" for name, words in facts.items())
    again = next((one.resets for one in found.shares if one.share is Share.EPISODES and one.resets), None)
    full = f"All of the month is there again from {again:%d %B %Y, %H:%M} UTC. " if again else ""
    st.html(
        f'<h2 class="ts-small">Your plan: {escape(found.tier)}</h2><dl class="ts-figures">{cells}</dl>'
        f'<p class="ts-quiet">{full}What the offline crew makes is never counted.</p>'
    )


def _used(one: ShareView) -> str:
    """What is used of a share: 3 of 10."""
    unit = _MINUTE if one.share is Share.WORK else 1
    so_far = -(-one.used // unit)
    return f"{so_far} of {one.limit // unit}" if one.limit is not None else f"{so_far}, no limit"
