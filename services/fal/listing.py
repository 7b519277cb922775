"""fal's own price list, asked for nothing with the key that pays: what a unit of each model costs now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import httpx

from services.fal.answers import VENDOR, parsed, refused
from services.guard import Line, line
from services.http import client, faults
from studio.money.amount import nearest
from studio.story.noun import Noun

_MICROS = 1_000_000


class UnitPrice(Noun):
    """What fal takes for one unit of a model, in micro-dollars; the unit in its own word, without a plural."""

    model: str
    unit: str
    micros: int


def unit_prices(key: str, api: str, models: Sequence[str], guard: Line | None = None) -> tuple[UnitPrice, ...]:
    """The list's rows in dollars that can be read, of these models; raises what fal's line does."""
    wanted = httpx.QueryParams([("endpoint_id", model) for model in models])

    def get() -> dict[str, Any]:
        with client("", {"Authorization": f"Key {key}"}, seconds=10.0) as http, faults(VENDOR, "pricing"):
            answer = http.get(f"{api.rstrip('/')}/models/pricing?{wanted}")
        if error := refused(answer, "pricing"):
            raise error
        return parsed(answer, "pricing")

    return tuple(_rows((guard or line(VENDOR)).ask("pricing", get, attempts=1)))


def _rows(told: dict[str, Any]) -> Iterator[UnitPrice]:
    rows = told.get("prices")
    for row in rows if isinstance(rows, list) else ():
        if not isinstance(row, dict) or row.get("currency", "USD") != "USD":
            continue
        try:
            micros = nearest(Fraction(str(row["unit_price"])) * _MICROS)
        except (KeyError, ValueError, ZeroDivisionError):
            continue
        yield UnitPrice(model=str(row.get("endpoint_id", "")), unit=str(row.get("unit", "")).rstrip("s"), micros=micros)
