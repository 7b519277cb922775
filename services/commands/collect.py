"""`collect`: what in the vault nothing needs any more."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from services.settings import Settings
from services.wiring import open_desk
from studio.money.amount import dollars
from studio.takes.collector import Loose


def collect(*, delete: bool, paid: bool) -> None:
    """List it, or with `delete` remove it; what was paid for stays unless `paid` says otherwise."""
    found = open_desk(Settings()).collect(delete=delete, paid=paid)
    console = Console()
    if found.loose:
        console.print(_table(found.loose))
    what = "removed" if found.deleted else "could go (add --delete)"
    console.print(f"{_amount(found.loose)} {what}, {found.kept} are needed", highlight=False)
    if found.paid:
        spent = dollars(sum(one.cost_micros for one in found.paid))
        told = f"{_amount(found.paid)} that nobody uses stay: they cost {spent} and may be wanted back (or add --paid)"
        console.print(told, highlight=False)


def _amount(found: Sequence[Loose]) -> str:
    """How many files, and how large they are together."""
    files = "1 file" if len(found) == 1 else f"{len(found)} files"
    return f"{files} ({_megabytes(sum(one.size for one in found))})"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


def _table(found: Sequence[Loose]) -> Table:
    """A line for each, takes by kind and then other files."""
    table = Table("kind", "of", "engine", "size", "cost", "content", box=None)
    for one in sorted(found, key=lambda one: (not one.kind, one.kind, one.subject)):
        cost = dollars(one.cost_micros) if one.cost_micros else ""
        table.add_row(one.kind or "file", one.subject, one.engine, _megabytes(one.size), cost, one.content[:12])
    return table
