"""`doctor`: what is installed, which keys are set, which engines are available, who answers, and why not."""

from __future__ import annotations

import json
from dataclasses import asdict

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.commands.looks import Finding, looks
from services.commands.vendors import engines, pulses
from services.pinging import listen
from services.settings import Settings


def doctor(*, as_json: bool) -> int:
    """Look at everything; 1 when something in use here is not well. An engine without its key is not in use."""
    settings = Settings()
    heard = listen(settings)
    found = [*(look.find() for look in looks(settings)), *engines(settings, heard), *pulses(heard)]
    if as_json:
        print(json.dumps([asdict(one) for one in found]))  # noqa: T201  the answer itself
    else:
        table = Table("", "what", "seen")
        for one in found:
            table.add_row(_mark(one), escape(one.what), escape(one.seen))
        Console().print(table)
        Console().print("No key is needed: the offline crew makes the whole episode.")
    return 0 if all(one.well for one in found) else 1


def _mark(one: Finding) -> str:
    if not one.used:
        return "[dim]off[/]"
    return "[green]ok[/]" if one.well else "[red]no[/]"
