"""A forgotten password: a mailed link leads to a new one. What is said is the same for every address."""

from __future__ import annotations

import streamlit as st

from pages.parts import frame
from pages.parts.guard import told

reception = frame.welcome("Forgotten password")

_MAILED = """<div class="ts-bare ts-nothing"><p><b>Look into your mail.</b></p>
<p>If the address has an account, a link to choose a new password is on its way. It holds for ten minutes.</p></div>"""
frame.threshold()
with st.container(key="door"):
    st.html('<h1 class="ts-title">Forgotten password</h1>')
    place = st.empty()
    with place.form("reset", border=False):
        email = st.text_input("Mail address of your account", autocomplete="username", max_chars=254, key="reset-email")
        go = st.form_submit_button("Mail me a link", type="primary", width="stretch")
    with told():
        if go:
            reception.ask_reset(email)
            place.html(_MAILED)
    st.html('<p class="ts-quiet"><a href="/auth/begin" target="_self">Back to signing in</a></p>')
