"""What a founder looks at each morning: alarms, money, the service and growth in a few figures each."""

from __future__ import annotations

import streamlit as st

from pages.parts.founding_alarms import told_shortly
from pages.parts.founding_money import over
from pages.parts.founding_service import promises
from pages.parts.founding_tables import Money, Share, figures
from services.overview import Overview
from studio.desk.desk import Desk
from studio.money.reckoning import Span


def morning(desk: Desk, span: Span, seen: Overview) -> None:
    """The state of the house."""
    if not told_shortly(desk):
        st.html("<p>No alarm is new.</p>")
    revenue, margins = desk.founding.revenue(span), desk.founding.margins(span)
    last, share = revenue.months[-1], margins.all.share
    figures({
        "MRR": Money(last.mrr), "Accounts that pay": last.payers, "Won this month": last.won, "Lost": last.lost,
        "Paid": Money(revenue.paid), "Brought": Money(margins.all.revenue), "Payment fees": Money(margins.all.fees),
        "Vendors": Money(margins.all.billed), "Left": Money(margins.all.micros),
        "Margin": None if share is None else Share(share),
        "Credits owed by us": Money(revenue.credits.owed_by_us),
        "Credits owed to us": Money(revenue.credits.owed_to_us),
    })  # fmt: skip
    over(margins)
    promises(desk.founding.service(span))
    report = seen.report()
    waiting = sum(one.waiting for one in report.queues)
    figures({"Studio": report.status.value, "Workers": len(report.workers), "Waiting in queues": waiting,
             "Vendors that do not answer": sum(not one.well for one in report.vendors)})  # fmt: skip
