"""Tickets as both sides see them: lists by state and age, a thread, and answers to begin with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from html import escape

import streamlit as st

from pages.parts.doing import chooses, do, said
from pages.parts.helping import table
from pages.parts.tabs import SUPPORT
from pages.parts.wording import plain
from studio.desk.desk import Desk
from studio.desk.supporting import TicketRow, TicketView
from studio.people.tickets import LONGEST, TicketState

_LOOKS = {
    TicketState.OPEN: ("quiet", "open"),
    TicketState.WAITING: ("work", "waiting for you"),
    TicketState.ANSWERED: ("done", "answered"),
    TicketState.CLOSED: ("quiet", "closed"),
}
_FOUNDERS = _LOOKS | {TicketState.OPEN: ("work", "open"), TicketState.WAITING: ("quiet", "waiting for them")}
_TEXT = "ticket-say"
_AGAIN = "Whoever writes something more opens it again."
_NOTHING = '<p class="ts-quiet">{}</p>'


def mine(desk: Desk) -> None:
    """One's own tickets."""
    found = desk.tickets()
    if found:
        st.html('<h2 class="ts-small">What you asked</h2>')
        _rows(found, founder=False)


def everybodys(desk: Desk) -> None:
    """All tickets of a state that is chosen; those that wait for an answer first, the oldest at the top."""
    counts = desk.count_tickets()
    states = list(TicketState)
    first = next((state for state in states if counts[state]), TicketState.OPEN)
    chosen = st.segmented_control(
        "Tickets that are",
        states,
        default=first,
        format_func=lambda state: f"{_FOUNDERS[state][1].capitalize()}: {counts[state]}",
        key="ticket-state",
    )
    found = desk.all_tickets(chosen)
    if not found:
        st.html(_NOTHING.format("No ticket is in this state."))
    _rows(found, founder=True)


def thread(desk: Desk, ident: str) -> None:
    """A ticket with all that was said, and what can be done about it."""
    found = desk.ticket(ident)
    st.page_link(SUPPORT.file, label="All of them", icon=":material/arrow_back:")
    st.html(f'<h2 class="ts-small">{escape(found.title)} {chip(found, founder=not found.mine)}</h2>')
    with st.expander("What went along", expanded=False):
        st.html(table(found.facts) if found.facts else _NOTHING.format("Nothing."))
    lines = "".join(_line(one.text, _who(found, one.founder), one.at, you=one.founder != found.mine)
                    for one in found.thread)  # fmt: skip
    st.html(f'<div class="ts-talk">{lines}</div>')
    said()
    if found.mine:
        _write(found, "Write back", partial(desk.say, found.id))
    else:
        _answer(desk, found)
    if found.state is not TicketState.CLOSED:
        close = partial(desk.close_ticket, found.id)
        st.button("Close it", key="ticket-close", icon=":material/check:", help=_AGAIN, on_click=do, args=(close,))


def chip(one: TicketRow, *, founder: bool) -> str:
    """A ticket's state as a small label in HTML, as this side calls it."""
    kind, words = (_FOUNDERS if founder else _LOOKS)[one.state]
    return f'<span class="ts-chip {kind}">{words}</span>'


def ago(at: datetime, now: datetime) -> str:
    """How long ago something was, no finer than matters: just now, 5 min, 3 h, 2 days."""
    minutes = int((now - at).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    hours = minutes // 60
    return f"{hours} h ago" if hours < 48 else f"{hours // 24} days ago"


def _rows(found: tuple[TicketRow, ...], *, founder: bool) -> None:
    now = datetime.now(UTC)
    for one in found:
        with st.container(key=f"ticket-{one.id}", gap="xxsmall"):
            st.page_link(SUPPORT.file, label=plain(one.title), icon=SUPPORT.icon, query_params={"ticket": one.id})
            whose = f"{escape(one.whose) or 'Somebody'}, " if founder else ""
            st.html(f'<p class="ts-quiet">{chip(one, founder=founder)} {whose}{ago(one.changed, now)}</p>')


def _answer(desk: Desk, found: TicketView) -> None:
    """What a founder does: begin with a canned answer, change it, send it."""
    canned, key = {one.name: one for one in desk.canned_answers(found.id)}, f"ticket-canned-{found.id}"

    def take(name: str) -> None:
        if one := canned.get(name):
            st.session_state[_TEXT], st.session_state["ticket-asks"] = one.text, one.asks

    st.selectbox("Begin with", ["", *canned], key=key, on_change=chooses("ticket-canned", key, "", take),
                 format_func=lambda name: canned[name].title if name else "Nothing")  # fmt: skip
    asks = st.checkbox("It asks them something: wait for them", key="ticket-asks")
    _write(found, "Answer, here and by mail", partial(desk.answer_ticket, found.id, asks=asks))


def _write(found: TicketView, label: str, send: Callable[[str], None]) -> None:
    """A box and its button; what was refused stays in the box."""
    st.text_area(label.partition(",")[0], max_chars=LONGEST, key=_TEXT)

    def press() -> None:
        text = st.session_state.get(_TEXT, "")

        def once() -> None:
            send(text)
            st.session_state[_TEXT] = ""

        do(once)

    st.button(label, type="primary", key=f"ticket-send-{found.id}", on_click=press)


def _who(found: TicketView, founder: bool) -> str:
    if founder:
        return "TrashFire Studio"
    return "You" if found.mine else found.whose or "Somebody"


def _line(text: str, who: str, at: datetime, *, you: bool) -> str:
    when = f'<span class="ts-quiet">{at:%d %B %Y, %H:%M} UTC</span>'
    side = "ts-talk-line ts-written you" if you else "ts-talk-line ts-written"
    return f'<div class="{side}"><b>{escape(who)}</b> {when}<p>{escape(text)}</p></div>'
