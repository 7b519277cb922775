"""How the studio grows, on the founder's page: the way from a visit to the second month, and what a customer costs."""

from __future__ import annotations

import streamlit as st

from pages.parts.founding_charts import bars
from pages.parts.founding_tables import Mark, Money, Share, figures, table
from pages.parts.guard import told
from studio.desk.desk import Desk
from studio.desk.founding_growth import GrowthView
from studio.money.amount import DOLLAR
from studio.money.reckoning import Span
from studio.people.visits import Seen

_STEPS = ("Signed up", "Opened", "First draft", "First cloud render", "Paid", "Month 2")


def growth(desk: Desk, span: Span) -> None:
    """The funnel, the cohorts, and what a customer costs and is worth."""
    found = desk.founding.growth(span)
    _funnel(found)
    table("Cohorts", ("Month", *_STEPS), [tuple(one) for one in found.cohorts], "Nobody signed up in this time.",
          said="By the month somebody signed up in; how far they got by now.")  # fmt: skip
    figures({
        "Margin": None if found.margin is None else Share(found.margin),
        "Stop paying in a month": None if found.churn is None else Share(found.churn),
    })  # fmt: skip
    table("What a customer costs and is worth", ("Month", "Marketing", "Won", "CAC", "LTV", "LTV / CAC", "Enough"), [
        (one.month, _money(one.spend), one.won, _money(one.worth.cac), _money(one.worth.ltv), one.worth.ratio,
         _worth(one.worth.ratio, found.ltv)) for one in found.winning
    ], "", said="CAC: a month's marketing over the accounts that first paid in it. LTV: ARPU times the margin over the "
                "share that stops in a month. A dash: not entered, nobody won, or nobody stopped.")  # fmt: skip
    _enter(desk)


def _funnel(found: GrowthView) -> None:
    everybody = found.all
    steps = {"Visits": sum(found.visits.get(one, 0) for one in (Seen.LANDING, Seen.SCREENING)),
             **dict(zip(_STEPS, everybody[1:], strict=True))}  # fmt: skip
    bars("From a visit to the second month", tuple(steps), {"people": [float(one) for one in steps.values()]}, unit="")
    table("From a visit to the second month", ("Step", "How many", "Of those who signed up"), [
        (name, number, Share(number / everybody.signed_up) if everybody.signed_up and name != "Visits" else None)
        for name, number in steps.items()
    ], "", said="Visits are pages opened, landing and shared links, not people.")  # fmt: skip
    share = everybody.drafted / everybody.opened if everybody.opened else None
    state = "quiet:nobody yet" if share is None else "done:kept" if share * 1000 >= found.onboarding else "bad:missed"
    figures({"Onboarding: opened and drafted": None if share is None else Share(share),
             f"The plan: over {found.onboarding / 10:g} %": Mark(state)})  # fmt: skip


def _enter(desk: Desk) -> None:
    with st.form("marketing", border=False), told():
        st.html('<h2 class="ts-small">Enter what a month\'s marketing cost</h2>')
        month = st.text_input("Month, 2026-11", max_chars=7, key="marketing-month")
        spend = st.number_input("Dollars", 0.0, 10_000_000.0, 0.0, 10.0, key="marketing-spend")
        why = st.text_input("What for", max_chars=200, key="marketing-why")
        if st.form_submit_button("Enter it"):
            desk.founding.enter_marketing(month, round(spend * 100) * (DOLLAR // 100), why)
            st.rerun()


def _money(micros: int | None) -> Money | None:
    return None if micros is None else Money(micros)


def _worth(ratio: float | None, plan: int) -> Mark | str:
    return "" if ratio is None else Mark("done:enough" if ratio >= plan else f"bad:below {plan}")
