"""Health: what works and what does not, who answers, what machines cost, and whether the plan's targets are met."""

from __future__ import annotations

import streamlit as st

from pages.parts import frame, vitals
from pages.parts.guard import told
from pages.parts.tabs import HEALTH, HOME
from services.overview import Overview, overview

desk = frame.enter("Health", founders=True)
seen: Overview = st.session_state.get("overview") or overview()
frame.masthead()
st.page_link(HOME.file, label=HOME.title, icon=HOME.icon)
st.html(f'<h1 class="ts-title">{HEALTH.title}</h1>')


@st.fragment(run_every=5.0)
def now() -> None:
    """What changes by itself, looked at again every few seconds."""
    report = seen.report()
    vitals.standing(report)
    vitals.notices(report)
    vitals.vendors(report)


now()
with told():
    vitals.machines(seen.machines(), seen.hours())
with told():
    vitals.books(seen.books())
with told():
    vitals.verdicts(seen.verdicts())
with told():
    vitals.targets(seen.targets())
