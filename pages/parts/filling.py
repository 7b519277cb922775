"""What is chosen and not sent yet outlives a reload and a look at another tab; each tab of a browser keeps its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import streamlit as st
from pydantic import TypeAdapter, ValidationError

_SCRIPT = Path(__file__).with_name("filling.js").read_text(encoding="utf-8")
_LEFT = "left-in-forms"
_SHOWN = TypeAdapter(dict[str, str])
_NAMES = TypeAdapter(list[str])
_COLOUR = re.compile(r"rgb\((\d{1,3}), (\d{1,3}), (\d{1,3})\)")

Value = TypeVar("Value")
Read = Callable[[str], object]  # what is meant by what was shown; None where nothing can be


def given_back() -> None:
    """Take in what the browser remembers of the forms on this page; call before they are drawn."""
    keeper = st.components.v2.component("filling", js=_SCRIPT)
    with st.container(key="filling"):
        found = keeper(key="filling-keeper", on_left_change=_seen)
    try:
        left = _SHOWN.validate_json(found.left) if found.left else {}
    except ValidationError:  # not what was written: somebody else's entry in the browser
        left = {}
    st.session_state[_LEFT] = left


def refill(key: str, read: Read) -> None:
    """Put back what was chosen in a form's widget before the page was loaded again; call right before the widget."""
    left: dict[str, str] = st.session_state.get(_LEFT, {})
    if not left:
        return
    shown = left.pop(re.sub(r"[^\w-]", "-", key, flags=re.ASCII), None)
    value = read(shown) if shown is not None else None
    if value is not None:
        st.session_state[key] = value


def among(options: Sequence[Value], told: Callable[[Value], str]) -> Read:
    """Reads one of a menu's options by what it is called there."""
    return lambda shown: next((one for one in options if told(one) == shown), None)


def some_of(options: Sequence[Value], told: Callable[[Value], str]) -> Callable[[str], list[Value] | None]:
    """Reads those options of a list that were chosen, in the order they were chosen in."""
    named = {told(one): one for one in reversed(options)}  # of two with one name the first is meant, as in a menu

    def read(shown: str) -> list[Value] | None:
        try:
            names = _NAMES.validate_json(shown)
        except ValidationError:
            return None
        return [named[name] for name in names] if named.keys() >= set(names) else None

    return read


def one_of(options: Sequence[Value], told: Callable[[Value], str]) -> Read:
    """Reads the one option of a row that was chosen."""
    several = some_of(options, told)

    def read(shown: str) -> object:
        found = several(shown)
        return found[0] if found else None

    return read


def switched(shown: str) -> bool | None:
    """Read whether a switch is on."""
    return {"true": True, "false": False}.get(shown)


def between(least: float, most: float) -> Read:
    """Reads a number a slider can stand at."""

    def read(shown: str) -> float | None:
        try:
            value = float(shown)
        except ValueError:
            return None
        return value if least <= value <= most else None

    return read


def colour(shown: str) -> str | None:
    """Read a colour as a browser tells it."""
    parts = _COLOUR.fullmatch(shown)
    values = [int(one) for one in parts.groups()] if parts else []
    return "#{:02x}{:02x}{:02x}".format(*values) if values and max(values) <= 255 else None


def _seen() -> None:
    """Nothing more is to be done than to draw the page."""
