"""Removing: an episode leaves the lists and its links close; what was made and paid for stays, and it can come back."""

from __future__ import annotations

from sqlmodel import col, select, update

from studio.db import now
from studio.desk.seat import Seat
from studio.desk.sources import find_episode
from studio.desk.views import Removed
from studio.errors import Conflict
from studio.people.screenings import Screening
from studio.production.run import ACTIVE, Run
from studio.story.episode import Episode


class Removing(Seat):
    """Removes episodes, and brings them back."""

    def remove(self, episode: str) -> None:
        """Take an episode off every list and close its links; removing it again does nothing.

        NotFound when it is not this account's, Conflict while something is being made for it.
        """
        with self._house.db.write(of=self._account) as session:
            found = find_episode(session, self._account, episode)
            if session.exec(select(Run.id).where(Run.episode == episode, col(Run.state).in_(ACTIVE))).first():
                raise Conflict("something is being made for this episode; stop it first, then remove it")
            found.removed = found.removed or now()
            session.add(found)
            links = update(Screening).where(col(Screening.episode) == episode, col(Screening.revoked).is_(None))
            session.exec(links.values(revoked=now()))

    def bring_back(self, episode: str) -> None:
        """Put a removed episode back on the lists; its links stay closed. NotFound when it is not this account's."""
        with self._house.db.write(of=self._account) as session:
            found = find_episode(session, self._account, episode)
            found.removed = None
            session.add(found)

    def removed(self) -> tuple[Removed, ...]:
        """The episodes that can be brought back, the last removed first."""
        mine = select(Episode).where(Episode.account == self._account, col(Episode.removed).is_not(None))
        with self._house.db.read() as session:
            rows = session.exec(mine.order_by(col(Episode.removed).desc(), col(Episode.id))).all()
            return tuple(Removed(id=one.id, title=one.title or "Untitled", pitch=one.pitch) for one in rows)
