"""`plan`: what a draft would make, keep and leave stale."""

from __future__ import annotations

import json

from rich.console import Console
from rich.table import Table

from services.commands.sources import Asked, preview, to_write
from services.settings import Settings
from services.wiring import open_desk
from studio.money.amount import dollars
from studio.money.quote import Quote
from studio.production.film import Choices
from studio.takes.plan import Plan, State


def plan(asked: Asked, choices: Choices, *, as_json: bool) -> None:
    """Print the plan of a source."""
    settings = Settings()
    desk = open_desk(settings, look=bool(asked.crew))
    chosen = choices.model_copy(update={"crew": desk.crew_named(asked.crew)})
    found, first = preview(desk, asked, chosen), to_write(desk, asked, chosen)
    seconds = desk.wait_for(found, settings.studio_workers)
    if as_json:
        script = first[1] if first else Quote()
        print(json.dumps(_numbers(found, seconds) | _script(script)))  # noqa: T201  the answer itself
        return
    console = Console()
    if first:
        console.print(_first(*first), markup=False, highlight=False)
    table = Table("kind", "to make", "current", "stale", "missing", "work")
    for kind in dict.fromkeys(item.kind for item in found.items):
        mine = [item for item in found.items if item.kind == kind]
        counts = [sum(item.state is state for item in mine) for state in State]
        work = sum(item.seconds for item in mine if item.made_now)
        table.add_row(kind, str(sum(item.made_now for item in mine)), *map(str, counts), f"{work:.1f} s")
    console.print(table)
    stale = [item for item in found.items if item.state is State.STALE]
    for item in stale[:20]:
        console.print(f"stale: {item.subject} ({item.why})", markup=False, highlight=False)
    for engine, count, micros in _engines(found):
        console.print(f"{engine}: {count} takes, about {dollars(micros)}", markup=False, highlight=False)
    most = f", at most {dollars(found.ceiling_micros)}" if found.ceiling_micros else ""
    console.print(f"{len(found.to_make)} takes to make, {dollars(found.price_micros)}{most}, about {seconds:.0f} s")


def _first(writer: str, quote: Quote) -> str:
    price = f"about {dollars(quote.likely)}, at most {dollars(quote.ceiling)}"
    return f"{writer} writes the screenplay first, {price}. Until then the offline writer's is what is counted here:"


def _script(quote: Quote) -> dict[str, float]:
    return {"screenplay_usd": quote.likely / 1_000_000, "screenplay_usd_at_most": quote.ceiling / 1_000_000}


def _engines(found: Plan) -> list[tuple[str, int, int]]:
    """Engines that cost, with how many takes they make and what those likely cost, the dearest first."""
    sums: dict[str, list[int]] = {}
    for item in found.to_make:
        if item.ceiling_micros:
            sums.setdefault(item.engine, []).append(item.price_micros)
    return sorted(((name, len(each), sum(each)) for name, each in sums.items()), key=lambda one: -one[2])


def _numbers(found: Plan, seconds: float) -> dict[str, object]:
    return {
        "to_make": [item.subject for item in found.to_make],
        "current": [item.subject for item in found.items if item.state is State.CURRENT],
        "stale": [item.subject for item in found.items if item.state is State.STALE],
        "missing": [item.subject for item in found.items if item.state is State.MISSING],
        "cost_usd": found.price_micros / 1_000_000,
        "cost_usd_at_most": found.ceiling_micros / 1_000_000,
        "seconds": round(seconds, 1),
    }
