"""Viewing: what somebody who holds the token of a link may ask for, without an account and of that film alone.

Every question names the token again and is answered only while the link opens; a token that opens nothing, for whatever
reason, is answered alike. What is written here is limited by browser, by address and by link.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlmodel import Session

from studio.db import now
from studio.desk.noticing import AnswerView, Film, NoteView, answered, film, place, views
from studio.errors import AssetMissing, BadCredentials, Conflict, NotAllowed, NotFound, NotSignedIn
from studio.people import attempts, notes, screenings
from studio.people.attempts import Limit
from studio.people.screenings import UNLOCKED, WHOLE, Admitted, Screening
from studio.people.tokens import keyed
from studio.production.delivering import MASTER, POSTER
from studio.production.house import House
from studio.story.noun import Noun

CAPTIONS = "captions.vtt"
FILES = {"film.mp4": MASTER, "poster.jpg": POSTER, "captions.vtt": CAPTIONS}  # all that is handed out, and what it is
# What is let pass of late; every count fades by half in a quarter of an hour.
_GUESSES, _GUESSES_HERE, _COMERS, _NOTES, _NOTES_HERE, _NOTES_ALL = 5, 60, 60, 30, 90, 600


class Ticket(NamedTuple):
    """What a browser shows: the link's token, the token it is known by there, and that it gave the password."""

    token: str
    viewer: str = ""
    proof: str = ""


class Showing(Noun):
    """A film at its link. `cut` is its content: another one is another cut."""

    title: str
    frame: str
    notes: bool
    known: bool  # this browser was counted before
    cut: str
    seconds: float
    poster: bool
    captions: bool
    expires: datetime


class Viewing:
    """What a house tells strangers with a token, asked from `address`."""

    def __init__(self, house: House, address: str = "", *, clock: Callable[[], datetime] = now) -> None:
        self._house, self._address, self._clock = house, attempts.neighbourhood(address), clock

    def look(self, ticket: Ticket) -> Showing:
        """What is to be seen; counts nobody, for programs that draw previews of links come by as well.

        Raises NotFound for every token that opens nothing, NotSignedIn where the password is asked for.
        """
        with self._opened(ticket) as (session, found):
            return _showing(found, _film(session, found.screening))

    def unlock(self, ticket: Ticket, password: str) -> str:
        """What proves for a while that the password was given; BadCredentials for a wrong one, TooManyTries."""
        at = self._clock()
        with self._house.db.read() as session:
            screening = screenings.find(session, ticket.token, ticket.viewer, at=at).screening
        if not screening.password:
            return ""
        tries = [
            self._limit("guess", screening.id, self._address, most=_GUESSES),
            self._limit("guess", screening.id, most=_GUESSES_HERE),
        ]
        with self._house.db.write() as session:
            attempts.pass_by(session, tries, at=at)
        if not screenings.unlocks(screening, password):
            raise BadCredentials("this is not the password of this film")
        with self._house.db.write() as session:
            attempts.forget(session, tries[:1])
            attempts.give_back(session, tries[1:])
        return screenings.proof(self._house.doors.secret, screening, at + UNLOCKED)

    def enter(self, ticket: Ticket) -> str:
        """Count this browser as a viewer, once; gives the token it is known by from now on.

        NotFound when no view is left, TooManyTries where too many new ones come from one address.
        """
        at = self._clock()
        with self._opened(ticket) as (_session, found):
            screening = found.screening
        if found.viewer:
            return ticket.viewer
        with self._house.db.write() as session:
            attempts.pass_by(session, [self._limit("come", screening.id, self._address, most=_COMERS)], at=at)
            return screenings.admit(session, screening, at=at)

    def file(self, ticket: Ticket, name: str) -> Path:
        """The film, its captions or its poster, checked; NotFound for everything else, and for whoever did not enter.

        The poster alone is shown before somebody enters.
        """
        return self._house.vault.open(self._content(ticket, name))

    def content(self, ticket: Ticket, name: str) -> str:
        """Which content a file is, for whoever reads it in parts; it is in the vault, and not fetched. Raises as above.

        AssetMissing where it is gone or damaged.
        """
        content = self._content(ticket, name)
        if not self._house.vault.intact(content):
            raise AssetMissing(f"{content[:12]} is not in the vault", cause=content)
        return content

    def notes(self, ticket: Ticket) -> tuple[str, tuple[NoteView, ...]]:
        """The cut that is shown, and the notes left at this link with their answers; NotAllowed at one without."""
        with self._entered(ticket) as (session, found):
            screening = found.screening
            if not screening.notes:
                raise NotAllowed("no notes are taken at this link")
            shown = _film(session, screening)
            rows = notes.of_screening(session, screening.id)
            return shown.content, views(rows, {screening.id: screening.frame}, {screening.id: shown})

    def leave_note(self, ticket: Ticket, second: float, name: str, text: str, cut: str = "") -> NoteView:
        """Leave a note at a second of the film that is shown, or of this `cut` of it.

        Raises Conflict where that is not shown any more, or the link has enough; BadRequest, TooManyTries, NotAllowed.
        """
        found, shown = self._writing(ticket)
        if cut and cut != shown.content:
            raise Conflict("the film was cut anew meanwhile; look at the moment once more, and send your note again")
        screening = found.screening
        here, at = place(self._house, shown, second), self._clock()
        with self._house.db.write() as session:
            attempts.pass_by(session, self._note_limits(found), at=at)
            row = notes.leave(session, screening, here, name=name, text=text, viewer=found.viewer, at=at)
            return views([row], {screening.id: screening.frame}, {})[0]

    def answer(self, ticket: Ticket, note: str, name: str, text: str) -> AnswerView:
        """Answer a note at this link; as above, and NotFound for a note that is not there."""
        found, _ = self._writing(ticket)
        at = self._clock()
        with self._house.db.write() as session:
            attempts.pass_by(session, self._note_limits(found), at=at)
            to = notes.find(session, found.screening.account, note)
            if to.screening != found.screening.id:
                raise NotFound("no such note")
            return answered(notes.answer(session, to, name=name, text=text, viewer=found.viewer, at=at))

    def watched(self, ticket: Ticket, second: float) -> None:
        """Remember the furthest second this browser watched, no further than the film goes."""
        with self._entered(ticket) as (session, found):
            long = _film(session, found.screening).seconds
        reached = min(max(second, 0.0), long)
        share = round(WHOLE * reached / long) if long else 0
        with self._house.db.write(of=None) as session:
            screenings.watched(session, found.viewer, int(reached), share, at=self._clock())

    def _content(self, ticket: Ticket, name: str) -> str:
        with self._opened(ticket) as (session, found):
            if name not in FILES or not (found.viewer or FILES[name] == POSTER):
                raise screenings.closed()
            content = _film(session, found.screening).files.get(FILES[name])
        if content is None:
            raise screenings.closed()
        return content

    def _writing(self, ticket: Ticket) -> tuple[Admitted, Film]:
        with self._entered(ticket) as (session, found):
            if not found.screening.notes:
                raise NotAllowed("no notes are taken at this link")
            return found, _film(session, found.screening)

    @contextmanager
    def _opened(self, ticket: Ticket) -> Iterator[tuple[Session, Admitted]]:
        """A look at the screening of a ticket whose password was given."""
        at = self._clock()
        with self._house.db.read() as session:
            found = screenings.find(session, ticket.token, ticket.viewer, at=at)
            locked = found.screening.password
            if locked and not screenings.proves(self._house.doors.secret, found.screening, ticket.proof, at=at):
                raise NotSignedIn("this film asks for a password")
            yield session, found

    @contextmanager
    def _entered(self, ticket: Ticket) -> Iterator[tuple[Session, Admitted]]:
        with self._opened(ticket) as (session, found):
            if not found.viewer:
                raise screenings.closed()
            yield session, found

    def _note_limits(self, found: Admitted) -> list[Limit]:
        screening = found.screening.id
        return [
            self._limit("note", screening, found.viewer, most=_NOTES),
            self._limit("note", screening, self._address, most=_NOTES_HERE),
            self._limit("note", screening, most=_NOTES_ALL),
        ]

    def _limit(self, *what: str, most: float) -> Limit:
        return Limit(keyed(self._house.doors.secret, "screening", *what), most)


def _film(session: Session, screening: Screening) -> Film:
    """The newest cut a screening shows; NotFound where its files are gone."""
    found = film(session, screening.account, screening.episode, screening.frame)
    if found is None:
        raise screenings.closed()
    return found


def _showing(found: Admitted, shown: Film) -> Showing:
    screening = found.screening
    return Showing(
        title=found.title or "Untitled",
        frame=screening.frame,
        notes=screening.notes,
        known=bool(found.viewer),
        cut=shown.content,
        seconds=shown.seconds,
        poster=POSTER in shown.files,
        captions=CAPTIONS in shown.files,
        expires=screening.expires,
    )
