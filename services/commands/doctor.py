"""`doctor`: what is installed, which keys are set, which engines are available, who answers, and why not."""

from __future__ import annotations

import json
from dataclasses import asdict

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.commands.looks import Finding, looks
from services.commands.vendors import endpoints, engines, lists, pulses
from services.hosting import lacks
from services.pinging import listen
from services.settings import ROOT, Settings
from studio.money.films import Films
from studio.takes.roster import Roster


def doctor(*, as_json: bool) -> int:
    """Look at everything; 1 when something in use here is not well. An engine without its key is not in use."""
    settings = Settings()
    heard = listen(settings)
    found = [
        *(look.find() for look in looks(settings)),
        *_hosting(settings),
        *_films(settings),
        *engines(settings, heard),
        *pulses(heard),
        *endpoints(settings),
        *lists(settings),
    ]
    if as_json:
        print(json.dumps([asdict(one) for one in found]))  # noqa: T201  the answer itself
    else:
        table = Table("", "what", "seen")
        for one in found:
            table.add_row(_mark(one), escape(one.what), escape(one.seen))
        Console().print(table)
        Console().print("No key is needed: the offline crew makes the whole episode.")
    return 0 if all(one.well for one in found) else 1


def _hosting(settings: Settings) -> list[Finding]:
    """What keeps a hosted studio from starting, a row each; nothing of a local one that sells nothing."""
    missing = [
        Finding(f"{settings.studio_mode}: {one.setting}", False, f"set it to {one.put}") for one in lacks(settings)
    ]
    if missing or not settings.hosted:
        return missing
    return [Finding("hosted", True, f"nothing is missing; it answers as {settings.studio_public_url}")]


def _films(settings: Settings) -> list[Finding]:
    """The qualities of films for credits, where something is sold: one may lack its engines, not every one."""
    if settings.studio_payments == "off":
        return []
    roster, lacks = Roster.load(ROOT / "data" / "crew.toml", settings.given), {}
    for quality in Films.load(ROOT / "data" / "films.toml").quality:
        needs = {name for engine in quality.engines.values() for name in roster.missing(roster.named(engine))}
        lacks[f"films for credits: {quality.name}"] = ", ".join(sorted(needs))
    some = not all(lacks.values())
    return [
        Finding(what, some, f"not sold: {lack} not set" if lack else "its engines are set up", not (lack and some))
        for what, lack in lacks.items()
    ]


def _mark(one: Finding) -> str:
    if not one.used:
        return "[dim]off[/]"
    return "[green]ok[/]" if one.well else "[red]no[/]"
