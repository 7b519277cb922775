"""Appointing: whoever runs the house makes somebody a founder, from its command line alone."""

from __future__ import annotations

from secrets import token_hex

from studio.db import now
from studio.errors import BadRequest
from studio.people import factors, letters
from studio.people.account import NEWCOMER, Account, Role, State, by_email
from studio.people.address import normalised, written
from studio.people.letters import Kind
from studio.people.naming import called
from studio.people.renewing import renew, shut_out
from studio.production.house import House


def appoint(house: House, email: str, name: str = "", password: str = "") -> bool:
    """Make the account of an address a founder's, and the account where there is none; gives whether it is a new one.

    Without a password a link to choose one is mailed to who has none. Whoever is signed in with the account signs in
    anew, for its rights have changed. Raises BadRequest for an address or a password that will not do.
    """
    at, shown, found_at = now(), written(email), normalised(email)
    name = called(name or shown.partition("@")[0])
    if password:
        house.doors.check(password, found_at, name)
    hashed = house.doors.passwords.hash(password) if password else ""
    with house.db.write() as session:
        account = by_email(session, found_at)
        fresh = account is None
        if account is None:
            account = Account(id=token_hex(8), name=name, tier=NEWCOMER, email=found_at, shown=shown, created=at)
        if account.state == State.SUSPENDED:
            raise BadRequest("this account is suspended", field="email")
        if account.state == State.PENDING:  # what was registered for it proves nothing
            account.name, account.shown, account.state = name, shown, State.OPEN
        account.role = Role.FOUNDER
        session.add(account)
        session.flush()
        shut_out(session, account.id, at=at)
        if hashed:
            renew(session, account, hashed, at=at)
        elif not account.password:
            letters.write(session, account.id, Kind.FOUNDER, f"founder:{account.id}:{token_hex(8)}", at=at)
    return fresh


def forget_app(house: House, email: str) -> bool:
    """Ask somebody who lost their app for its codes no more; gives whether there was one. They sign in anew.

    Whoever runs the house has made sure of whom it is. BadRequest when nobody has this address.
    """
    with house.db.write(durable=True) as session:
        account = by_email(session, normalised(email))
        if account is None:
            raise BadRequest("nobody has this address", field="email")
        shut_out(session, account.id, at=now())
        return factors.drop(session, account.id)


def dismiss_founder(house: House, email: str) -> None:
    """Make a founder a creator again; BadRequest when there is none of this address."""
    with house.db.write() as session:
        account = by_email(session, normalised(email))
        if account is None or account.role != Role.FOUNDER:
            raise BadRequest("no founder has this address", field="email")
        account.role = Role.CREATOR
        session.add(account)
        shut_out(session, account.id, at=now())
