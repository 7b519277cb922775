"""How far a job is, is said at least each second: whatever its steps take, and whatever fails on the way."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from threading import Event
from typing import Any, cast

import pytest
from jobs import DF, a_worker, job
from test_worker import fits

from gpu_endpoint.pulse import BEAT, Pulse, paced
from gpu_endpoint.registry import engine
from gpu_endpoint.worker import Errand

LONG = 120.0  # seconds, against hanging alone


class Time:
    """A clock that only goes on while somebody waits or works, and ends after so many seconds."""

    def __init__(self, ends: float) -> None:
        self.now, self.ends = 100.0, 100.0 + ends

    def clock(self) -> float:
        return self.now

    def over(self, seconds: float) -> bool:
        assert seconds >= 0
        self.now += seconds
        return self.now >= self.ends


@pytest.mark.parametrize("takes", [0.0, 0.2, 0.5, 0.9])
def test_a_report_that_takes_its_time_does_not_put_off_the_next(takes: float) -> None:
    time, heard = Time(30.0), []

    def told() -> None:
        heard.append(time.now)
        time.now += takes

    paced(told, BEAT, time.clock, time.over)
    gaps = [later - sooner for sooner, later in pairwise(heard)]
    assert gaps == pytest.approx([max(BEAT, takes)] * len(gaps))
    assert max(gaps) < 1.0
    assert heard[0] == 100.0


def test_a_report_that_hung_is_not_made_up_for() -> None:
    time, heard = Time(10.0), []

    def told() -> None:
        heard.append(time.now)
        time.now += 5.0 if len(heard) == 1 else 0.0

    paced(told, BEAT, time.clock, time.over)
    assert heard[:4] == [100.0, 105.0, 105.5, 106.0]


@pytest.mark.parametrize("error", [OSError("stale file handle"), RuntimeError("can't start new thread")])
def test_a_report_that_fails_is_not_the_last(error: Exception) -> None:
    time, heard = Time(2.0), []

    def told() -> None:
        heard.append(time.now)
        if len(heard) == 2:
            raise error

    paced(told, BEAT, time.clock, time.over)
    assert heard == [100.0, 100.5, 101.0, 101.5]


def test_a_report_says_the_step_and_how_long_it_has_been() -> None:
    told: list[dict[str, Any]] = []
    time = Time(60.0)
    pulse = Pulse(told.append, lambda: None, time.clock)
    pulse.tell()
    pulse.at(0.5, "denoise", 2, 4)
    time.now += 2.5
    pulse.tell()
    time.now += 1.0
    pulse.tell()
    pulse.at(0.25, "denoise", 1, 4)
    pulse.tell()
    pulse.at(0.5, "decode")
    pulse.tell()
    for one in told:
        fits(one, "progress")
    assert told[0] == {"share": 0.0, "stage": "waiting", "elapsed_ms": 0}
    at_work = {"share": 0.45, "stage": "denoise", "step": 2, "steps": 4}
    assert told[1:4] == [{**at_work, "elapsed_ms": since} for since in (2500, 3500, 3500)]
    assert told[4] == {"share": 0.875, "stage": "decode", "elapsed_ms": 3500}


def test_while_a_step_is_held_reports_go_on(tmp_path: Path) -> None:
    worker = a_worker(tmp_path)
    made = cast("Any", worker.lane.do(lambda: worker.residency.use(engine(DF))).result())
    held, heard = Event(), Event()
    during: list[dict[str, Any]] = []

    def told(progress: dict[str, Any]) -> None:
        if held.is_set() and not heard.is_set():
            during.append(progress)
            if len(during) == 3:  # the first may have been on its way when the step began
                heard.set()

    calls: list[int] = []

    def step(*_: object) -> None:
        calls.append(1)
        if len(calls) == 4:  # each step asks the network twice: this is the second one
            held.set()
            assert heard.wait(LONG)

    getattr(made.pipes[0], made.core).register_forward_pre_hook(step)
    try:
        assert worker.answer(job(DF, "held", steps=4), Errand("job-1", told))["frames"] == 9
    finally:
        heard.set()
        worker.close()
    one, two = during[1:]
    assert one["stage"] == two["stage"] == "denoise"
    assert (one["step"], one["steps"]) == (two["step"], two["steps"]) == (1, 4)
    assert two["elapsed_ms"] > one["elapsed_ms"]


def test_a_claim_that_cannot_be_renewed_does_not_silence_a_job() -> None:
    let_go, twice = Event(), Event()
    told: list[dict[str, Any]] = []

    def hear(progress: dict[str, Any]) -> None:
        told.append(progress)
        if len(told) == 2:
            twice.set()

    with Pulse(hear, lambda: cast("None", let_go.wait(LONG))):
        assert twice.wait(LONG)
        let_go.set()
    assert len(told) >= 2
