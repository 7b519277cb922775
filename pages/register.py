"""Register: a name, an address and a password; the mailed link opens the account."""

from __future__ import annotations

import streamlit as st

from pages.parts import frame
from pages.parts.counting import count_visit
from pages.parts.guard import told
from studio.people.visits import Seen

reception = frame.welcome("Start free")

_MAILED = """<div class="ts-bare ts-nothing"><p><b>Look into your mail.</b></p>
<p>A link to the address you gave opens your account; it holds for a day. Nothing there? Look among what your mail
takes for junk, or register once more.</p></div>"""
frame.threshold()
with st.container(key="door"):
    st.html('<h1 class="ts-title">Start free</h1>')
    place = st.empty()
    with place.form("register", border=False):
        name = st.text_input("What shall we call you?", autocomplete="name", max_chars=80, key="register-name")
        email = st.text_input("Mail address", autocomplete="username", max_chars=254, key="register-email")
        password = st.text_input(
            "Password, at least 10 letters",
            type="password",
            autocomplete="new-password",
            max_chars=256,
            key="register-password",
        )
        code = ""
        if reception.invited:
            code = st.text_input(
                "Code of your invitation",
                value=st.query_params.get("invitation", ""),
                autocomplete="off",
                max_chars=40,
                key="register-code",
            )
        go = st.form_submit_button("Register", type="primary", width="stretch")
    with told():
        if go:
            reception.register(email, name, password, code)
            place.html(_MAILED)
    if reception.invited:
        st.html('<p class="ts-quiet">For now only those come in who were invited.</p>')
    st.html(
        '<p class="ts-quiet">Drafts by the offline crew are free for ever. Have an account? '
        '<a href="/auth/begin" target="_self">Sign in</a></p>'
    )
count_visit(reception, Seen.REGISTER)
