"""Help: a creator asks with what happened attached, a founder answers; on one's own machine a report to copy."""

from __future__ import annotations

import streamlit as st

from pages.parts import address, frame, helping, tickets
from pages.parts.guard import told
from pages.parts.tabs import HOME, SUPPORT

desk = frame.enter("Help")

address.say()
frame.masthead()
st.page_link(HOME.file, label=HOME.title, icon=HOME.icon)
st.html(f'<h1 class="ts-title">{SUPPORT.title}</h1>')
with st.container(key="support"), told():
    st.html('<p class="ts-quiet"><a href="/status" target="_self">Is the studio working now?</a></p>')
    if not desk.helped:
        helping.report_to_copy(desk)
    elif chosen := st.query_params.get("ticket", ""):
        tickets.thread(desk, chosen)
    elif desk.me().founder and not {"about", "page"} & set(st.query_params):
        tickets.everybodys(desk)
    else:
        helping.ask(desk)
        tickets.mine(desk)
