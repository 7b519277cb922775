"""A screenplay that is typed and not kept yet outlives a reload; each tab of the browser remembers its own."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from pydantic import BaseModel, ValidationError

_SCRIPT = Path(__file__).with_name("drafting.js").read_text(encoding="utf-8")


class Left(BaseModel):
    """A text somebody left in the box: the version it was begun from, and how far they came."""

    base: int
    text: str


def left_over(episode: str, base: int, turn: int, *, typed: bool) -> Left | None:
    """What was in the box of an episode before the page was loaded again, said once; None for nothing.

    While the box of this turn holds what is `typed` from version `base`, the browser keeps it; else it forgets it.
    """
    keeper = st.components.v2.component("drafting", js=_SCRIPT)
    with st.container(key="drafting"):
        found = keeper(
            key=f"drafting-{episode}",
            data={"place": episode, "base": base, "turn": turn, "typed": typed},
            on_left_change=_seen,
        )
    try:
        return Left.model_validate_json(found.left) if found.left else None
    except ValidationError:  # not what was written: somebody else's entry in the browser
        return None


def _seen() -> None:
    """Nothing more is to be done than to draw the page."""
