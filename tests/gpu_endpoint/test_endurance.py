"""Two hundred jobs in a row: memory does not grow, and little of a job's time is anything but its work."""

from __future__ import annotations

import gc
import statistics
import threading
import time
from pathlib import Path

import psutil
import pytest
from jobs import DF, KLEIN, a_worker, job

from gpu_endpoint.errors import Refusal
from gpu_endpoint.worker import Errand

JOBS = 200
SETTLED = 60  # jobs after which allocators have what they keep
GROWN = 8_000_000  # bytes: a still of ours and its output are a tenth of a megabyte, a lost model half of one
OVERHEAD = 0.05  # seconds of a job


def test_two_hundred_jobs_leave_nothing_behind(tmp_path: Path) -> None:
    worker = a_worker(tmp_path)
    process, overheads = psutil.Process(), []
    before, threads = 0, 0
    for number in range(JOBS):
        if number == SETTLED:
            gc.collect()
            before, threads = process.memory_info().rss, threading.active_count()
        engine = DF if number % 5 == 0 else KLEIN
        given = job(engine, f"job {number}", seed=number, steps=1, **({"frames": 5} if engine == DF else {}))
        if number % 50 == 1:
            with pytest.raises(Refusal):
                worker.answer({**given, "steps": 101}, Errand(f"job-{number}"))
            continue
        begun, worked = time.monotonic(), worker.seconds
        worker.answer(given, Errand(f"job-{number}"))
        overheads.append(time.monotonic() - begun - (worker.seconds - worked))
    gc.collect()
    assert process.memory_info().rss - before < GROWN
    assert threading.active_count() <= threads
    assert statistics.median(overheads) < OVERHEAD
    assert len(worker.residency.on_card) == 2
    worker.close()
