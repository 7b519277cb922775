"""One engine at work on an endpoint: sends a job or goes on with one that was sent, and brings its result home."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2

from services.gpu.answers import Made
from services.gpu.jobs import VENDOR, JobClient
from services.gpu.sheet import EngineSheet, Pace, sheet
from services.gpu.watching import Usual, Watch
from services.guard import vendors
from services.http import fetch
from services.media.lettering import Pixels
from services.retry import PATIENCE, Patience
from studio.crew import Errand
from studio.errors import Garbled, Invalid
from studio.takes.recipe import canonical

_ADVICE = "; the bucket its workers write to is named by RUNPOD_RESULTS_URL"
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
        """
        tickets = errand.ticket.split()
        if fresh := number >= len(tickets):
            self._ready()
            errand.check()
            job = self._job({**wanted(), "job_key": job_key(errand.key, number)}, errand.allowed)
            tickets.append(self.jobs.run(job, errand.check))
            errand.sent(" ".join(tickets))
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
        answer = watch.finish(tickets[number], just_sent=fresh)
        self._bring(answer, errand.ticket.split()[number], file)
        return answer

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
            file.write_bytes(base64.b64decode(answer.base64, validate=True))
        except binascii.Error as error:
            detail = "the picture in the worker's answer cannot be read"
            raise Garbled(detail, vendor=VENDOR, operation="download", request=ticket, cause=error) from error


def job_key(key: str, number: int) -> str:
    """The worker's name for a take's job: the take's key, and one derived from it for each job after the first."""
    return key if number == 0 else hashlib.sha256(f"{key}/{number}".encode()).hexdigest()


def encoded(picture: Pixels) -> str:
    """A BGR picture as base64 of a PNG, as jobs carry it."""
    return base64.b64encode(cv2.imencode(".png", picture)[1].tobytes()).decode("ascii")
