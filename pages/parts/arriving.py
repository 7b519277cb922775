"""Arriving: what was tapped on a phone is brought into view; the keyboard goes on where its button is gone."""

from __future__ import annotations

import streamlit as st

_SCROLL = """<script>{{  // a block of its own: the page may run this again
const begin = () => document.querySelector("{at}")?.scrollIntoView({{ block: "start" }});
if (innerWidth <= 720) [0, 200, 500].forEach((later) => setTimeout(begin, later));  // what is above goes by and by
}}</script>"""

_TAKE = """<script>{{
const take = (left) => {{  // on a slow machine the button goes a while after this comes
  const at = document.activeElement === document.body && document.querySelector("{at}");
  if (at) at.focus();
  else if (left) setTimeout(take, 100, left - 1);
}};
if (matchMedia("(pointer: fine)").matches) setTimeout(take, 0, 30);
}}</script>"""


def arrive(at: str, chosen: str, *, first: bool) -> None:
    """Begin the view of a phone at a CSS selector when something else is `chosen` than before.

    With `first` also when the page has just been opened.
    """
    before = st.session_state.get(f"arrived-{at}")
    st.session_state[f"arrived-{at}"] = chosen
    moved = first if before is None else before != chosen
    st.html(_SCROLL.format(at=at) if moved else "<span></span>", unsafe_allow_javascript=True)


def attend(at: str, waiting: str) -> None:
    """Give the keyboard to a CSS selector once what was `waiting` is not any more, if its button had it and is gone."""
    before = st.session_state.get(f"attended-{at}", "")
    st.session_state[f"attended-{at}"] = waiting
    with st.container(key="attending"):
        st.html(_TAKE.format(at=at) if before and not waiting else "<span></span>", unsafe_allow_javascript=True)
