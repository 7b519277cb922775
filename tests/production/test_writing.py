"""A screenplay written at a vendor is a take on that vendor's queue: it waits its turn, also for a storm, paid once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event, Lock

import pytest
from sqlmodel import select

from studio.crew import Errand, Order, Product, VoiceLibrary
from studio.desk.desk import Desk
from studio.desk.views import Progress
from studio.errors import Busy, Denied, Down, VendorError
from studio.money.hold import HoldPart, PartState
from studio.money.usage import Usage
from studio.people.account import OWNER
from studio.production.film import Choices
from studio.production.house import House
from studio.production.making import make
from studio.production.names import queue_at
from studio.production.preparing import prepare
from studio.production.queues import Depth, depths
from studio.production.run import JobState, RunState
from studio.production.waiting import Waits
from studio.production.wants import SCRIPT
from studio.production.worker import Worker
from studio.takes.roster import EngineCard, Roster
from tests.production.crew import SCRIPT as WRITTEN
from tests.production.crew import SmallCrew
from tests.production.test_switching import ROOT
from tests.until import until
from tests.web.rows import house_at

pytestmark = pytest.mark.xdist_group("workflows")
SET = ("GROQ_API_KEY", "LOCAL_WRITER_BASE_URL")
ALONE = Choices(only=(SCRIPT,))
TOKENS = {"input_tokens": 900, "output_tokens": 2_000}


@dataclass
class Author:
    """A writer at a vendor that has one script, or an error for whoever asks."""

    card: EngineCard
    trouble: Callable[[int], VendorError | None] = lambda asked: None
    asked: int = 0
    most: int = 0  # of those that were asked at once
    free: Event = field(default_factory=Event)
    _now: int = 0
    _lock: Lock = field(default_factory=Lock)

    @property
    def name(self) -> str:
        """As in the crew."""
        return self.card.name

    @property
    def version(self) -> str:
        """As in the crew."""
        return self.card.version

    def make(self, order: Order, errand: Errand) -> Product:
        """The script, once it may."""
        with self._lock:
            self.asked += 1
            self._now += 1
            self.most = max(self.most, self._now)
            asked = self.asked
        try:
            if error := self.trouble(asked):
                raise error
            while not self.free.wait(0.02):
                errand.check()
        finally:
            with self._lock:
                self._now -= 1
        card = self.card
        errand.billed(Usage(vendor=card.vendor, model=card.model, request=errand.key, quantities=TOKENS))
        made = order.folder / "screenplay.fountain"
        made.write_text(WRITTEN, encoding="utf-8")
        return Product(made)


@dataclass
class Authors:
    """Keeps the Remotes protocol."""

    built: dict[str, Author] = field(default_factory=dict)

    def engine(self, card: EngineCard) -> Author:
        """The writer of a card."""
        return self.built.setdefault(card.name, Author(card))

    def library(self, card: EngineCard) -> VoiceLibrary:
        """Nobody speaks at a vendor here."""
        raise AssertionError(card.name)


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    """A house with two writers at vendors, whose waits pass in no time."""
    made, waits = house_at(home), Waits({"groq": 1800.0}, haste=10_000)
    roster = Roster.load(ROOT / "data" / "crew.toml", SET)
    yield replace(made, crew=SmallCrew(), roster=roster, remotes=Authors(), rooms={"groq": 1}, waits=waits)
    made.db.close()


@pytest.fixture
def author(house: House) -> Author:
    """Who writes at Groq, for anybody."""
    assert isinstance(house.remotes, Authors)
    author = house.remotes.engine(house.roster.named("groq-gpt-oss-120b"))
    author.free.set()
    return author


def pitched(house: House, text: str = "A key nobody gave back.", crew: str = "writer=groq") -> tuple[Desk, str]:
    """A pitch that Groq's writer is to write; the desk and the run."""
    desk = Desk(house, OWNER)
    episode = desk.open_pitch(text)
    desk.engage_named(episode, crew)
    run = desk.produce(episode, ALONE)
    assert run
    return desk, run


@pytest.fixture
def working(house: House) -> Iterator[Worker]:
    """A worker in the house."""
    worker = Worker(house, 2)
    worker.start()
    yield worker
    worker.stop()


def parts(house: House) -> list[HoldPart]:
    """What is or was held."""
    with house.db.read() as session:
        return list(session.exec(select(HoldPart)).all())


def script_of(desk: Desk, seen: Progress) -> str:
    """What was written for the episode of a run."""
    return desk.story(seen.episode).fountain


@pytest.mark.usefixtures("working")
def test_two_pitches_are_written_one_after_the_other_where_a_vendor_takes_one(house: House, author: Author) -> None:
    author.free.clear()
    runs = [pitched(house, f"Key number {number}.") for number in range(2)]
    until(lambda: author.asked and Depth(queue=queue_at("groq"), waiting=1, working=1) in depths(house.db))
    assert sorted(desk.progress(run).stage for desk, run in runs) == ["script", "writing"]
    author.free.set()
    for desk, run in runs:
        ended = desk.wait(run)
        assert (ended.state, ended.failures) == (RunState.DONE, ())
        assert "MARA" in script_of(desk, ended)
    assert (author.asked, author.most) == (2, 1)


@pytest.mark.usefixtures("working")
@pytest.mark.parametrize("error", [Busy, Down], ids=["storm", "outage"])
def test_a_storm_longer_than_a_line_s_patience_ends_with_a_script(
    house: House, author: Author, error: type[VendorError]
) -> None:
    author.trouble = lambda asked: error("groq takes no more now", vendor="groq") if asked < 7 else None
    desk, run = pitched(house)
    ended = desk.wait(run)
    assert (ended.state, ended.failures, ended.awaited) == (RunState.DONE, (), ())
    assert author.asked == 7
    (part,) = parts(house)
    assert (part.state, part.paid) == (PartState.SETTLED, ended.cost_micros)
    assert ended.cost_micros > 0


def test_a_script_that_waits_is_called_off_at_once(house: House, author: Author) -> None:
    author.trouble = lambda _: Busy("groq takes no more now", vendor="groq")
    worker = Worker(replace(house, waits=Waits({"groq": 1800.0})), 2)
    worker.start()
    try:
        desk, run = pitched(house)
        until(lambda: desk.progress(run).awaited == ("groq",))
        desk.cancel(run)
        until(lambda: desk.progress(run).ended)
    finally:
        worker.stop()
    assert desk.progress(run).state is RunState.CANCELLED
    assert author.asked <= 2
    assert {one.state for one in parts(house)} == {PartState.RELEASED}


@pytest.mark.usefixtures("working")
def test_a_writer_who_refuses_fails_the_run_with_a_sentence_and_costs_nothing(house: House, author: Author) -> None:
    author.trouble = lambda _: Denied("groq refuses the key", vendor="groq")
    desk, run = pitched(house)
    ended = desk.wait(run)
    assert (ended.state, ended.error) == (RunState.FAILED, "Denied: groq refuses the key")
    assert [(one.subject, one.why) for one in ended.failures] == [(SCRIPT, ended.error)]
    assert {one.state for one in parts(house)} == {PartState.RELEASED}


def test_what_is_written_is_kept_once_however_often_its_take_is_made(house: House, author: Author) -> None:
    desk, run = pitched(house)
    assert prepare(house, run) == {"writer": "groq"}
    assert prepare(house, run) == {"writer": "groq"}  # its worker was killed before it could write that down
    first = make(house, run, SCRIPT, {}, "here")
    again = make(house, run, SCRIPT, {}, "elsewhere")
    assert (first.state, again.state, first.fingerprint) == (JobState.MADE, JobState.FOUND, again.fingerprint)
    assert prepare(house, run) == {"kept": {}, "to_make": []}
    assert desk.story(desk.progress(run).episode).number == 1
    assert author.asked == 1


def test_where_another_writer_may_take_over_nobody_waits(house: House, author: Author) -> None:
    author.trouble = lambda _: Busy("groq takes no more now", vendor="groq")
    assert isinstance(house.remotes, Authors)
    local = house.remotes.engine(house.roster.named("local-writer"))
    local.free.set()
    _, run = pitched(house, crew="writer=groq,switch")
    prepare(house, run)
    assert make(house, run, SCRIPT, {}, "here").engine == "local-writer"
    assert make(house, run, SCRIPT, {}, "here").state is JobState.MADE
    assert (author.asked, local.asked) == (1, 1)
