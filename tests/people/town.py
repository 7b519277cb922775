"""A house with doors: a hasher that counts, a clock that is set by hand, and a mailbox."""

from __future__ import annotations

import re
import shutil
from atexit import register
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import mkdtemp
from zipfile import ZipFile

from services.mail.sending import send_due
from studio.db import Database
from studio.desk.leaving import Leaving
from studio.desk.reception import Reception
from studio.people.account import owner
from studio.people.doors import Doors
from studio.people.mail import Message
from studio.people.tokens import digest
from studio.production.house import House
from studio.takes.thumbs import Thumbs
from studio.takes.vault import FolderVault
from tests.mould import moulded
from tests.web.rows import house_at

EMAIL, PASSWORD, NAME = "ada@example.com", "eleven green lanterns", "Ada"
STUDIO = "https://studio.test"
NONCE = "n" * 43
MINE = "anna"  # the account of whoever has things


@dataclass
class CountedHasher:
    """A fast hasher that counts how often it worked."""

    calls: int = 0

    def hash(self, password: str) -> str:
        self.calls += 1
        return f"hashed:{digest(password)}"

    def matches(self, password: str, hashed: str) -> bool:
        self.calls += 1
        return hashed == f"hashed:{digest(password)}"

    def stale(self, hashed: str) -> bool:
        return False


@dataclass
class SetClock:
    """A clock that goes when it is told to."""

    at: datetime = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def go(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class Mailbox:
    """Everybody's mailbox; `trouble` is what the next letters meet instead of arriving."""

    messages: list[Message] = field(default_factory=list)
    trouble: list[Exception] = field(default_factory=list)

    def send(self, message: Message) -> None:
        if self.trouble:
            raise self.trouble.pop(0)
        self.messages.append(message)

    def token(self) -> str:
        """What the link in the newest letter carries."""
        found = re.search(r"token=([\w-]{43})", self.messages[-1].text)
        assert found, self.messages[-1].text
        return found.group(1)

    @property
    def subjects(self) -> list[str]:
        return [one.subject for one in self.messages]


@dataclass
class Town:
    """A house, and all that stands around its doors."""

    house: House
    hasher: CountedHasher
    clock: SetClock
    mail: Mailbox

    def at(self, address: str = "192.0.2.1", *, invited: bool = False) -> Reception:
        """The reception as it is asked from an address."""
        house = replace(self.house, doors=replace(self.house.doors, invited=invited))
        return Reception(house, address, agent="Browser", clock=self.clock)

    def post(self) -> int:
        """Have letters sent."""
        return send_due(self.house.db, self.mail, STUDIO, clock=self.clock)

    def settle(self, email: str = EMAIL, password: str = PASSWORD) -> None:
        """Register somebody and open the account."""
        self.at().register(email, NAME, password)
        self.post()
        self.open(password=password)

    def open(self, token: str = "", password: str = PASSWORD) -> str:
        """Open an account by a link, the newest that was mailed if none is named; gives a one-time code."""
        return self.at().open_account(token or self.mail.token(), password, NONCE)

    def sign_in(self, email: str = EMAIL, password: str = PASSWORD, device: str = "") -> str:
        """Sign somebody in; gives the sid."""
        door = self.at()
        return door.finish(door.sign_in(email, password, NONCE, device), NONCE)


@contextmanager
def founded(home: Path, db: Database | None = None) -> Iterator[Town]:
    """A house nobody lives in yet but its owner, on a database of its own or this one."""
    own, hasher = db or Database(f"sqlite:///{moulded(home)}"), CountedHasher()
    with own.write() as session:
        owner(session)
    rooms = {"vault": FolderVault(home / "vault"), "scratch": home / "scratch", "media": home / "media"}
    doors = Doors(passwords=hasher, secret=b"s" * 32)
    house = replace(furnished(), db=own, thumbs=Thumbs(home / "thumbs"), doors=doors, **rooms)
    yield Town(house, hasher, SetClock(), Mailbox())
    own.close()


@cache
def furnished() -> House:
    """What every house here has; reading all its tables anew for each would take longer than most tests."""
    folder = Path(mkdtemp(prefix="town-"))
    register(shutil.rmtree, folder)
    made = house_at(folder)
    made.db.close()
    return made


def desk(town: Town, account: str = MINE) -> Leaving:
    """What an account may ask for of itself."""
    return Leaving(town.house, account)


def unpacked(made: Iterable[bytes]) -> dict[str, bytes]:
    """All that is in an export, by its names."""
    with ZipFile(BytesIO(b"".join(made))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
