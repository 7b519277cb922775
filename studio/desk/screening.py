"""Screening: links by which others watch a film without an account, and how far they watched."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from studio.db import now
from studio.desk.noticing import film, newest_frame
from studio.desk.seat import Seat
from studio.desk.sources import check_episode
from studio.errors import Conflict
from studio.people import screenings
from studio.people.screenings import WHOLE, Screening, Terms
from studio.story.noun import Noun

_NEARLY = 950  # thousandths of a film that count as all of it: few watch the end card out


class Standing(StrEnum):
    """Whether a link opens."""

    OPEN = "open"
    EXPIRED = "expired"
    USED = "used up"
    REVOKED = "revoked"


class NewScreening(Noun):
    """A link that was made; its token is told this once."""

    id: str
    token: str
    frame: str
    expires: datetime

    @property
    def path(self) -> str:
        """Where it opens, below the studio's address."""
        return f"/s/{self.token}"


class ScreeningView(Noun):
    """A link, and what came of it. Shares are thousandths of the film."""

    id: str
    frame: str
    label: str
    standing: Standing
    locked: bool  # a password is asked for
    notes: bool
    most: int | None
    views: int  # browsers that opened it
    watched: int  # that played it
    finished: int  # to its end
    typical: int  # how far half of those who played it came, at least
    created: datetime
    expires: datetime


class Screenings(Seat):
    """Shares films."""

    def screen(
        self,
        episode: str,
        frame: str = "",
        *,
        label: str = "",
        days: int = 30,
        most: int | None = None,
        password: str = "",
        notes: bool = True,
    ) -> NewScreening:
        """Make a link to the newest cut of an episode in a frame, else in the one rendered last.

        BadRequest names a limit or a password that cannot be; Conflict while there is no such film.
        """
        at, terms = now(), Terms(label, days, most, password, notes)
        with self._house.db.write(of=self._account) as session:
            check_episode(session, self._account, episode)
            frame = frame or newest_frame(session, self._account, episode)
            if film(session, self._account, episode, frame) is None:
                raise Conflict("there is no film to share yet; render it first")
            made, token = screenings.make(session, self._account, episode, frame, terms, at=at)
            expires = session.get_one(Screening, made).expires
        return NewScreening(id=made, token=token, frame=frame, expires=expires)

    def screenings(self, episode: str) -> tuple[ScreeningView, ...]:
        """The links of an episode, the newest first."""
        at = now()
        with self._house.db.read() as session:
            check_episode(session, self._account, episode)
            rows = screenings.listed(session, self._account, episode)
            shares = screenings.shares(session, self._account, episode)
        return tuple(_view(row, shares.get(row.id, []), at) for row in rows)

    def revoke_screening(self, screening: str) -> None:
        """Close a link for good; who watches now is shown nothing more. NotFound when none that opens has this id."""
        with self._house.db.write(of=self._account) as session:
            screenings.revoke(session, self._account, screening, at=now())


def _view(row: Screening, shares: list[int], at: datetime) -> ScreeningView:
    played = [share for share in shares if share]
    return ScreeningView(
        id=row.id,
        frame=row.frame,
        label=row.label,
        standing=_standing(row, at),
        locked=bool(row.password),
        notes=row.notes,
        most=row.most,
        views=row.views,
        watched=len(played),
        finished=sum(share >= _NEARLY for share in played),
        typical=min(played[len(played) // 2], WHOLE) if played else 0,
        created=row.created,
        expires=row.expires,
    )


def _standing(row: Screening, at: datetime) -> Standing:
    if row.revoked:
        return Standing.REVOKED
    if row.expires <= at:
        return Standing.EXPIRED
    return Standing.USED if row.most is not None and row.views >= row.most else Standing.OPEN
