"""What is typed into a box and not sent outlives a reload and a way to another tab; the browser alone remembers it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_SCRIPT = f'<script type="module">{Path(__file__).with_name("jotting.js").read_text(encoding="utf-8")}</script>'


def jotting() -> None:
    """Have the browser keep what is typed."""
    with st.container(key="jotting"):
        st.html(_SCRIPT, unsafe_allow_javascript=True)
