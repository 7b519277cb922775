"""Another engine takes over only where the episode allows it, it fits what is held, and nothing was sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from sqlmodel import select

from studio.crew import Errand, Order, Product, Remote, VoiceLibrary
from studio.desk.desk import Desk
from studio.errors import Busy, Denied, Down, KeyMissing, Unclear, VendorError
from studio.money.hold import HoldPart, PartState
from studio.money.usage import Usage
from studio.people.account import OWNER
from studio.production.film import Choices
from studio.production.flow import Flow
from studio.production.house import House
from studio.production.making import Outcome, make
from studio.production.preparing import prepare
from studio.production.run import JobState
from studio.production.runs import film_of
from studio.production.waiting import Waits
from studio.production.wants import wants
from studio.production.worker import Worker
from studio.takes.plan import PlanItem, State
from studio.takes.recipe import TakeKind
from studio.takes.roster import EngineCard, Roster, StandIn
from studio.takes.take import Take
from tests.doubles.cloud import Cloud, cloud
from tests.doubles.house import at_doubles
from tests.production.crew import SmallCrew
from tests.web.rows import house_at

pytestmark = pytest.mark.xdist_group("workflows")
ROOT = Path(__file__).parents[2]
SCRIPT = b"INT. KITCHEN - NIGHT\n\nMARA, 70, puts a key on the table.\n\nMARA\nYou kept it.\n"
EVERY = ("RUNPOD_API_KEY", "RUNPOD_ENDPOINT_ID", "FAL_KEY")
NOBODY = "http://127.0.0.1:1"  # where no connection opens


@dataclass
class Shop:
    """A vendor's engine that makes clips of a few bytes, or has an error for whoever asks."""

    name: str
    version: str
    vendor: str
    model: str
    trouble: Callable[[Errand], None] = lambda errand: None
    asked: Counter[str] = field(default_factory=Counter)

    def make(self, order: Order, errand: Errand) -> Product:
        """A clip, at a cent or so."""
        self.asked[order.recipe.fingerprint] += 1
        self.trouble(errand)
        unit = "gpu_ms" if self.vendor == "runpod" else "video_ms"
        errand.billed(Usage(vendor=self.vendor, model=self.model, request=errand.key, quantities={unit: 3_000}))
        made = order.folder / "clip.mp4"
        made.write_text(order.recipe.fingerprint)
        return Product(made)


@dataclass
class Shops:
    """Keeps the Remotes protocol; `away` are the errors of engines by name."""

    away: dict[str, VendorError] = field(default_factory=dict)
    built: dict[str, Shop] = field(default_factory=dict)

    def engine(self, card: EngineCard) -> Remote:
        """The engine of a card."""
        fresh = Shop(card.name, card.version, card.vendor, card.model, self._fail(card))
        return self.built.setdefault(card.name, fresh)

    def library(self, card: EngineCard) -> VoiceLibrary:
        """Nobody speaks at a vendor here."""
        raise AssertionError(card.name)

    def asked(self) -> dict[str, int]:
        """How often each engine was asked."""
        return {name: shop.asked.total() for name, shop in self.built.items()}

    def _fail(self, card: EngineCard) -> Callable[[Errand], None]:
        def fail(_: Errand) -> None:
            if error := self.away.get(card.name):
                raise error

        return fail


class Tried:
    """A gate that has found one animator wanting."""

    def instead(self, animator: str) -> StandIn | None:
        """Kling instead of SVD."""
        return StandIn(engine="kling-v4", why="71.0 % over 10 scenes") if animator == "svd-xt" else None


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    """A house with keys for two vendors of motion, where nobody has been asked yet."""
    made = house_at(home)
    roster = Roster.load(ROOT / "data" / "crew.toml", EVERY)
    yield replace(made, crew=SmallCrew(), roster=roster, remotes=Shops(), rooms={}, waits=Waits())
    made.db.close()


def opened(house: House, crew: str) -> tuple[Desk, str]:
    desk = Desk(house, OWNER)
    episode = desk.open_file("key.fountain", SCRIPT)
    desk.engage_named(episode, crew)
    return desk, episode


def worked(house: House, run: str) -> dict[str, Outcome]:
    """Make every take of a run as its workflow would; gives what came of each."""
    prepared = prepare(house, run)
    flow = Flow(wants(film_of(house, run)), prepared["kept"], prepared["to_make"])
    outcomes: dict[str, Outcome] = {}
    while flow.busy:
        for subject, given in flow.ready(100):
            outcome = make(house, run, subject, given, "here")
            while outcome.engine:
                outcome = make(house, run, subject, given, "here")
            outcomes[subject] = outcome
            flow.finish(subject, outcome.fingerprint or None)
    return outcomes


def filmed(house: House, desk: Desk, episode: str) -> dict[str, Outcome]:
    run = desk.produce(episode, Choices())
    assert run
    return worked(house, run)


def clips(house: House) -> Counter[str]:
    """By whom the clips were made."""
    with house.db.read() as session:
        return Counter(session.exec(select(Take.engine).where(Take.kind == TakeKind.CLIP, Take.content != "")).all())


def parts(house: House) -> list[HoldPart]:
    with house.db.read() as session:
        return list(session.exec(select(HoldPart).where(HoldPart.kind == TakeKind.CLIP)).all())


def shops(house: House) -> Shops:
    assert isinstance(house.remotes, Shops)
    return house.remotes


@pytest.mark.parametrize("error", [Down("fal answered 503"), Busy("fal rests"), Denied("no"), KeyMissing("no key")])
def test_whoever_fits_what_is_held_takes_over_and_it_is_said_why(house: House, error: VendorError) -> None:
    shops(house).away = {"kling-v3": error}
    desk, episode = opened(house, "animator=kling-v3,switch")
    outcomes = filmed(house, desk, episode)
    assert {one.state for one in outcomes.values()} == {JobState.MADE}
    assert set(clips(house)) == {"svd-xt"}
    assert {(one.state, one.engine, one.paid) for one in parts(house)} == {(PartState.SETTLED, "svd-xt", 930)}
    clip = next(subject for subject in outcomes if subject.startswith("clip:"))
    (take,) = desk.takes(episode, [clip])[clip]
    assert (take.engine, take.instead_of, take.why) == ("svd-xt", "kling-v3", error.detail)


def test_nobody_takes_over_where_the_episode_does_not_allow_it(house: House) -> None:
    shops(house).away = {"kling-v3": Down("fal answered 503")}
    desk, episode = opened(house, "animator=kling-v3")
    outcomes = filmed(house, desk, episode)
    assert {one.state for subject, one in outcomes.items() if subject.startswith("clip:")} == {JobState.FAILED}
    assert set(shops(house).asked()) == {"kling-v3"}
    assert {one.state for one in parts(house)} == {PartState.RELEASED}


def test_what_does_not_fit_is_passed_over_for_the_free_engine_and_costs_nothing(house: House) -> None:
    shops(house).away = {"svd-xt": Down("RunPod answered 503")}
    desk, episode = opened(house, "animator=svd-xt,switch")
    outcomes = filmed(house, desk, episode)
    assert set(clips(house)) == {"paper-theatre"}
    assert set(shops(house).asked()) == {"svd-xt"}  # Kling would take more than is held
    clip = next(subject for subject in outcomes if subject.startswith("clip:"))
    told = "RunPod answered 503, and kling-v3 and kling-v4 may take more than is held"
    assert desk.takes(episode, [clip])[clip][0].why == told
    assert {(one.state, one.paid) for one in parts(house)} == {(PartState.RELEASED, 0)}


def test_when_the_second_cannot_be_had_either_the_third_is_asked(house: House) -> None:
    shops(house).away = {"kling-v3": Down("fal answered 503"), "svd-xt": Busy("RunPod rests")}
    desk, episode = opened(house, "animator=kling-v3,switch")
    outcomes = filmed(house, desk, episode)
    assert set(clips(house)) == {"paper-theatre"}
    clip = next(subject for subject in outcomes if subject.startswith("clip:"))
    assert desk.takes(episode, [clip])[clip][0].why == "fal answered 503; RunPod rests"


def sent_first(error: VendorError) -> Callable[[Errand], None]:
    def fail(errand: Errand) -> None:
        if not errand.ticket:
            errand.sent("job-1")
        raise error

    return fail


@pytest.mark.parametrize("how", ["unclear", "under way"])
def test_what_may_have_been_sent_stays_with_whom_it_was_sent_to(house: House, how: str) -> None:
    desk, episode = opened(house, "animator=kling-v3,switch")
    shop = shops(house).engine(house.roster.named("kling-v3"))
    assert isinstance(shop, Shop)
    if how == "unclear":
        shops(house).away = {"kling-v3": Unclear("no answer")}
    else:
        shop.trouble = sent_first(Down("fal cannot be asked how far it is"))
    outcomes = filmed(house, desk, episode)
    assert clips(house).total() == 0
    assert set(shops(house).asked()) == {"kling-v3"}
    states = {one.state for subject, one in outcomes.items() if subject.startswith("clip:")}
    assert states == {JobState.UNCLEAR if how == "unclear" else JobState.FAILED}


def test_a_doubt_outlives_a_look_up_that_fails(house: House) -> None:
    shops(house).away = {"kling-v3": Unclear("no answer")}
    desk, episode = opened(house, "animator=kling-v3,switch")
    filmed(house, desk, episode)
    for doubt in desk.doubts(episode):
        desk.let_go(episode, doubt.fingerprint)
    shops(house).away = {"kling-v3": Down("its history cannot be asked")}
    filmed(house, desk, episode)
    assert set(shops(house).asked()) == {"kling-v3"}
    with house.db.read() as session:
        assert all(session.exec(select(Take.doubtful).where(Take.engine == "kling-v3")).all())


def test_who_goes_on_after_a_crash_asks_only_who_took_over(house: House) -> None:
    shops(house).away = {"kling-v3": Down("fal answered 503")}
    desk, episode = opened(house, "animator=kling-v3,switch")
    run = desk.produce(episode, Choices())
    assert run
    prepared = prepare(house, run)
    flow = Flow(wants(film_of(house, run)), prepared["kept"], prepared["to_make"])
    while True:
        ready = dict(flow.ready(100))
        clip = next((one for one in ready if one.startswith("clip:")), "")
        if clip:
            break
        for subject, given in ready.items():
            flow.finish(subject, make(house, run, subject, given, "here").fingerprint)
    assert make(house, run, clip, ready[clip], "here").engine == "svd-xt"
    shops(house).away = {}  # it is back, and is not asked: whoever took over may have been sent it
    assert make(house, run, clip, ready[clip], "there").state is JobState.MADE
    assert shops(house).asked() == {"kling-v3": 1, "svd-xt": 1}


def test_what_another_made_is_current_until_another_take_is_asked_for(house: House) -> None:
    shops(house).away = {"kling-v3": Down("fal answered 503"), "svd-xt": Busy("RunPod rests")}
    desk, episode = opened(house, "animator=kling-v3,switch")
    filmed(house, desk, episode)
    shops(house).away = {}
    assert [item for item in desk.plan(episode, Choices()).to_make if item.kind is TakeKind.CLIP] == []
    desk.engage_named(episode, "no-switch")
    assert [item for item in desk.plan(episode, Choices()).to_make if item.kind is TakeKind.CLIP] == []
    desk.engage_named(episode, "animator=kling-v4")
    assert [item for item in desk.plan(episode, Choices()).to_make if item.kind is TakeKind.CLIP]


def test_an_animator_found_wanting_has_a_stand_in_where_the_episode_allows_it(house: House) -> None:
    desk, episode = opened(house, "animator=svd-xt")
    filmed(house, desk, episode)
    before = clips(house)
    tried = Desk(replace(house, gate=Tried()), OWNER)
    assert {item.engine for item in moving(tried, episode)} == {"svd-xt"}
    tried.engage_named(episode, "switch")
    assert tried.crew(episode).instead["svd-xt"].engine == "kling-v4"
    assert all(item.state is State.CURRENT for item in moving(tried, episode))  # what is there is not bought again
    changed = tried.open_file("key.fountain", SCRIPT.replace(b"puts a key", b"throws a rusty key"))
    made = filmed(replace(house, gate=Tried()), tried, changed)
    assert clips(house) - before == {"kling-v4": len([one for one in made if one.startswith("clip:")])}
    clip = next(subject for subject in made if subject.startswith("clip:"))
    take = next(one for one in tried.takes(episode, [clip])[clip] if one.circled)
    assert (take.instead_of, take.why) == ("svd-xt", "71.0 % over 10 scenes")
    assert [item for item in moving(desk, changed) if item.made_now] == []  # another trial has cleared it: all stays


def moving(desk: Desk, episode: str) -> list[PlanItem]:
    return [item for item in desk.plan(episode, Choices()).items if item.kind is TakeKind.CLIP]


def test_the_cloud_crew_begins_with_the_stand_in(house: House) -> None:
    desk, episode = opened(replace(house, gate=Tried()), "cloud")
    assert {part.role: part.engine for part in desk.crew(episode).parts}["animator"] == "kling-v4"
    assert opened(house, "cloud")[0].crew(episode).parts[2].engine == "svd-xt"


def test_the_order_skips_who_has_no_key_and_the_vendor_that_failed() -> None:
    roster = Roster.load(ROOT / "data" / "crew.toml", EVERY)
    names = [card.name for card in roster.after(TakeKind.CLIP, ["kling-v3"])]
    assert names == ["svd-xt", "paper-theatre"]
    assert [card.name for card in roster.after(TakeKind.LOOK, ["flux-dev"])] == ["keyframe-klein-4b"]
    with pytest.raises(ValueError, match="names nobody, who is none"):
        Roster(engine=roster.engine, order={"animator": ("nobody",)})


@pytest.fixture(scope="module")
def vendors() -> Iterator[Cloud]:
    with cloud(workers=4) as served:
        yield served


def test_a_whole_film_whose_animator_is_down_is_made_at_the_other_vendor(vendors: Cloud, home: Path) -> None:
    with at_doubles(vendors, home, fal_queue_base_url=NOBODY) as built:
        house = replace(built, crew=SmallCrew(), chores=tuple)
        worker = Worker(house, 2)
        worker.start()
        try:
            desk, episode = opened(house, "animator=kling-v3,switch")
            run = desk.produce(episode, Choices())
            assert run
            ended = desk.wait(run)
            assert ended.failures == ()
            assert {(one.engine, one.instead_of) for one in ended.switched} == {("svd-xt", "kling-v3")}
            assert vendors.fal.books.total == 0
            assert sum(one.paid for one in parts(house)) == vendors.runpod.books.total == ended.cost_micros > 0
            assert desk.produce(episode, Choices()) is None
        finally:
            worker.stop()
