"""Two hundred jobs in a row: memory does not grow, and little of a job's time is anything but its work."""

from __future__ import annotations

import gc
import statistics
import threading
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from jobs import DF, KLEIN, a_worker, job

from gpu_endpoint.errors import Refusal
from gpu_endpoint.worker import Errand

JOBS = 200
SETTLED = 80  # jobs after which whatever is kept once is kept
GROWN = 1_000  # bytes of Python's own a job may leave behind: a line of a log, no picture and no model
OVERHEAD = 0.05  # seconds of a job; of the quickest tenth, as a busy machine only ever adds to it


@pytest.fixture
def traced() -> Iterator[None]:
    """Python's own memory is counted; what a process holds moves by megabytes with what its allocators keep."""
    tracemalloc.start()
    yield
    tracemalloc.stop()


def test_two_hundred_jobs_leave_nothing_behind(tmp_path: Path, traced: None) -> None:
    worker = a_worker(tmp_path)
    overheads, before = [], (0, 0, 0)
    for number in range(JOBS):
        if number == SETTLED:
            before = held()
        engine = DF if number % 5 == 0 else KLEIN
        given = job(engine, f"job {number}", seed=number, steps=1, **({"frames": 5} if engine == DF else {}))
        if number % 50 == 1:
            with pytest.raises(Refusal):
                worker.answer({**given, "steps": 101}, Errand(f"job-{number}"))
            continue
        begun, worked = time.monotonic(), worker.seconds
        worker.answer(given, Errand(f"job-{number}"))
        overheads.append(time.monotonic() - begun - (worker.seconds - worked))
    after = held()
    assert after[0] - before[0] < GROWN * (JOBS - SETTLED)
    assert after[1] <= before[1]
    assert after[2] <= before[2]
    assert statistics.quantiles(overheads, n=10)[0] < OVERHEAD
    assert len(worker.residency.on_card) == 2
    worker.close()


def held() -> tuple[int, int, int]:
    """Bytes of Python's own, bytes of tensors, and threads."""
    gc.collect()
    kinds = (torch.Tensor, torch.nn.Parameter)  # those of other kinds, which earlier tests may leave, hold nothing
    stores = [one.untyped_storage() for one in gc.get_objects() if type(one) in kinds]
    tensors = sum({store.data_ptr(): store.nbytes() for store in stores}.values())
    return tracemalloc.get_traced_memory()[0], tensors, threading.active_count()
