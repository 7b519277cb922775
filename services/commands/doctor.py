"""`doctor`: what is installed, which keys are set, which engines are available, and why not."""

from __future__ import annotations

import json
from dataclasses import asdict

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.commands.looks import looks
from services.settings import Settings


def doctor(*, as_json: bool) -> int:
    """Look at everything; 1 when something the offline crew needs is not well."""
    found = [look.find() for look in looks(Settings())]
    if as_json:
        print(json.dumps([asdict(one) for one in found]))  # noqa: T201  the answer itself
    else:
        table = Table("", "what", "seen")
        for one in found:
            table.add_row("[green]ok[/]" if one.well else "[red]no[/]", one.what, escape(one.seen))
        Console().print(table)
        Console().print("No key is needed: the offline crew makes the whole episode. No other engine is installed.")
    return 0 if all(one.well for one in found) else 1
