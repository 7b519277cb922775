"""Takes nobody is sure about: sent to a vendor without an answer. What is known, and what the person may decide."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape

import streamlit as st

from pages.parts.doing import do
from pages.parts.wording import count, dollars, plain
from services.notices import outcome
from studio.desk.budgeting import Doubt
from studio.desk.desk import Desk

_AGAIN = "It is sent once more. If the vendor did accept it the first time, both are billed."
_LOOK = "The vendor is asked whether it has it; nothing is sent that may be there already."
_LEAVE = "Nothing more is done; what is held for it is released. Asking for it later looks it up first."


def doubting(desk: Desk, episode: str) -> None:
    """List what is unclear, with the three ways out of it."""
    found = desk.doubts(episode)
    if not found:
        return
    with st.container(border=True, key="doubts"):
        st.html(f'<h2 class="ts-small">Unclear: {count(len(found), "take")}</h2>')
        for one in found:
            _doubt(desk, episode, one)


def _doubt(desk: Desk, episode: str, one: Doubt) -> None:
    what = one.subject.partition("@")[0].replace(":", " ")
    held = f" {dollars(one.held)} are held for it, at most until a day has passed." if one.held else ""
    st.html(
        f'<p class="ts-facts"><b>{escape(what)}</b> by {escape(one.engine)} at {escape(one.vendor)}, '
        f"asked for on {one.asked:%d %b at %H:%M} UTC.{held}</p>"
        f'<p class="ts-quiet">{escape(outcome(one.why))}</p>'
    )
    ways: tuple[tuple[str, str, str, Callable[[str, str], object]], ...] = (
        ("Look again", "search", _LOOK, desk.look_again),
        ("Ask again, may be billed twice", "replay", _AGAIN, desk.ask_anew),
        ("Let it go", "close", _LEAVE, desk.let_go),
    )
    with st.container(horizontal=True, gap="xsmall", key=f"doubt-{one.fingerprint[:12]}"):
        for words, icon, helps, verb in ways:
            st.button(
                plain(words),
                key=f"{icon}-{one.fingerprint[:12]}",
                icon=f":material/{icon}:",
                help=helps,
                on_click=do,
                args=(partial(verb, episode, one.fingerprint),),
            )
