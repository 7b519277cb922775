"""Notes: what testers say of a film at a moment of it, and what its maker answers.

A note knows its second and the shot that was seen then, in the very cut it was left on, so that it stays with its shot
when the film is cut anew.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from unicodedata import normalize

from sqlmodel import Field, Session, SQLModel, col, delete, func, select, update

from studio.db import Moment
from studio.errors import BadRequest, Conflict, NotFound
from studio.people.screenings import Screening
from studio.story.episode import fresh_id
from studio.story.noun import Noun

LONGEST, NAME = 2_000, 60  # letters of a note, and of the name under it
MOST = 1_000  # notes of one screening
MAKER = "The maker"  # what a tester reads over an answer: an account's name is nobody else's business
# What no screen shows, and what turns the words after it round.
_UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")


class Note(SQLModel, table=True):
    """A tester's note, or an answer to one: then `answers` is the id of what it answers."""

    id: str = Field(default_factory=fresh_id, primary_key=True)
    account: str = Field(foreign_key="account.id", index=True)  # of whom the film is
    screening: str = Field(foreign_key="screening.id", index=True, ondelete="CASCADE")
    episode: str = Field(index=True)
    viewer: str = ""  # who left it; empty for the maker
    answers: str = ""
    name: str
    text: str
    cut: str  # content of the film it was left on
    second: float
    shot: str = ""  # seen then; empty on a card, or where the cut does not say
    slate: str = ""  # the shot's number then
    into: float = 0.0  # seconds from the beginning of the shot's file
    created: datetime = Field(sa_type=Moment)
    resolved: datetime | None = Field(default=None, sa_type=Moment)
    retaken: datetime | None = Field(default=None, sa_type=Moment)  # when its shot was asked for again with it


class Place(Noun):
    """Where in a film a note is."""

    cut: str
    second: float
    shot: str = ""
    slate: str = ""
    into: float = 0.0


def leave(
    session: Session, screening: Screening, place: Place, *, name: str, text: str, viewer: str, at: datetime
) -> Note:
    """Keep a note; BadRequest for one that says nothing or too much, Conflict where a screening has enough."""
    _check_room(session, screening.id)
    mine: dict[str, Any] = {"account": screening.account, "screening": screening.id, "episode": screening.episode}
    said = _said(_testers(name), text)
    return _kept(session, Note(**mine, **place.model_dump(), viewer=viewer, created=at, **said))


def answer(session: Session, note: Note, *, name: str = "", text: str, viewer: str = "", at: datetime) -> Note:
    """Keep an answer to a note, by a viewer or without one by the maker; one to an answer belongs to the same note."""
    name = _testers(name) if viewer else MAKER
    if viewer:
        _check_room(session, note.screening)
    again = note.model_dump(include={"account", "screening", "episode", *Place.model_fields})
    to = note.answers or note.id
    return _kept(session, Note(**again, viewer=viewer, answers=to, created=at, **_said(name, text)))


def find(session: Session, account: str, note: str) -> Note:
    """A note of this account; NotFound otherwise."""
    found = session.get(Note, note)
    if found is None or found.account != account:
        raise NotFound("no such note")
    return found


def of_screening(session: Session, screening: str) -> Sequence[Note]:
    """The notes and answers of a link, in the order of the film, answers in the order they came."""
    return session.exec(select(Note).where(Note.screening == screening).order_by(*_ORDER)).all()


def of_episode(session: Session, account: str, episode: str) -> Sequence[Note]:
    """The notes and answers of all links of an episode, likewise."""
    return session.exec(select(Note).where(Note.account == account, Note.episode == episode).order_by(*_ORDER)).all()


def resolve(session: Session, account: str, note: str, resolved: datetime | None) -> None:
    """Say that a note is done, or with None that it is open again; NotFound for none of this account's."""
    mine = update(Note).where(col(Note.id) == note, col(Note.account) == account, col(Note.answers) == "")
    if not session.exec(mine.values(resolved=resolved)).rowcount:
        raise NotFound("no such note")


def retook(session: Session, account: str, note: str, *, at: datetime) -> None:
    """Note that a note's shot was asked for again; nothing for one that was removed meanwhile."""
    mine = update(Note).where(col(Note.id) == note, col(Note.account) == account)
    session.exec(mine.values(retaken=at))


def remove(session: Session, account: str, note: str) -> None:
    """Take a note away with what was answered to it, or one answer; NotFound for none of this account's."""
    gone = find(session, account, note)
    session.exec(delete(Note).where(col(Note.answers) == gone.id))
    session.delete(gone)


def words(text: str, most: int, field: str) -> str:
    """A person's words without what no screen shows; BadRequest for none and too many."""
    said = _UNSEEN.sub(" ", text.replace("\r\n", "\n")).strip()
    if not any(one.isprintable() and not one.isspace() for one in said):
        raise BadRequest("write something first", field=field)
    if len(said) > most:
        raise BadRequest(f"use at most {most:,} letters", field=field)
    return said


_ORDER = (col(Note.second), col(Note.created), col(Note.id))


def _check_room(session: Session, screening: str) -> None:
    counted = select(func.count()).select_from(Note).where(Note.screening == screening)
    if session.exec(counted).one() >= MOST:
        raise Conflict("this link has as many notes as it can take")


def _testers(name: str) -> str:
    """A tester's name; BadRequest for the one that stands over what the maker says."""
    seen = "".join(filter(str.isprintable, normalize("NFKC", name)))
    if " ".join(seen.casefold().split()) == MAKER.casefold():
        raise BadRequest("it is what the maker of this film is called here; take another one", field="name")
    return name


def _said(name: str, text: str) -> dict[str, Any]:
    return {"name": " ".join(words(name, NAME, "name").split()), "text": words(text, LONGEST, "note")}


def _kept(session: Session, row: Note) -> Note:
    session.add(row)
    session.flush()
    return row
