"""RunPod's queue of one endpoint: jobs, their states, what is kept how long, and what is billed for them.

Speaks no HTTP; tests/doubles/runpod.py does. Time can be moved on for retention and ttl.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from threading import Condition
from typing import Any

from tests.doubles.server import Books, Fault, Schedule

RETENTION = 1800.0  # seconds an async result is kept
# Micro-dollars a second, from the vendor's list: a 4090 for small models, an H100 for SkyReels.
RATES = {"svd-xt": 310, "keyframe-klein-4b": 310, "consistency": 310, "": 1160}
JOB_FAULTS = (Fault.FAILED, Fault.GARBLED, Fault.EXPIRED, Fault.LATE)
_STOPPED = ("CANCELLED", "TIMED_OUT")  # while a worker is at it
FINAL = ("COMPLETED", "FAILED", "CANCELLED", "TIMED_OUT")


@dataclass
class Job:
    """One job; times are the queue's own seconds."""

    id: str
    input: dict[str, Any]
    policy: dict[str, Any]
    sent: float
    status: str = "IN_QUEUE"
    taken: float | None = None
    ended: float | None = None
    execution: int | None = None
    output: Any = None
    error: str | None = None
    worker: str = ""
    fault: Fault | None = None
    late: int = 0  # more answers that carry old progress instead of the result

    @property
    def engine(self) -> str:
        """The engine it is for."""
        return str(self.input.get("engine", "consistency" if "consistency" in self.input else ""))

    @property
    def allowed(self) -> int:
        """Milliseconds it may run; then the vendor stops it."""
        return int(self.policy.get("executionTimeout", 600_000))


@dataclass
class Queue:
    """All jobs of an endpoint. `says`: the executionTime told and billed per engine, in ms, else what was measured."""

    books: Books
    schedule: Schedule
    rates: Mapping[str, int] = field(default_factory=lambda: RATES)
    says: Mapping[str, int] = field(default_factory=dict)
    manned: bool = True
    ahead: float = 0.0  # seconds by which time was moved on
    begun: Callable[[Job], None] = lambda job: None  # told of a job before the next one is taken
    first: int = 1  # number of a job

    def __post_init__(self) -> None:
        self.jobs: dict[str, Job] = {}
        self.changed = Condition()
        self._numbers = count(self.first)

    def now(self) -> float:
        """The queue's time in seconds."""
        return time.monotonic() + self.ahead

    def submit(self, body: Mapping[str, Any]) -> Job:
        """Take a job in; its fate is decided now."""
        with self.changed:
            made = Job(f"job-{next(self._numbers)}-u1", dict(body["input"]), dict(body.get("policy", {})), self.now())
            key = str(made.input.get("job_key", made.id))
            made.fault = self.schedule.next("job", key, can=JOB_FAULTS)
            made.late = 2 if made.fault is Fault.LATE else 0
            self.jobs[made.id] = made
            self.changed.notify_all()
            return made

    def find(self, number: str) -> Job | None:
        """A job that is still kept: not past its ttl while it waits or runs, not past retention afterwards."""
        with self.changed:
            job = self.jobs.get(number)
            if job is None:
                return None
            if job.taken is not None and job.ended is None and self.now() - job.taken > job.allowed / 1000:
                self.end(number, status="TIMED_OUT")
            since, kept = (job.sent, job.policy.get("ttl", 86_400_000) / 1000)
            if job.ended is not None:
                since, kept = job.ended, 0.0 if job.fault is Fault.EXPIRED else RETENTION
            if self.now() - since > kept:
                del self.jobs[number]
                return None
            return job

    def take(self, worker: str, wait: float) -> Job | None:
        """The next job for a worker, waited for."""
        with self.changed:
            self.changed.wait_for(lambda: self._next() is not None, timeout=wait)
            job = self._next()
            if job is not None:
                job.status, job.taken, job.worker = "IN_PROGRESS", self.now(), worker
                self.begun(job)
            return job

    def report(self, number: str, output: Any) -> None:
        """A worker's progress; what comes after the end is not heard, as it is at most by a faulty queue."""
        with self.changed:
            job = self.jobs.get(number)
            if job is not None and job.status == "IN_PROGRESS":
                job.output = output

    def end(
        self, number: str, *, output: Any = None, error: str | None = None, status: str = "", refused: bool = False
    ) -> None:
        """A worker's answer, or a job called off; billed as long as it ran. A `refused` one did no work.

        One that took longer than it may was stopped when its time was over, whatever its worker says.
        """
        with self.changed:
            job = self.jobs.get(number)
            if job is None or job.status in FINAL:
                return
            job.status = status or ("FAILED" if error else "COMPLETED")
            job.output, job.error, job.ended = output, error, self.now()
            if job.taken is not None:
                took = self._took(job, output, cut=refused or job.status in _STOPPED)
                if took > job.allowed:
                    job.status, job.output, job.error, took = "TIMED_OUT", None, None, job.allowed
                self._bill(job, took)
            self.changed.notify_all()

    def cancel(self, number: str) -> bool:
        """Call a job off; whether it was there and not over."""
        job = self.find(number)
        if job is None or job.status in FINAL:
            return False
        self.end(number, status="CANCELLED")
        return True

    def stopped(self, worker: str) -> list[str]:
        """The jobs a worker has in hand that were called off; told once."""
        with self.changed:
            found = [job for job in self.jobs.values() if job.worker == worker and job.status in _STOPPED]
            for job in found:
                job.worker = ""
            return [job.id for job in found]

    def again(self, number: str) -> bool:
        """Queue a failed job once more under its id."""
        job = self.find(number)
        if job is None or job.status not in ("FAILED", "TIMED_OUT"):
            return False
        with self.changed:
            job.status, job.taken, job.ended, job.error, job.fault = "IN_QUEUE", None, None, None, None
            self.changed.notify_all()
        return True

    def purge(self) -> int:
        """Drop what waits."""
        with self.changed:
            waiting = [job.id for job in self.jobs.values() if job.status == "IN_QUEUE"]
            for number in waiting:
                del self.jobs[number]
            return len(waiting)

    def counted(self, *states: str) -> int:
        """How many jobs are in one of these states."""
        with self.changed:
            return sum(job.status in states for job in self.jobs.values())

    def document(self, job: Job) -> dict[str, Any]:
        """What /status says of a job."""
        with self.changed:
            said: dict[str, Any] = {"id": job.id, "status": job.status}
            if job.taken is not None:
                said |= {"delayTime": round((job.taken - job.sent) * 1000), "workerId": job.worker or "wrk"}
            if job.execution is not None:
                said["executionTime"] = job.execution
            if job.late and job.status == "COMPLETED":
                job.late -= 1
                return {**said, "output": {"share": 0.5, "stage": "denoise"}}
            if job.output is not None:
                said["output"] = job.output
            if job.error is not None:
                said["error"] = job.error
            return said

    def _next(self) -> Job | None:
        if not self.manned:
            return None
        return next((job for job in self.jobs.values() if job.status == "IN_QUEUE"), None)

    def _took(self, job: Job, output: Any, *, cut: bool) -> int:
        """Milliseconds of its worker.

        The quick worker says what its work took as if it were real; a result handed out again took next to nothing.
        """
        assert job.taken is not None
        ran = round((self.now() - job.taken) * 1000)
        said = output if isinstance(output, dict) else {}
        return ran if cut or not self.says else int(said.get("gpu_ms", self.says.get(job.engine, ran)))

    def _bill(self, job: Job, took: int) -> None:
        """Whole seconds of the worker, and the start of one that says it has just started."""
        said = job.output if isinstance(job.output, dict) else {}
        job.execution = max(1, took)
        rate = self.rates.get(job.engine, self.rates[""])
        seconds = -(-job.execution // 1000) + -(-said.get("cold_ms", 0) // 1000)
        if seconds:
            self.books.bill(job.id, seconds * rate)


def crash(worker: str) -> str:
    """The error of a handler that raised, as the worker's loop reports it."""
    trace = 'Traceback (most recent call last):\n  File "/src/handler.py", line 61\nRuntimeError: CUDA error'
    told = {"error_type": "<class 'RuntimeError'>", "error_message": "CUDA error: out of resources"}
    where = {"hostname": f"{worker}-64410fcd", "worker_id": worker, "runpod_version": "1.12.0"}
    return json.dumps({**told, "error_traceback": trace, **where})
