"""Screenings: links by which a film is watched without an account, and who came by them.

Of a link's token only a digest is kept, of its password only what scrypt makes of it. A viewer is one browser that
opened a link: it counts once, however often it comes back, and again where it has forgotten.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_bytes
from typing import NamedTuple

from sqlmodel import Field, Session, SQLModel, and_, col, func, or_, select, update

from studio.db import Moment
from studio.errors import BadRequest, Conflict, NotFound
from studio.people.account import Account, State
from studio.people.refusals import look_whose
from studio.people.tokens import digest, fresh, keyed
from studio.story.episode import Episode, fresh_id

DAYS, MOST = 366, 10_000  # a link is good for, and views it can be limited to, at most
OPEN = 100  # links of one episode that open at the same time
SHORTEST, LONGEST = 6, 128  # letters of a password
UNLOCKED = timedelta(hours=12)  # for which a browser that gave the password is believed
_LABEL = 80
_SALT, _WORK = 16, {"n": 2**14, "r": 8, "p": 1}  # bytes; about a twentieth of a second
WHOLE = 1_000  # the share of a film that is all of it


class Screening(SQLModel, table=True):
    """A link to the newest cut of an episode in one frame."""

    id: str = Field(default_factory=fresh_id, primary_key=True)
    account: str = Field(foreign_key="account.id", index=True)
    episode: str = Field(foreign_key="episode.id", index=True, ondelete="CASCADE")
    frame: str
    token: str = Field(unique=True)  # its digest
    label: str = ""  # whom it is for, in its maker's words
    password: str = ""  # salt and key; empty where none is asked for
    notes: bool = True  # who watches may leave some
    most: int | None = None  # browsers that may open it
    views: int = 0  # that did
    created: datetime = Field(sa_type=Moment)
    expires: datetime = Field(sa_type=Moment)
    revoked: datetime | None = Field(default=None, sa_type=Moment)


class Viewer(SQLModel, table=True):
    """A browser that opened a link, and how far it watched."""

    id: str = Field(primary_key=True)  # digest of its cookie
    account: str = Field(foreign_key="account.id", index=True)  # of whom the screening is
    screening: str = Field(foreign_key="screening.id", index=True, ondelete="CASCADE")
    came: datetime = Field(sa_type=Moment)
    seen: datetime = Field(sa_type=Moment)
    furthest: int = 0  # second
    share: int = 0  # of the film, in thousandths


class Terms(NamedTuple):
    """What a link is made with."""

    label: str = ""
    days: int = 30
    most: int | None = None
    password: str = ""
    notes: bool = True


class Admitted(NamedTuple):
    """A screening that opens now, what its episode is called, and the viewer that asks, once it is one."""

    screening: Screening
    title: str
    viewer: str


def make(session: Session, account: str, episode: str, frame: str, terms: Terms, *, at: datetime) -> tuple[str, str]:
    """Make a link; gives the screening's id and the token, which is kept nowhere.

    BadRequest names what cannot be, Conflict says that there are enough.
    """
    if not 1 <= terms.days <= DAYS:
        raise BadRequest(f"a link can be good for 1 to {DAYS} days", field="days")
    if terms.most is not None and not 1 <= terms.most <= MOST:
        raise BadRequest(f"a link can be opened by 1 to {MOST:,} browsers, or without a limit", field="views")
    mine = select(func.count()).where(Screening.account == account, Screening.episode == episode)
    if session.exec(mine.where(col(Screening.revoked).is_(None), col(Screening.expires) > at)).one() >= OPEN:
        raise Conflict(f"{OPEN} links to this film open already; close one first")
    token = fresh()
    row = Screening(
        account=account,
        episode=episode,
        frame=frame,
        token=digest(token),
        label=" ".join(terms.label.split())[:_LABEL],
        password=_locked(terms.password) if terms.password else "",
        notes=terms.notes,
        most=terms.most,
        created=at,
        expires=at + timedelta(days=terms.days),
    )
    session.add(row)
    session.flush()
    return row.id, token


def find(session: Session, token: str, viewer: str, *, at: datetime) -> Admitted:
    """The screening a token opens now, for this viewer; NotFound for every other token, whatever is wrong with it.

    One question to the database answers for all: a guessed, expired, revoked and used-up token cost the same.
    """
    mine = digest(viewer)
    known = and_(col(Viewer.screening) == col(Screening.id), col(Viewer.id) == mine)
    room = or_(col(Screening.most).is_(None), col(Screening.views) < col(Screening.most), col(Viewer.id).is_not(None))
    query = (
        select(Screening, Episode.title, Viewer.id)
        .join(Episode, and_(col(Episode.id) == col(Screening.episode), col(Episode.removed).is_(None)))
        .join(Account, and_(col(Account.id) == col(Screening.account), col(Account.state) == State.OPEN))
        .outerjoin(Viewer, known)
        .where(col(Screening.token) == digest(token), col(Screening.revoked).is_(None), col(Screening.expires) > at)
        .where(room)
    )
    found = session.exec(query).first()
    if found is None:
        raise closed()
    return Admitted(found[0], found[1], found[2] or "")


def admit(session: Session, screening: Screening, *, at: datetime) -> str:
    """Count a browser that opens a link; gives the token it is known by. Of many who race for the last view one wins.

    NotFound when no view is left.
    """
    room = or_(col(Screening.most).is_(None), col(Screening.views) < col(Screening.most))
    taken = update(Screening).where(col(Screening.id) == screening.id, room).values(views=Screening.views + 1)
    if not session.exec(taken.execution_options(synchronize_session=False)).rowcount:
        raise closed()
    token = fresh()
    session.add(Viewer(id=digest(token), account=screening.account, screening=screening.id, came=at, seen=at))
    session.flush()
    return token


def watched(session: Session, viewer: str, second: int, share: int, *, at: datetime) -> None:
    """Remember how far a viewer watched; it never goes back. One statement."""
    further = col(Viewer.furthest) < second
    moved = update(Viewer).where(col(Viewer.id) == viewer, further).values(furthest=second, share=share, seen=at)
    session.exec(moved.execution_options(synchronize_session=False))


def unlocks(screening: Screening, password: str) -> bool:
    """Whether it is the password of a screening; it takes as long to say so of a wrong one."""
    salt, _, key = screening.password.partition("$")
    return hmac.compare_digest(_key(password[:LONGEST], bytes.fromhex(salt)), key)


def proof(secret: bytes, screening: Screening, until: datetime) -> str:
    """What a browser shows to have given the password, good until then; another password makes it worthless."""
    end = str(int(until.timestamp()))
    return f"{end}.{keyed(secret, 'screening', screening.id, screening.password, end)}"


def proves(secret: bytes, screening: Screening, shown: str, *, at: datetime) -> bool:
    """Whether that was shown."""
    end, _, _ = shown.partition(".")
    if not (end.isascii() and end.isdecimal() and len(end) < 12) or int(end) <= at.timestamp():
        return False
    right = f"{end}.{keyed(secret, 'screening', screening.id, screening.password, end)}"
    return hmac.compare_digest(right.encode(), shown.encode())


def revoke(session: Session, account: str, screening: str, *, at: datetime) -> None:
    """Close a link for good; NotFound when this account has none such."""
    ended = update(Screening).where(col(Screening.id) == screening, col(Screening.account) == account)
    if not session.exec(ended.where(col(Screening.revoked).is_(None)).values(revoked=at)).rowcount:
        look_whose(session, account, Screening, screening)
        raise NotFound("no link that still opens has this id")


def listed(session: Session, account: str, episode: str) -> Sequence[Screening]:
    """The links of an episode, the newest first."""
    query = select(Screening).where(Screening.account == account, Screening.episode == episode)
    return session.exec(query.order_by(col(Screening.created).desc(), col(Screening.id))).all()


def shares(session: Session, account: str, episode: str) -> dict[str, list[int]]:
    """How much of the film each viewer of each link watched, in thousandths, the least first."""
    query = (
        select(Viewer.screening, Viewer.share)
        .join(Screening, col(Screening.id) == col(Viewer.screening))
        .where(Viewer.account == account, Screening.episode == episode)
        .order_by(col(Viewer.share))
    )
    found: dict[str, list[int]] = {}
    for screening, share in session.exec(query):
        found.setdefault(screening, []).append(share)
    return found


def closed() -> NotFound:
    """What a stranger is told of every link that does not open."""
    return NotFound("this link opens nothing: it was cut short, is used up, or was closed")


def _locked(password: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadRequest(f"use {SHORTEST} to {LONGEST} letters, or none", field="password")
    salt = token_bytes(_SALT)
    return f"{salt.hex()}${_key(password, salt)}"


def _key(password: str, salt: bytes) -> str:
    return hashlib.scrypt(password.encode(), salt=salt, **_WORK).hex()
