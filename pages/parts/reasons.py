"""Reasons: why something went wrong, in words that whoever is here can act on.

What is amiss with a vendor's key or account is for who runs the studio: local mode's owner, and founders. Everybody
else is told that it will be seen to.
"""

from __future__ import annotations

import streamlit as st

from services import notices
from services.web import visitors
from studio.desk.desk import Desk
from studio.errors import StudioError


def sentence(error: StudioError) -> str:
    """What to tell whoever is here about an error."""
    return _outside(type(error).__name__) or notices.sentence(error)


def outcome(kept: str) -> str:
    """What to tell whoever is here about an error kept as text; empty when there was none."""
    return _outside(kept) or notices.outcome(kept)


def _outside(error: str) -> str:
    words = notices.outside(error)
    return words if words and not _runs_it() else ""


def _runs_it() -> bool:
    here: Desk | None = st.session_state.get("desk")
    return not visitors.hosted() or (here is not None and here.me().founder)
