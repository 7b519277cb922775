"""The pages of Stripe's double that a person sees: where one pays, changes plan and card, and where time is put on."""

from __future__ import annotations

from enum import StrEnum
from html import escape

from tests.doubles.stripe_billing import ACTION, DECLINED, GOOD, Billing
from tests.doubles.stripe_objects import Row

SLOW = "6789"  # a bank account, which pays days later
_CARDS = {GOOD: "a card that pays", DECLINED: "a card that is declined", ACTION: "a card that asks its owner"}


class Outcome(StrEnum):
    """What came of paying."""

    PAID = "paid"
    DECLINED = "declined"
    ACTION = "action"  # the owner must say yes to the bank
    CLOSED = "closed"


class Desk:
    """What people do on the pages."""

    def __init__(self, billing: Billing) -> None:
        self._billing = billing

    def pay(self, session: Row, card: str = GOOD, *, agreed: bool = False) -> Outcome:
        """Pay on a page with a card; `agreed` with the owner's yes to the bank."""
        if session["status"] != "open":
            return Outcome.CLOSED
        if card == DECLINED:
            return Outcome.DECLINED
        if card == ACTION and not agreed:
            return Outcome.ACTION
        customer, cart, slow = session["customer"], self._billing.carts[session["id"]], card == SLOW
        self._billing.cards[customer] = GOOD if agreed else card
        session |= {"status": "complete", "url": None, "payment_status": "unpaid" if slow else "paid"}
        if cart.price:
            made = self._billing.subscribe(customer, cart.price, dict(cart.metadata))
            session |= {"subscription": made["id"], "invoice": made["latest_invoice"]}
        else:
            made = self._billing.charge(customer, session["amount_total"], dict(session["metadata"]), slow=slow)
            session["payment_intent"] = made["id"]
        self._billing.tell("checkout.session.completed", session, customer)
        return Outcome.PAID

    def live(self, customer: str) -> list[Row]:
        """The subscriptions of a customer that have not ended."""
        mine = self._billing.objects.every("subscription", customer=customer)
        return [row for row in mine if row["status"] not in ("canceled", "incomplete_expired")]

    def new_card(self, customer: str, card: str) -> None:
        """Put in another card; what is owed is tried again with it."""
        self._billing.cards[customer] = card
        for row in list(self._billing.objects.every("invoice", status="open", customer=customer)):
            self._billing.attempt(row)


def pay_page(session: Row, title: str, said: Outcome | None) -> str:
    """The page to pay on."""
    told = {
        Outcome.DECLINED: '<p class="bad">Your card was declined. Try another one.</p>',
        Outcome.ACTION: "<p>Your bank asks whether it is you.</p>",
        Outcome.CLOSED: "<p>This page is closed: it was paid on, or is too old.</p>",
    }.get(said, "") if said else ""  # fmt: skip
    cents = session["amount_total"]
    each = "a month" if session["mode"] == "subscription" else "once"
    if said is Outcome.ACTION:
        form = _button("Yes, it is me", card=ACTION, agreed="yes") + _button("No", card=DECLINED)
    else:
        cards = {**_CARDS, SLOW: "a bank account, which pays later"} if session["mode"] == "payment" else _CARDS
        form = "".join(_button(f"Pay with {name}", card=card) for card, name in cards.items())
    back = f'<p><a href="{escape(session["cancel_url"] or "", quote=True)}">Back without paying</a></p>'
    return _page("Pay", f"<h1>{escape(title)}</h1><p><b>${cents / 100:.2f}</b> {each}</p>{told}{form}{back}")


def portal_page(billing: Billing, session: Row) -> str:
    """The page to change plan, card and mind on."""
    desk, parts = Desk(billing), []
    for row in desk.live(session["customer"]):
        price = row["items"]["data"][0]["price"]
        parts.append(f"<h2>{_called(billing, price)}: {row['status']}</h2>")
        for other in billing.objects.every("price", active=True, type="recurring"):
            if other["id"] != price["id"] and other["lookup_key"]:
                parts.append(_button(f"Change to {_called(billing, other)}", change=other["id"], of=row["id"]))
        going = row["cancel_at_period_end"]
        parts.append(
            _button("Keep the plan" if going else "Cancel with the month", cancel=str(not going), of=row["id"])
        )
    parts += [_button(f"Use {name}", card=card) for card, name in _CARDS.items()]
    parts.append(f'<p><a href="{escape(session["return_url"], quote=True)}">Back to the studio</a></p>')
    return _page("Your plan", "<h1>Your plan</h1>" + "".join(parts))


def _called(billing: Billing, price: Row) -> str:
    product = billing.objects.find(price["product"])
    return escape(f"{product['name'] if product else price['id']}, ${price['unit_amount'] / 100:.2f} a month")


def _button(label: str, **fields: str) -> str:
    held = "".join(f'<input type="hidden" name="{key}" value="{escape(value)}">' for key, value in fields.items())
    return f'<form method="post">{held}<button>{label}</button></form>'


def _page(title: str, body: str) -> str:
    style = (
        "body{font:16px sans-serif;max-width:34rem;margin:2rem auto;padding:0 1rem}button{font:inherit;margin:.3rem 0}"
    )
    note = "<p><small>A double of Stripe on this machine: no money moves.</small></p>"
    return f"<!doctype html><html lang=en><title>{title}</title><style>{style}</style><body>{body}{note}</body></html>"
