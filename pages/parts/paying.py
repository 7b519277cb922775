"""The plan of an account, the plans that are sold, the way to pay for one, and what was paid."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from html import escape

import streamlit as st

from pages.parts import entrance
from pages.parts.doing import do, said
from pages.parts.guard import told
from pages.parts.tabs import BILLING, CREDITS
from pages.parts.wording import dollars, plain
from studio.desk.desk import Desk
from studio.desk.subscribing import OrderView, PlanView, SubscriptionView
from studio.money.orders import OrderState, Ware
from studio.money.subscriptions import Standing

_GOES, _SAID = "goes-to", "billing"  # where the browser goes next, and where it is said what went wrong
_LOOK = 2.0  # seconds between looks whether a payment has come in
_CAME = {
    OrderState.PAID: (st.success, "Your payment came in. Thank you!", ":material/check_circle:"),
    OrderState.FAILED: (st.error, "Your bank did not pay, so nothing was bought.", ":material/error:"),
    OrderState.EXPIRED: (st.info, "That page to pay on is closed. Nothing was bought.", ":material/info:"),
}
_STATES = {OrderState.REFUNDED: "paid back", OrderState.DISPUTED: "taken back by your bank"}
_WARES = {Ware.MONTH: "a month of {what}", Ware.CHANGE: "change to {what}", Ware.PACK: "credits: {what}"}


def back(desk: Desk, order: str) -> None:
    """Tell somebody who comes back from paying how their order stands, and look again while it is not known."""
    if not order:
        return
    with told():
        state = desk.order_state(order)
        if state in _CAME:
            say, words, icon = _CAME[state]
            say(words, icon=icon)
            if any(one.id == order and one.ware is Ware.PACK for one in desk.orders()):
                st.page_link(CREDITS.file, label="Go to your credits", icon=CREDITS.icon)
        elif state is OrderState.OPEN:
            _wait(desk, order)


@st.fragment(run_every=_LOOK)
def _wait(desk: Desk, order: str) -> None:
    if desk.order_state(order) is not OrderState.OPEN:
        st.rerun()
    st.info("Your payment is being confirmed. That takes a moment; you may close this page.", icon=":material/sync:")


def warn(desk: Desk) -> None:
    """Say on another page that a month was not paid, with the way there."""
    if desk.sells and (found := desk.subscription()) and found.owed:
        st.error(_unpaid(found), icon=":material/credit_card_off:")
        st.page_link(BILLING.file, label="Pay it, or use another card", icon=BILLING.icon)


def goes() -> None:
    """Send the browser on to where somebody has just asked to go."""
    if url := st.session_state.pop(_GOES, ""):
        entrance.lead_on(url, "Going on to the page to pay on")


def _go(where: Callable[[], str]) -> None:
    def ask() -> None:
        st.session_state[_GOES] = where()

    do(ask, _SAID)


def current(desk: Desk, found: SubscriptionView | None) -> None:
    """What somebody pays for now, when again, and what is wrong with it."""
    said(_SAID)
    if found is None:
        st.html(
            '<p class="ts-quiet">You have no plan: the offline crew makes your episodes, as many as you like, and '
            "costs nothing. A plan adds the engines of vendors.</p>"
        )
        return
    if found.standing is not Standing.ACTIVE and found.owed:
        _owed(desk, found)
    facts = {"Your plan": found.paid.capitalize(), "A month": dollars(found.micros)}
    facts["Ends on" if found.cancels else "Next payment"] = _day(found.ends)
    cells = "".join(f"<div><dt>{name}</dt><dd>{escape(words)}</dd></div>" for name, words in facts.items())
    st.html(f'<dl class="ts-figures">{cells}</dl>')
    if found.cancels:
        st.html('<p class="ts-quiet">You have cancelled it; what you paid for is yours until then.</p>')
    st.button("Change plan or card, or cancel", icon=":material/tune:", key="portal", on_click=_go, args=(desk.portal,))


def _unpaid(found: SubscriptionView) -> str:
    until = f"You keep {found.paid.capitalize()} until {_day(found.grace)}." if found.grace else ""
    kept = until if found.tier == found.paid else "Until it is paid, the offline crew makes everything."
    return f"Your card did not pay {plain(dollars(found.owed))} for this month. {kept}"


def _owed(desk: Desk, found: SubscriptionView) -> None:
    """The banner of a month that was not paid, with the ways out of it."""
    st.error(_unpaid(found), icon=":material/credit_card_off:")
    with st.container(horizontal=True, key="owed"):
        if found.pay:
            st.link_button(f"Pay {plain(dollars(found.owed))} now", found.pay)
        st.button("Use another card", icon=":material/credit_card:", key="card", on_click=_go, args=(desk.portal,))


def plans(desk: Desk, found: SubscriptionView | None) -> None:
    """Every plan that is sold with what it holds and its button, and what is promised beside them."""
    st.html('<h2 class="ts-small">Plans</h2>')
    sold = desk.plans()
    for column, plan in zip(st.columns(len(sold)), sold, strict=True):
        with column, st.container(border=True, height="stretch", key=f"plan-{plan.name}"):
            _plan(desk, plan, found)
    rows = "".join(f"<li>{escape(one)}</li>" for one in desk.promises())
    st.html(f'<p class="ts-quiet">What you can count on:</p><ul class="ts-quiet">{rows}</ul>')


def _plan(desk: Desk, plan: PlanView, found: SubscriptionView | None) -> None:
    held = "".join(f"<li>{escape(one)}</li>" for one in _holds(plan))
    mark = ' <span class="ts-chip done">yours</span>' if plan.mine else ""
    st.html(
        f'<h3 class="ts-small">{escape(plan.name.capitalize())}{mark}</h3>'
        f"<p><b>{dollars(plan.micros)}</b> a month</p><ul>{held}</ul>"
    )
    if found is None:
        st.button(
            f"Choose {plan.name.capitalize()}, {plain(dollars(plan.micros))} a month",
            key=f"choose-{plan.name}",
            type="primary",
            width="stretch",
            on_click=_go,
            args=(partial(desk.subscribe, plan.name),),
        )
    elif not plan.mine:
        label = f"Change to {plan.name.capitalize()}"
        st.button(label, key=f"change-{plan.name}", width="stretch", on_click=_go, args=(desk.portal,))


def _holds(plan: PlanView) -> list[str]:
    """What a plan holds, in words."""
    return [
        f"{plan.episodes} episodes a month" if plan.episodes else "any number of episodes",
        f"{plan.minutes} minutes of engines at work" if plan.minutes else "any number of minutes of engines at work",
        f"{plan.retakes} retake{'s' * (plan.retakes != 1)} a scene" if plan.retakes else "any number of retakes",
        f"{plan.requests} requests a minute" if plan.requests else "any number of requests",
        f"engines at vendors for up to {dollars(plan.monthly)} a month",
        "any number of episodes by the offline crew",
    ]


def orders(found: Sequence[OrderView]) -> None:
    """Everything that was paid, with its receipts."""
    st.html('<h2 class="ts-small">Payments</h2>')
    if not found:
        st.html('<p class="ts-quiet">Nothing was paid yet.</p>')
        return
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("What", "Paid on", "Amount", "Receipt"))
    st.html(
        '<div class="ts-plan"><table><caption class="ts-hidden">Payments, the newest first</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(map(_order, found))}</tbody></table></div>"
    )


def _order(one: OrderView) -> str:
    what = _WARES.get(one.ware, "{what}").format(what=one.what.capitalize())
    chip = f' <span class="ts-chip bad">{_STATES[one.state]}</span>' if one.state in _STATES else ""
    span = f'<span class="ts-quiet"> {_day(one.begins)} to {_day(one.ends)}</span>' if one.begins and one.ends else ""
    span += f'<span class="ts-quiet">, {dollars(one.granted)} of it for vendors</span>' if one.granted else ""
    part = f' <span class="ts-quiet">{dollars(one.refunded)} paid back</span>' if one.refunded and not chip else ""
    link = f'<a href="{escape(one.receipt, quote=True)}" target="_blank">open</a>' if one.receipt else "none"
    day = f'<time datetime="{one.paid.isoformat()}">{_day(one.paid)}</time>'
    words = escape(what[:1].upper() + what[1:])
    cells = (day, f"{dollars(one.micros)}{part}", link)
    return f'<tr><th scope="row">{words}{chip}{span}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def _day(at: datetime | None) -> str:
    return f"{at:%d %B %Y}" if at else ""
