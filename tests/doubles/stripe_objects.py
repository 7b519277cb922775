"""Objects as Stripe gives them: every field that its published examples have, with what this account has in them."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

Row = dict[str, Any]
_PREFIX = {
    "billing_portal.configuration": "bpc", "billing_portal.session": "bps", "charge": "ch", "customer": "cus",
    "checkout.session": "cs_test", "dispute": "dp", "event": "evt", "invoice": "in", "invoice_payment": "inpay",
    "line_item": "il", "payment_intent": "pi", "price": "price", "product": "prod", "refund": "re",
    "subscription": "sub", "subscription_item": "si", "test_helpers.test_clock": "clock",
}  # fmt: skip


@cache
def shapes() -> dict[str, dict[str, str]]:
    """The fields of each kind of object and the types they have in Stripe's examples."""
    read: dict[str, dict[str, str]] = json.loads(Path(__file__).with_name("stripe_shapes.json").read_text())
    return read


class Objects:
    """Everything one account at Stripe holds, in the order in which it was made."""

    def __init__(self, mark: str = "") -> None:
        self._rows: dict[str, Row] = {}
        self._counts = Counter[str]()
        self._mark = mark  # tells the ids of one account from those of another

    def make(self, kind: str, **held: Any) -> Row:
        """A new object with its id; fields that nobody set are null."""
        self._counts[kind] += 1
        row: Row = dict.fromkeys(shapes()[kind])
        row |= {"object": kind, "id": f"{_PREFIX[kind]}_{self._mark}{self._counts[kind]:06d}"}
        row |= {"livemode": False} if "livemode" in row else {}
        row |= {"metadata": {}} if "metadata" in row else {}
        row |= held
        self._rows[row["id"]] = row
        return row

    def find(self, name: str, kind: str = "") -> Row | None:
        """The object of this id."""
        row = self._rows.get(name)
        return row if row and (not kind or row["object"] == kind) else None

    def every(self, kind: str, **where: Any) -> Iterator[Row]:
        """The objects of a kind of which this holds, the oldest first."""
        for row in list(self._rows.values()):
            if row["object"] == kind and all(row[key] == value for key, value in where.items()):
                yield row


def listed(rows: list[Row], url: str, more: bool = False) -> Row:
    """A list as Stripe gives one."""
    return {"object": "list", "data": rows, "has_more": more, "url": url}


def snapshot(row: Row) -> Row:
    """An object as it is now."""
    return copy.deepcopy(row)


def month_after(seconds: int) -> int:
    """The same day of the next month, or its last."""
    at = datetime.fromtimestamp(seconds, UTC)
    year, month = divmod(at.year * 12 + at.month, 12)
    for day in range(at.day, 27, -1):
        try:
            return int(at.replace(year=year, month=month + 1, day=day).timestamp())
        except ValueError:
            continue
    return int(at.replace(year=year, month=month + 1).timestamp())
