"""How each verb of the founder's desk is asked, to see that it answers founders alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from studio.desk.founding import Founding
from studio.money.reckoning import Span
from studio.money.whatif import Supposed

SPAN = Span.last(30, datetime(2026, 12, 20, 12, tzinfo=UTC))
FOUNDERS: dict[str, Callable[[Founding], object]] = {
    "Acting.acts": lambda desk: desk.acts(SPAN),
    "Acting.bar": lambda desk: desk.bar("anna", "it was asked for"),
    "Acting.change_tier": lambda desk: desk.change_tier("anna", "studio", "it was asked for"),
    "Acting.credit": lambda desk: desk.credit("anna", 5, "it was asked for"),
    "Acting.refund": lambda desk: desk.refund("anna", "episode", "it was asked for"),
    "Acting.refund_order": lambda desk: desk.refund_order("order", "it was asked for"),
    "Acting.resend": lambda desk: desk.resend("anna", "it was asked for"),
    "Acting.somebody": lambda desk: desk.somebody("anna"),
    "Alarming.alarms": lambda desk: desk.alarms(),
    "Alarming.past_alarms": lambda desk: desk.past_alarms(),
    "Alarming.see": lambda desk: desk.see("alarm", "it was seen"),
    "Billing.bills": lambda desk: desk.bills(),
    "Billing.odd_bills": lambda desk: desk.odd_bills("fal"),
    "Billing.reporting": lambda desk: desk.reporting(),
    "Billing.take_report": lambda desk: desk.take_report("fal", "a.csv", b"request_id,timestamp,cost\n"),
    "Earning.goods": lambda desk: desk.goods(SPAN),
    "Earning.margins": lambda desk: desk.margins(SPAN),
    "Earning.revenue": lambda desk: desk.revenue(SPAN),
    "Growing.enter_marketing": lambda desk: desk.enter_marketing("2026-11", 5, "posters"),
    "Growing.growth": lambda desk: desk.growth(SPAN),
    "Growing.marketing": lambda desk: desk.marketing(),
    "PlanChecking.plan_check": lambda desk: desk.plan_check(SPAN),
    "PlanChecking.suppose": lambda desk: desk.suppose(
        Supposed(users=1, price=1, episodes=1, episode=1, infrastructure=1)
    ),
    "PlanChecking.supposed": lambda desk: desk.supposed(SPAN),
    "SigningOut.sign_everybody_out": lambda desk: desk.sign_everybody_out("it was asked for"),
    "SigningOut.sign_out": lambda desk: desk.sign_out("anna", "it was asked for"),
    "Serving.service": lambda desk: desk.service(SPAN),
}
