"""Membership: what somebody who is signed in may ask for about their own account, and a founder about others'."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlmodel import Session

from studio.db import now
from studio.desk.seat import Seat
from studio.errors import BadCredentials, NotFound
from studio.people import attempts, codes, entrusting, invitations, milestones, signing
from studio.people.account import Account, Role, State, by_email
from studio.people.address import normalised
from studio.people.attempts import Limit
from studio.people.milestones import Funnel, Milestone
from studio.people.naming import called
from studio.people.refusals import look_whose
from studio.people.renewing import renew
from studio.people.signing import SignIn
from studio.people.suspending import suspend
from studio.people.tokens import digest, keyed
from studio.production.runs import call_off_all
from studio.story.noun import Noun

log = logging.getLogger(__name__)
_TRIES = 5


class Me(Noun):
    """An account as its owner sees it."""

    id: str
    name: str
    email: str  # as it was typed
    role: Role
    tier: str
    created: datetime
    way: dict[Milestone, datetime]  # how far they got

    @property
    def founder(self) -> bool:
        """Whether they may see what founders do."""
        return self.role == Role.FOUNDER


class SessionView(Noun):
    """A browser that is signed in; `here` is the one that asks."""

    id: str
    agent: str
    created: datetime
    seen: datetime
    here: bool


class InvitationView(Noun):
    """An invitation; its code was shown once, when it was made."""

    id: str
    label: str
    seats: int
    taken: int
    created: datetime
    expires: datetime
    open: bool


class Membership(Seat):
    """Knows its account."""

    def me(self) -> Me:
        """Whose desk this is."""
        with self._house.db.read() as session:
            found = session.get_one(Account, self._account)
            told = {name: getattr(found, name) for name in ("id", "name", "role", "tier", "created")}
            return Me(email=found.shown, way=milestones.way(session, self._account), **told)

    @property
    def proves(self) -> bool:
        """Whether there is a password to prove who one is by: local mode's owner has none."""
        with self._house.db.read() as session:
            return bool(session.get_one(Account, self._account).password)

    @property
    def lacks_app(self) -> bool:
        """Whether this is a founder who may not act as one before they have codes of an app."""
        with self._house.db.read() as session:
            return entrusting.lacks_app(session, self._account, app=self._house.doors.founders_app)

    def rename(self, name: str) -> None:
        """Be called otherwise from now on; BadRequest for what is no name."""
        with self._house.db.write() as session:
            account = session.get_one(Account, self._account)
            account.name = called(name)
            session.add(account)

    def change_password(self, current: str, new: str, nonce: str) -> str:
        """Choose another password: every session ends, and this browser goes on with the one-time code it gives.

        Raises BadCredentials for a wrong one, TooManyTries, BadRequest for a new one that will not do.
        """
        at = now()
        account = self._prove(current, at)
        self._house.doors.check(new, account.email or "", account.name)
        hashed = self._house.doors.passwords.hash(new)
        with self._house.db.write(durable=True) as session:
            account = self._unchanged(session, account)
            renew(session, account, hashed, at=at)
            log.info("people.password_changed account=%s", account.id)
            return codes.issue(session, account.id, nonce, at=at)

    def sessions(self, sid: str = "") -> tuple[SessionView, ...]:
        """Where this account is signed in, the last seen first; `sid` is what the browser that asks holds."""
        with self._house.db.read() as session:
            return tuple(
                SessionView(id=row.id, agent=row.agent, created=row.created, seen=row.seen, here=row.sid == digest(sid))
                for row in signing.open_ones(session, self._account, at=now())
            )

    def revoke(self, session_id: str, password: str = "") -> None:
        """End one of this account's sessions; NotFound when it has none of this id.

        Whoever has a password proves it, or a thief could keep its owner out: BadCredentials, TooManyTries.
        """
        if self.proves:
            self._prove(password, now())
        with self._house.db.write() as session:
            if not signing.end(session, SignIn.account == self._account, SignIn.id == session_id, at=now()):
                look_whose(session, self._account, SignIn, session_id)
                raise NotFound("no session that holds has this id")

    def revoke_others(self, sid: str, password: str = "") -> int:
        """End every session of this account but the one that asks; gives how many. Proven as for one of them."""
        if self.proves:
            self._prove(password, now())
        with self._house.db.write() as session:
            others = (SignIn.account == self._account, SignIn.sid != digest(sid))
            return signing.end(session, *others, at=now())

    def invite(self, label: str, seats: int = 1, days: int = 30) -> str:
        """A code that lets so many people in for so many days; it is shown once. For founders: NotAllowed."""
        with self._house.db.write() as session:
            self._check_founder(session)
            made, code = invitations.invite(session, self._account, label, seats, days, at=now())
        log.info("people.invited by=%s invitation=%s seats=%d", self._account, made, seats)
        return code

    def invitations(self) -> tuple[InvitationView, ...]:
        """Every invitation, the newest first. For founders: NotAllowed."""
        at = now()
        told = ("id", "label", "seats", "taken", "created", "expires")
        with self._house.db.read() as session:
            self._check_founder(session)
            return tuple(
                InvitationView(
                    open=row.taken < row.seats and row.expires > at, **{name: getattr(row, name) for name in told}
                )
                for row in invitations.listed(session)
            )

    def withdraw(self, invitation: str) -> None:
        """Let nobody else in by an invitation; NotFound when there is none. For founders: NotAllowed."""
        with self._house.db.write() as session:
            self._check_founder(session)
            invitations.withdraw(session, invitation, at=now())
        log.info("people.invitation_withdrawn by=%s invitation=%s", self._account, invitation)

    def funnel(self) -> Funnel:
        """How far people got, from their invitation to the first finished draft. For founders: NotAllowed."""
        with self._house.db.read() as session:
            self._check_founder(session)
            return milestones.funnel(session)

    def suspend(self, email: str, reason: str, *, back: bool = False) -> None:
        """Let somebody in no more, or `back` in; their sessions end, their productions and their plan. For founders:
        NotAllowed.

        Raises NotFound for an address without an account of somebody else that could be, Conflict where it is so
        already, BadRequest without a reason, which stays with the act.
        """
        with self._house.db.write() as session:
            self._check_founder(session)
            found = by_email(session, normalised(email))
            suspend(session, self._account, found, reason, at=now(), back=back)
            if found and not back:
                call_off_all(session, found.id)
            log.info("people.%s account=%s by=%s", found and found.state, found and found.id, self._account)

    def _check_founder(self, session: Session) -> None:
        entrusting.check(session, self._account, app=self._house.doors.founders_app)

    def _prove(self, password: str, at: datetime) -> Account:
        """The account, if this is its password; tries are counted, for whoever took a session over might guess."""
        limits = [Limit(keyed(self._house.doors.secret, "proof", self._account), _TRIES)]
        with self._house.db.write() as session:
            account = session.get_one(Account, self._account)
            attempts.pass_by(session, limits, at=at)
        if not self._house.doors.passwords.matches(password, account.password):
            log.warning("people.proof_refused account=%s", self._account)
            raise BadCredentials("this is not your password")
        with self._house.db.write() as session:
            attempts.forget(session, limits)
        return account

    def _unchanged(self, session: Session, account: Account) -> Account:
        """The account again; refused when its password or state changed meanwhile."""
        found = session.get_one(Account, account.id, with_for_update=True)
        if found.password != account.password or found.state != State.OPEN:
            raise BadCredentials("your password was changed a moment ago")
        return found
