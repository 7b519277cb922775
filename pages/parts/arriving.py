"""Arriving: what was tapped on a phone is brought into view; the keyboard goes on where its button is gone."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.parts.scripts import ATTENDING, BEGINNING, inline


def arrive(at: str, chosen: str, *, first: bool) -> None:
    """Begin the view of a phone at a CSS selector when something else is `chosen` than before.

    With `first` also when the page has just been opened.
    """
    before = st.session_state.get(f"arrived-{at}")
    st.session_state[f"arrived-{at}"] = chosen
    moved = first if before is None else before != chosen
    mark = f'<span data-begin="{escape(at)}"></span>'
    st.html(f"{mark}{inline(BEGINNING)}" if moved else "<span></span>", unsafe_allow_javascript=True)


def attend(at: str, waiting: str) -> None:
    """Give the keyboard to a CSS selector once what was `waiting` is not any more, if its button had it and is gone."""
    before = st.session_state.get(f"attended-{at}", "")
    st.session_state[f"attended-{at}"] = waiting
    with st.container(key="attending"):
        mark = f'<span data-attend="{escape(at)}"></span>'
        st.html(
            f"{mark}{inline(ATTENDING)}" if before and not waiting else "<span></span>", unsafe_allow_javascript=True
        )
