"""Leaving: when the last worker goes, nobody is left to see that a machine has nothing to do, and its hours go on.

So the one that was rented for our own engines is given back, and whatever has to stay is named with its price.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import closing

from sqlmodel import Session, col, select

from services.gate.record import running
from services.gpu.hosts import Hosts
from services.gpu.machine import Machine
from services.gpu.sheet import sheet
from services.rentals import Rentals
from services.settings import Settings
from studio.db import Database
from studio.errors import StudioError, VendorError
from studio.money.amount import dollars
from studio.production.executors import alive
from studio.production.run import ACTIVE, Job, Run
from studio.takes.roster import Roster
from studio.takes.take import Take, TakeState

log = logging.getLogger(__name__)
_OURS = "runpod"  # whose engines run on the machine that is rented on demand
_WHY = "nobody was left to look after it"


def leave(settings: Settings, db: Database, roster: Roster, say: Callable[[str], None]) -> None:
    """Give back what nobody will look after, and say what goes on costing; what goes wrong here spoils nothing else."""
    try:
        for told in give_back(settings, db, roster):
            say(told)
    except StudioError as error:
        log.warning("machines.not_looked_at %s", error)


def give_back(settings: Settings, db: Database, roster: Roster) -> tuple[str, ...]:
    """Give our own engines' machine back if no worker is alive; a sentence for each machine that goes on costing.

    One that an open run waits for stays, and so does what somebody rented by name. Without a machine nobody is asked. A
    trial of an animator is no worker, and between two clips it waits for nothing: it gives its machine back itself.
    """
    table = Rentals(db, roster, {})
    with db.read() as session:
        if alive(session) or not table.known() or running(settings.home):
            return ()
        wanted = _wanted(session, roster)
    from services.machines import hosts  # loads the clients, which who has no machine does without

    with closing(hosts(settings)) as rented:
        return tuple(_left(rented, table, wanted=wanted))


def _wanted(session: Session, roster: Roster) -> bool:
    """Whether a run that goes on with the next worker has a take under way on our own engines."""
    engines = [card.name for card in roster.engine if card.vendor == _OURS]
    same = (col(Take.account) == col(Job.account)) & (col(Take.fingerprint) == col(Job.fingerprint))
    asked = select(Take.fingerprint).join(Job, same).join(Run, col(Run.id) == col(Job.run))
    asked = asked.where(Take.state == TakeState.ASKED, col(Take.engine).in_(engines), col(Run.state).in_(ACTIVE))
    return session.exec(asked.limit(1)).first() is not None


def _left(rented: Hosts, table: Rentals, *, wanted: bool) -> Iterator[str]:
    known, on_demand = table.known(), sheet().machines.on_demand
    machines, silent = rented.machines()
    for one in machines:
        if (one.host, one.id) not in known:
            continue
        if one.name != on_demand or wanted or one.locked or not _ended(rented, table, one):
            price, end = dollars(one.micros_an_hour), f"`python -m studio machines --end {one.name}`"
            yield (
                f"The machine {one.name} at {one.host} is still paid for, {price} an hour, and no worker looks after "
                f"it now: start the studio, or end it with {end}."
            )
    unasked = {host for host, _ in known} - {host.name for host in rented.hosts}
    for host in sorted(unasked | set(silent)):
        yield f"{host} does not say now which machines of ours are paid for: see `python -m studio machines`."


def _ended(rented: Hosts, table: Rentals, machine: Machine) -> bool:
    try:
        rented.end(machine)
    except VendorError as error:
        log.warning("machine.not_ended host=%s machine=%s why=%s", machine.host, machine.id, error.code)
        return False
    table.ended(machine, time.time(), _WHY)
    return True
