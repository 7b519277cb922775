"""A web process over episodes written as rows, with a vendor for every part: pages to look at, nothing is made."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from services.building import build_house
from services.settings import Settings
from studio.db import now
from studio.desk.desk import Desk
from studio.money.entry import About
from studio.money.holding import open_hold
from studio.money.quote import Quote, QuoteRow
from studio.people.account import OWNER
from studio.production.house import House
from studio.production.names import VERSION
from studio.production.run import Executor, JobState, RunState
from tests.doubles.cloud import cloud
from tests.web.rows import job, run
from tests.web.server import studio
from tools.bench.filmed import filmed, under_way

SCRIPT = b"Title: The Storm\n\nINT. HALL - NIGHT\n\nShe runs to the door.\n\nANNA\nGood evening.\n\nTOM\nGood night.\n"
PITCH = "A keeper who fears the dark must relight the lamp."


@dataclass(frozen=True)
class Stage:
    """Where it answers, and its episodes."""

    address: str
    done: str  # finished
    busy: str  # being made once more, without an end
    dear: str  # with a crew at vendors; money is held for it
    pitched: str  # nobody has written its screenplay yet
    failed: str  # its run ended without a film
    bare: str  # written, and nothing has been made of it

    def at(self, path: str, episode: str = "", **more: str) -> str:
        """The address of a page."""
        asked = {"episode": episode, **more} if episode else more
        return f"{self.address}{path}?{'&'.join(f'{name}={value}' for name, value in asked.items())}"


@contextmanager
def staged(folder: Path) -> Iterator[Stage]:
    """Write the episodes into a runtime folder and serve them until the block ends."""
    home = folder / "home"
    with cloud() as doubles:
        house = build_house(Settings(studio_home=home, **{key.lower(): one for key, one in doubles.settings.items()}))
        _worker(house)
        told = (
            filmed(house, "The Key"),
            under_way(house, "The Door"),
            _dear(house),
            _pitched(house),
            _failed(house),
            _bare(house),
        )
        house.db.close()
        kept = {key: value for key, value in os.environ.items() if not key.startswith("STUDIO_")}
        with studio("web", kept | doubles.settings | {"STUDIO_HOME": str(home)}, folder / "log") as port:
            yield Stage(f"http://127.0.0.1:{port}/", *told)


def _worker(house: House) -> None:
    """Write down a worker that is heard of all along, though nobody works."""
    with house.db.write() as session:
        session.add(Executor(id="stage", host="stage", pid=1, version=VERSION, seen=now() + timedelta(hours=1)))


def _dear(house: House) -> str:
    desk = Desk(house, OWNER)
    episode = desk.open_file("storm.fountain", SCRIPT)
    desk.engage_named(episode, "cloud")
    about = About(account=OWNER, episode=episode, run=run(house, episode, RunState.DONE))
    quote = Quote(low=1, likely=50_000, ceiling=100_000)
    row = QuoteRow(subject="speech:x", kind="speech", engine="eleven-multilingual-v2", quote=quote)
    with house.db.write() as session:
        open_hold(session, about, [row], at=now(), floor=None)
    return episode


def _pitched(house: House) -> str:
    desk = Desk(house, OWNER)
    episode = desk.open_pitch(PITCH)
    desk.engage_named(episode, "cloud")
    return episode


def _failed(house: House) -> str:
    episode = Desk(house, OWNER).open_file("hall.fountain", SCRIPT.replace(b"Storm", b"Hall"))
    begun = run(house, episode, RunState.FAILED, error="Garbled: the painter drew two heads")
    job(house, begun, "look:anna", JobState.FAILED, error="Garbled: the painter drew two heads")
    return episode


def _bare(house: House) -> str:
    return Desk(house, OWNER).open_file("bare.fountain", SCRIPT.replace(b"Storm", b"Bare Hall"))
