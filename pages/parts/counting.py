"""Counting that a page was opened: once for each tab of a browser, and nothing of who sits there."""

from __future__ import annotations

import streamlit as st

from studio.desk.reception import Reception
from studio.people.visits import Seen


def count_visit(reception: Reception, kind: Seen) -> None:
    """Count it; a page's last statement, so that nobody waits for it."""
    counted = f"counted-{kind}"
    if counted not in st.session_state:
        st.session_state[counted] = True
        reception.visited(kind)
