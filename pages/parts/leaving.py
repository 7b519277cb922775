"""Leaving: all of one's data to take along, and what becomes of a plan and of credits, said before the account goes."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.parts.posting import entry, form, hidden, tick
from pages.parts.wording import dollars, weight
from studio.desk.crediting import LeftView
from studio.desk.desk import Desk
from studio.desk.parcels import Parcel

_ALL = "your screenplays, takes and films, and a list of everything the studio knows of you"
_GONE = """Your episodes, takes and sessions are deleted, and nobody can bring them back. What was paid stays in the
books, under a name that is not yours."""
_LAST = """Your export comes as a last download, and the account is deleted when it has come. If the download breaks
off, nothing is deleted."""


def all_of_it(parcels: Sequence[Parcel]) -> None:
    """Everything that is one's own, to download: in one piece, or in parts with their sizes."""
    if len(parcels) == 1:
        _say(f"One .zip with {_ALL}.")
        size = parcels[0].size
        form("/auth/export", f"Download everything, {weight(size)}" if size else "Download everything", kind="quiet")
        return
    total = weight(sum(one.size for one in parcels))
    _say(f"{len(parcels)} .zip files, {total} in all, with {_ALL}. Unpack them into one folder. Three can come at a "
         "time. If one breaks off, fetch that one again: the others are good.")  # fmt: skip
    with st.container(horizontal=True, key="parcels"):
        for one in parcels:
            fields = (("since", one.since), ("until", one.until), ("number", str(one.number)))
            button = f"Download part {one.number} of {len(parcels)}, {weight(one.size)}"
            form("/auth/export", button, *(hidden(*field) for field in fields), kind="quiet")


def goodbye(desk: Desk, parcels: Sequence[Parcel]) -> None:
    """The form that deletes the account, below what goes with it."""
    many = len(parcels) > 1
    last = f"Fetch the {len(parcels)} parts of your data above first: nobody can afterwards." if many else _LAST
    st.html(f"<p>{_GONE} {last}</p>{ends(desk)}")
    form(
        "/auth/leave",
        "Delete my account for good",
        entry("Your password", "password", "password", "current-password"),
        entry("Type DELETE", "sure", "text", "off", match="DELETE"),
        *([tick("I have what I want to keep", "fetched")] if many else []),
        kind="bad",
    )


def _say(text: str) -> None:
    st.html(f'<p class="ts-quiet">{text}</p>')


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
