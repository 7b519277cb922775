"""The ledger as a person reads it: every movement of an episode's money, quoted against billed, and what is held."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col, select

from studio.db import now
from studio.desk.calling import Places
from studio.desk.seat import Seat
from studio.desk.sources import check_episode
from studio.desk.views import Story
from studio.money.comparing import Compared, compare
from studio.money.entry import Entry, Purse, Verb
from studio.money.hold import LIVE
from studio.money.sums import billed, held, month
from studio.story.noun import Noun

_SHOWN = (Purse.COST.value, Purse.HELD.value, Purse.SPENT.value, Purse.OVERRUN.value)


class Movement(Noun):
    """A row of the ledger; micro-dollars, those that leave a purse below zero."""

    at: datetime
    verb: Verb
    purse: str  # its kind: cost, held, spent, overrun
    subject: str = ""
    scene: str = ""
    kind: str = ""
    engine: str = ""
    vendor: str = ""
    request: str = ""
    micros: int
    why: str = ""


class BooksView(Noun):
    """An episode's money: movements and takes, the newest first; sums in micro-dollars."""

    movements: tuple[Movement, ...]
    takes: tuple[Compared, ...]
    billed: int
    held: int
    names: dict[str, str]  # what to call each subject: clip 2B
    month: int  # billed to the account since the month began

    @property
    def open(self) -> tuple[Compared, ...]:
        """What is held now."""
        return tuple(one for one in self.takes if one.state in LIVE)

    @property
    def paid(self) -> int:
        """What the takes that ended cost the customer."""
        return sum(one.paid for one in self.takes)


class Ledger(Seat):
    """Reads the ledger."""

    def books(self, story: Story) -> BooksView:
        """What was held, settled, released and billed for an episode; NotFound when it is not this account's."""
        episode, places = story.episode, Places(story.breakdown)
        with self._house.db.read() as session:
            check_episode(session, self._account, episode)
            query = select(Entry).where(Entry.account == self._account, Entry.episode == episode)
            rows = session.exec(query.order_by(col(Entry.id).desc())).all()
            takes = compare(session, self._account, episode)
            subjects = {row.subject for row in rows} | {one.subject for one in takes}
            return BooksView(
                movements=tuple(_movement(row) for row in rows if row.purse.partition(":")[0] in _SHOWN),
                names={subject: places.name(subject) for subject in subjects if subject},
                takes=takes,
                billed=billed(session, self._account, episode),
                held=held(session, self._account, episode),
                month=billed(session, self._account, since=month(now())),
            )


def _movement(row: Entry) -> Movement:
    told = ("at", "verb", "subject", "scene", "kind", "engine", "vendor", "request", "micros", "why")
    return Movement(purse=row.purse.partition(":")[0], **{name: getattr(row, name) for name in told})
