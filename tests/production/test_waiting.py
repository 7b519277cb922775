"""A take whose vendor is busy waits off its queue and is asked for again; nothing fails and nothing is paid twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from studio.crew import Errand
from studio.db import now
from studio.desk.desk import Desk
from studio.desk.views import Progress
from studio.errors import Busy, CalledOff, Denied, Down, Forgotten, Unwanted, VendorError
from studio.money.hold import PartState
from studio.money.sums import billed
from studio.money.usage import Usage
from studio.people.account import OWNER
from studio.production.film import Choices
from studio.production.flow import Flow
from studio.production.house import House
from studio.production.making import Outcome, make
from studio.production.preparing import prepare
from studio.production.recalling import Left, left, recall
from studio.production.run import JobState, RunState
from studio.production.runs import close, film_of
from studio.production.waiting import Waits
from studio.production.wants import wants
from studio.production.worker import Worker
from studio.takes.roster import Roster
from studio.takes.take import Take, TakeState
from tests.production.crew import SmallCrew
from tests.production.test_switching import EVERY, ROOT, Shop, Shops, clips, opened, parts, shops
from tests.until import until
from tests.web.rows import house_at

pytestmark = pytest.mark.xdist_group("workflows")
VIDEO = Roster.load(ROOT / "data" / "crew.toml", EVERY).named("kling-v3").model
HALF_AN_HOUR = Waits({"fal": 1800.0, "runpod": 1800.0}, haste=10_000)


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    """A house with keys for two vendors of motion, whose waits pass in no time."""
    made = house_at(home)
    roster = Roster.load(ROOT / "data" / "crew.toml", EVERY)
    yield replace(made, crew=SmallCrew(), roster=roster, remotes=Shops(), rooms={"fal": 4}, waits=HALF_AN_HOUR)
    made.db.close()


def busy(after: float | None = None) -> Busy:
    error = Busy("fal takes no more now", vendor="fal")
    error.after = after
    return error


def turns_away(house: House, times: int, error: VendorError | None = None, *, sent: bool = False) -> Shop:
    """An engine at fal that turns every take away so many times before it makes it; `sent` says, after it was sent."""
    shop = shops(house).engine(house.roster.named("kling-v3"))
    assert isinstance(shop, Shop)

    def trouble(errand: Errand) -> None:
        if shop.asked[errand.key] <= times:
            if sent and not errand.ticket:
                errand.sent("job-1")
            raise error or busy()

    shop.trouble = trouble
    return shop


def made_as_asked(house: House, run: str) -> dict[str, list[Outcome]]:
    """Make every take of a run as its workflow would, without waiting; gives all that came of each in turn."""
    prepared = prepare(house, run)
    flow = Flow(wants(film_of(house, run)), prepared["kept"], prepared["to_make"])
    outcomes: dict[str, list[Outcome]] = {}
    while flow.busy:
        for subject, given in flow.ready(100):
            told = outcomes.setdefault(subject, [])
            while not told or told[-1].state is JobState.WAITING:
                told.append(make(house, run, subject, given, "here", sum(one.wait for one in told)))
            flow.finish(subject, told[-1].fingerprint or None)
    return outcomes


def filmed(house: House, crew: str) -> tuple[list[list[Outcome]], Progress]:
    """What came of each clip in turn, and how the run stands then."""
    desk, episode = opened(house, crew)
    run = desk.produce(episode, Choices())
    assert run
    outcomes = made_as_asked(house, run)
    return [told for subject, told in outcomes.items() if subject.startswith("clip:")], desk.progress(run)


@pytest.mark.parametrize("sent", [False, True])
def test_a_take_turned_away_six_times_is_made_and_billed_once(house: House, sent: bool) -> None:
    shop = turns_away(house, 6, sent=sent)
    told, seen = filmed(house, "animator=kling-v3")
    assert told
    assert all([one.wait for one in mine] == [5, 5, 10, 20, 40, 60, 0] for mine in told)
    assert {mine[-1].state for mine in told} == {JobState.MADE}
    assert set(shop.asked.values()) == {7}
    assert {one.state for one in parts(house)} == {PartState.SETTLED}
    assert sum(one.paid or 0 for one in parts(house)) == seen.cost_micros > 0
    assert seen.failures == ()


def first_clip(house: House) -> tuple[Desk, str, str, dict[str, str]]:
    """A run whose clips are made at fal, as far as its first one: desk, run, the clip and what it is made from."""
    desk, episode = opened(house, "animator=kling-v3")
    run = desk.produce(episode, Choices())
    assert run
    prepared = prepare(house, run)
    flow = Flow(wants(film_of(house, run)), prepared["kept"], prepared["to_make"])
    while not (ready := {one: given for one, given in flow.ready(100) if _not_a_clip(house, run, flow, one, given)}):
        pass
    clip, given = next(iter(ready.items()))
    return desk, run, clip, given


def test_a_take_that_waits_is_told_and_its_part_can_go_back(house: House) -> None:
    turns_away(house, 1)
    desk, run, clip, given = first_clip(house)
    assert make(house, run, clip, given, "here").wait == 5
    seen = desk.progress(run)
    assert (seen.awaited, seen.failures) == (("fal",), ())
    assert PartState.CLAIMED not in {one.state for one in parts(house)}
    desk.cancel(run)
    assert make(house, run, clip, given, "here", 5).state is JobState.CANCELLED
    assert shops(house).asked() == {"kling-v3": 1}


@dataclass
class Job:
    """A job at fal that has begun when its vendor turns everybody away; `done` when it is asked about again."""

    house: House
    done: bool = False
    told: int = 0  # how often it was called off
    deaf: bool = False  # it goes on all the same

    def __post_init__(self) -> None:
        turns_away(self.house, 0).trouble = self.asked

    def asked(self, errand: Errand) -> None:
        if not errand.ticket:
            errand.sent("job-1")
            raise busy(after=600)
        if self.done:
            return
        try:
            errand.check()
        except CalledOff:
            self.told += 1
            if self.deaf:
                raise busy() from None
            quantities = {"video_ms": 1_000}
            errand.billed(Usage(vendor="fal", model=VIDEO, request=errand.key, quantities=quantities))
            raise
        raise busy(after=600)


def waits(house: House) -> tuple[Desk, str, str]:
    """The first clip of a run at fal, which its vendor has and does not answer for; the desk and the run with it."""
    desk, run, clip, given = first_clip(house)
    assert make(house, run, clip, given, "here").wait == 600
    return desk, run, clip


def test_a_take_that_waits_with_a_job_at_its_vendor_is_called_off_there_and_what_it_cost_is_booked(
    house: House,
) -> None:
    job = Job(house)
    desk, run, clip = waits(house)
    desk.cancel(run)
    assert recall(house, run, clip, "here") is JobState.CANCELLED
    assert recall(house, run, clip, "here") is JobState.CANCELLED
    assert job.told == 1
    (part,) = [one for one in parts(house) if one.subject == clip]
    assert (part.state, part.paid) == (PartState.RELEASED, 0)
    with house.db.read() as session:
        assert billed(session, OWNER, run=run) > 0


def test_what_the_vendor_had_made_when_it_was_called_off_is_kept_and_paid(house: House) -> None:
    job = Job(house)
    desk, run, clip = waits(house)
    job.done = True
    desk.cancel(run)
    assert recall(house, run, clip, "here") is JobState.MADE
    (part,) = [one for one in parts(house) if one.subject == clip]
    assert (part.state, part.paid > 0) == (PartState.SETTLED, True)
    assert (job.told, set(clips(house))) == (0, {"kling-v3"})


def test_what_goes_on_after_it_was_called_off_is_looked_at_until_it_is_kept_and_costs_its_customer_nothing(
    house: House,
) -> None:
    job = Job(house, deaf=True)
    desk, run, clip = waits(house)
    desk.cancel(run)
    assert recall(house, run, clip, "here") is JobState.CANCELLED
    with house.db.write() as session:
        close(session, run, RunState.CANCELLED)
        assert [one.subject for one in left(session, house.roster, ())] == [clip]
    job.done = True
    assert recall(house, run, clip, "here") is JobState.MADE
    with house.db.read() as session:
        assert left(session, house.roster, ()) == []
        assert billed(session, OWNER, run=run) > 0
    (part,) = [one for one in parts(house) if one.subject == clip]
    assert (part.state, part.paid, job.told) == (PartState.RELEASED, 0, 1)


def test_a_job_that_another_run_of_the_episode_may_want_is_left_to_it(house: House) -> None:
    job = Job(house)
    desk, run, clip = waits(house)
    desk.interrupt(run)
    assert desk.again(run)
    with house.db.read() as session:
        assert left(session, house.roster, ()) == []
    assert recall(house, run, clip, "here") is JobState.CANCELLED
    assert job.told == 0


def test_what_a_run_that_was_interrupted_left_at_a_vendor_is_called_off_by_the_next_worker(house: House) -> None:
    job = Job(house)
    desk, run, _ = waits(house)
    desk.interrupt(run)
    worker = Worker(house, 2)
    worker.start()
    try:
        until(lambda: job.told and not still_there(house))
    finally:
        worker.stop()
    assert job.told == 1
    assert PartState.CLAIMED not in {one.state for one in parts(house)}


def left_over(house: House, ended: RunState, hours: int) -> tuple[Desk, str, str]:
    """A run that ended so many hours ago with a job of its first clip at its vendor, which nobody asked about again."""
    desk, run, clip = waits(house)
    with house.db.write() as session:
        close(session, run, ended)
        (take,) = session.exec(select(Take).where(Take.ticket == "job-1")).all()
        take.state, take.asked = TakeState.FAILED, now() - timedelta(hours=hours)
        session.add(take)
    return desk, run, clip


@pytest.mark.parametrize("ended", [RunState.DONE, RunState.FAILED])
def test_what_a_run_that_ended_left_at_a_vendor_is_booked_once_nobody_wanted_it_for_a_day(
    house: House, ended: RunState
) -> None:
    job = Job(house)
    _, run, clip = left_over(house, ended, 25)
    assert [one.subject for one in still_there(house)] == [clip]
    assert recall(house, run, clip, "here") is JobState.CANCELLED
    assert (job.told, still_there(house)) == (1, [])
    with house.db.read() as session:
        assert billed(session, OWNER, run=run) > 0
    assert {one.paid or 0 for one in parts(house) if one.subject == clip} == {0}


def test_for_a_day_it_is_there_for_who_asks_again(house: House) -> None:
    job = Job(house)
    _, run, clip = left_over(house, RunState.DONE, 23)
    assert still_there(house) == []
    assert recall(house, run, clip, "here") is JobState.CANCELLED
    assert make(house, run, clip, {}, "here").state is JobState.CANCELLED
    assert (job.told, shops(house).asked()) == (0, {"kling-v3": 1})


def test_a_job_that_its_vendor_forgot_is_booked_without_another_being_sent(house: House) -> None:
    shop, seen = turns_away(house, 0), list[str]()

    def forgotten(errand: Errand) -> None:
        seen.append(errand.ticket)
        if not errand.ticket:
            errand.sent("job-1")
            raise busy(after=600)
        if errand.ticket == "job-1":
            gone = Forgotten("it has it no more", vendor="fal")
            gone.ticket = "~job-1"
            raise gone
        with pytest.raises(Unwanted):
            errand.check()
        told = {"vendor": "fal", "model": VIDEO, "request": "job-1", "guessed": "nobody knows"}
        errand.billed(Usage(**told, quantities={"video_ms": 1_000}))
        errand.check()

    shop.trouble = forgotten
    _, run, clip = left_over(house, RunState.FAILED, 25)
    assert recall(house, run, clip, "here") is JobState.CANCELLED
    assert seen == ["", "job-1", "~job-1"]
    with house.db.read() as session:
        assert billed(session, OWNER, run=run) == 84_000


def still_there(house: House) -> list[Left]:
    """What closed runs have at vendors."""
    with house.db.read() as session:
        return left(session, house.roster, ())


def _not_a_clip(house: House, run: str, flow: Flow, subject: str, given: dict[str, str]) -> bool:
    """Whether a subject is a clip; any other is made."""
    if subject.startswith("clip:"):
        return True
    flow.finish(subject, make(house, run, subject, given, "here").fingerprint)
    return False


def test_what_a_vendor_says_is_kept_and_half_an_hour_is_the_end() -> None:
    waits = Waits({"fal": 1800.0})
    assert waits.pause(busy(after=90), "fal", 0) == 90
    assert waits.pause(busy(after=1801), "fal", 0) == 0
    assert waits.pause(busy(), "fal", 1740) == 60
    assert waits.pause(busy(), "fal", 1741) == 0
    assert waits.pause(busy(), "comfyui", 0) == 0
    assert waits.pause(Down("no answer"), "fal", 0) == 5
    assert waits.pause(Down("no answer"), "fal", 1741) == 0
    assert waits.pause(Denied("no"), "fal", 0) == 0


def test_a_take_turned_away_for_longer_fails_and_costs_nothing(house: House) -> None:
    turns_away(house, 1000)
    told, seen = filmed(house, "animator=kling-v3")
    assert all(1740 < sum(one.wait for one in mine) <= 1800 for mine in told)
    assert {mine[-1].state for mine in told} == {JobState.FAILED}
    assert all("Busy: fal takes no more now" in failure.why for failure in seen.failures if not failure.blocked)
    assert {one.state for one in parts(house)} == {PartState.RELEASED}


def test_where_another_engine_may_take_over_nobody_waits(house: House) -> None:
    turns_away(house, 1000)
    told, _ = filmed(house, "animator=kling-v3,switch")
    assert [[one.engine for one in mine] for mine in told] == [["svd-xt", ""]] * len(told)
    assert set(clips(house)) == {"svd-xt"}


@pytest.mark.parametrize("error", [None, Down("fal answered 503", vendor="fal")], ids=["storm", "outage"])
def test_a_storm_or_an_outage_makes_a_run_slower_and_fails_none_of_it(house: House, error: VendorError | None) -> None:
    shop = turns_away(house, 2, error)
    worker = Worker(house, 2)
    worker.start()
    try:
        desk, episode = opened(house, "animator=kling-v3")
        run = desk.produce(episode, Choices())
        assert run
        ended = desk.wait(run)
    finally:
        worker.stop()
    assert (ended.state, ended.failures, ended.awaited) == (RunState.DONE, (), ())
    assert set(shop.asked.values()) == {3}
    assert sum(one.paid or 0 for one in parts(house)) == ended.cost_micros > 0


def test_called_off_while_a_take_waits_a_run_ends_at_once(house: House) -> None:
    shop = turns_away(house, 1000, busy(after=600))
    worker = Worker(replace(house, waits=Waits({"fal": 1800.0})), 2)
    worker.start()
    try:
        desk, episode = opened(house, "animator=kling-v3")
        run = desk.produce(episode, Choices())
        assert run
        until(lambda: desk.progress(run).awaited == ("fal",))
        desk.cancel(run)
        until(lambda: desk.progress(run).ended)
    finally:
        worker.stop()
    assert desk.progress(run).state is RunState.CANCELLED
    assert set(shop.asked.values()) == {1}
    assert {one.state for one in parts(house)} == {PartState.RELEASED}
