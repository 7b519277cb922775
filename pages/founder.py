"""The founder's desk: what to look at each morning, and a view for each question behind it. For founders."""

from __future__ import annotations

import streamlit as st

from pages.parts import (
    address,
    founding_acts,
    founding_alarms,
    founding_frame,
    founding_growth,
    founding_money,
    founding_morning,
    founding_plan,
    founding_service,
    frame,
)
from pages.parts.guard import told
from pages.parts.tabs import FOUNDER, HOME, SUPPORT
from services.overview import overview

desk = frame.enter("Founder", founders=True)
seen = st.session_state.get("overview") or overview()
address.say()
frame.masthead()
with st.container(horizontal=True, vertical_alignment="center", key="founder-ways"):
    for way in (HOME, SUPPORT):
        st.page_link(way.file, label=way.title, icon=way.icon, width="content")
st.html(f'<h1 class="ts-title">{FOUNDER.title}</h1>')
view = st.query_params.get("view", "")
view = view if view in founding_frame.VIEWS else "morning"
founding_frame.ways(view)
span = founding_frame.span(view)
with st.container(key="founder"), told():
    match view:
        case "revenue":
            founding_money.revenue(desk, span)
        case "costs":
            founding_money.costs(desk, span)
        case "margins":
            founding_money.margins(desk, span)
        case "service":
            founding_service.service(desk, span, seen)
        case "growth":
            founding_growth.growth(desk, span)
        case "alarms":
            founding_alarms.alarms(desk)
        case "bills":
            founding_alarms.bills(desk)
        case "plan":
            founding_plan.plan(desk, span)
        case "acts":
            founding_acts.acts(desk, span)
        case _:
            founding_morning.morning(desk, span, seen)
