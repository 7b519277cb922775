"""An account's credits: what is free, what films hold, what expires, and every movement in words, also as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from html import escape

import streamlit as st

from pages.parts.statement import tame
from pages.parts.wording import count
from studio.desk.crediting import CreditsView
from studio.desk.desk import Desk
from studio.money.credits import CREDIT
from studio.money.relating import Expiring, Line

_MOST = 20  # lines shown before there is a button for more
_FIELDS = ("at", "what", "movement", "credits", "held", "free_after")


def credits(micros: int) -> str:
    """An amount in credits: 13,000."""
    return f"{micros // CREDIT:,}"


def purse(found: CreditsView) -> None:
    """Show what an account has, what holds it, and what expires next; warn of what is owed or expires soon."""
    facts = {"To spend": credits(found.free), "Held": credits(found.held)}
    facts |= {"Owed": credits(found.owed)} if found.owed else {}
    if found.expiring:
        first = found.expiring[0]
        facts["Expires next"] = f"{credits(first.micros)} on {first.at:%d %B %Y}"
    cells = "".join(f"<div><dt>{name}</dt><dd>{escape(words)}</dd></div>" for name, words in facts.items())
    st.html(f'<h1 class="ts-title">Credits</h1><dl class="ts-figures">{cells}</dl>')
    st.html('<p class="ts-quiet">1 credit is $0.01. Films are made for credits; episodes of your plan are not.</p>')
    if found.owed:
        st.error(
            f"{credits(found.owed)} credits of a payment that was taken back were spent before. No new film begins "
            "until they are paid: a new pack pays them first.",
            icon=":material/error:",
        )
    for one in found.soon:
        st.warning(f"{_expires(one)}. They are spent before all others.", icon=":material/schedule:")
    if found.films:
        st.html('<h2 class="ts-small">Held by films</h2>')
        rows = "".join(
            f'<tr><th scope="row">{escape(one.title)}</th><td>{credits(one.micros)}</td></tr>' for one in found.films
        )
        st.html(_table("What films hold", ("Film", "Credits"), rows))
        st.html('<p class="ts-quiet">What a film does not use comes back when it ends, or when you call it off.</p>')
    if found.expiring:
        with st.expander("When credits expire"):
            rows = "".join(f'<tr><th scope="row">{escape(_expires(one))}</th></tr>' for one in found.expiring)
            st.html(_table("When credits expire", ("Lots, the first in front",), rows))


def lines(desk: Desk) -> None:
    """Every movement, the newest first, and the file of all of them."""
    found = desk.credit_statement()
    with st.container(horizontal=True, vertical_alignment="center", key="credits-head"):
        st.html(f'<h2 class="ts-small">Statement: {count(len(found), "movement")}</h2>', width="stretch")
        if found:
            st.download_button(
                "Download CSV",
                lambda: to_csv(found),
                file_name="credits.csv",
                mime="text/csv",
                icon=":material/download:",
                key="credits-csv",
                on_click="ignore",
            )
    if not found:
        st.html('<p class="ts-quiet">Nothing moved yet. A pack you buy is the first line here.</p>')
        return
    most = st.session_state.setdefault("credits-most", _MOST)
    movements(found[:most])
    left = len(found) - most
    if left > 0 and st.button(f"Show {min(left, _MOST)} more", key="credits-more"):
        st.session_state["credits-most"] = most + _MOST
        st.rerun()


def movements(found: Sequence[Line]) -> None:
    """Movements as a table."""
    heads = ("What", "When", "Change", "Held", "Left")
    st.html(_table("Movements of credits, the newest first", heads, "".join(map(_row, found))))


def to_csv(found: Sequence[Line]) -> str:
    """Movements as CSV with a head; a text that a spreadsheet would run is quoted with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_FIELDS)
    for one in found:
        texts = (one.at.isoformat(timespec="seconds"), one.words, one.verb.value)
        writer.writerow([*map(tame, texts), one.change // CREDIT, one.held // CREDIT, one.left // CREDIT])
    return out.getvalue()


def _row(one: Line) -> str:
    at = f'<time datetime="{one.at.isoformat()}">{one.at:%d %b, %H:%M} UTC</time>'
    return (
        f'<tr><th scope="row">{escape(one.words)}</th><td>{at}</td><td>{_signed(one.change)}</td>'
        f"<td>{_signed(one.held)}</td><td>{credits(one.left)}</td></tr>"
    )


def _signed(micros: int) -> str:
    return f"{micros // CREDIT:+,}" if micros else ""


def _expires(one: Expiring) -> str:
    what = "bonus credits" if one.bonus else "credits"
    return f"{credits(one.micros)} {what} of {one.pack} expire on {one.at:%d %B %Y, %H:%M} UTC"


def _table(caption: str, heads: Sequence[str], rows: str) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return (
        f'<div class="ts-plan"><table><caption class="ts-hidden">{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
