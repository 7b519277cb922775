"""What a founder does for somebody, on the founder's page: find them, act with a reason, and every act there was."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.parts.founding_tables import Money, figures, table
from pages.parts.guard import told
from pages.parts.wording import count
from studio.desk.desk import Desk
from studio.desk.founding_acts import ActView, OrderRow, Somebody
from studio.money.amount import dollars
from studio.money.reckoning import Span
from studio.people.account import State

_DONE = "founder-done"
_HEADS = ("When, UTC", "What", "Account", "About", "Amount", "Came of it", "Reason", "Founder")
_DAYS = 365
_WAYS = ("Credit", "Refund", "Tier", "Suspend, resend, sign out")


def acts(desk: Desk, span: Span) -> None:
    """Somebody and what can be done for them, and what was done."""
    if done := st.session_state.pop(_DONE, ""):
        st.success(done)
    find = st.text_input(
        "Mail address or number of an account", value=st.query_params.get("account", ""), max_chars=254,
        autocomplete="off", key="act-find",
    )  # fmt: skip
    if find:
        with told():
            _somebody(desk, desk.founding.somebody(find))
    table("Every act", _HEADS, [_act(one) for one in desk.founding.acts(span)], "Nothing was done in this time.",
          said="Acts are never changed: the database refuses to.", words=True)  # fmt: skip
    _everybody(desk)


def _somebody(desk: Desk, one: Somebody) -> None:
    st.html(f'<h2 class="ts-small">{escape(one.name or "Not opened yet")}</h2>')
    given = f"{one.tier}, given" if one.given == one.tier else one.tier
    figures({"Mail": one.email or "none", "Tier": given, "State": one.state, "Since": f"{one.created:%Y-%m-%d}",
             "Credits": Money(one.free), "Owed": Money(one.owed)})  # fmt: skip
    credit, refund, tier, doors = st.tabs(_WAYS, default=_WAYS[bool(st.query_params.get("episode"))])
    with credit:
        _credit(desk, one)
    with refund:
        _refund(desk, one)
    with tier:
        _tier(desk, one)
    with doors:
        _doors(desk, one)
    table("What they paid for", ("Order", "What", "State", "Paid", "Refunded", "When"), [
        (row.id, row.what, row.state, Money(row.micros), Money(row.refunded), f"{row.paid:%Y-%m-%d}")
        for row in one.orders
    ], "They have paid for nothing.")  # fmt: skip
    table("Mail to them", ("Letter", "State", "Tries", "Trouble", "Asked"), [
        (row.kind, row.state, row.tries, row.error, f"{row.asked:%Y-%m-%d %H:%M}") for row in one.letters
    ], "Nothing was mailed lately.", words=True)  # fmt: skip
    table("Done for them", _HEADS, [_act(row) for row in one.acts], "Nothing was done for them yet.", words=True)


def _reason(key: str) -> str:
    return st.text_input("Why", max_chars=500, key=f"why-{key}", help="It stays with the act for good.")


def _credit(desk: Desk, one: Somebody) -> None:
    with st.form("credit", border=False), told():
        credits = st.number_input("Film credits", 1, 1_000_000, 500, key="credit-many")
        days = st.number_input("Good for days", 1, 3650, _DAYS, key="credit-days")
        why = _reason("credit")
        if st.form_submit_button("Give them"):
            desk.founding.credit(one.id, int(credits), why, days=int(days))
            _done(f"{one.name} has {int(credits):,} credits more.")


def _refund(desk: Desk, one: Somebody) -> None:
    with st.form("refund", border=False), told():
        episode = st.text_input("Episode", value=st.query_params.get("episode", ""), max_chars=80, key="refund-episode")
        why = _reason("refund")
        if st.form_submit_button("Give back what was paid for it"):
            back = desk.founding.refund(one.id, episode.strip(), why)
            _done(f"{dollars(back)} were given back for {episode.strip()}.")
    payable = {row.id: row for row in one.orders if row.state == "paid" and not row.refunded}
    if payable:
        with st.form("refund-order", border=False), told():
            order = st.selectbox("Or a payment, whole", payable, key="refund-order-id",
                                 format_func=lambda name: _payment(payable[name]))  # fmt: skip
            why = _reason("refund-order")
            if st.form_submit_button("Have it given back"):
                desk.founding.refund_order(order, why)
                _done("The payment service was asked; the order says so when it is done.")


def _payment(row: OrderRow) -> str:
    """A payment as it is told from others."""
    return f"{row.what}, {dollars(row.micros)}, {row.paid:%Y-%m-%d}, {row.id}"


def _tier(desk: Desk, one: Somebody) -> None:
    with st.form("tier", border=False), told():
        tier = st.selectbox("Tier", [*one.tiers, "take back what was given"], key="tier-name")
        days = st.number_input("For days; 0 is until it is taken back", 0, 3650, 30, key="tier-days")
        why = _reason("tier")
        if st.form_submit_button("Change it"):
            wanted = tier if tier in one.tiers else ""
            now = desk.founding.change_tier(one.id, wanted, why, days=int(days) or None)
            _done(f"{one.name} is on {now} now.")


def _doors(desk: Desk, one: Somebody) -> None:
    back = one.state == State.SUSPENDED
    with st.form("bar", border=False), told():
        why = _reason("bar")
        if st.form_submit_button("Let them in again" if back else "Suspend: signed out everywhere, charged no more"):
            desk.founding.bar(one.id, why, back=back)
            _done("They may sign in again." if back else "They are suspended.")
    with st.form("resend", border=False), told():
        why = _reason("resend")
        if st.form_submit_button("Mail them the way in again, or what they owe"):
            _done(f"The letter “{desk.founding.resend(one.id, why)}” is on its way.")
    with st.form("sign-out", border=False), told():
        why = _reason("sign-out")
        if st.form_submit_button("Sign them out everywhere"):
            _done(f"{count(desk.founding.sign_out(one.id, why), 'session')} ended; they sign in anew.")


def _everybody(desk: Desk) -> None:
    """Where the studio's database, or a backup of it, was stolen or restored."""
    with st.expander("Sign everybody out"), st.form("sign-everybody-out", border=False), told():
        st.html('<p class="ts-quiet">Every session ends, yours too; everybody signs in anew. Nothing else is lost.</p>')
        why = _reason("sign-everybody-out")
        if st.form_submit_button("End all sessions"):
            _done(f"{count(desk.founding.sign_everybody_out(why), 'session')} ended; everybody signs in anew.")


def _act(one: ActView) -> tuple[str | int, ...]:
    when = f"{one.at:%Y-%m-%d %H:%M}"
    return when, one.kind, one.account, one.about, Money(one.micros), one.came, one.reason, one.founder


def _done(said: str) -> None:
    st.session_state[_DONE] = said
    st.rerun()
