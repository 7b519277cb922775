"""Bringing an own picture for a look, a plate or a board."""

from __future__ import annotations

import streamlit as st

from pages.parts.guard import told
from pages.parts.wording import plain
from studio.desk.desk import Desk

_KINDS = ["png", "jpg", "jpeg", "webp"]


def upload(desk: Desk, episode: str, subject: str, *, name: str, lost: str) -> None:
    """Offer to bring a picture, circled then, for `name` ("Mara's look"); `lost` says what becomes stale by it."""
    round_ = st.session_state.setdefault(f"brought-{subject}", 0)  # a fresh, closed box after each
    with st.popover("Bring a picture", icon=":material/upload:", key=f"bring-{subject}-{round_}"):
        file = st.file_uploader(
            f"Your own picture for {plain(name)}: PNG, JPEG or WebP", type=_KINDS, key=f"file-{subject}-{round_}"
        )
        st.html(f'<p class="ts-quiet">{lost}</p>')
        go = st.button(
            "Use this picture, $0.00",
            key=f"use-{subject}",
            type="primary",
            disabled=file is None,
            help=None if file else "Choose a file first.",
        )
        if go and file:
            with told():
                desk.bring(episode, subject, file.name, file.getvalue())
                st.session_state[f"brought-{subject}"] = round_ + 1
                st.rerun()
