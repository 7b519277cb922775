"""How far people get from an invitation to their first finished draft, held against the plan."""

from __future__ import annotations

import streamlit as st

from studio.people.milestones import Funnel, Milestone

_PLAN = 800  # thousandths of the accounts that were opened; the plan's onboarding target
_CALLED = {
    Milestone.INVITED: "came with a code",
    Milestone.REGISTERED: "registered",
    Milestone.OPENED: "opened their account",
    Milestone.SIGNED_IN: "signed in",
    Milestone.FIRST_PITCH: "pitched",
    Milestone.FIRST_DRAFT: "finished a draft",
}


def share(funnel: Funnel) -> None:
    """The share that finished a draft beside the plan's, and how many got to each step."""
    found = funnel.share
    told = "Nobody has opened an account yet" if found is None else f"{found / 10:.0f} % finished their first draft"
    state = "work" if found is None else "done" if found >= _PLAN else "bad"
    st.html(f'<p>{told}. <span class="ts-chip {state}">the plan asks for {_PLAN // 10} %</span></p>')
    steps = "".join(f"<div><dt>{_CALLED[one]}</dt><dd>{number}</dd></div>" for one, number in funnel.reached.items())
    st.html(f'<dl class="ts-figures">{steps}</dl>')
