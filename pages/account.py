"""The account: who one is here, the password, where one is signed in, all of one's data, and leaving for good."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from pages.parts import entrance, frame, signed_in
from pages.parts.guard import told
from pages.parts.leaving import all_of_it, goodbye
from pages.parts.second import second
from pages.parts.tabs import ACCOUNT, BILLING, HOME, INVITATIONS, TOKENS

desk = frame.enter("Account")
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

    parcels = desk.parcels()
    st.html('<h2 class="ts-small">Your data</h2>')
    all_of_it(parcels)

    st.html('<h2 class="ts-small">Delete the account</h2>')
    goodbye(desk, parcels)
