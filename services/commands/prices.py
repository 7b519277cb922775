"""`prices`: the price cards, each with what its worked examples come to."""

from __future__ import annotations

import json
from collections.abc import Mapping

from rich.console import Console
from rich.table import Column, Table

from services.settings import ROOT
from studio.money.amount import exact, price
from studio.money.prices import PriceBook, PriceCard, Rate


def prices(*, as_json: bool) -> None:
    """Print every price card in the order of the price book."""
    book = PriceBook.load(ROOT / "data" / "prices.toml")
    if as_json:
        print(json.dumps([_numbers(card) for card in book.card]))  # noqa: T201  the answer itself
        return
    table = Table("vendor", Column("model", overflow="fold"), "from", "price", "for example", "source", show_lines=True)
    for card in book.card:
        rates = "\n".join(_price(unit, rate) for unit, rate in card.rates.items())
        examples = "\n".join(f"{_said(one.quantities)}: {price(card.cost(one.quantities))}" for one in card.example)
        table.add_row(card.vendor, card.model, card.dated, rates, examples, card.source)
    Console().print(table)


def _price(unit: str, rate: Rate) -> str:
    step = f", by {rate.step:,}" if rate.step > 1 else ""
    return f"{price(rate.micros)} for {rate.per:,} {_word(unit)}{step}"


def _said(quantities: Mapping[str, int]) -> str:
    return ", ".join(f"{quantity:,} {_word(unit)}" for unit, quantity in quantities.items())


def _word(unit: str) -> str:
    return unit.replace("_", " ")


def _numbers(card: PriceCard) -> dict[str, object]:
    examples = [{"quantities": one.quantities, "cost_usd": exact(card.cost(one.quantities))} for one in card.example]
    return {**card.model_dump(mode="json", exclude={"example"}), "examples": examples}
