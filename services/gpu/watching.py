"""Follows one job to its end: asks when it may be done, says how far it is, books what it cost, calls it off."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any, TypeVar

from services.gpu.answers import Answer, Made, Status, made, refusal
from services.gpu.jobs import VENDOR, JobClient
from services.gpu.sheet import Pace, sheet
from services.retry import PATIENCE, Patience
from studio.crew import Errand
from studio.errors import Conflict, Down, Garbled, Invalid, Unclear, VendorError
from studio.money.usage import Usage

A = TypeVar("A", bound=Answer)
_SECOND = 1000
_MOMENTS = 20
_IN_HAND = "in_hand"
_MARGIN = 600.0  # seconds after a job's ttl until nobody waits for it any more
_LATELY = 5  # jobs of an engine from which the next one's length is judged
_AWAKE = 60.0  # seconds after a job in which its endpoint is not left without workers
_FORGOTTEN = "RunPod did not have this job any more; it cost as much as the one that was sent in its place"
_FAR = 3.0  # times the longest pause: a job is asked about so often even where it cannot be done yet


def billed(ms: int) -> int:
    """What RunPod bills of so many milliseconds: whole seconds, rounded up."""
    return -(-ms // _SECOND) * _SECOND


@dataclass
class Usual:
    """How long an engine's jobs took lately; safe to use from many threads. `typical` is believed until one is done."""

    typical: float = 0.0  # seconds
    _took: deque[float] = field(default_factory=lambda: deque(maxlen=_LATELY), init=False)
    _at: float = field(default=-_AWAKE, init=False)

    def learn(self, ended: Status, at: float) -> None:
        """Take a job into account that was done, as was seen at this moment."""
        if ended.status == "COMPLETED" and ended.execution:
            self._took.append(ended.execution / _SECOND)
            self._at = at

    def fresh(self, at: float) -> bool:
        """Whether a job was done so short a time ago that somebody is there to do another."""
        return at - self._at < _AWAKE

    @property
    def whole(self) -> float:
        """Seconds a job takes, if it is as others were."""
        return median(tuple(self._took) or (self.typical,))

    def left(self, seen: Status, waited: float) -> float:
        """Seconds such a job still needs that we waited for so long."""
        worked = 0.0 if seen.status == "IN_QUEUE" or seen.delay is None else max(0.0, waited - seen.delay / _SECOND)
        return max(0.0, self.whole - worked)


@dataclass
class Watch:
    """One model's jobs, followed for one errand.

    A job is booked at its executionTime, rounded up to whole seconds, whether it was of use or not. Of delayTime
    nothing is taken: it is mostly the wait in the queue, which costs nothing. The start of a container, which does
    cost, hides in it too, so our worker says in its first answer what its start took (cold_ms), and that is booked
    with the job. The seconds an idle worker stays on belong to no job and are on RunPod's own bill only.
    """

    jobs: JobClient
    errand: Errand
    model: str
    ttl: float
    pace: Pace = field(default_factory=lambda: sheet().poll)
    patience: Patience = PATIENCE
    usual: Usual = field(default_factory=Usual)
    shown: Callable[[float], float] = lambda share: share  # this job's share -> the whole errand's
    # Another job stands for this one from now on; none, when it was taken back and may be sent anew.
    renamed: Callable[[str, str], None] = lambda ticket, other: None
    forgotten: bool = field(default=False, init=False)  # whether the vendor has the job no more
    _furthest: float = field(default=0.0, init=False)
    _took: int = field(default=0, init=False)  # milliseconds of the job, once it ended

    def finish(self, ticket: str, *, just_sent: bool = False) -> Made:
        """Wait for the worker's picture or film; as follow."""
        return self.follow(ticket, made, just_sent=just_sent)

    def follow(self, ticket: str, read: Callable[[Any], A | None], hops: int = 2, *, just_sent: bool = False) -> A:
        """Wait for the worker's answer, in any case booked; who was `just_sent` is not asked at once.

        A job sent twice may find its work in the hands of the first one, whose answer was lost: then that one is
        followed, at most `hops` times.

        Down when no worker came and the job was taken back, so that nothing is owed; Conflict when called off, and
        the vendor was told before it had ended; Garbled or Invalid for a job that failed; Unclear when it does not end.
        """
        try:
            ended = self._ended(ticket, read, just_sent=just_sent)
        except Conflict:
            if (done := self._call_off(ticket, read)) is None:
                raise
            ended = done
        self._took = self._book(ticket, ended, read(ended.output))
        answer = read(ended.output) if ended.status == "COMPLETED" else None
        if answer is None:
            other = refusal(ended.error)
            if other.code == _IN_HAND and other.job and other.job != ticket and hops:
                self.renamed(ticket, other.job)
                return self.follow(other.job, read, hops - 1)
            raise _failed(ended, ticket)
        self._book_others(answer, read)
        return answer

    def _ended(self, ticket: str, read: Callable[[Any], Answer | None], *, just_sent: bool) -> Status:
        begun, pause, late = self.patience.clock(), self.pace.first, 0
        heeding = self.patience.heeding(self.errand.check)
        if just_sent:
            heeding.sleep(max(pause, self._far(self.usual.whole)))
        while True:
            seen = self._seen(ticket, self.errand.check)
            waited = self.patience.clock() - begun
            if seen.final and (seen.status != "COMPLETED" or read(seen.output) or late >= self.pace.late):
                self.usual.learn(seen, self.patience.clock())
                return seen
            # A report of progress can arrive after the end and stand where the answer was.
            late += seen.final
            self.errand.check()  # after what has ended: nobody throws away what is made and paid for
            if waited > self.ttl + _MARGIN:
                raise Unclear(f"RunPod's job {ticket} does not end", vendor=VENDOR, operation="status", request=ticket)
            if seen.status == "IN_QUEUE" and waited > self.pace.stuck and not self.jobs.health().manned:
                self._take_back(ticket)
            self._moved(seen)
            far = 0.0 if seen.final else self._far(self.usual.left(seen, waited))
            if far > pause:
                heeding.sleep(far)
                continue
            heeding.sleep(pause * self.patience.spread(0.8, 1.2))
            pause = min(self.pace.most, pause * self.pace.growth)

    def _seen(self, ticket: str, check: Callable[[], None] | None = None) -> Status:
        try:
            return self.jobs.status(ticket, check)
        except Garbled:
            self.forgotten = True
            raise

    def owe(self, lost: str) -> None:
        """Book a job that the vendor forgot before we heard what it took: as much as this one, sent in its place, took.

        Where the worker still knew of it, that was told by its answer and is booked by now, and stays so.
        """
        ms = self._took or round(self.usual.whole * _SECOND)
        self._bill(lost, billed(ms), _FORGOTTEN)

    def _far(self, left: float) -> float:
        """Seconds until it is worth asking about a job that needs so many."""
        return min(left, self.pace.most * _FAR) * self.patience.spread(0.9, 1.0)

    def _moved(self, seen: Status) -> None:
        """Say how far it is; reports that come out of order never turn it back."""
        if not seen.final and seen.share is not None and seen.share > self._furthest:
            self._furthest = seen.share
            self.errand.moved(self.shown(seen.share))

    def _take_back(self, ticket: str) -> None:
        """Take a waiting job out of the queue; one that began in this very moment is left to go on."""
        if self.jobs.cancel(ticket).status == "CANCELLED" and self.jobs.status(ticket).execution is None:
            self.renamed(ticket, "")
            detail = f"no worker of RunPod's endpoint took the job for {self.pace.stuck:.0f} seconds"
            raise Down(detail, vendor=VENDOR, operation="status", request=ticket)

    def _call_off(self, ticket: str, read: Callable[[Any], Answer | None]) -> Status | None:
        """Tell the vendor and book what ran until then, or give what had ended before it heard.

        Down and the like when it does not listen: the job flies on, and its ticket is kept for another try.
        """
        deaf: VendorError | None = None
        try:
            self.jobs.cancel(ticket)
        except VendorError as error:
            deaf = error
        seen = self._seen(ticket) if deaf else self._settled(ticket)
        if deaf and not seen.final:
            raise deaf
        if seen.status == "COMPLETED" and read(seen.output):
            return seen
        self._book(ticket, seen, read(seen.output))
        return None

    def _book(self, ticket: str, ended: Status, answer: Answer | None) -> int:
        """Book a job that ended; gives the milliseconds it took."""
        ms = ended.execution if ended.execution is not None else answer.gpu_ms if answer else 0
        cold = answer.cold_ms if answer else 0
        if ms or cold:
            self._bill(ticket, billed(ms) + billed(cold))
        return ms

    def _book_others(self, answer: Answer, read: Callable[[Any], Answer | None]) -> None:
        """Book the jobs that asked for the same work and whose ids we never heard."""
        for job in answer.other_jobs:
            try:
                settled = self._settled(job.id)
                self._book(job.id, settled, read(settled.output))
            except VendorError:
                if job.ms or job.cold_ms:
                    self._bill(job.id, billed(job.ms) + billed(job.cold_ms))

    def _settled(self, ticket: str) -> Status:
        """A job whose work is done by another: it ends within moments and is waited for, but not for ever."""
        for _ in range(_MOMENTS):
            seen = self.jobs.status(ticket)
            if seen.final:
                break
            self.patience.sleep(self.pace.first)
        return seen

    def _bill(self, request: str, ms: int, guessed: str = "") -> None:
        told = {"vendor": VENDOR, "model": self.model, "request": request, "hired": self.jobs.hired}
        self.errand.billed(Usage(**told, quantities={"gpu_ms": ms}, guessed=guessed))


def _failed(ended: Status, ticket: str) -> VendorError:
    """What a job's end without an answer means; a traceback stays where it is, with the vendor."""
    code = refusal(ended.error).code
    if ended.status == "FAILED" and code in sheet().refusals:
        return Invalid(sheet().refusals[code], vendor=VENDOR, operation=code, request=ticket)
    if ended.status == "TIMED_OUT":  # once more would cost as much again
        detail = "the job ran for as long as what is held for it pays for, and was stopped"
        return Invalid(detail, vendor=VENDOR, operation="timeout", request=ticket)
    ends = {
        "COMPLETED": "the job ended without a picture in its answer",
        "CANCELLED": "the job was called off at RunPod",
    }
    detail = ends.get(ended.status, "the worker failed at the job")
    return Garbled(detail, vendor=VENDOR, operation="status", request=ticket)
