"""What was lost is brought back: by its vendor for nothing, or as it was made; it is bought again only when asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from sqlmodel import select

from studio.crew import Errand, Order, Product, Remote, VoiceLibrary
from studio.db import now
from studio.desk.desk import Desk
from studio.desk.views import TakeView
from studio.errors import Busy, Denied, Garbled, Unclear, VendorError
from studio.money.entry import Entry, Verb
from studio.money.hold import LIVE, HoldPart
from studio.money.usage import Usage
from studio.people.account import OWNER
from studio.production.film import Choices
from studio.production.flow import Flow
from studio.production.house import House
from studio.production.making import Outcome, make
from studio.production.preparing import prepare
from studio.production.run import JobState, RunState
from studio.production.runs import close, film_of
from studio.production.waiting import Waits
from studio.production.wants import wants
from studio.takes.plan import PlanItem, State
from studio.takes.recipe import TakeKind
from studio.takes.roster import EngineCard, Roster
from studio.takes.take import Take, TakeState
from studio.takes.vault import FolderVault
from tests.production.crew import SmallCrew
from tests.web.rows import house_at

ROOT = Path(__file__).parents[2]
SCRIPT = b"INT. KITCHEN - NIGHT\n\nMARA, 70, puts a key on the table.\n\nMARA\nYou kept it.\n\nTOM\nNever.\n"
LOW = Choices()


@dataclass
class Shop:
    """A vendor's animator that keeps what it made by the id of its job; `trouble` meets whoever comes to fetch."""

    name: str = "svd-xt"
    version: str = "1"
    kept: dict[str, str] = field(default_factory=dict)
    trouble: VendorError | None = None

    def make(self, order: Order, errand: Errand) -> Product:
        """A clip of a few bytes; what has a ticket is given out again and never made."""
        if not errand.ticket:
            job = f"job-{len(self.kept)}"
            self.kept[job] = f"{order.recipe.fingerprint} {sorted(order.inputs)}"
            errand.sent(job)
        elif self.trouble:
            raise self.trouble
        errand.billed(Usage(vendor="runpod", model="svd-xt", request=errand.ticket, quantities={"gpu_ms": 3_000}))
        made = order.folder / "clip.mp4"
        made.write_text(self.kept[errand.ticket])
        return Product(made)

    def engine(self, card: EngineCard) -> Remote:
        """Itself: there is no other vendor here."""
        assert card.name == self.name
        return self

    def library(self, card: EngineCard) -> VoiceLibrary:
        """Nobody speaks at a vendor here."""
        raise AssertionError(card.name)


@dataclass
class Studio:
    """A house with one vendor, and an episode of two shots whose clips are made there."""

    house: House
    shop: Shop
    desk: Desk
    episode: str

    def film(self) -> dict[str, Outcome]:
        """Make what is to be made; gives what came of each."""
        run = self.desk.produce(self.episode, LOW)
        assert run
        return self.work(run)

    def work(self, run: str) -> dict[str, Outcome]:
        """Make every take of a run as its workflow would."""
        prepared = prepare(self.house, run)
        flow = Flow(wants(film_of(self.house, run)), prepared["kept"], prepared["to_make"])
        outcomes: dict[str, Outcome] = {}
        while flow.busy:
            for subject, given in flow.ready(100):
                outcomes[subject] = make(self.house, run, subject, given, "here")
                flow.finish(subject, outcomes[subject].fingerprint or None)
        with self.house.db.write() as session:
            close(session, run, RunState.DONE)
        return outcomes

    def take(self, subject: str) -> Take:
        """The circled take of a subject."""
        (shown,) = [one for one in self.every(subject) if one.circled]
        with self.house.db.read() as session:
            return session.get_one(Take, (OWNER, shown.fingerprint))

    def every(self, subject: str) -> tuple[TakeView, ...]:
        """Every take of a subject that is there."""
        return self.desk.takes(self.episode, [subject])[subject]

    def damage(self, *subjects: str) -> None:
        """Scratch the files of the circled takes of these."""
        for subject in subjects:
            self.vault.place(self.take(subject).content).write_bytes(b"scratched")

    @property
    def vault(self) -> FolderVault:
        """Where the files are."""
        assert isinstance(self.house.vault, FolderVault)
        return self.house.vault

    @property
    def clip(self) -> str:
        """The first clip."""
        return next(item.subject for item in self.plan if item.kind is TakeKind.CLIP)

    @property
    def chain(self) -> tuple[str, str, str]:
        """The first clip and what is made of it, up to the master."""
        shot = self.clip.replace("clip:", "shot:")
        return self.clip, shot, next(item.subject for item in self.plan if item.kind is TakeKind.MASTER)

    @property
    def plan(self) -> tuple[PlanItem, ...]:
        """What is there and what is to be made."""
        return self.desk.plan(self.episode, LOW).items

    def item(self, subject: str) -> PlanItem:
        """The plan of a subject."""
        return next(item for item in self.plan if item.subject == subject)

    def bills(self) -> dict[str, int]:
        """What is owed, by request."""
        with self.house.db.read() as session:
            found = session.exec(select(Entry).where(Entry.verb == Verb.BILL)).all()
        return {one.request: one.micros for one in found if one.purse.startswith("cost:")}

    def held(self) -> list[HoldPart]:
        """Parts of holds that have not ended."""
        with self.house.db.read() as session:
            return [part for part in session.exec(select(HoldPart)).all() if part.state in LIVE]


@pytest.fixture
def studio(home: Path) -> Iterator[Studio]:
    shop = Shop()
    made = house_at(home)
    roster = Roster.load(ROOT / "data" / "crew.toml", ("RUNPOD_API_KEY", "RUNPOD_ENDPOINT_ID"))
    house = replace(made, crew=SmallCrew(), roster=roster, remotes=shop, rooms={}, waits=Waits())
    desk = Desk(house, OWNER)
    episode = desk.open_file("key.fountain", SCRIPT)
    desk.engage_named(episode, "animator=svd-xt")
    found = Studio(house, shop, desk, episode)
    assert {one.state for one in found.film().values()} == {JobState.MADE}
    yield found
    made.db.close()


def test_a_damaged_paid_clip_is_fetched_for_nothing(studio: Studio) -> None:
    clip, shot, master = studio.chain
    before, bills, sent = studio.take(clip), studio.bills(), dict(studio.shop.kept)
    studio.damage(clip, shot, master)
    item = studio.item(clip)
    assert (item.state, item.made_now, item.fetched, item.ceiling_micros) == (State.MISSING, True, True, 0)
    assert "for nothing" in item.why
    outcomes = studio.film()
    assert outcomes[clip].state is JobState.FOUND
    assert set(outcomes) == {clip, shot, master}
    after = studio.take(clip)
    assert (after.content, after.cost_micros, after.ticket) == (before.content, before.cost_micros, before.ticket)
    assert studio.vault.intact(after.content)
    assert (studio.bills(), studio.shop.kept, studio.held()) == (bills, sent, [])


@pytest.mark.parametrize("error", [Garbled("expired: 404"), Unclear("its history does not have it any more")])
def test_what_the_vendor_no_longer_has_is_bought_only_when_asked_again(studio: Studio, error: VendorError) -> None:
    clip, shot, master = studio.chain
    bills, sent = studio.bills(), len(studio.shop.kept)
    studio.damage(clip, shot, master)
    studio.shop.trouble = error
    told = studio.film()[clip]
    assert told.state is JobState.FAILED
    assert told.error.startswith("Gone: the clip made by svd-xt is no longer there")
    assert (studio.bills(), len(studio.shop.kept), studio.held()) == (bills, sent, [])
    item = studio.item(clip)
    assert (item.state, item.fetched) == (State.MISSING, False)
    assert item.ceiling_micros > 0
    outcomes = studio.film()
    assert outcomes[clip].state is JobState.MADE
    assert len(studio.shop.kept) == sent + 1
    assert studio.take(clip).cost_micros == 930  # of this asking alone
    assert sum(studio.bills().values()) == sum(bills.values()) + 930
    assert studio.held() == []


@pytest.mark.parametrize(
    "error", [Busy("it rests"), Denied("no"), Unclear("not to be looked up", cause=Denied("no history"))]
)
def test_a_vendor_that_cannot_be_asked_now_is_asked_again_later(studio: Studio, error: VendorError) -> None:
    clip, shot, master = studio.chain
    studio.damage(clip, shot, master)
    studio.shop.trouble = error
    assert studio.film()[clip].state is JobState.FAILED
    assert studio.item(clip).fetched
    studio.shop.trouble = None
    bills = studio.bills()
    assert studio.film()[clip].state is JobState.FOUND
    assert studio.bills() == bills


def test_a_fetch_that_was_cut_off_is_gone_on_with(studio: Studio) -> None:
    clip, shot, master = studio.chain
    studio.damage(clip, shot, master)
    studio.shop.trouble = Busy("it rests")
    studio.film()
    with studio.house.db.write() as session:  # as if its worker had died while it asked
        take = session.exec(select(Take).where(Take.ticket != "", Take.state == TakeState.FAILED)).one()
        take.state, take.executor = TakeState.ASKED, "gone"
        session.add(take)
    studio.shop.trouble = Garbled("expired: 404")
    sent = len(studio.shop.kept)
    assert studio.film()[clip].error.startswith("Gone: ")
    assert len(studio.shop.kept) == sent


def test_what_has_no_ticket_is_told_once_before_it_is_bought(studio: Studio) -> None:
    clip, shot, master = studio.chain
    with studio.house.db.write() as session:  # as takes were kept before
        for take in session.exec(select(Take).where(Take.kind == TakeKind.CLIP)):
            take.ticket, take.made = "", now()
            session.add(take)
    studio.damage(clip, shot, master)
    (lost,) = studio.desk.losses(studio.episode, LOW)
    assert lost.subject == clip
    assert lost.price_micros > 0
    assert studio.desk.losses(studio.episode, LOW) == ()
    assert clip in {item.subject for item in studio.desk.plan(studio.episode, LOW).to_buy}
    sent = len(studio.shop.kept)
    assert studio.film()[clip].state is JobState.MADE
    assert len(studio.shop.kept) == sent + 1


def test_damage_that_costs_nothing_is_no_loss(studio: Studio) -> None:
    studio.damage(*studio.chain)
    assert studio.desk.losses(studio.episode, LOW) == ()


def test_a_retake_comes_back_as_it_was_and_no_other_take(studio: Studio) -> None:
    board = next(item.subject for item in studio.plan if item.kind is TakeKind.BOARD)
    run = studio.desk.retake(studio.episode, [board], LOW, note="closer")
    assert run
    studio.work(run)
    wanted = studio.take(board)
    assert wanted.recipe["note"] == "closer"
    studio.damage(board)
    run = studio.desk.make(studio.episode, [board], LOW)
    assert run
    assert set(studio.work(run)) == {board}
    assert studio.take(board).fingerprint == wanted.fingerprint
    assert studio.vault.intact(wanted.content)


def test_what_is_made_of_a_take_that_comes_back_stays_current(studio: Studio) -> None:
    speech = next(item.subject for item in studio.plan if item.kind is TakeKind.SPEECH)
    mix = next(item.subject for item in studio.plan if item.kind is TakeKind.MIX)
    studio.damage(speech, mix, studio.chain[2])
    assert {item.subject for item in studio.plan if item.state is State.STALE} == set()
    bills = studio.bills()
    assert set(studio.film()) == {speech, mix, studio.chain[2]}
    assert studio.bills() == bills
