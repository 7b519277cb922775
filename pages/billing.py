"""Billing: the plan, what it holds and costs, the way to pay, change and cancel, and what was paid. Only where sold."""

from __future__ import annotations

import streamlit as st

from pages.parts import frame
from pages.parts.paying import back, current, goes, orders, plans
from pages.parts.tabs import CREDITS, HOME

desk = frame.enter("Billing")
frame.masthead()
if not desk.sells:
    st.html(
        '<div class="ts-bare ts-nothing"><p><b>There is nothing to pay here.</b></p>'
        "<p>This studio sells no plans: what it has is yours to use.</p></div>"
    )
    st.page_link(HOME.file, label="Go to Home", icon=HOME.icon)
    frame.end()
with st.container(horizontal=True, key="billing-ways"):
    st.page_link(HOME.file, label=HOME.title, icon=HOME.icon, width="content")
    st.page_link(CREDITS.file, label="Credits for films", icon=CREDITS.icon, width="content")
st.html('<h1 class="ts-title">Billing</h1>')
goes()
back(desk, st.query_params.get("order", ""))
found = desk.subscription()
current(desk, found)
plans(desk, found)
orders(desk.orders())
