"""Doing what a button asks before the page is drawn, and saying beside it what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import streamlit as st

from pages.parts.guard import told
from pages.parts.reasons import sentence
from pages.parts.wrong import wrong
from studio.errors import StudioError

_STANDS = "What you filled in still stands here: send it again if it fits."
Filled = Mapping[str, Any]  # what stands in a form, by field
Value = TypeVar("Value")


def do(what: Callable[[], object], beside: str = "") -> None:
    """Do it; a callback, so that a second click cannot come in between and the page is drawn once, with the result.

    What it changes is the version the person saw: a change made elsewhere meanwhile is a Conflict, not overwritten.
    What goes wrong is said where `said` is called for the same place.
    """
    with told():
        try:
            what()
        except StudioError as error:
            st.session_state[_said(beside)] = sentence(error), type(error).__name__


def said(beside: str = "") -> None:
    """Say what went wrong with what was done last."""
    with st.container():  # there also when it is empty, so that what follows keeps its place
        if left := st.session_state.pop(_said(beside), None):
            wrong(*left)


def chooses(place: str, key: str, stands: Value, what: Callable[[Value], None]) -> Callable[[], None]:
    """What is done when somebody chooses in the menu or switch `key`, which stands at `place` with `stands` chosen.

    Until a browser knows that a page is drawn it sends the values of widgets that have left it along with every click,
    and each is told as if somebody had chosen it: only another value in the widget that is there now is a choice.
    """
    st.session_state[_there(place)] = key, st.session_state.get(key, stands)

    def chosen() -> None:
        there, stood = st.session_state[_there(place)]
        value: Value = st.session_state[key]
        if there == key and value != stood:
            st.session_state[_there(place)] = key, value
            what(value)

    return chosen


def keep(form: str, filled: Filled, what: Callable[[], object], newest: Callable[[], int]) -> None:
    """Do what a form's button asks; what was filled in and refused stands in the form again, in the newest version."""

    def tried() -> None:
        try:
            what()
        except StudioError:
            st.session_state[_left(form)] = newest(), filled
            raise

    do(tried, form)
    if left := st.session_state.get(_said(form)):
        st.session_state[_said(form)] = f"{left[0]} {_STANDS}", left[1]


def filled(form: str, number: int, stands: Filled) -> Filled:
    """What a form of a version begins with: what was refused, else what stands."""
    version, left = st.session_state.get(_left(form), (0, {}))
    return {**stands, **left} if version == number else stands


def _said(beside: str) -> str:
    return f"wrong-{beside}"


def _there(place: str) -> str:
    return f"there-{place}"


def _left(form: str) -> str:
    return f"refused-{form}"
