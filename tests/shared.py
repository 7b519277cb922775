"""A film that can be shared at a link, and a clock to share it by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from sqlmodel import Session

from studio.db import now
from studio.desk.desk import Desk
from studio.desk.viewing import Ticket, Viewing
from studio.people.account import OWNER
from studio.people.doors import Doors
from studio.production.house import House
from studio.takes.take import Delivery
from tests.people.town import SetClock
from tests.web.rows import FRAME, deliver, episode, house_at

HERE = "192.0.2.1"


@dataclass(frozen=True)
class Shared:
    """A house with a film of 62 seconds, one shot long."""

    house: House
    episode: str
    clock: SetClock

    @property
    def desk(self) -> Desk:
        """Of whose film it is."""
        return Desk(self.house, OWNER)

    def at(self, address: str = HERE) -> Viewing:
        """What a stranger is told who comes from an address."""
        return Viewing(self.house, address, clock=self.clock)

    def link(self, **terms: object) -> Ticket:
        """A new link, as somebody holds it who has not opened it."""
        return Ticket(self.desk.screen(self.episode, **terms).token)  # type: ignore[arg-type]

    def entered(self, **terms: object) -> Ticket:
        """A new link, as somebody holds it who has."""
        ticket = self.link(**terms)
        return ticket._replace(viewer=self.at().enter(ticket))

    def recut(self, data: bytes = b"another cut of the film") -> None:
        """Deliver another master."""
        file = self.house.scratch / "recut"
        file.write_bytes(data)
        content = self.house.vault.put(file)
        with self.house.db.write() as session:
            row = self.master(session)
            row.content, row.size, row.created = content, len(data), now() + timedelta(seconds=1)
            session.add(row)

    def master(self, session: Session) -> Delivery:
        """The row of the film."""
        return session.get_one(Delivery, (self.episode, FRAME, "master.mp4"))


def shared(home: Path, title: str = "The Letter", **given: str) -> Shared:
    """A house with a film nobody has a link to, and these settings; close its database."""
    house = replace(house_at(home, **given), doors=Doors(secret=b"s" * 32))
    made = episode(house, title)
    deliver(house, made)
    return Shared(house, made, SetClock(now()))
