"""Reception: what somebody without an account, or not signed in, may ask for.

It says the same of addresses it knows and of those it does not, and does the same work for both: each verb that takes a
password hashes or compares once. Nothing here sends mail: letters are written down, and a worker sends them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from secrets import token_bytes, token_hex

from sqlmodel import Session, col

from studio.db import now
from studio.errors import BadCredentials, BadRequest, CodeNeeded, LinkSpent, StorageError
from studio.money.inserting import insert
from studio.people import attempts, codes, devices, factors, invitations, letters, links, milestones, signing
from studio.people.account import NEWCOMER, Account, Role, State, by_email, pseudonym
from studio.people.address import normalised, written
from studio.people.attempts import Limit
from studio.people.letters import Kind
from studio.people.links import Purpose
from studio.people.milestones import Milestone
from studio.people.naming import called
from studio.people.passwords import LONGEST
from studio.people.renewing import renew
from studio.people.signing import SignIn
from studio.people.tokens import digest, keyed
from studio.people.visits import Seen, is_bot, note_visit
from studio.production.house import House

log = logging.getLogger(__name__)
_AN_ACCOUNT, _A_DEVICE, _AN_ADDRESS, _MAILS = 5, 5, 60, 5  # tries, or letters, that are let pass
_DOUBLE = timedelta(minutes=10)  # in which asking twice for the same is a double click
_PROCESS = token_bytes(32)  # a digest of a password made with it can be searched by nobody
_WRONG = "the address or the password is mistyped, or the account was not opened yet by its mailed link"


class Reception:
    """The front door of a house, for whoever asks from `address` with a browser that calls itself `agent`."""

    def __init__(
        self, house: House, address: str = "", *, agent: str = "", clock: Callable[[], datetime] = now
    ) -> None:
        self._house, self._doors = house, house.doors
        self._address, self._agent, self._clock = attempts.neighbourhood(address), agent, clock

    @property
    def invited(self) -> bool:
        """Whether who registers needs an invitation."""
        return self._doors.invited

    def visited(self, kind: Seen) -> None:
        """Count that somebody opened a page, unless a program did; a count that fails is lost, and the page is not."""
        if is_bot(self._agent):
            return
        try:
            with self._house.db.write(of=None) as session:
                note_visit(session, kind, self._clock())
        except StorageError as error:
            log.warning("visit.not_counted %s", error)

    def register(self, email: str, name: str, password: str, invitation: str = "") -> None:
        """Ask for an account, which the mailed link opens; a known address is told of it by mail.

        Raises BadRequest naming the field, TooManyTries.
        """
        at, found = self._clock(), normalised(email)
        name = called(name)
        self._doors.check(password, found, name)
        with self._house.db.write() as session:
            attempts.pass_by(session, [self._limit("register", self._address, _AN_ADDRESS)], at=at)
            seat = invitations.holding(session, invitation, at=at).id if self._doors.invited or invitation else ""
        hashed = self._doors.passwords.hash(password)
        twice = f"{at.timestamp() // _DOUBLE.total_seconds()}"
        with self._house.db.write() as session:
            account = self._pending(session, found, invited=bool(seat), at=at)
            kind = Kind.OPEN if account.state == State.PENDING else Kind.KNOWN
            carries = {"name": name, "shown": written(email), "password": hashed, "invitation": seat}
            once = keyed(_PROCESS, kind, account.id, email, name, password, seat, twice)
            self._write(session, account, kind, once, carries if kind is Kind.OPEN else {}, at=at)

    def open_account(self, token: str, password: str, nonce: str) -> str:
        """Open the account of a mailed link for who chose its password, so that nobody opens one that a stranger
        registered with their address. Gives a one-time code, as signing in does.

        Raises LinkSpent when it is no link, BadCredentials and TooManyTries (the link stays good), Conflict when the
        last seat was taken.
        """
        at = self._clock()
        with self._house.db.write() as session:
            link = links.find(session, token, Purpose.OPEN, at=at)
            tries = [self._limit("open", link.account, _AN_ACCOUNT)]
            attempts.pass_by(session, tries, at=at)
            hashed = link.carries["password"]
        if not self._doors.passwords.matches(password[:LONGEST], hashed if len(password) <= LONGEST else ""):
            log.warning("people.open_refused account=%s from=%s", link.account, self._from)
            raise BadCredentials("this is not the password that was chosen with this link")
        with self._house.db.write() as session:
            link = links.spend(session, token, Purpose.OPEN, at=at)
            account = session.get_one(Account, link.account)
            if account.state != State.PENDING:
                raise LinkSpent("the account is open; sign in")
            attempts.forget(session, tries)
            if link.carries["invitation"]:
                invitations.take_seat(session, link.carries["invitation"], at=at)
            account.name, account.shown = link.carries["name"], link.carries["shown"]
            account.password, account.state = link.carries["password"], State.OPEN
            session.add(account)
            letters.drop(session, account.id, Kind.OPEN)
            milestones.note(session, account.id, Milestone.OPENED, at=at)
            session.flush()
            links.drop(session, account.id, Purpose.OPEN)
            log.info("people.opened account=%s from=%s", account.id, self._from)
            return codes.issue(session, account.id, nonce, at=at)

    def sign_in(self, email: str, password: str, nonce: str, device: str = "") -> str:
        """A one-time code for the browser that holds the nonce; `device` is the token it is known by.

        Raises CodeNeeded for whoever has an app to ask for a code of, who goes on with `second`; BadCredentials, the
        same for a wrong password and an unknown address; TooManyTries; LinkSpent without a nonce.
        """
        at, found = self._clock(), _comparable(email)
        with self._house.db.write() as session:
            account = by_email(session, found)
            known = account is not None and devices.knows(session, account.id, device, at=at)
            limits = self._limits(found, device if known else "")
            attempts.pass_by(session, limits, at=at)
        hashed = account.password if account and len(password) <= LONGEST else ""
        if not self._doors.passwords.matches(password[:LONGEST], hashed) or account is None:
            log.warning("people.sign_in_refused account=%s from=%s", account.id if account else "nobody", self._from)
            raise BadCredentials(_WRONG)
        anew = self._doors.passwords.hash(password) if self._doors.passwords.stale(hashed) else ""
        with self._house.db.write() as session:
            account = session.get_one(Account, account.id)
            _let_in(account, hashed)
            account.password = anew or hashed
            session.add(account)
            attempts.forget(session, limits[:1])
            attempts.give_back(session, limits[1:])
            if not factors.asked(session, account.id):
                return codes.issue(session, account.id, nonce, at=at)
            token = links.make(session, account.id, Purpose.FACTOR, {"nonce": digest(nonce)}, at=at)
        raise CodeNeeded("type the code that your app shows", token=token)

    def second(self, token: str, typed: str, nonce: str) -> str:
        """A one-time code for who has passed the first step in this browser and types a code of their app, or on paper.

        Raises BadCredentials and TooManyTries (the step stays good for five minutes), LinkSpent.
        """
        at = self._clock()
        with self._house.db.write() as session:
            link = links.find(session, token, Purpose.FACTOR, at=at)
            tries = [self._limit("factor", link.account, _AN_ACCOUNT)]
            attempts.pass_by(session, tries, at=at)
        if not nonce or link.carries["nonce"] != digest(nonce):
            raise LinkSpent("this was begun in another browser; sign in again")
        try:
            with self._house.db.write() as session:
                links.spend(session, token, Purpose.FACTOR, at=at)
                account = session.get_one(Account, link.account)
                _let_in(account, account.password)
                factors.check(session, account.id, typed, at=at)
                attempts.forget(session, tries)
                return codes.issue(session, account.id, nonce, at=at)
        except BadCredentials:
            log.warning("people.code_refused account=%s from=%s", link.account, self._from)
            raise

    def finish(self, code: str, nonce: str, old: str = "") -> str:
        """Sign in with a one-time code; gives the sid, a new one each time. The browser's `old` sid ends.

        Raises LinkSpent when the code was used, is too old, or is another browser's.
        """
        at = self._clock()
        with self._house.db.write() as session:
            account = session.get_one(Account, codes.redeem(session, code, nonce, at=at))
            _let_in(account, account.password)
            if old:
                signing.end(session, SignIn.sid == digest(old), at=at)
            milestones.note(session, account.id, Milestone.SIGNED_IN, at=at)
            log.info("people.signed_in account=%s from=%s", account.id, self._from)
            return signing.begin(session, account.id, self._agent, at=at)

    def remember(self, sid: str, device: str = "") -> str:
        """Know this browser again; gives the token it is known by, "" when nobody is signed in."""
        at = self._clock()
        with self._house.db.write() as session:
            found = signing.find(session, sid, at=at)
            return devices.remember(session, found.account, device, at=at) if found else ""

    def whose(self, sid: str) -> Account | None:
        """Who is signed in with a sid; None for nobody."""
        at = self._clock()
        with self._house.db.read() as session:
            found = signing.whose(session, sid, at=at)
        if found and signing.stale(found[0], at=at):
            with self._house.db.write() as session:
                signing.touch(session, found[0].id, at=at)
        return found[1] if found else None

    def sign_out(self, sid: str) -> None:
        """End a session; nothing happens if there is none."""
        with self._house.db.write() as session:
            signing.end(session, SignIn.sid == digest(sid), at=self._clock())

    def ask_reset(self, email: str) -> None:
        """Have a link to choose a new password mailed, if the address has an account; BadRequest, TooManyTries.

        An account that was not opened yet has no password: its letter leads to registering once more.
        """
        at, found = self._clock(), normalised(email)
        with self._house.db.write() as session:
            attempts.pass_by(session, [self._limit("reset", self._address, _AN_ADDRESS)], at=at)
            account = by_email(session, found)
            once = f"reset:{account.id if account else ''}:{int(at.timestamp()) // 60}"
            if account and account.state == State.OPEN:
                self._write(session, account, Kind.RESET, once, {}, at=at)
            elif account and account.state == State.PENDING:
                self._write(session, account, Kind.UNOPENED, once, {"shown": written(email)}, at=at)

    def reset(self, token: str, password: str) -> str:
        """Choose a new password by a mailed link; every session ends. Gives the token this browser is known by.

        Raises LinkSpent, and BadRequest for a password that will not do: the link stays good then.
        """
        at = self._clock()
        with self._house.db.read() as session:
            account = session.get_one(Account, links.find(session, token, Purpose.RESET, at=at).account)
            self._doors.check(password, account.email or "", account.name)
        hashed = self._doors.passwords.hash(password)
        with self._house.db.write(durable=True) as session:
            links.spend(session, token, Purpose.RESET, at=at)
            account = session.get_one(Account, account.id)
            if account.state != State.OPEN:
                raise LinkSpent("the account is not open")
            attempts.forget(session, self._limits(account.email or "", "")[:1])
            renew(session, account, hashed, at=at)
            log.info("people.password_reset account=%s from=%s", account.id, self._from)
            return devices.remember(session, account.id, "", at=at)

    @property
    def _from(self) -> str:
        """Where somebody comes from, as the log says it: the same for one address, as its tries are counted."""
        return self._limit("address", self._address, _AN_ADDRESS).who[:12]

    def _pending(self, session: Session, email: str, *, invited: bool, at: datetime) -> Account:
        """The account of an address, made where there is none yet; of two at once both get the same."""
        fresh = {"id": token_hex(8), "name": "", "tier": NEWCOMER, "email": email, "shown": "", "password": ""}
        more = {"role": Role.CREATOR, "state": State.PENDING, "pseudonym": pseudonym(), "created": at}
        row = insert(session, Account).values(**fresh, **more).on_conflict_do_nothing(index_elements=["email"])
        if session.exec(row.returning(col(Account.id))).first():
            for one in (Milestone.INVITED, Milestone.REGISTERED) if invited else (Milestone.REGISTERED,):
                milestones.note(session, fresh["id"], one, at=at)
        found = by_email(session, email)
        if found is None:
            raise BadRequest("this address left a moment ago; try again", field="email")
        return found

    def _write(self, session: Session, account: Account, kind: Kind, once: str, carries: dict[str, str], *,
               at: datetime) -> None:  # fmt: skip
        """Have a letter sent unless this address was sent too many of late; whoever asks is told nothing of that."""
        limit = [self._limit("mail", account.id, _MAILS)]
        if attempts.passes(session, limit, at=at) and letters.write(session, account.id, kind, once, carries, at=at):
            attempts.count(session, limit, at=at)

    def _limits(self, email: str, device: str) -> list[Limit]:
        """Whose tries are counted: a known browser's alone, else the account's and the address's."""
        if device:
            return [self._limit("device", device, _A_DEVICE)]
        return [self._limit("account", email, _AN_ACCOUNT), self._limit("address", self._address, _AN_ADDRESS)]

    def _limit(self, kind: str, what: str, most: int) -> Limit:
        return Limit(keyed(self._doors.secret, kind, what), most)


def _let_in(account: Account, hashed: str) -> None:
    """Refuse an account that is not open, or whose password is another one by now."""
    if account.state == State.SUSPENDED:
        raise BadCredentials("this account is suspended; write to the studio")
    if account.state != State.OPEN or account.password != hashed:
        raise BadCredentials(_WRONG)


def _comparable(email: str) -> str:
    """An address as accounts have it; what is none belongs to nobody."""
    try:
        return normalised(email)
    except BadRequest:
        return email.strip().casefold()[:LONGEST]
