"""A job is asked about when it may be done: those of its engine that came before say when that is."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from services.gpu.answers import Health, Status
from services.gpu.sheet import Pace
from services.gpu.watching import Usual, Watch
from tests.doubles.errands import KeptErrand
from tests.services.clock import Clock


@dataclass
class Slow:
    """One job, which waits in the queue and is then worked at; so many seconds each."""

    clock: Clock
    queued: float
    works: float
    endpoint: str = "ep1"
    hired: bool = False
    asked: list[float] = field(default_factory=list)

    def status(self, ticket: str, check: object = None) -> Status:
        del check
        self.asked.append(self.clock.now)
        since = self.clock.now - self.asked[0]
        told: dict[str, object] = {"id": ticket, "status": "IN_QUEUE"}
        if since >= self.queued:
            told |= {"status": "IN_PROGRESS", "delayTime": self.queued * 1000}
        if since >= self.queued + self.works:
            made = {"kind": "clip", "engine": "svd-xt", "media_type": "video/mp4", "width": 8, "height": 8}
            told |= {"status": "COMPLETED", "executionTime": round(self.works * 1000)}
            told["output"] = {**made, "gpu_ms": 1, "base64": "AAAA"}
        return Status.model_validate(told)

    def run(self, job: object, check: object = None) -> str:
        raise AssertionError

    def cancel(self, ticket: str) -> Status:
        raise AssertionError

    def health(self) -> Health:
        raise AssertionError

    def close(self) -> None:
        raise AssertionError


@pytest.mark.parametrize("queued", [0.0, 3.0, 28.0, 200.0])
def test_who_knows_how_long_jobs_take_asks_less_often_and_hears_sooner(queued: float) -> None:
    usual, asked, late = Usual(), list[int](), list[float]()
    for _ in range(2):  # of the first nobody knows
        jobs = Slow(clock := Clock(share=0.5), queued, 56.0)
        Watch(jobs, KeptErrand(), "svd-xt", 7200.0, Pace(), clock.patience, usual).finish("job-1-u1")
        asked.append(len(jobs.asked))
        late.append(clock.now - jobs.asked[0] - queued - 56.0)
    assert asked[1] <= asked[0] * 0.75
    assert 0 <= late[1] <= min(2.5, late[0] + 1.0)
