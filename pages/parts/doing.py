"""Doing what a button of the Scenes tab asks before the page is drawn, and saying beside it what went wrong."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.parts.guard import told
from pages.parts.wording import plain
from services.notices import sentence
from studio.errors import StudioError

_SAID = "scenes-said"


def do(what: Callable[[], object]) -> None:
    """Do it; a callback, so that a second click cannot come in between and the page is drawn once, with the result.

    What it changes is the version the person saw: a change made elsewhere meanwhile is a Conflict, not overwritten.
    """
    with told():
        try:
            what()
        except StudioError as error:
            st.session_state[_SAID] = plain(sentence(error))


def said() -> None:
    """Say what went wrong with what was done last."""
    with st.container():  # there also when it is empty, so that what follows keeps its place
        if message := st.session_state.pop(_SAID, ""):
            st.error(message, icon=":material/error:")
