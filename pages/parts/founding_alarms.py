"""Alarms on the founder's page, and vendors' bills beside the ledger."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.parts.founding_tables import Money, head, table
from pages.parts.guard import told
from pages.parts.tabs import FOUNDER, HEALTH
from pages.parts.wording import plain
from studio.desk.desk import Desk
from studio.desk.founding_alarms import AlarmView
from studio.money.amount import dollars
from studio.money.vendorbills import Matched
from studio.people.alarms import Worry

_BEHIND = {Worry.TIER: "margins", Worry.ERRORS: "service", Worry.BILL: "bills"}  # the view that tells more
_FEW = 5  # alarms on the morning's page
_TIME = "%d %B %Y, %H:%M UTC"


def alarms(desk: Desk) -> None:
    """What stands, with the way to act and to say that it is known, and what cleared."""
    standing = desk.founding.alarms()
    if not standing:
        st.html("<p><b>Nothing needs a look.</b></p>")
    else:
        head("What stands", ("What", "Account", "About", "Amount", "Since, UTC", "Known since, UTC", "Said"), [
            (one.kind, one.account, one.about, Money(one.micros), f"{one.since:%Y-%m-%d %H:%M}",
             f"{one.seen:%Y-%m-%d %H:%M}" if one.seen else "", one.said) for one in standing
        ])  # fmt: skip
    for one in standing:
        _alarm(desk, one)
    table("Cleared in the last month", ("What", "Since", "Cleared"), [
        (one.said, f"{one.since:%Y-%m-%d %H:%M}", f"{one.cleared:%Y-%m-%d %H:%M}" if one.cleared else "")
        for one in desk.founding.past_alarms()
    ], "Nothing cleared lately.", words=True)  # fmt: skip


def told_shortly(desk: Desk) -> int:
    """The alarms nobody has seen, a line each; gives how many there are."""
    fresh = [one for one in desk.founding.alarms() if not one.seen]
    for one in fresh[:_FEW]:
        st.error(plain(one.said), icon=":material/notifications_active:")
    if len(fresh) > _FEW:
        more = f"{len(fresh) - _FEW} more alarm{'' if len(fresh) == _FEW + 1 else 's'}"
        st.page_link(FOUNDER.file, label=more, icon=":material/notifications:", query_params={"view": "alarms"})
    return len(fresh)


def _alarm(desk: Desk, one: AlarmView) -> None:
    with st.container(key=f"alarm-{one.id}", border=True):
        known = f", known since {one.seen.strftime(_TIME)}" if one.seen else ""
        (st.info if one.seen else st.error)(plain(one.said))
        whose = f"{escape(one.name)}. " if one.name else ""
        st.html(f'<p class="ts-quiet">{whose}Since {one.since.strftime(_TIME)}{known}</p>')
        if one.account:
            about = {"episode": one.about.partition("/")[2]} if one.kind == "episode" else {}
            asked = {"view": "acts", "account": one.account, **about}
            st.page_link(FOUNDER.file, label="Act on it", icon=":material/undo:", query_params=asked)
        elif one.kind in _BEHIND:
            asked = {"view": _BEHIND[one.kind]}
            st.page_link(FOUNDER.file, label="See what is behind it", icon=":material/search:", query_params=asked)
        elif one.kind == Worry.LEAK:
            st.page_link(HEALTH.file, label="See the machine", icon=HEALTH.icon)
        if not one.seen:
            with st.popover("I know of it"), st.form(f"see-{one.id}", border=False), told():
                why = st.text_input("What you do about it", max_chars=200, key=f"seen-{one.id}")
                if st.form_submit_button("Write it down"):
                    desk.founding.see(one.id, why)
                    st.rerun()


def bills(desk: Desk) -> None:
    """Vendors' usage reports: take one in, and what agrees with the ledger."""
    founding = desk.founding
    found = founding.bills()
    heads = ("Provider", "From", "To", "Lines", "Matched", "Bill", "Ledger", "Unassigned", "Not on the bill", "Apart")
    table("Bills beside the ledger", heads, [
        (one.vendor, f"{one.since:%Y-%m-%d}", f"{one.until:%Y-%m-%d}", one.lines, one.matched, Money(one.reported),
         Money(one.booked + one.missing), Money(one.unassigned), Money(one.missing), Money(one.apart)) for one in found
    ], "No report was taken in yet. Download one at the provider and take it in below.")  # fmt: skip
    for bill in found:
        if bill.guessed:
            st.html(f'<p class="ts-quiet">{_guessed(bill)}</p>')
        if bill.whole:
            st.html(f'<p class="ts-quiet">{bill.vendor} names no requests: the sums alone are compared.</p>')
            continue
        odd = founding.odd_bills(bill.vendor)
        table(f"{bill.vendor}: what does not agree", ("Request", "When", "Bill", "Ledger", "Account", "Episode"), [
            (one.request, f"{one.at:%Y-%m-%d %H:%M}", _money(one.report), _money(one.ledger),
             one.account or ("unassigned" if one.ledger is None else ""), one.episode) for one in odd
        ], f"Every line agrees: {dollars(bill.reported)}.", said="The 200 that weigh most." if odd else "")  # fmt: skip
    with st.form("report", border=False), told():
        st.html('<h2 class="ts-small">Take in a provider\'s usage report</h2>')
        vendor = st.selectbox("Provider", founding.reporting(), key="report-vendor")
        file = st.file_uploader("Its report as CSV", type="csv", max_upload_size=50, key="report-file")
        if st.form_submit_button("Take it in") and file is not None:
            came = founding.take_report(vendor, file.name, file.getvalue())
            st.success(f"Lines: {came.lines:,}, new: {came.new:,}. Open the page again to see them beside the ledger.")


def _guessed(bill: Matched) -> str:
    """What answers that never came were booked at, and what the bill has for them once all others are taken off it."""
    told = f"Of what the ledger has for {bill.vendor}, {dollars(bill.guessed)} is guessed, for answers that never came"
    if bill.left < 0:
        return f"{told}; without it, the ledger still has {dollars(-bill.left)} more than the bill."
    return f"{told}; the bill leaves {dollars(bill.left)} for them."


def _money(micros: int | None) -> Money | None:
    return None if micros is None else Money(micros)
