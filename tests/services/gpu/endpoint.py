"""What tests of jobs share: an endpoint's double, patience without waiting, and a line of its own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from services.gpu.jobs import Jobs
from services.gpu.sheet import Pace
from services.guard import Line, Manners
from services.retry import Patience
from tests.doubles.runpod import RunPodDouble
from tests.doubles.server import serving

KEY = "rpa_double"
QUICK = Patience(sleep=lambda seconds: time.sleep(min(seconds, 0.01)))
PACE = Pace(first=0.01, growth=1.2, most=0.02, stuck=0.1)


def quiet_line() -> Line:
    """A line that waits for nothing."""
    return Line(Manners(name="runpod", hosts=("127.0.0.1",), at_once=32, trips=50), QUICK)


@contextmanager
def jobs_on(double: RunPodDouble, key: str = KEY, endpoint: str = "ep1") -> Iterator[Jobs]:
    """A client of the double's endpoint."""
    with serving(double.app) as base:
        jobs = Jobs(key, endpoint, f"{base}/v2", to=quiet_line(), seconds=5)
        try:
            yield jobs
        finally:
            jobs.close()
            double.close()


def clip_job(**more: Any) -> dict[str, Any]:
    """A small job, as the studio sends one."""
    given = {"engine": "svd-xt", "job_key": "b" * 64, "prompt": "a quay", "width": 128, "height": 72, "frames": 25}
    return {"input": {**given, "seed": 7, "fps": 24, **more}, "policy": {"executionTimeout": 600_000, "ttl": 7_200_000}}
