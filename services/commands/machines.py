"""`machines`: what is rented, one more, or one less."""

from __future__ import annotations

import json
import time
from contextlib import closing

from rich.console import Console
from rich.table import Table

from services.machines import hosts, renting
from services.rentals import Rentals
from services.settings import ROOT, Settings
from services.writable import check_writable
from studio.db import Database
from studio.errors import NotFound
from studio.money.amount import dollars
from studio.takes.roster import Roster


def machines(*, rent: str, image: str, end: str, as_json: bool) -> None:
    """List the machines; with a name, rent the one of this name and wait until it answers, or end it.

    Raises KeyMissing without a host's key, Busy when nobody has a card, NotFound for a machine that is not there.
    """
    settings = Settings()
    check_writable(settings.home, "STUDIO_HOME")
    db = Database(settings.database_url)
    db.migrate()
    table = Rentals(db, Roster.load(ROOT / "data" / "crew.toml", settings.given), {})
    if rent:
        way = renting(settings, table, name=rent, image=image)
        Console(stderr=True).print(f"renting {way.wanted.name}, which takes minutes")
        machine = way.ready()
        told = f"{machine.name} at {machine.host} answers at {machine.address}"
        Console(stderr=True).print(f"{told}; a worker ends it once it had nothing to do for 5 minutes", highlight=False)
    if end:
        with closing(hosts(settings)) as rented:
            found = [one for one in rented.machines()[0] if end in (one.name, one.id)]
            for one in found:
                rented.end(one)
                table.ended(one, time.time(), "by hand")
        if not found:
            raise NotFound(f"no host has a machine of ours called {end}")
    shown, hours = table.shown(), table.month()
    db.close()
    if as_json:
        print(json.dumps([one.model_dump(mode="json") for one in shown]))  # noqa: T201  the answer itself
        return
    rows = Table("machine", "host", "card", "an hour", "since", "state")
    for row in shown:
        state = f"ended: {row.why}" if row.ended else "leak" if row.leaked else "rented"
        rows.add_row(
            row.name, row.host, row.gpu, f"${row.micros_an_hour / 1e6:.2f}", f"{row.begun:%Y-%m-%d %H:%M}", state
        )
    Console().print(rows)
    Console().print(
        f"this month: {dollars(hours.cost)} for their hours, {dollars(hours.carried)} of it billed to takes"
    )
