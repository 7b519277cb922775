"""Leaving: what becomes of a plan and of credits when the account is deleted, said before it is."""

from __future__ import annotations

from pages.parts.wording import dollars
from studio.desk.crediting import LeftView
from studio.desk.desk import Desk


def ends(desk: Desk) -> str:
    """What ends with the account, as HTML; nothing where nothing is sold."""
    if not desk.sells:
        return ""
    return f"<p>A plan ends at once and is not paid back. {of_credits(desk.credits_left())}</p>"


def of_credits(left: LeftView) -> str:
    """What becomes of credits, in sentences."""
    if not left.credits:
        return "You have no credits left."
    days = f"packs you paid in the last {left.days} days"
    if not left.back:
        return f"Your {left.credits:,} credits are given up: only what is left of {days} is paid back."
    rest = f" The other {left.lost:,} are given up." if left.lost else ""
    return (
        f"Of your {left.credits:,} credits {left.back:,} go back to your card as {dollars(left.micros)}: what is left "
        f"of {days}.{rest}"
    )
