"""Takes nobody is sure about: sent to a vendor without an answer. What is known, and what the person may decide."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from html import escape

import streamlit as st

from pages.parts.doing import do
from pages.parts.pricing import about, cost_once_more
from pages.parts.reasons import outcome
from pages.parts.wording import count, dollars, plain, subject
from studio.desk.budgeting import Doubt
from studio.desk.desk import Desk
from studio.production.wants import SCRIPT
from studio.takes.recipe import TakeKind

_AGAIN = "It is sent once more. If the vendor did accept it the first time, both are billed."
_LOOK = (
    "The vendor is asked whether it has it; nothing is sent that may be there already. The price is of all that was "
    "asked for together and is not there yet."
)
_FREE = "What is held for it is released."
_LEAVE_ASIDE = {
    TakeKind.PROPOSAL: f"{_FREE} Then ask the writer the same again, in the chat or in Script Lab.",
    TakeKind.VOICE: f"{_FREE} Then have the voices designed again, in Voices.",
}
_ASIDE = {TakeKind.PROPOSAL: "answer of the writer", TakeKind.VOICE: "designed voices"}
_LEAVE = "Nothing more is done; what is held for it is released. Asking for it later looks it up first."


def doubting(desk: Desk, episode: str, called: Callable[[str], str] = subject) -> None:
    """List what is unclear, by the name `called` gives it, with the ways out of it."""
    found = desk.doubts(episode)
    if not found:
        return
    with st.container(border=True, key="doubts"):
        st.html(f'<h2 class="ts-small">Unclear: {count(len(found), "take")}</h2>')
        for one in found:
            aside = _ASIDE.get(one.kind, "") if one.aside else ""
            _doubt(desk, episode, one, aside or called(one.subject))


def _doubt(desk: Desk, episode: str, one: Doubt, what: str) -> None:
    what = what[:1].upper() + what[1:]
    held = f" {dollars(one.held)} are held for it, at most until a day has passed." if one.held else ""
    st.html(
        f'<p class="ts-facts"><b>{escape(what)}</b> by {escape(one.engine)} at {escape(one.vendor)}, '
        f"asked for on {one.asked:%d %b at %H:%M} UTC.{held}</p>"
        f'<p class="ts-quiet">{escape(outcome(one.why))}</p>'
    )
    with st.container(horizontal=True, gap="xsmall", key=f"doubt-{one.fingerprint[:12]}"):
        for words, icon, helps, verb in _ways(desk, episode, one):
            st.button(
                plain(words),
                key=f"{icon}-{one.fingerprint[:12]}",
                icon=f":material/{icon}:",
                help=helps,
                on_click=do,
                args=(partial(verb, episode, one.fingerprint),),
            )


def _ways(desk: Desk, episode: str, one: Doubt) -> Iterator[tuple[str, str, str, Callable[[str, str], object]]]:
    """Words, icon, what they mean, and the verb of each way out; the first two go on with the whole run that asked."""
    if not one.aside:
        price = _price(desk, episode, one)
        yield f"Look again, {price}", "search", _LOOK, desk.look_again
        yield f"Ask again, {price}, may be billed twice", "replay", _AGAIN, desk.ask_anew
    yield "Let it go", "close", _LEAVE_ASIDE.get(one.kind, _LEAVE) if one.aside else _LEAVE, desk.let_go


def _price(desk: Desk, episode: str, one: Doubt) -> str:
    if one.subject == SCRIPT:
        return about(desk.price(episode, TakeKind.SCRIPT))
    return cost_once_more(desk, [one.run])
