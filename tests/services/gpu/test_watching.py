"""A job followed to its end: progress, late progress, failures, a queue nobody serves, what is booked."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gpu.sheet import EngineSheet, Lengths, sheet
from services.gpu.watching import billed
from services.gpu.work import Work, job_key
from studio.errors import Conflict, Denied, Down, Forgotten, Garbled, Invalid, StudioError
from studio.takes.frame import Aspect
from tests.doubles.errands import KeptErrand
from tests.doubles.runpod import RunPodDouble
from tests.doubles.server import Fault, Schedule
from tests.services.gpu.endpoint import KEY, PACE, QUICK, clip_job, jobs_on
from tests.until import until

ENGINE = EngineSheet(
    name="svd-xt",
    sizes={Aspect.WIDE: (128, 72)},
    rate=7,
    frames=Lengths(least=25, most=25),
    steps=25,
    prompted=False,
    execution=600,
    ttl=7200,
    load=60,
)


@dataclass
class Site:
    work: Work
    errand: KeptErrand
    folder: Path
    double: RunPodDouble

    def make(self, number: int = 0, of: int = 1, **more: object) -> Path:
        wanted = {key: value for key, value in clip_job(**more)["input"].items() if key not in ("engine", "job_key")}
        file = self.folder / f"{number}.mp4"
        self.work.link(self.errand, number, of, lambda: wanted, file)
        return file

    def micros(self) -> int:
        """What was booked, at the double's rate for this engine."""
        return sum(-(-bill.quantities["gpu_ms"] // 1000) * 310 for bill in self.errand.bills.values())


@contextmanager
def site(folder: Path, double: RunPodDouble, key: str = KEY, limit: int | None = None) -> Iterator[Site]:
    with jobs_on(double, key) as jobs:
        work = Work(jobs, ENGINE, hosts=("127.0.0.1",), limit=lambda: limit, pace=PACE, patience=QUICK)
        yield Site(work, KeptErrand(), folder, double)


def test_the_result_comes_home_and_what_it_took_is_booked(tmp_path: Path) -> None:
    with site(tmp_path, RunPodDouble(says={"svd-xt": 55_001})) as at:
        assert at.make().read_bytes()[4:8] == b"ftyp"
        assert [bill.quantities for bill in at.errand.bills.values()] == [{"gpu_ms": 56_000}]
        assert at.errand.tickets == ["job-1-u1"]
        assert at.micros() == at.double.books.total


def test_a_result_in_a_bucket_is_fetched(tmp_path: Path) -> None:
    with site(tmp_path, RunPodDouble(by_url=True)) as at:
        assert at.make().stat().st_size > 1000


def test_the_start_of_a_worker_is_booked_with_its_first_job(tmp_path: Path) -> None:
    with site(tmp_path, RunPodDouble(says={"svd-xt": 10_000}, cold_ms=41_200, workers=1)) as at:
        at.make()
        at.make(1, 2)
        assert sorted(bill.quantities["gpu_ms"] for bill in at.errand.bills.values()) == [10_000, 52_000]
        assert at.micros() == at.double.books.total


def test_progress_only_grows(tmp_path: Path) -> None:
    with site(tmp_path, RunPodDouble(says={"svd-xt": 800}, pace=1.0)) as at:
        at.make()
        shares = at.errand.shares
        assert shares == sorted(set(shares))
        assert shares
        assert max(shares) < 1


def test_progress_after_the_end_is_passed_over(tmp_path: Path) -> None:
    with site(tmp_path, RunPodDouble(Schedule({"job": [Fault.LATE]}))) as at:
        assert at.make().exists()


def test_a_failed_job_is_booked_and_its_traceback_stays_where_it_is(tmp_path: Path) -> None:
    with site(tmp_path, RunPodDouble(Schedule({"job": [Fault.FAILED]}), says={"svd-xt": 30_000})) as at:
        with pytest.raises(Garbled) as raised:
            at.make()
        assert at.micros() == at.double.books.total == 30 * 310
        said = f"{raised.value!r} {raised.value} {raised.value.cause}"
        assert "/src" not in said
        assert "Traceback" not in said
        assert raised.value.request == "job-1-u1"


def test_a_coded_refusal_is_invalid_in_our_words(tmp_path: Path) -> None:
    with site(tmp_path, RunPodDouble()) as at, pytest.raises(Invalid, match="refused the job's input"):
        at.make(width=129)


def test_every_refusal_of_the_wire_has_words_or_is_a_failure() -> None:
    wire = json.loads((Path(__file__).parents[3] / "data" / "wire" / "gpu-job.json").read_text())
    codes = set(wire["$defs"]["error"]["properties"]["code"]["enum"])
    assert set(sheet().refusals) == codes - {"fetch_failed", "upload_failed", "cancelled", "in_hand", "internal"}


@contextmanager
def forgotten(folder: Path) -> Iterator[Site]:
    """A take whose first job RunPod no longer has, as it is left to whoever asks for it again."""
    with site(folder, RunPodDouble(Schedule({"job": [Fault.EXPIRED]}), says={"svd-xt": 20_000})) as at:
        with pytest.raises(Forgotten, match="any more") as raised:
            at.make()
        assert at.double.books.asked["run"] == 1
        assert at.errand.bills == {}
        at.errand.ticket = raised.value.ticket
        yield at


def test_a_forgotten_job_that_a_worker_remembers_is_booked_as_it_was(tmp_path: Path) -> None:
    with forgotten(tmp_path) as at:
        at.make()
        assert not any(bill.guessed for bill in at.errand.bills.values())
        assert at.micros() == at.double.books.total == (20 + 1) * 310


def test_a_forgotten_job_nobody_remembers_is_owed_as_much_as_the_one_in_its_place(tmp_path: Path) -> None:
    with forgotten(tmp_path) as at:
        for kept in at.double.results.iterdir():  # another worker takes it, which shares no disk with the first
            kept.unlink()
        at.make()
        assert {bill.request: bool(bill.guessed) for bill in at.errand.bills.values()} == {
            "job-1-u1": True,
            "job-2-u1": False,
        }
        assert at.micros() == at.double.books.total == (20 + 20) * 310


def test_a_forgotten_job_is_owed_also_where_nobody_wants_it_any_more(tmp_path: Path) -> None:
    with forgotten(tmp_path) as at:
        at.work.usual.typical = 20.0
        at.errand.called_off = True
        with pytest.raises(Conflict):
            at.make()
        assert at.micros() == at.double.books.total == 20 * 310
        assert at.double.books.asked["run"] == 1


def test_a_forgotten_job_stays_on_the_ticket_while_nothing_comes_of_the_one_in_its_place(tmp_path: Path) -> None:
    with forgotten(tmp_path) as at:
        at.double.schedule = at.double.queue.schedule = Schedule({"status": [Fault.DOWN] * 50})
        with pytest.raises(Down):
            at.make()
        assert at.errand.ticket == "job-2-u1~job-1-u1"
        assert at.errand.bills == {}
        at.double.schedule = Schedule()
        at.make()
        assert set(at.errand.bills) == {"job-1-u1", "job-2-u1"}
        assert at.double.books.asked["run"] == 2


def test_all_jobs_of_a_chain_are_begun_anew_when_its_first_is_forgotten(tmp_path: Path) -> None:
    with site(tmp_path, RunPodDouble(says={"svd-xt": 20_000})) as at:
        at.make(0, 2)
        at.make(1, 2)
        at.double.queue.ahead += 1801
        again = at.errand = KeptErrand(ticket=at.errand.ticket)
        for kept in at.double.results.iterdir():
            kept.unlink()
        with pytest.raises(Forgotten) as raised:
            at.make(0, 2)
        again.ticket = raised.value.ticket
        at.make(0, 2)
        assert set(again.bills) == {"job-3-u1"}  # the second may still be told of
        at.make(1, 2)
        assert set(again.bills) == {f"job-{number}-u1" for number in range(1, 5)}
        assert at.micros() == at.double.books.total == 80 * 310


def test_a_ticket_is_gone_on_with_and_not_sent_again(tmp_path: Path) -> None:
    with site(tmp_path, RunPodDouble()) as at:
        at.make()
        again = KeptErrand(ticket=at.errand.ticket)
        at.errand = again
        assert at.make().exists()
        assert at.double.books.asked["run"] == 1
        assert again.tickets == []


def test_a_doubtful_errand_is_sent_again_and_computed_once(tmp_path: Path) -> None:
    double = RunPodDouble(says={"svd-xt": 20_000}, workers=1)
    with site(tmp_path, double) as at:
        key = at.errand.key
        at.work.jobs.run(clip_job(job_key=key))  # the process that sent it died before it wrote the id down
        at.errand = KeptErrand(key=key, doubtful=True)
        at.make()
        assert set(at.errand.bills) == {"job-1-u1", "job-2-u1"}
        assert at.micros() == double.books.total <= 21 * 310


def test_a_job_that_finds_its_work_in_hand_leaves_it_there_and_that_one_is_followed(tmp_path: Path) -> None:
    double = RunPodDouble(says={"svd-xt": 2_000}, pace=0.7, workers=2)
    with site(tmp_path, double) as at:
        at.work.jobs.run(clip_job(job_key=at.errand.key))  # nobody heard its id
        while not (double.results / f"{at.errand.key}.claim").exists():
            time.sleep(0.005)
        at.errand.doubtful = True
        assert at.make().exists()
        assert at.errand.tickets == ["job-2-u1", "job-1-u1"]
        assert double.queue.jobs["job-2-u1"].status == "FAILED"
        assert set(at.errand.bills) == {"job-1-u1", "job-2-u1"}
        assert at.micros() == double.books.total == (2 + 1) * 310


def test_called_off_is_told_to_the_vendor_and_booked(tmp_path: Path) -> None:
    double = RunPodDouble(says={"svd-xt": 60_000}, pace=1.0)
    with site(tmp_path, double) as at:
        ticket = at.work.jobs.run(clip_job(job_key=at.errand.key))
        at.errand.ticket, at.errand.called_off = ticket, True
        with pytest.raises(Conflict):
            at.make()
        assert at.work.jobs.status(ticket).status == "CANCELLED"
        assert at.micros() == double.books.total


def test_a_job_that_flies_on_when_it_is_called_off_keeps_its_ticket_until_it_is_booked(tmp_path: Path) -> None:
    double = RunPodDouble(Schedule({"cancel": [Fault.DOWN] * 50}), says={"svd-xt": 60_000}, pace=1.0)
    with site(tmp_path, double) as at:
        ticket = at.work.jobs.run(clip_job(job_key=at.errand.key))
        until(lambda: at.work.jobs.status(ticket).status == "IN_PROGRESS")
        at.errand.ticket, at.errand.called_off = ticket, True
        with pytest.raises(Down):
            at.make()
        assert (at.errand.ticket, at.errand.bills) == (ticket, {})
        double.schedule.script["cancel"].clear()
        with pytest.raises(Conflict):
            at.make()
        assert double.queue.jobs[ticket].status == "CANCELLED"
        assert at.micros() == double.books.total > 0


def test_what_was_made_before_it_was_called_off_is_brought_home(tmp_path: Path) -> None:
    with site(tmp_path, RunPodDouble()) as at:
        ticket = at.work.jobs.run(clip_job(job_key=at.errand.key))
        while not at.work.jobs.status(ticket).final:
            time.sleep(0.005)
        at.errand.ticket, at.errand.called_off = ticket, True
        assert at.make().exists()
        assert at.micros() == at.double.books.total


def test_a_job_no_worker_takes_is_taken_back_and_may_be_sent_anew(tmp_path: Path) -> None:
    with site(tmp_path, RunPodDouble(workers=0)) as at:
        with pytest.raises(Down, match="no worker"):
            at.make()
        assert at.errand.ticket == ""
        assert at.work.jobs.status("job-1-u1").status == "CANCELLED"
        assert at.double.books.total == 0


def test_a_job_called_off_at_the_vendor_is_garbled(tmp_path: Path) -> None:
    with site(tmp_path, RunPodDouble(workers=0)) as at:
        at.errand.ticket = at.work.jobs.run(clip_job())
        at.work.jobs.cancel(at.errand.ticket)
        with pytest.raises(Garbled, match="called off at RunPod"):
            at.make()
        assert at.errand.bills == {}


def test_a_job_runs_no_longer_than_what_is_held_for_it_pays_for_and_is_not_sent_again(tmp_path: Path) -> None:
    double = RunPodDouble(says={"svd-xt": 590_000})  # the engine's own bound would let it
    with site(tmp_path, double) as at:
        at.errand.allowed = 84_000
        with pytest.raises(Invalid, match="what is held for it pays for"):
            at.make()
        longest = 84 + ENGINE.load
        assert at.micros() == double.books.total == longest * 310
        (job,) = double.queue.jobs.values()
        assert job.policy["executionTimeout"] == job.input["ceiling_ms"] == longest * 1000


@pytest.mark.parametrize(("allowed", "seconds"), [(None, 600), (10_000_000, 600), (0, 60), (84_000, 144)])
def test_the_engine_s_own_bound_holds_too_and_a_load_is_always_allowed(allowed: int | None, seconds: int) -> None:
    assert ENGINE.policy(allowed) == {"executionTimeout": seconds * 1000, "ttl": 7_200_000}


def test_a_job_that_takes_too_long_is_stopped_and_booked(tmp_path: Path) -> None:
    double = RunPodDouble(says={"svd-xt": 60_000}, pace=1.0)
    with site(tmp_path, double) as at:
        ticket = at.errand.ticket = at.work.jobs.run(clip_job())
        until(lambda: at.work.jobs.status(ticket).status != "IN_QUEUE")
        double.queue.ahead += 601
        with pytest.raises(Invalid, match="was stopped"):
            at.make()
        assert at.micros() == double.books.total == 600 * 310


def test_an_endpoint_without_any_worker_allowed_is_not_asked(tmp_path: Path) -> None:
    with site(tmp_path, RunPodDouble(workers=0), limit=0) as at:
        with pytest.raises(Invalid, match="may have no workers"):
            at.make()
        assert at.double.books.asked["run"] == 0


def test_a_job_that_brings_too_much_is_not_sent(tmp_path: Path) -> None:
    with site(tmp_path, RunPodDouble()) as at, pytest.raises(Invalid, match="bytes"):
        at.make(prompt="x" * 9_500_000)


@pytest.mark.parametrize("fault", [Fault.FAILED, Fault.EXPIRED, Fault.DENIED])
def test_the_key_is_in_nothing_that_is_raised(tmp_path: Path, fault: Fault) -> None:
    operation = "status" if fault is Fault.DENIED else "job"
    with site(tmp_path, RunPodDouble(Schedule({operation: [fault]}))) as at:
        with pytest.raises((Garbled, Denied)) as raised:
            at.make()
        assert isinstance(raised.value, StudioError)
        assert KEY not in f"{raised.value!r} {raised.value.__dict__!r} {raised.value.__cause__!r} {at.work!r}"


@given(st.integers(min_value=0, max_value=10**7))
def test_whole_seconds_are_billed(ms: int) -> None:
    assert 0 <= billed(ms) - ms < 1000
    assert billed(ms) % 1000 == 0


def test_each_job_of_a_take_has_a_key_of_its_own() -> None:
    keys = [job_key("a" * 64, number) for number in range(4)]
    assert keys[0] == "a" * 64
    assert len(set(keys)) == 4
    assert all(len(key) == 64 for key in keys)


@given(st.integers(1, 3000), st.sampled_from([24, 30]), st.sampled_from(sorted(sheet().engine)))
def test_the_jobs_of_a_shot_cover_it_or_are_as_many_as_may_be(frames: int, fps: int, name: str) -> None:
    engine = sheet().engine[name]
    made = engine.links(frames, fps)
    covered = sum(one - 1 for one in made) / engine.rate * engine.stretch
    assert covered >= (frames - 1) / fps - 1e-6 or len(made) == engine.most_links
    rule = engine.frames
    assert all(one in range(rule.least, rule.most + 1, rule.step) for one in made)
    assert all(one == rule.most for one in made[:-1])


def test_a_call_off_is_heard_while_the_vendor_does_not_answer(tmp_path: Path) -> None:
    double = RunPodDouble(Schedule({"status": [Fault.DOWN] * 50}), workers=0)
    with site(tmp_path, double) as at:
        ticket = at.errand.ticket = at.work.jobs.run(clip_job())
        asked = []

        def check() -> None:
            asked.append(double.books.asked["status"])
            if len(asked) > 2:
                raise Conflict("called off")

        at.errand.check = check  # type: ignore[method-assign]
        with pytest.raises(Down):  # it was told, and what ran until then is still to be heard and booked
            at.make()
        assert double.queue.jobs[ticket].status == "CANCELLED"
        assert at.errand.ticket == ticket
        assert asked[-1] < 4


@pytest.mark.parametrize(
    ("name", "frames", "lengths", "pace"),
    [
        ("svd-xt", 83, (25,), 24),
        ("svd-xt", 94, (25,), 28),  # 15 % slower saves a job
        ("svd-xt", 100, (25, 25), 24),
        ("svd-xt", 1000, (25, 25, 25), 28),
        ("skyreels-v2-df-1.3b-540p", 110, (113,), 24),  # any length is to be had: nothing is slowed
        ("skyreels-v2-i2v-14b-540p", 105, (97,), 26),
    ],
)
def test_a_shot_is_slowed_only_where_that_saves_a_job(
    name: str, frames: int, lengths: tuple[int, ...], pace: int
) -> None:
    engine = sheet().engine[name]
    assert engine.links(frames, 24) == lengths
    assert engine.pace(frames, 24) == pace
