"""Securing: whoever wants to be asked for a code of an app when they sign in, and no more."""

from __future__ import annotations

import logging
from datetime import datetime

from studio.db import now
from studio.desk.membership import Membership
from studio.errors import NotSignedIn
from studio.people import attempts, factors, totp
from studio.people.account import OWNER, Account
from studio.people.attempts import Limit
from studio.people.tokens import keyed
from studio.story.noun import Noun

log = logging.getLogger(__name__)
_TRIES = 5
_HOUSE = "TrashFire Studio"  # what an app shows


class FactorView(Noun):
    """Whether codes of an app are asked for since when, and how many on paper are left."""

    since: datetime | None = None
    paper: int = 0


class Enrolment(Noun):
    """What an app is given, once: as text to type, and as the address a picture carries."""

    secret: str
    address: str


class Securing(Membership):
    """Switches the second factor of an account on and off."""

    def factor(self) -> FactorView:
        """How it stands."""
        with self._house.db.read() as session:
            found = factors.asked(session, self._account)
            return FactorView(since=found.since, paper=len(found.paper)) if found else FactorView()

    def begin_factor(self, password: str) -> Enrolment:
        """A new secret for an app, which counts once a code of it was typed.

        Raises BadCredentials, TooManyTries, and BadRequest where one counts already.
        """
        if self._account == OWNER:
            raise NotSignedIn("nobody signs in to a studio of one's own")
        account = self._prove(password, now())
        with self._house.db.write() as session:
            secret = factors.begin(session, self._account)
        return Enrolment(secret=totp.written(secret), address=totp.address(secret, account.shown, _HOUSE))

    def confirm_factor(self, code: str) -> tuple[str, ...]:
        """Ask for codes from now on; gives those for paper, shown once. BadCredentials, BadRequest, TooManyTries."""
        tries = self._count()
        with self._house.db.write(durable=True) as session:
            paper = factors.confirm(session, self._account, code, at=now())
            attempts.forget(session, tries)
        log.info("people.factor_on account=%s", self._account)
        return paper

    def drop_factor(self, password: str, code: str) -> None:
        """Ask for codes no more: for who knows the password and has a code, BadCredentials otherwise."""
        account = self._prove(password, now())
        tries = self._count()
        with self._house.db.write(durable=True) as session:
            attempts.forget(session, tries)
            self._unchanged(session, account)
            factors.check(session, self._account, code, at=now())
            factors.drop(session, self._account)
        log.info("people.factor_off account=%s", self._account)

    def _count(self) -> list[Limit]:
        """Let no more codes be tried than somebody mistypes."""
        limits = [Limit(keyed(self._house.doors.secret, "factor", self._account), _TRIES)]
        with self._house.db.write() as session:
            session.get_one(Account, self._account)
            attempts.pass_by(session, limits, at=now())
        return limits
