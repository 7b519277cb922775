"""The books of an episode: quoted against billed for each take, what is held now, and every movement, also as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape

import streamlit as st

from pages.parts.statement import tame
from pages.parts.wording import count, dollars
from studio.desk.ledger import BooksView, Movement
from studio.money.amount import dollars as amount
from studio.money.amount import exact
from studio.money.comparing import Compared
from studio.money.entry import Verb
from studio.money.hold import PartState

_MOST = 20  # rows shown before there is a button for more
_STATES = {
    PartState.OPEN: ("quiet", "held"),
    PartState.CLAIMED: ("work", "being made"),
    PartState.UNCLEAR: ("work", "unclear"),
    PartState.SETTLED: ("done", "settled"),
    PartState.RELEASED: ("quiet", "released"),
}
_VERBS = {
    Verb.HOLD: "held",
    Verb.SETTLE: "settled",
    Verb.RELEASE: "released",
    Verb.BILL: "billed",
    Verb.OVERRUN: "overrun, not charged",
}
_FIELDS = ("at", "verb", "purse", "subject", "scene", "kind", "engine", "vendor", "request", "why", "micros", "usd")


def bookkeeping(title: str, books: BooksView) -> None:
    """Show the books, where there is anything in them."""
    if not books.movements:
        return
    _figures(books)
    _compared(books)
    _movements(title, books)


def to_csv(found: Sequence[Movement]) -> str:
    """Movements as CSV with a head; a text that a spreadsheet would run is quoted with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_FIELDS)
    for one in found:
        texts = (
            one.at.isoformat(timespec="seconds"), one.verb.value, one.purse, one.subject, one.scene, one.kind,
            one.engine, one.vendor, one.request, one.why,
        )  # fmt: skip
        writer.writerow([*map(tame, texts), one.micros, exact(one.micros)])
    return out.getvalue()


def _figures(books: BooksView) -> None:
    facts = {
        "Billed by vendors": dollars(books.billed),
        "Paid for what was made": dollars(books.paid),
        "Held now": f"{dollars(books.held)}, {count(len(books.open), 'take')}" if books.open else dollars(books.held),
        "Billed this month": dollars(books.month),
    }
    cells = "".join(f"<div><dt>{name}</dt><dd>{words}</dd></div>" for name, words in facts.items())
    st.html(f'<h2 class="ts-small">Books</h2><dl class="ts-figures">{cells}</dl>')


def _compared(books: BooksView) -> None:
    takes, names = books.takes, books.names
    if not takes:
        return
    st.html('<h2 class="ts-small">Quoted against billed</h2>')
    shown = takes[: _shown("compared")]
    heads = ("What", "Quoted", "At most", "Billed", "Paid")
    st.html(
        _table(
            "Each take that money was held for, the newest first",
            heads,
            (_compared_row(one, _named(one.subject, names)) for one in shown),
            kind="ts-compared",
        )
    )
    _more("compared", len(takes))


def _compared_row(one: Compared, name: str) -> str:
    kind, words = _STATES[one.state]
    over = ' <span class="ts-chip bad">over</span>' if one.billed > one.ceiling else ""
    by = ", ".join(filter(None, (f"scene {one.scene}" if one.scene else "", one.engine)))
    return (
        f'<tr><th scope="row">{escape(name)} <span class="ts-chip {kind}">{words}</span> '
        f'<span class="ts-quiet">{escape(by)}</span></th>'
        f"<td>{dollars(one.likely)}</td><td>{dollars(one.ceiling)}</td><td>{dollars(one.billed)}{over}</td>"
        f"<td>{dollars(one.paid)}</td></tr>"
    )


def _movements(title: str, books: BooksView) -> None:
    found, names = books.movements, books.names
    with st.container(horizontal=True, vertical_alignment="center", key="ledger-head"):
        st.html(f'<h2 class="ts-small">Ledger: {count(len(found), "movement")}</h2>', width="stretch")
        name = re.sub(r"[^\w-]+", "-", title).strip("-").lower() or "episode"
        st.download_button(
            "Download the ledger, CSV",
            lambda: to_csv(found),
            file_name=f"{name}-ledger.csv",
            mime="text/csv",
            icon=":material/download:",
            key="ledger-csv",
            on_click="ignore",
        )
    heads = ("What", "When", "Engine", "Vendor's number", "Amount")
    st.html(
        _table(
            "Every movement, the newest first",
            heads,
            (_movement_row(one, _named(one.subject, names)) for one in found[: _shown("ledger")]),
        )
    )
    _more("ledger", len(found))


def _movement_row(one: Movement, name: str) -> str:
    why = f'<span class="ts-quiet"> {escape(one.why)}</span>' if one.why else ""
    what = f"{_VERBS.get(one.verb, one.verb.value)} {name or 'for all that was asked for'}"
    moved = f'<time datetime="{one.at.isoformat()}">{one.at:%d %b, %H:%M} UTC</time>'
    return (
        f'<tr><th scope="row">{escape(what)}{why} <span class="ts-chip">{escape(one.purse)}</span></th><td>{moved}</td>'
        f"<td>{escape(one.engine)}</td><td>{escape(one.request[:24])}</td><td>{amount(one.micros)}</td></tr>"
    )


def _table(caption: str, heads: Sequence[str], rows: Iterable[str], *, kind: str = "ts-entries") -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    return (
        f'<div class="ts-plan {kind}"><table><caption class="ts-hidden">{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _named(subject: str, names: Mapping[str, str]) -> str:
    """What to call a subject; empty where what moved is of no one take."""
    return names.get(subject, "")


def _shown(key: str) -> int:
    found: int = st.session_state.setdefault(f"{key}-most", _MOST)
    return found


def _more(key: str, number: int) -> None:
    left = number - _shown(key)
    if left > 0 and st.button(f"Show {min(left, _MOST)} more", key=f"{key}-more"):
        st.session_state[f"{key}-most"] = _shown(key) + _MOST
        st.rerun()
