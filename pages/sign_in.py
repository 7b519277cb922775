"""Sign in: a form of the browser's own, which password managers fill in and whose answer sets the cookie."""

from __future__ import annotations

import streamlit as st

from pages.parts import entrance, frame
from pages.parts.posting import entry, form, hidden

frame.welcome("Sign in")

frame.threshold()
with st.container(key="door"):
    st.html('<h1 class="ts-title">Sign in</h1>')
    form(
        "/auth/sign-in",
        "Sign in",
        hidden("next", entrance.back_here()),
        entry("Mail address", "email", "email", "username"),
        entry("Password", "password", "password", "current-password"),
    )
    st.html(
        '<p class="ts-quiet">No account yet? <a href="/register" target="_self">Start free</a><br>'
        'Forgot your password? <a href="/reset" target="_self">Choose a new one</a></p>'
    )
