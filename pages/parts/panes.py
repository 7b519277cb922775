"""Panes that stand side by side at a desk, and one at a time on a phone, where a row of buttons chooses which."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

# Which width the person has is known to the style sheet alone, so it hides all panes there but the one named here.
_SHOWN = "<style>@media (max-width: 999px) {{ .st-key-pane-{} {{ display: flex !important; }} }}</style>"


def panes(names: Sequence[str], key: str) -> list[DeltaGenerator]:
    """One container for each name; the first is shown on a phone until another is chosen."""
    with st.container(key="panes"):
        chosen = st.segmented_control(
            "Show", names, default=names[0], required=True, key=key, label_visibility="collapsed", width="stretch"
        )
    st.html(_SHOWN.format((chosen or names[0]).lower()))
    with st.container(key=f"panes-{key}", gap=None):
        return [st.container(key=f"pane-{name.lower()}") for name in names]
