"""What a founder should look at: alarms that stand, how they come up and clear, and the mail that tells of new ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from studio.db import now
from studio.desk.founding_money import by_tier, people_of
from studio.desk.founding_seat import FoundersSeat, plan, reports
from studio.desk.founding_service import asked
from studio.money.amount import dollars
from studio.money.lots import Wallet
from studio.money.margins import HOUSE, accounts, episodes, moved
from studio.money.plan import Limits
from studio.money.reckoning import Span
from studio.money.sums import overruns
from studio.money.vendorbills import compared
from studio.people import alarms, courtesy
from studio.people.account import OWNER, Account, Role, State
from studio.people.acts import Deed, note, refunded
from studio.people.alarms import Alarm, Concern, Worry
from studio.people.courtesy import Courtesy
from studio.people.entitling import follow
from studio.people.letters import Kind, write
from studio.production.house import House
from studio.production.rental import Rental
from studio.story.noun import Noun

_PAST = timedelta(days=30)  # how long a cleared alarm is shown


class AlarmView(Noun):
    """An alarm as a founder sees it."""

    id: str
    kind: Worry
    said: str
    account: str
    name: str = ""  # the account's
    about: str
    micros: int
    since: datetime
    seen: datetime | None
    cleared: datetime | None


class Alarming(FoundersSeat):
    """Tells of alarms."""

    def alarms(self) -> tuple[AlarmView, ...]:
        """The alarms that stand, those nobody has seen first."""
        with self._reading() as session:
            found = alarms.standing(session)
            people = people_of(session, {one.account for one in found})
            return tuple(_view(one, people[one.account].name if one.account in people else "") for one in found)

    def past_alarms(self) -> tuple[AlarmView, ...]:
        """The alarms that cleared in the last month, the newest first."""
        with self._reading() as session:
            return tuple(map(_view, alarms.cleared(session, now() - _PAST)))

    def see(self, alarm: str, reason: str) -> None:
        """Say that an alarm is known, and what is done about it; NotFound for one that does not stand."""
        at = now()
        with self._writing() as session:
            seen = alarms.see(session, alarm, at=at)
            note(session, self._account, Deed.SEEN, reason, at=at, account=seen.account, about=alarm, came=seen.said)


def watch(house: House, *, at: datetime) -> int:
    """Have exactly the alarms stand that hold now, and mail founders the new ones; gives how many are new.

    What was given for a while and is over is taken back on the way.
    """
    with house.db.read() as session:
        found = tuple(concerns(house, session, at=at))
        over = session.exec(select(Courtesy.account).where(col(Courtesy.until) <= at)).all()
    with house.db.write() as session:
        for account in over:
            courtesy.take_away(session, account)
            follow(session, account, house.tiers, at=at)
        fresh = alarms.raise_all(session, found, at=at)
        founders = select(Account.id).where(Account.role == Role.FOUNDER, Account.state == State.OPEN)
        for founder in session.exec(founders.where(col(Account.email).is_not(None))).all():
            for alarm in fresh:
                write(session, founder, Kind.ALARM, f"alarm:{alarm.id}:{founder}", {"said": alarm.said}, at=at)
        return len(fresh)


def concerns(house: House, session: Session, *, at: datetime) -> Iterator[Concern]:
    """Everything that a founder should look at now."""
    limits = plan().alarms
    yield from _dear(house, session, limits, at)
    if house.payments is not None:
        yield from _thin(house, session, limits, at)
    yield from _failing(house, session, limits, at)
    for engine, micros in overruns(session, since=at - timedelta(days=limits.days), until=at).items():
        if micros > limits.overrun:
            above = f"cost {dollars(micros)} more than was held for them in {limits.days} days"
            said = f"Takes of {engine} {above}; nobody is charged it. Its estimate or its price card is too low."
            yield Concern(kind=Worry.OVERRUN, about=engine, said=said, micros=micros)
    for rental in session.exec(select(Rental).where(col(Rental.leaked), col(Rental.ended).is_(None))):
        about = f"{rental.host}/{rental.machine}"
        price = dollars(rental.micros_an_hour)
        said = (
            f"The machine {rental.name or about} is paid for at {rental.host} ({price} an hour) and nobody knows of it."
        )
        yield Concern(kind=Worry.LEAK, about=about, said=said, micros=rental.micros_an_hour)
    for wallet in session.exec(select(Wallet).where(Wallet.owed > 0)):
        said = f"{wallet.account} owes {dollars(wallet.owed)} in credits: they were spent and their payment went back."
        told = {"account": wallet.account, "micros": wallet.owed}
        yield Concern(kind=Worry.OWED, about=wallet.account, said=said, **told)
    for bill in compared(session, {one.vendor: one.hours for one in reports()}):
        if bill.apart * 1000 > bill.reported * limits.bill:
            ours, loose, short = map(dollars, (bill.booked + bill.missing, bill.unassigned, bill.missing))
            said = f"{bill.vendor} bills {dollars(bill.reported)}, and the ledger has {ours} for that time: "
            said += "it names no requests." if bill.whole else f"{loose} are unassigned, {short} are not on the bill."
            yield Concern(kind=Worry.BILL, about=bill.vendor, said=said, micros=bill.off)


def _dear(house: House, session: Session, limits: Limits, at: datetime) -> Iterator[Concern]:
    """Episodes that were billed for lately and cost more than they should; a film has a stop of its own."""
    for one in episodes(moved(session, Span.last(limits.days, at), house.tiers.payment)):
        if one.total <= limits.episode:
            return  # the dearest come first
        if not one.film:
            said = f"Episode {one.episode} of {one.account} has cost {dollars(one.total)}."
            told = {"account": one.account, "micros": one.total}
            yield Concern(kind=Worry.EPISODE, about=f"{one.account}/{one.episode}", said=said, **told)


def _thin(house: House, session: Session, limits: Limits, at: datetime) -> Iterator[Concern]:
    """Tiers and accounts that leave less than they should, where something is sold.

    Who has just paid has not earned it yet, and may use all of it on the first day: what was paid counts to its end.
    """
    span, least = Span.last(limits.months, at), house.tiers.margin.share
    given = refunded(session, span.since, span.until)
    found = accounts(moved(session, span, house.tiers.payment, given, ahead=True))
    people = people_of(session, {one.name for one in found})
    sold = {tier.name for tier in house.tiers.sold}
    for tier in by_tier(found, people):
        if tier.name in sold and tier.share is not None and tier.share * 1000 < least:
            said = f"The tier {tier.name} left {tier.share:.0%} in {limits.months} days; {least / 10:.0f} % are meant."
            yield Concern(kind=Worry.TIER, about=tier.name, said=said, micros=tier.micros)
    for one in found:
        if (
            one.name in (OWNER, HOUSE)
            or one.billed < limits.least
            or (one.share is not None and one.share * 1000 >= least)
        ):
            continue
        said = f"{one.name} brought {dollars(one.revenue)} in {limits.months} days and cost {dollars(one.billed)}."
        yield Concern(kind=Worry.ACCOUNT, about=one.name, account=one.name, said=said, micros=one.micros)


def _failing(house: House, session: Session, limits: Limits, at: datetime) -> Iterator[Concern]:
    for vendor in asked(session, house.roster, at - timedelta(hours=limits.hours), at):
        if vendor.ended >= limits.takes and (vendor.share or 0) * 1000 >= plan().service.errors:
            bad = vendor.failed + vendor.unclear
            said = f"{bad} of the last {vendor.ended} takes of {vendor.vendor} came to nothing in {limits.hours} hours."
            yield Concern(kind=Worry.ERRORS, about=vendor.vendor, said=said)


def _view(row: Alarm, name: str = "") -> AlarmView:
    return AlarmView.model_validate(row, from_attributes=True).model_copy(update={"name": name})
