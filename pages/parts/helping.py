"""Asking for help: what goes along is shown before it is sent; where nobody answers it becomes a report to copy."""

from __future__ import annotations

import platform
from html import escape

import streamlit as st

from pages.parts.guard import told
from pages.parts.tabs import LISTED, LOCAL
from pages.parts.wrong import happened
from studio.desk.desk import Desk
from studio.desk.supporting import About, Facts
from studio.people.account import Role
from studio.people.tickets import LONGEST, TITLE

_ALONE = """<p class="ts-under">This studio runs on your own machine, so there is nobody to ask and nothing is sent:
copy this report and give it to whoever helps you.</p>"""
_ALONG = '<p class="ts-quiet">This goes along, and nothing else. Keys are taken out, also of what you write.</p>'
_TITLES = {tab.title for tab in (*LOCAL.pages, *LISTED[Role.FOUNDER].pages)}


def about_here() -> About:
    """What the address says it is about: an error of this tab, else a page and an episode."""
    asked = st.query_params
    found = happened(asked.get("about", ""))
    page = asked.get("page", "")
    return found or About(page=page if page in _TITLES else "", episode=asked.get("episode", ""))


def report_to_copy(desk: Desk) -> None:
    """Everything that is known of what happened, as text."""
    st.html(_ALONE)
    with told():
        here = ("Machine", f"Python {platform.python_version()} on {platform.system()} {platform.machine()}")
        st.code(as_text((*desk.report(about_here()), here)), language=None, wrap_lines=True)


def as_text(facts: Facts) -> str:
    """A report in plain lines."""
    return "\n".join(["TrashFire Studio, a report", *(f"{label}: {value}" for label, value in facts)])


def ask(desk: Desk) -> None:
    """A form that opens a ticket with what goes along; sends what was shown."""
    with told():
        facts = _shown(desk, about_here())
        with st.form("ask-us", border=False):
            title = st.text_input("In a few words", max_chars=TITLE, key="ticket-title", autocomplete="off")
            text = st.text_area("What happened, or what would you like to know?", max_chars=LONGEST, key="ticket-text")
            along = st.checkbox("Send along what stands below", value=True, key="ticket-along")
            st.html(table(facts) + _ALONG)
            if st.form_submit_button("Send it", type="primary", key="ticket-send"):
                made = desk.open_ticket(title, text, facts if along else ())
                st.query_params.from_dict({"ticket": made})
                st.rerun()


def table(facts: Facts) -> str:
    """What goes along, in HTML."""
    rows = "".join(f"<div><dt>{escape(label)}</dt><dd>{escape(value)}</dd></div>" for label, value in facts)
    return f'<dl class="ts-along">{rows}</dl>'


def _shown(desk: Desk, about: About) -> Facts:
    """A report as it was first shown, so that what is sent is what was seen."""
    key = about.model_dump_json()
    kept: tuple[str, Facts] = st.session_state.get("report", ("", ()))
    if kept[0] != key:
        kept = st.session_state["report"] = key, desk.report(about)
    return kept[1]
