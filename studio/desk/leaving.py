"""Leaving: all that is somebody's is handed over to them, in parts if it is much, and they may go for good."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from studio.db import now
from studio.desk.belongings import sizes
from studio.desk.membership import Membership
from studio.desk.packing import pack
from studio.desk.parcels import Parcel, lay_out
from studio.errors import BadRequest, Conflict
from studio.people import attempts, devices, letters, links
from studio.people.account import NEWCOMER, OWNER, Account, Role, State
from studio.people.attempts import Limit
from studio.people.letters import Kind
from studio.people.renewing import shut_out
from studio.people.tokens import keyed
from studio.production.runs import call_off_all

log = logging.getLogger(__name__)
_TRIES = 5  # of each part


class Leaving(Membership):
    """Hands an account's belongings over, and ends it."""

    def parcels(self) -> tuple[Parcel, ...]:
        """The parts in which all that is this account's can be had."""
        with self._house.db.read() as session:
            return lay_out(sizes(session, self._account), self._house.parcel)

    def parcel(self, since: str = "", until: str = "", number: int = 1) -> Iterator[bytes]:
        """The bytes of a part's zip file, made as they are asked for. What is not this account's is in none.

        Raises TooManyTries, for it may be large.
        """
        limit = Limit(keyed(self._house.doors.secret, "export", self._account), _TRIES * len(self.parcels()))
        with self._house.db.write() as session:
            attempts.pass_by(session, [limit], at=now())
        return pack(self._house, self._account, Parcel(number=number, since=since, until=until, files=0, size=0))

    def leave(self, password: str) -> Iterator[bytes]:
        """Leave for good with the bytes of the export, which are made as they are asked for. The account goes when more
        is asked for after the last of them: nothing has happened where it breaks off before.

        What runs is called off, and nothing of the person is kept once a worker has erased it. Raises BadCredentials,
        TooManyTries, BadRequest for local mode's owner, Conflict where the export has several parts.
        """
        account = self._leaver(password)
        parcels = self.parcels()
        if len(parcels) > 1:
            raise Conflict(f"your export has {len(parcels)} parts: fetch them on the Account page first")
        return self._going(account, parcels[0])

    def leave_without(self, password: str) -> None:
        """Leave for good at once, with what was fetched before. Raises as `leave`, but for several parts."""
        self._go(self._leaver(password))

    def _leaver(self, password: str) -> Account:
        if self._account == OWNER:
            raise BadRequest("this studio is yours: delete its runtime folder", field="account")
        return self._prove(password, now())

    def _going(self, account: Account, last: Parcel) -> Iterator[bytes]:
        yield from pack(self._house, self._account, last)
        self._go(account)

    def _go(self, account: Account) -> None:
        at = now()
        with self._house.db.write(durable=True) as session:
            self._depart(session, self._unchanged(session, account), at)
        # What was theirs is erased by a worker's chore: nothing that may fail stands between this and the export's end.
        log.info("people.left account=%s", self._account)

    def _depart(self, session: Session, account: Account, at: datetime) -> None:
        """End all that goes on in an account's name, and forget the name."""
        for leaving in self._house.doors.leaving:
            leaving(session, account.id, at)
        call_off_all(session, account.id)
        shut_out(session, account.id, at=at)
        links.drop(session, account.id)
        devices.forget(session, account.id)
        letters.drop(session, account.id, *Kind)
        letters.write(session, account.id, Kind.LEFT, f"left:{account.id}", at=at, to=account.shown)
        account.state, account.left, account.role, account.tier = State.GONE, at, Role.CREATOR, NEWCOMER
        account.name, account.email, account.shown, account.password = account.pseudonym, None, "", ""
        session.add(account)
