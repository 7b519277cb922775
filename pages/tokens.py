"""Tokens: what lets a program of one's own in, what each may do, and ending them; and where events are sent."""

from __future__ import annotations

import streamlit as st

from pages.parts import frame, hooked, tokening
from pages.parts.guard import told
from pages.parts.tabs import HOME, TOKENS

desk = frame.enter("Tokens")

frame.masthead()
st.page_link(HOME.file, label=HOME.title, icon=HOME.icon)
st.html(f'<h1 class="ts-title">{TOKENS.title}</h1>{tokening.ABOUT}')
with st.container(key="tokens"):
    with told():
        tokening.make(desk)
    with told():
        tokening.listed(desk)
    with told():
        hooked.listed(desk)
