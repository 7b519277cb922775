"""Credits: what an account has and holds, what a film costs, packs, and every movement. Only where films are sold."""

from __future__ import annotations

import streamlit as st

from pages.parts import frame
from pages.parts.crediting import lines, purse
from pages.parts.filming import calculator, order, promises
from pages.parts.packing import packs
from pages.parts.tabs import BILLING, HOME

desk = frame.enter("Credits")
frame.masthead()
with st.container(horizontal=True, key="credits-ways"):
    for way in (HOME, BILLING):
        st.page_link(way.file, label=way.title, icon=way.icon, width="content")
found = desk.credits()
if found is None:
    st.html('<div class="ts-bare ts-nothing"><p><b>There are no credits here:</b> this studio sells none.</p></div>')
    frame.end()
purse(found)
packs(desk)
calculator(desk)
order(desk, st.query_params.get("episode", ""))
promises(desk)
lines(desk)
