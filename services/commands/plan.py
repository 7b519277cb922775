"""`plan`: what a draft would make, keep and leave stale."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence

from rich.console import Console
from rich.table import Table

from services.commands.sources import Asked, preview, tell_gaps, to_write
from services.notices import kind
from services.settings import Settings
from services.wiring import open_desk
from studio.money.amount import dollars
from studio.money.quote import Quote
from studio.production.film import Choices
from studio.takes.plan import Plan, PlanItem, State

_NAMED = 12  # stale takes named one by one
_SUBJECT = re.compile(r"\b[a-z]+:[^\s,]+")


def plan(asked: Asked, choices: Choices, *, as_json: bool) -> None:
    """Print the plan of a source."""
    settings = Settings()
    desk = open_desk(settings, look=bool(asked.crew))
    chosen = choices.model_copy(update={"crew": desk.crew_named(asked.crew)})
    tell_gaps(asked.crew)
    (found, called), first = preview(desk, asked, chosen), to_write(desk, asked, chosen)
    seconds = desk.wait_for(found, settings.studio_workers)
    if as_json:
        script = first[1] if first else Quote()
        print(json.dumps(_numbers(found, seconds) | _script(script)))  # noqa: T201  the answer itself
        return
    console = Console()
    if first:
        console.print(_first(*first), markup=False, highlight=False)
    console.print(table(found))
    for told in (*_stale(found, called), *_engines(found), _sum(found, seconds)):
        console.print(told, markup=False, highlight=False, soft_wrap=True)


def table(found: Plan) -> Table:
    """The plan by kind: how many takes of each are made now, how many are there, and what the work comes to."""
    made = Table("", show_edge=False, pad_edge=False, show_footer=True)
    for name in ("to make", "reused", "stale", "missing", "price", "work"):
        made.add_column(name, justify="right")
    for one in dict.fromkeys(item.kind for item in found.items):
        made.add_row(kind(one), *_row([item for item in found.items if item.kind is one]))
    for column, told in zip(made.columns, ("All", *_row(found.items)), strict=True):
        column.footer = told
    return made


def _row(items: Sequence[PlanItem]) -> Iterator[str]:
    """The cells of some takes; a dash where there is none."""
    now = [item for item in items if item.made_now]
    counts = [len(now), len(items) - len(now) - _kept_stale(items)]
    counts += [sum(item.state is state for item in items) for state in (State.STALE, State.MISSING)]
    yield from (str(count or "–") for count in counts)
    price, work = sum(item.price_micros for item in now), sum(item.seconds for item in now)
    yield dollars(price) if price else "free" if now else "–"
    yield f"{work:.1f} s" if now else "–"


def _kept_stale(items: Sequence[PlanItem]) -> int:
    return sum(item.state is State.STALE and not item.made_now for item in items)


def _stale(found: Plan, called: Callable[[str], str]) -> Iterator[str]:
    """What is stale, each by its name with why and what becomes of it."""
    stale = [item for item in found.items if item.state is State.STALE]
    for item in stale[:_NAMED]:
        why = _SUBJECT.sub(lambda subject: called(subject[0]), item.why)
        yield f"stale: {called(item.subject)}: {why}{'' if item.made_now else '; it is kept'}"
    if len(stale) > _NAMED:
        yield f"stale: and {len(stale) - _NAMED} more"


def _engines(found: Plan) -> Iterator[str]:
    """Engines that cost, with how many takes they make and what those likely cost, the dearest first."""
    sums: dict[str, list[int]] = {}
    for item in found.to_buy:
        sums.setdefault(item.engine, []).append(item.price_micros)
    for name, each in sorted(sums.items(), key=lambda one: -sum(one[1])):
        yield f"{name}: {_takes(len(each))}, about {dollars(sum(each))}"


def _sum(found: Plan, seconds: float) -> str:
    if not found.to_make:
        return "Nothing is to be made."
    most = f", at most {dollars(found.ceiling_micros)}" if found.ceiling_micros else ""
    return f"{_takes(len(found.to_make))} to make, {dollars(found.price_micros)}{most}, about {seconds:.0f} s"


def _takes(count: int) -> str:
    return "1 take" if count == 1 else f"{count} takes"


def _first(writer: str, quote: Quote) -> str:
    price = f"about {dollars(quote.likely)}, at most {dollars(quote.ceiling)}"
    return f"{writer} writes the screenplay first, {price}. Until then the offline writer's is what is counted here:"


def _script(quote: Quote) -> dict[str, float]:
    return {"screenplay_usd": quote.likely / 1_000_000, "screenplay_usd_at_most": quote.ceiling / 1_000_000}


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
