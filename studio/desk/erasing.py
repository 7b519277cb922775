"""Erasing: what belonged to somebody who left goes, once nothing of it is being made any more.

The ledger, holds, pots and tallies stay: they point to an account's random id, and the account's row says no more than
a pseudonym. The bytes of takes go after a while, unless another account has the same.
"""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta

from sqlmodel import Session, SQLModel, col, delete, select

from studio.money.hold import LIVE, Hold, HoldPart
from studio.money.minutes import FilmOrder
from studio.money.parting import release
from studio.people.access import AccessToken
from studio.people.account import Account, State
from studio.people.answers import KeptAnswer
from studio.people.codes import OneTimeCode
from studio.people.courtesy import Courtesy
from studio.people.devices import Device
from studio.people.factors import SecondFactor
from studio.people.hooks import Hook, HookCall
from studio.people.links import MailedLink
from studio.people.notes import Note
from studio.people.screenings import Screening, Viewer
from studio.people.signing import SignIn
from studio.people.tickets import Saying, Ticket
from studio.production import executors
from studio.production.house import House
from studio.production.run import ACTIVE, Job, Run
from studio.story.episode import Episode, Revision, Series
from studio.story.message import Message
from studio.takes import leftovers
from studio.takes.take import Choice, Delivery, Take, TakeState

PATIENCE = timedelta(hours=25)  # what is unclear at a vendor is settled in a day
# In this order: each before what it points to.
GOES: tuple[type[SQLModel], ...] = (
    Note, Viewer, Screening,
    Message, Job, Choice, Delivery, Run, Revision, Take, Episode, Series, SignIn, OneTimeCode, MailedLink, Device,
    Courtesy, SecondFactor,
    Saying, Ticket, HookCall, Hook, KeptAnswer, AccessToken,
)  # fmt: skip
STAYS = {
    "entry": "is the ledger's and is never changed; it names an id, subjects, engines and a vendor's request",
    "hold": "is checked against the ledger",
    "pot": "is checked against the ledger",
    "wallet": "is checked against the ledger",
    "lot": "is checked against the ledger",
    "lotdraw": "is checked against the ledger",
    "filmorder": "is what was sold, for the books",
    "filmminute": "is what was sold, for the books",
    "purchase": "is what was sold, for the books",
    "subscription": "is what was sold, for the books; payments end it when somebody leaves",
    "customer": "is who paid at the payment service, which refunds and disputes come back by",
    "tally": "counts, and says nothing of what was counted",
    "letter": "waits to say good-bye, without an address once it is sent, and goes in a week",
    "invitation": "is the house's; others may hold its code",
    "act": "is what a founder did and why, which is never changed",
    "alarm": "is what the house was warned of; it names an id",
    "reached": "is how far somebody got, of which the house keeps count",
}


def erase(house: House, account: str, *, at: datetime) -> bool:
    """Remove the rows of somebody who left, unless something is still made for them; gives whether they are gone."""
    with house.db.write() as session:
        found = session.get_one(Account, account)
        if found.state != State.GONE or found.erased or found.left is None:
            return found.erased is not None
        if _busy(session, account) and at < found.left + PATIENCE:
            return False
        for part in _live(session, account):
            release(session, part, "the account was closed", at=at)
        contents = {*session.exec(select(Take.content).where(Take.account == account)),
                    *session.exec(select(Delivery.content).where(Delivery.account == account))}  # fmt: skip
        episodes = session.exec(select(Episode.id).where(Episode.account == account)).all()
        leftovers.leave(session, contents, at=at)
        for table in GOES:
            session.exec(delete(table).where(getattr(table, "account") == account))  # noqa: B009  each of them has one
        found.erased = at
        session.add(found)
    for episode in episodes:
        shutil.rmtree(house.media / episode, ignore_errors=True)
    for content in contents - {""}:
        house.thumbs.forget(content)
    return True


def erase_all(house: House, *, at: datetime) -> int:
    """Remove what is left of everybody who left, and the bytes nobody points at; gives how many were removed whole."""
    with house.db.read() as session:
        query = select(Account.id).where(Account.state == State.GONE, col(Account.erased).is_(None))
        waiting, left = session.exec(query).all(), leftovers.due(session, at=at)
    for content in left:
        with house.db.write() as session:
            gone = leftovers.drop(session, house.vault, content)
        if gone:
            house.thumbs.forget(content)
    return sum(erase(house, account, at=at) for account in waiting)


def tidy_media(house: House) -> None:
    """Remove this machine's readable files of episodes that are no more."""
    there = [folder for folder in house.media.glob("*") if folder.is_dir()]
    with house.db.read() as session:
        known = set(session.exec(select(Episode.id).where(col(Episode.id).in_([one.name for one in there]))))
    for folder in there:
        if folder.name not in known:
            shutil.rmtree(folder, ignore_errors=True)


def _busy(session: Session, account: str) -> bool:
    """Whether anything is being made for an account, or a vendor has a job of it whose bill may still be missing."""
    running = select(Run.id).where(Run.account == account, col(Run.state).in_(ACTIVE))
    asked = select(Take.fingerprint).where(
        Take.account == account, Take.state == TakeState.ASKED, col(Take.executor).in_(executors.alive(session))
    )
    owed = select(Take.fingerprint).where(Take.account == account, Take.ticket != "", col(Take.made).is_(None))
    under_way = (running, asked, owed)
    return any(session.exec(query.limit(1)).first() for query in under_way) or bool(_live(session, account))


def _live(session: Session, account: str) -> list[HoldPart]:
    """The open parts an account holds, its films' among them, which pay for themselves."""
    films = session.exec(select(FilmOrder).where(FilmOrder.account == account))
    payers = [account, *(film.payer for film in films)]
    query = select(HoldPart).join(Hold).where(col(Hold.account).in_(payers), col(HoldPart.state).in_(LIVE))
    return list(session.exec(query))
