"""A worker: takes a job's input and gives its output, one at a time on the card, each key once. Speaks no protocol."""

from __future__ import annotations

import errno
import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock
from typing import Any

import torch
from PIL import Image

from gpu_endpoint import registry, wire
from gpu_endpoint.asked import Asked, asked
from gpu_endpoint.comparing import Comparison
from gpu_endpoint.delivery import Delivery
from gpu_endpoint.engine import Pixels, Watch
from gpu_endpoint.errors import Internal, OutOfMemory, Refusal
from gpu_endpoint.film import written
from gpu_endpoint.flops import Operations, counted
from gpu_endpoint.lane import Lane
from gpu_endpoint.look import Look
from gpu_endpoint.meter import Meter, Report, processor
from gpu_endpoint.pictures import Pictures
from gpu_endpoint.pulse import Pulse
from gpu_endpoint.residency import Residency
from gpu_endpoint.scoring import rule
from gpu_endpoint.shelf import Kept, Shelf, Slot
from gpu_endpoint.smaller import smaller
from gpu_endpoint.smoothing import length, smoothed

log = logging.getLogger(__name__)
Told = Callable[[dict[str, Any]], None]
_MEDIA = {"clip": "video/mp4", "picture": "image/png"}
_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass
class Errand:
    """One job on its way: who asks, under which id, whom to tell, and when to stop."""

    number: str
    told: Told = lambda progress: None
    stop: Event = field(default_factory=Event)
    caller: str = ""


@dataclass
class Worker:
    """Everything a job needs. `cold` is what the start took, in ms, told once."""

    residency: Residency
    shelf: Shelf
    delivery: Delivery = field(default_factory=Delivery)
    pictures: Pictures = field(default_factory=Pictures)
    lane: Lane = field(default_factory=Lane)
    meter: Meter = field(default_factory=lambda: Meter(processor()))
    cold: int = 0
    eyes: Path | None = None  # the weights that clips are compared with
    seconds: float = 0.0  # the card was at work
    ready: Event = field(default_factory=Event)
    unfit: Refusal | None = None  # why it will never be ready
    _lock: Lock = field(default_factory=Lock)

    def warm(self, name: str) -> None:
        """Load an engine before the first job, where one is named; ready afterwards."""
        if name:
            self.lane.do(lambda: self.residency.use(registry.engine(name))).result()
        self.ready.set()

    def answer(self, given: object, errand: Errand) -> dict[str, Any]:
        """The output of a job. Refusal, whatever goes wrong; what it was is in the log and not in the refusal."""
        try:
            return self._answer(given, errand)
        except Refusal:
            raise
        except OSError as error:
            log.exception("job %s", errand.number)
            full = error.errno in _FULL
            raise Internal("the worker's disk is full" if full else "the worker could not read or write") from None
        except Exception:
            log.exception("job %s", errand.number)
            raise Internal("the worker failed at the job") from None

    def close(self) -> None:
        """Let the card's thread go."""
        self.lane.close()

    def _answer(self, given: object, errand: Errand) -> dict[str, Any]:
        if isinstance(given, dict) and "consistency" in given:
            return self._compared(given, errand)
        job = wire.read(given)
        wanted = asked(job, registry.engine(job.engine))
        slot = self.shelf.slot(_keyed(errand.caller, job.job_key))
        slot.note(errand.number)
        work = _Work(self, job, wanted, slot, errand)
        cold = 0
        kept = None
        try:
            with Pulse(errand.told, slot.renew) as pulse:
                work.watch = Watch(errand.stop, pulse.at)
                kept = work.kept()
                work.watch.at(0.0, "upload")
                name = f"results/{slot.key}.{'mp4' if wanted.spec.kind == 'clip' else 'png'}"
                where = self.delivery.deliver(kept.file, name, _MEDIA[wanted.spec.kind])
                cold = self._cold()
        finally:
            slot.note(errand.number, work.ms, cold)
            if kept is not None and kept.once:
                kept.file.unlink(missing_ok=True)
        told = {**kept.facts, **where, "gpu_ms": work.ms, "other_jobs": slot.others(errand.number)}
        told |= {"cold_ms": cold} if cold else {}
        told |= {"work": work.report.told()} if work.report else {}
        return wire.Output.model_validate(told).model_dump(exclude_none=True)

    def _compared(self, given: object, errand: Errand) -> dict[str, Any]:
        """How consistent clips are; without a key the job's own number is its key."""
        job = wire.understood(wire.ComparisonInput, given)
        slot = self.shelf.slot(_keyed(f"{errand.caller}/compared", job.job_key or errand.number))
        slot.note(errand.number)
        work, cold = Comparison(self, job.consistency, slot, errand.number), 0
        try:
            with Pulse(errand.told, slot.renew) as pulse:
                work.watch = Watch(errand.stop, pulse.at)
                work.watch.check()
                score = work.kept()
                cold = self._cold()
        finally:
            slot.note(errand.number, work.ms, cold)
        told = {"gpu_ms": work.ms, "score": score, "cold_ms": cold or None, "other_jobs": slot.others(errand.number)}
        return wire.Compared.model_validate(told).model_dump(exclude_none=True)

    def _cold(self) -> int:
        with self._lock:
            cold, self.cold = self.cold, 0
            return cold

    def worked(self, seconds: float) -> None:
        """Count what the card was at work for."""
        with self._lock:
            self.seconds += seconds


@dataclass
class _Work:
    """One job at its worker."""

    worker: Worker
    job: wire.JobInput
    wanted: Asked
    slot: Slot
    errand: Errand
    watch: Watch = field(default_factory=Watch)
    ms: int = 1
    took: float = 0.0  # seconds of the card, over all tries
    report: Report | None = None

    def kept(self) -> Kept:
        """The result of the job's key: the one that is there, or one made now."""
        found = self.slot.kept()
        if found:
            return found
        with self.slot.claimed(self.errand.number):
            # Whoever held the claim before may just have put a result there.
            return self.slot.kept() or self._made()

    def _made(self) -> Kept:
        operations = self._afforded(self.wanted)
        shown = self.worker.pictures.of(self.job, self.wanted, self.watch.check)
        draft = self.worker.shelf.draft(self.slot.key, self.errand.number)
        try:
            facts, flaw = self._tried(shown, operations, draft)
            if flaw == "still" and shown.spec.plain:
                log.warning("%s stands still in a few steps and is made in all of them", self.errand.number)
                shown = shown.plain()
                facts, flaw = self._tried(shown, self._afforded(shown), draft)
            if not flaw:
                return self.slot.keep(draft, facts)
            log.warning("the result of %s is %s and is not kept", self.errand.number, flaw)
            return self._handed(draft, facts)
        finally:
            draft.unlink(missing_ok=True)

    def _tried(self, shown: Asked, operations: Operations, draft: Path) -> tuple[dict[str, Any], str]:
        """Make the pictures and write them down; what is said of them, and what is wrong with them."""
        look = Look(rule().guards.motion if shown.spec.plain else 0.0)
        with self.worker.lane.working(lambda: self._painted(shown, operations), self.watch) as pictures:
            facts = self._written(look.over(pictures), shown, draft)
        return facts, look.flaw(draft, clip=shown.spec.kind == "clip")

    def _afforded(self, wanted: Asked) -> Operations:
        """What a job takes; TooExpensive when that is more than its caller allows, NotInstalled without weights."""
        self.worker.residency.find(wanted.spec)
        meter, operations = self.worker.meter, counted(wanted, len(self.job.references))
        meter.refuse(meter.predict(wanted.spec, operations), self.job.ceiling_ms)
        return operations

    def _handed(self, draft: Path, facts: dict[str, Any]) -> Kept:
        """A result for this answer alone."""
        once = draft.with_suffix(".once")
        draft.replace(once)
        return Kept(once, facts, once=True)

    def _painted(self, shown: Asked, operations: Operations) -> Iterator[Pixels]:
        """The pictures, made on the card's own thread; out of memory, everything is let go of first."""
        begun = time.monotonic()
        residency = self.worker.residency
        try:
            self.watch.at(0.0, "load")
            engine = residency.use(shown.spec)
            loaded = time.monotonic()
            yield from engine.make(shown, self.watch)
            self.report = self.worker.meter.learn(shown.spec, operations, time.monotonic() - loaded)
        except (torch.OutOfMemoryError, MemoryError):
            log.exception("job %s", self.errand.number)
            residency.free()
            detail = f"{shown.width} x {shown.height}, {shown.frames} pictures: more than the card's memory holds"
            raise OutOfMemory(detail, fits=smaller(shown, residency.card)) from None
        finally:
            took = time.monotonic() - begun
            self.took += took
            self.ms = max(1, round(self.took * 1000))
            self.worker.worked(took)

    def _written(self, pictures: Iterator[Pixels], shown: Asked, draft: Path) -> dict[str, Any]:
        spec = shown.spec
        facts: dict[str, Any] = {
            "kind": spec.kind,
            "engine": spec.name,
            "media_type": _MEDIA[spec.kind],
            "width": shown.width,
            "height": shown.height,
            "seed": shown.seed,
        }
        if spec.kind == "picture":
            for picture in pictures:
                Image.fromarray(picture).save(draft, "PNG")
            return facts
        fps = self.job.fps or spec.rate
        written(smoothed(pictures, spec.rate, fps), fps, draft)
        return {**facts, "frames": length(shown.frames, spec.rate, fps), "fps": float(fps)}


def _keyed(caller: str, key: str) -> str:
    """A key as one caller's own."""
    return hashlib.sha256(f"{caller}/{key}".encode()).hexdigest() if caller else key
