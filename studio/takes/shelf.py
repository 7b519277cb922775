"""The shelf: takes and circles in the database. Every query names the account.

Claiming is the fence that keeps one recipe from being made twice: the job that turns the row to *asked* makes it,
others wait or use what was made, also those of the same process. A claim whose executor is gone is free again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import sqlalchemy
from sqlalchemy import String, bindparam, type_coerce
from sqlmodel import Session, col, select

from studio.db import now
from studio.takes.recipe import Recipe
from studio.takes.take import OWN, Choice, Take, TakeState

_AT_ONCE = 500  # essences or takes in one query
_MOST = 5_000  # takes a process remembers; one of a line has some kilobytes of words and mouths

_Key = tuple[str, str, str, str]  # account, fingerprint, content, when it was made
_remembered: dict[_Key, Made] = {}  # once made, a take stays as it is until it is made anew
_when = type_coerce(col(Take.made), String).label("when")  # as text: a time costs more to read than all the rest
_circled = (  # every page asks it: building it each time costs more than the answer
    sqlalchemy.select(col(Choice.subject), col(Choice.instead_of), col(Take.fingerprint), col(Take.content), _when)
    .join(Take, (col(Take.account) == col(Choice.account)) & (col(Take.fingerprint) == col(Choice.fingerprint)))
    .where(col(Choice.account) == bindparam("account"), col(Choice.episode) == bindparam("episode"))
    .where(col(Choice.circled), col(Take.state) == TakeState.MADE)
)

_alike = (
    sqlalchemy.select(Take)
    .where(col(Take.account) == bindparam("account"), col(Take.essence).in_(bindparam("essences", expanding=True)))
    .where(col(Take.state) == TakeState.MADE)
    .order_by(col(Take.made).desc())
)
_mislaid = (
    sqlalchemy.select(col(Choice.subject), col(Choice.instead_of), Take)
    .join(Take, (col(Take.account) == col(Choice.account)) & (col(Take.fingerprint) == col(Choice.fingerprint)))
    .where(col(Choice.account) == bindparam("account"), col(Choice.episode) == bindparam("episode"))
    .where(col(Choice.circled), col(Take.state) != TakeState.MADE)
)


@dataclass(frozen=True)
class Made:
    """A made take as others build on it."""

    fingerprint: str
    essence: str
    content: str
    measure: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    note: str = ""
    own: bool = False  # the person brought it: it never gets stale
    engine: str = ""
    ticketed: bool = False  # its vendor may still have it, under an id that is known
    instead_of: str = ""  # the engine chosen for the subject that circles it, where another one had to make it


@dataclass(frozen=True)
class Hand:
    """Who makes a take: a worker process, and the job of it, for two jobs of one process may want the same."""

    executor: str
    job: str = ""


class Claim(StrEnum):
    MINE = "mine"  # make it
    FETCH = "fetch"  # fetch it: it was made and lost, and its vendor knows it by its ticket
    MADE = "made"  # it is there
    TAKEN = "taken"  # somebody alive is making it


def made_of(take: Take) -> Made:
    """The part of a row that recipes and briefs are built from."""
    seed, note = int(take.recipe.get("seed", 0)), str(take.recipe.get("note", ""))
    own, ticketed = take.engine == OWN, _ticketed(take)
    return Made(take.fingerprint, take.essence, take.content, take.measure, seed, note, own, take.engine, ticketed)


def circled(session: Session, account: str, episode: str) -> dict[str, Made]:
    """The circled take of every subject of an episode, where its bytes are believed to be there."""
    rows = session.execute(_circled, {"account": account, "episode": episode}).all()
    keys: dict[str, _Key] = {subject: (account, *rest) for subject, _, *rest in rows}
    instead = {subject: of for subject, of, *_ in rows if of}
    known = {key: made for key in keys.values() if (made := _remembered.get(key))}
    fresh = [key[1] for key in keys.values() if key not in known]
    for at in range(0, len(fresh), _AT_ONCE):
        known |= _read(session, account, fresh[at : at + _AT_ONCE])
    if len(_remembered) > _MOST:
        _remembered.clear()
    _remembered.update(known)
    found = {subject: known[key] for subject, key in keys.items()}
    return found | {subject: replace(found[subject], instead_of=of) for subject, of in instead.items()}


def mislaid(session: Session, account: str, episode: str) -> dict[str, Made]:
    """The circled take of every subject of an episode that was made and whose bytes are known not to be there."""
    rows = session.execute(_mislaid, {"account": account, "episode": episode})
    return {subject: replace(made_of(take), instead_of=of) for subject, of, take in rows}


def _read(session: Session, account: str, fingerprints: Sequence[str]) -> dict[_Key, Made]:
    """Made takes in full."""
    query = sqlalchemy.select(Take, _when).where(col(Take.account) == account, col(Take.fingerprint).in_(fingerprints))
    takes = session.execute(query.where(col(Take.state) == TakeState.MADE))
    return {(account, take.fingerprint, take.content, made): made_of(take) for take, made in takes}


def by_fingerprint(session: Session, account: str, fingerprints: Collection[str]) -> dict[str, Made]:
    """Made takes by fingerprint."""
    rows = session.exec(
        select(Take).where(
            Take.account == account, col(Take.fingerprint).in_(list(fingerprints)), Take.state == TakeState.MADE
        )
    )
    return {take.fingerprint: made_of(take) for take in rows}


class Twins:
    """Made takes by what decides them: another episode's, or an older engine's. Reads each essence once."""

    def __init__(self, session: Session, account: str) -> None:
        self._session, self._account = session, account
        self._read: dict[str, list[Made]] = {}

    @property
    def read(self) -> Mapping[str, Sequence[Made]]:
        """The takes of every essence that was asked for, the newest first."""
        return self._read

    def expect(self, essences: Collection[str]) -> None:
        """Read the takes of these essences in a few queries."""
        fresh = [one for one in dict.fromkeys(essences) if one not in self._read]
        for at in range(0, len(fresh), _AT_ONCE):
            some = fresh[at : at + _AT_ONCE]
            self._read |= {one: [] for one in some}
            for take in self._session.scalars(_alike, {"account": self._account, "essences": some}):
                self._read[take.essence].append(made_of(take))

    def find(self, essence: str, seed: int, note: str = "", engine: str = "") -> Made | None:
        """The newest made take of this essence, seed and note, by one engine or by any."""
        self.expect([essence])
        alike = (made for made in self._read[essence] if (made.seed, made.note) == (seed, note))
        return next((made for made in alike if engine in ("", made.engine)), None)


def claim(session: Session, account: str, recipe: Recipe, hand: Hand, alive: Collection[str]) -> Claim:
    """Claim a recipe; call in a write session."""
    take = session.get(Take, (account, recipe.fingerprint))
    unheard = take is not None and take.state == TakeState.ASKED  # who asked before never heard an answer
    if take is None:
        take = Take(
            account=account,
            fingerprint=recipe.fingerprint,
            essence=recipe.essence,
            kind=recipe.kind,
            state=TakeState.ASKED,
            engine=recipe.engine,
            recipe=recipe.model_dump(mode="json"),
        )
    elif take.state == TakeState.MADE:
        return Claim.MADE
    elif take.state == TakeState.ASKED and take.executor in alive and not _in(take, hand):
        return Claim.TAKEN
    fetch = _ticketed(take)
    if take.made and not fetch:  # it is made anew: what was billed for it before is in the ledger
        take.made, take.cost_micros = None, 0
    take.doubtful = take.doubtful or unheard
    take.state, take.executor, take.holder = TakeState.ASKED, hand.executor, hand.job
    take.asked, take.error = now(), ""
    take.tries += 1
    session.add(take)
    return Claim.FETCH if fetch else Claim.MINE


def keep(session: Session, account: str, recipe: Recipe, hand: Hand, *, content: str, suffix: str, size: int,
         took_ms: int, measure: Mapping[str, Any], refetch: bool = False) -> None:  # fmt: skip
    """Turn a take to *made* if this hand still holds it; call in a write session.

    `refetch` says that its vendor gives it out again by its ticket, which is kept then.
    """
    take = session.get_one(Take, (account, recipe.fingerprint))
    if take.state == TakeState.ASKED and _in(take, hand):
        take.state, take.content, take.suffix, take.size = TakeState.MADE, content, suffix, size
        take.measure, take.took_ms, take.made = dict(measure), took_ms, now()
        take.ticket, take.doubtful = take.ticket if refetch else "", False
        session.add(take)


def fail(session: Session, account: str, recipe: Recipe, hand: Hand, why: str, *, over: bool = True,
         sure: bool = True, owed: str = "") -> None:  # fmt: skip
    """Turn a take to *failed* if this hand still holds it; call in a write session.

    `over` says that its vendor is done with it: asking again begins anew instead of going on with the old job, with
    the ticket of what is still `owed` for that. A hand that is not `sure` may have sent it; what was in doubt before
    stays so, for the error may have met the look-up.
    """
    take = session.get_one(Take, (account, recipe.fingerprint))
    if take.state == TakeState.ASKED and _in(take, hand):
        take.state, take.error, take.doubtful = TakeState.FAILED, why, not sure or (take.doubtful and not over)
        take.ticket, take.cost_micros = (owed, 0) if over else (take.ticket, take.cost_micros)
        session.add(take)


def doubt(session: Session, account: str, recipe: Recipe, hand: Hand, why: str) -> None:
    """Turn a take to *unclear* if this hand still holds it; call in a write session."""
    take = session.get_one(Take, (account, recipe.fingerprint))
    if take.state == TakeState.ASKED and _in(take, hand):
        take.state, take.error, take.doubtful = TakeState.UNCLEAR, why, True
        session.add(take)


def ticket(session: Session, account: str, recipe: Recipe, hand: Hand, job: str) -> None:
    """Write the vendor's id of the job down if this hand still holds the take; call in a write session."""
    take = session.get_one(Take, (account, recipe.fingerprint))
    if take.state == TakeState.ASKED and _in(take, hand):
        take.ticket, take.doubtful = job, False
        session.add(take)


def _ticketed(take: Take) -> bool:
    """Whether a take was made and its vendor knows it by its ticket."""
    return bool(take.ticket and take.made)


def _in(take: Take, hand: Hand) -> bool:
    """Whether this hand holds the take: a sleeper whose work was taken over does not."""
    return (take.executor, take.holder) == (hand.executor, hand.job)


def lose(session: Session, account: str, content: str) -> None:
    """Say of every take with these bytes that they are damaged or gone; call in a write session."""
    for take in session.exec(select(Take).where(Take.account == account, Take.content == content)):
        if take.state == TakeState.MADE:
            take.state, take.error = TakeState.LOST, "its bytes in the vault were damaged or gone"
            session.add(take)


def circle(session: Session, account: str, episode: str, subject: str, fingerprint: str, *, instead_of: str = "",
           why: str = "") -> None:  # fmt: skip
    """Circle a take of a subject and uncircle the others; call in a write session.

    `instead_of` names the engine chosen for it where another one made it, and why.
    """
    found = False
    rows = session.exec(
        select(Choice).where(Choice.account == account, Choice.episode == episode, Choice.subject == subject)
    )
    for choice in rows:
        choice.circled = choice.fingerprint == fingerprint
        if choice.circled and instead_of:
            choice.instead_of, choice.why = instead_of, why
        found = found or choice.circled
        session.add(choice)
    if not found:
        fresh = Choice(account=account, episode=episode, subject=subject, fingerprint=fingerprint, circled=True)
        fresh.instead_of, fresh.why = instead_of, why
        session.add(fresh)
