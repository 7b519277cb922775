"""One engine at work on an endpoint: sends a job or goes on with one that was sent, and brings its result home."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
from pydantic import ConfigDict, TypeAdapter, ValidationError

from services.gpu.answers import Made
from services.gpu.jobs import VENDOR, JobClient
from services.gpu.sheet import EngineSheet, Pace, sheet
from services.gpu.watching import Usual, Watch
from services.guard import vendors
from services.http import fetch
from services.media.lettering import Pixels
from services.retry import PATIENCE, Patience
from studio.crew import Errand
from studio.errors import Busy, Down, Forgotten, Garbled, Invalid, StudioError, Unclear
from studio.takes.recipe import canonical

_ADVICE = "; the bucket its workers write to is named by RUNPOD_RESULTS_URL"
_LOST = "~"  # in a ticket, before the id of a job that RunPod forgot
_OPEN = (Busy, Down, Unclear)  # what the job in its place takes is still to be heard
_BASE64 = TypeAdapter(bytes, config=ConfigDict(val_json_bytes="base64"))  # a third of the time of Python's own
Input = dict[str, Any]  # as `input` of data/wire/gpu-job.json


@dataclass(frozen=True)
class Work:
    """An engine on an endpoint. `limit` tells how many workers the endpoint may have, where somebody can say."""

    jobs: JobClient
    engine: EngineSheet
    hosts: Collection[str] = field(default_factory=lambda: vendors()[VENDOR].hosts)
    limit: Callable[[], int | None] = lambda: None
    pace: Pace = field(default_factory=lambda: sheet().poll)
    patience: Patience = PATIENCE
    usual: Usual = field(default_factory=Usual)

    def link(self, errand: Errand, number: int, of: int, wanted: Callable[[], Input], file: Path) -> Made:
        """Have job `number` of a take's `of` jobs made into `file`; what the errand knows as sent is not sent again.

        The ids of a take's jobs are one ticket, in their order. A doubtful errand is simply sent again: the job goes
        with a key of its own under which our worker computes once (see Jobs.run).

        Forgotten when RunPod no longer has a job: asked again, the take is begun anew, and what the forgotten ones cost
        is booked as soon as that is known or can be guessed. The customer pays for the new ones alone.
        """
        jobs, lost = job_ids(errand.ticket), _lost(errand.ticket)
        watch = Watch(
            self.jobs,
            errand,
            self.engine.name,
            float(self.engine.ttl),
            self.pace,
            self.patience,
            self.usual,
            shown=lambda share: (number + share) / of,
            renamed=lambda ticket, other: errand.sent(errand.ticket.replace(ticket, other).strip()),
        )
        try:
            if fresh := number >= len(jobs):
                jobs.append(self._sent(errand, number, wanted))
                errand.sent(" ".join(["".join([jobs[0], *(_LOST + one for one in lost)]), *jobs[1:]]))
            answer = watch.finish(jobs[number], just_sent=fresh)
        except StudioError as error:
            if watch.forgotten and isinstance(error, Garbled):
                raise _forgotten(error, job_ids(errand.ticket), lost) from error
            if not isinstance(error, _OPEN):
                _owe(watch, lost)
            raise
        if number == of - 1:
            _owe(watch, lost)
        self._bring(answer, job_ids(errand.ticket)[number], file)
        return answer

    def _sent(self, errand: Errand, number: int, wanted: Callable[[], Input]) -> str:
        """Send a job, unless nobody wants it any more; gives its id."""
        self._ready()
        errand.check()
        job = self._job({**wanted(), "job_key": job_key(errand.key, number)}, errand.allowed)
        return self.jobs.run(job, errand.check)

    def _job(self, given: Input, allowed: int | None) -> bytes:
        """The JSON of a job: megabytes, so that it is put together once.

        What would be stopped before its end is refused before its beginning, where the worker can tell (ceiling_ms).
        """
        policy = self.engine.policy(allowed)
        asked = {"engine": self.engine.name, **given, "ceiling_ms": policy["executionTimeout"]}
        job = {"input": asked, "policy": policy}
        told, most = canonical(job), sheet().limits.job_bytes
        if len(told) > most:
            detail = f"the pictures of this job have {len(told):,} bytes, more than the {most:,} a job may bring along"
            raise Invalid(detail, vendor=VENDOR, operation="run")
        return told

    def _ready(self) -> None:
        """See that somebody can take the job: an endpoint unused for a week is left without any worker."""
        if self.usual.fresh(self.patience.clock()) or self.jobs.health().manned:
            return
        if self.limit() == 0:
            detail = f"the endpoint {self.jobs.endpoint} may have no workers: raise its most workers at RunPod"
            raise Invalid(detail, vendor=VENDOR, operation="health")

    def _bring(self, answer: Made, ticket: str, file: Path) -> None:
        """Write the result to a file, from the answer itself or from the worker's bucket."""
        most = sheet().limits.result_bytes
        if answer.url:
            fetch(answer.url, file, vendor=VENDOR, hosts=self.hosts, most=most, advice=_ADVICE)
            return
        try:
            file.write_bytes(_BASE64.validate_strings(answer.base64))
        except ValidationError:
            detail = "the picture in the worker's answer cannot be read"
            raise Garbled(detail, vendor=VENDOR, operation="download", request=ticket) from None


def job_ids(ticket: str) -> list[str]:
    """The ids of a take's jobs, as far as they were sent, in their order."""
    return [job for one in ticket.split() if (job := one.partition(_LOST)[0])]


def _lost(ticket: str) -> list[str]:
    """The ids of jobs that RunPod forgot, in whose place others are sent, behind the first one's."""
    return ticket.partition(" ")[0].split(_LOST)[1:]


def _forgotten(error: Garbled, jobs: Sequence[str], lost: Sequence[str]) -> Forgotten:
    """What is said of a take that has to be begun anew."""
    found = Forgotten(error.detail, vendor=error.vendor, operation=error.operation, request=error.request)
    found.ticket = "".join(_LOST + one for one in (*jobs, *lost))
    return found


def _owe(watch: Watch, lost: Sequence[str]) -> None:
    for one in lost:
        watch.owe(one)


def job_key(key: str, number: int) -> str:
    """The worker's name for a take's job: the take's key, and one derived from it for each job after the first."""
    return key if number == 0 else hashlib.sha256(f"{key}/{number}".encode()).hexdigest()


def encoded(picture: Pixels) -> str:
    """A BGR picture as base64 of a PNG, as jobs carry it."""
    return base64.b64encode(cv2.imencode(".png", picture)[1].tobytes()).decode("ascii")
