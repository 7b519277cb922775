"""Invitations to the beta, how many of those who came finished a draft, and who is let in no more. For founders."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

import streamlit as st

from pages.parts import frame, funnel
from pages.parts.guard import told
from pages.parts.tabs import HOME, INVITATIONS

desk = frame.enter("Invitations", founders=True)

frame.masthead()
st.page_link(HOME.file, label=HOME.title, icon=HOME.icon)
st.html(f'<h1 class="ts-title">{INVITATIONS.title}</h1>')
with st.container(key="invitations"):
    with told():
        funnel.share(desk.funnel())
    with st.form("invite", border=False), told():
        label = st.text_input("Whom it is for", max_chars=80, key="invite-label")
        seats = st.number_input("How many it lets in", 1, 10_000, 1, key="invite-seats")
        days = st.number_input("For how many days", 1, 366, 30, key="invite-days")
        if st.form_submit_button("Make a code", type="primary"):
            code = desk.invite(label, int(seats), int(days))
            st.success("The code is shown once. Send it on, or the address with it:")
            link = f"{(st.context.url or '/').partition('/invitations')[0]}/register?{urlencode({'invitation': code})}"
            st.code(f"{code}\n{link}", language=None, wrap_lines=True)
    with told():
        for one in desk.invitations():
            with st.container(horizontal=True, vertical_alignment="center", key=f"invitation-{one.id}"):
                until = f"until {one.expires:%d %B %Y}" if one.open else "closed"
                st.html(
                    f'<p class="ts-spoken">{escape(one.label) or "Without a name"}<br>'
                    f"<span>{one.taken} of {one.seats} came, {until}</span></p>",
                    width="stretch",
                )
                if one.open and st.button("Withdraw", key=f"withdraw-{one.id}"):
                    desk.withdraw(one.id)
                    st.rerun()

    st.html(
        '<h2 class="ts-small">Let somebody in no more</h2><p class="ts-quiet">Whoever is suspended is signed out '
        "everywhere and loses nothing they made. What is being made for them is called off. A plan of theirs ends, and "
        "they are charged no more.</p>"
    )
    with st.form("suspend", border=False), told():
        email = st.text_input("Mail address of the account", max_chars=254, autocomplete="off", key="suspend-email")
        why = st.text_input("Why", max_chars=500, key="suspend-why", help="It stays with the act for good.")
        with st.container(horizontal=True, key="suspend-ways"):
            out, back = st.form_submit_button("Suspend it"), st.form_submit_button("Let it in again")
        if out or back:
            desk.suspend(email, why, back=back)
            st.success("It may sign in again." if back else "It is suspended.")
