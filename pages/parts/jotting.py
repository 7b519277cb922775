"""What is typed into a box and not sent outlives a reload and a way to another tab; the browser alone remembers it."""

from __future__ import annotations

import streamlit as st

from pages.parts.scripts import JOTTING, inline


def jotting() -> None:
    """Have the browser keep what is typed."""
    with st.container(key="jotting"):
        st.html(inline(JOTTING), unsafe_allow_javascript=True)
