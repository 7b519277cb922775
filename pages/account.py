"""The account: who one is here, the password, where one is signed in, all of one's data, and leaving for good."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from pages.parts import entrance, frame, signed_in
from pages.parts.guard import told
from pages.parts.leaving import ends
from pages.parts.posting import entry, form
from pages.parts.second import second
from pages.parts.tabs import ACCOUNT, BILLING, HOME, INVITATIONS, TOKENS

desk = frame.enter("Account")

_EXPORT = """<p class="ts-quiet">One .zip with your screenplays, takes and films, and a list of everything the studio
knows of you. It takes a moment to pack.</p>"""
_LEAVE = """<p>Your episodes, takes and sessions are deleted, and nobody can bring them back. What was paid stays in the
books, under a name that is not yours. Your export comes as a last download.</p>"""
me = desk.me()
frame.masthead()
st.page_link(HOME.file, label=HOME.title, icon=HOME.icon)
st.html(f'<h1 class="ts-title">{ACCOUNT.title}</h1>')
with st.container(key="account"):
    signed_in.whose(me)
    if me.founder:
        st.page_link(INVITATIONS.file, label="Invitations, and who may come in", icon=INVITATIONS.icon)
    if desk.sells:
        st.page_link(BILLING.file, label="Plan and payments", icon=BILLING.icon)
    st.page_link(TOKENS.file, label="Tokens, for programs of yours", icon=TOKENS.icon)
    with st.form("name", border=False), told():
        name = st.text_input("What shall we call you?", me.name, autocomplete="name", max_chars=80, key="account-name")
        if st.form_submit_button("Change it", key="rename"):
            desk.rename(name)
            st.rerun()

    st.html('<h2 class="ts-small">Password</h2>')
    with st.form("password", border=False, clear_on_submit=True), told():
        current = st.text_input("Password now", type="password", autocomplete="current-password", key="password-now")
        new = st.text_input("New password", type="password", autocomplete="new-password", key="password-new")
        if st.form_submit_button("Change the password", help="Every other browser has to sign in again."):
            code = desk.change_password(current, new, entrance.nonce())
            entrance.lead_on(
                f"/auth/finish?{urlencode({'code': code, 'next': '/account'})}", "Your password is changed"
            )

    second(desk, me)

    st.html('<h2 class="ts-small">Where you are signed in</h2>')
    with told():
        signed_in.sessions(desk)

    st.html(f'<h2 class="ts-small">Your data</h2>{_EXPORT}')
    form("/auth/export", "Download everything", kind="quiet")

    st.html(f'<h2 class="ts-small">Delete the account</h2>{_LEAVE}{ends(desk)}')
    form(
        "/auth/leave",
        "Delete my account for good",
        entry("Your password", "password", "password", "current-password"),
        entry("Type DELETE", "sure", "text", "off", match="DELETE"),
        kind="bad",
    )
