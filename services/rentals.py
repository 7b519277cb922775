"""The studio's table of machines it rented, as services.gpu asks it, their hours, and what a person reads of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from sqlmodel import Session, col, delete, select

from services.gpu.idle import Sample, Verdict
from services.gpu.machine import Machine
from services.gpu.sheet import sheet
from studio.db import Database, now
from studio.money.hours import Hire, Hours, book_hours, hours
from studio.money.inserting import insert
from studio.money.sums import month
from studio.production.rental import Rental, RentalTurn, Sighting
from studio.takes.roster import Roster
from studio.takes.take import Take, TakeState

_OURS = "runpod"  # whose engines run on the machine that is rented on demand
_KEPT = 900.0  # seconds of samples
_SHOWN = timedelta(days=7)  # machines that ended are shown for so long
_GONE = timedelta(hours=3)  # a leak that no look found for so long has ended
_NEW = timedelta(minutes=10)  # a host may not list a machine sooner
_HOUR = timedelta(hours=1)
_TURN = timedelta(minutes=5)  # to rent a machine, longer than every host takes to answer
_LEFT = "it is no longer at its host"


class Rentals:
    """Keeps the MachineTable and RentalBook protocols in the database, and hours in the ledger.

    Each whole hour is booked when it has passed, and what is left when the machine has ended: whoever looks next goes
    on where the books end.

    `bases` is where each vendor is asked: a machine that stands behind one of them works while that vendor has a take.
    """

    def __init__(self, db: Database, roster: Roster, bases: Mapping[str, str]) -> None:
        self._db, self._roster, self._bases = db, roster, bases

    def rented(self, machine: Machine) -> None:
        """A machine was rented and is known from now on."""
        with self._db.write(durable=True) as session:
            _row(session, machine).leaked = False

    def take_turn(self, name: str, whose: str) -> bool:
        """Whether only this one may rent a machine of this name for the next minutes."""
        with self._db.write(durable=True) as session:
            free = (col(RentalTurn.until) < now()) | (col(RentalTurn.whose) == whose)
            turn = {"whose": whose, "until": now() + _TURN}
            taken = insert(session, RentalTurn).values(name=name, **turn)
            mine = taken.on_conflict_do_update(index_elements=["name"], set_=turn, where=free)
            return session.exec(mine.returning(col(RentalTurn.name))).first() is not None

    def leave_turn(self, name: str, whose: str) -> None:
        """Let others rent it."""
        with self._db.write() as session:
            session.exec(delete(RentalTurn).where(col(RentalTurn.name) == name, col(RentalTurn.whose) == whose))

    def seen(self, machines: Sequence[Machine], hosts: Collection[str], at: float) -> None:
        """Bring open rows up to date and their hours into the ledger; a machine its host does not list has ended."""
        there, moment = {(one.host, one.id): one for one in machines}, datetime.fromtimestamp(at, UTC)
        with self._db.write(durable=True) as session:
            rows = select(Rental).where(col(Rental.ended).is_(None), col(Rental.host).in_(list(hosts)))
            for row in session.exec(rows.with_for_update()).all():
                if machine := there.get((row.host, row.machine)):
                    row.seen, row.micros_an_hour = moment, machine.micros_an_hour
                elif row.seen < moment - _NEW:
                    row.ended, row.why = row.seen, _LEFT
                _book(session, row)

    def known(self) -> set[tuple[str, str]]:
        """Host and id of every machine that was rented and has not ended."""
        with self._db.read() as session:
            rows = session.exec(select(Rental).where(col(Rental.leaked).is_(False), col(Rental.ended).is_(None)))
            return {(row.host, row.machine) for row in rows}

    def working(self, machine: Machine) -> bool:
        """Whether a take is under way at the vendor whom this machine plays."""
        there = urlsplit(machine.address).netloc
        played = {vendor for vendor, base in self._bases.items() if there and urlsplit(base).netloc == there}
        played |= {_OURS} if machine.name == sheet().machines.on_demand else set()
        engines = [card.name for card in self._roster.engine if card.vendor in played]
        with self._db.read() as session:
            asked = select(Take.fingerprint).where(Take.state == TakeState.ASKED, col(Take.engine).in_(engines))
            return session.exec(asked.limit(1)).first() is not None

    def add(self, machine: Machine, sample: Sample) -> None:
        """Keep a sample and forget old ones."""
        with self._db.write() as session:
            session.add(Sighting(host=machine.host, machine=machine.id, at=sample.at, busy=sample.busy))
            session.exec(delete(Sighting).where(col(Sighting.at) < sample.at - _KEPT))

    def samples(self, machine: Machine) -> Sequence[Sample]:
        """What was kept of a machine, oldest first."""
        of = select(Sighting).where(Sighting.host == machine.host, Sighting.machine == machine.id)
        with self._db.read() as session:
            rows = session.exec(of.order_by(col(Sighting.at), col(Sighting.id)))
            return [Sample(at=row.at, busy=row.busy) for row in rows]

    def ended(self, machine: Machine, at: float, why: str = Verdict.END) -> None:
        """The machine was given back, by itself for having nothing to do."""
        with self._db.write(durable=True) as session:
            row = _row(session, machine, leaked=True)
            row.ended, row.why = datetime.fromtimestamp(at, UTC), str(why)
            _book(session, row)

    def found(self, leaks: Sequence[Machine]) -> None:
        """These carry our name and nobody had written them down; a leak no longer found for hours is over."""
        with self._db.write() as session:
            open_leaks = select(Rental).where(col(Rental.leaked).is_(True), col(Rental.ended).is_(None))
            for row in session.exec(open_leaks.where(col(Rental.seen) < now() - _GONE)).all():
                row.ended, row.why = row.seen, _LEFT
                _book(session, row)
            for machine in leaks:
                row = _row(session, machine, leaked=True)
                row.leaked, row.ended, row.why = True, None, ""

    def month(self, at: datetime | None = None) -> Hours:
        """What hours cost that were booked since this month, or the one of `at`, began, and what takes carried."""
        with self._db.read() as session:
            return hours(session, since=month(at or now()))

    def shown(self) -> list[Rental]:
        """Machines that are paid for and those that ended lately, leaks first."""
        lately = col(Rental.ended).is_(None) | (col(Rental.ended) > now() - _SHOWN)
        with self._db.read() as session:
            rows = session.exec(select(Rental).where(lately).order_by(col(Rental.begun).desc())).all()
            session.expunge_all()
        return sorted(rows, key=lambda row: (row.ended is not None, not row.leaked))


def _row(session: Session, machine: Machine, *, leaked: bool = False) -> Rental:
    """The row of a machine, brought up to date; a new one is a leak if so said."""
    row = session.get(Rental, (machine.host, machine.id))
    if row is None:
        row = Rental(host=machine.host, machine=machine.id, leaked=leaked)
        session.add(row)
        row.begun -= timedelta(seconds=machine.load.uptime or 0.0)
    row.name, row.gpu, row.micros_an_hour, row.seen = machine.name, machine.gpu, machine.micros_an_hour, now()
    return row


def _book(session: Session, row: Rental) -> None:
    """Bring the hours of a machine that have passed into the ledger, all of them when it has ended."""
    since = row.booked or row.begun
    until = row.ended or since + (row.seen - since) // _HOUR * _HOUR
    if until <= since or not row.micros_an_hour:
        return
    hire = Hire(host=row.host, machine=row.machine, gpu=row.gpu, micros_an_hour=row.micros_an_hour)
    book_hours(session, hire, since, until)
    row.booked = until
    session.add(row)
