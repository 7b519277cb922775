"""A consistency job at its worker: clips brought in, compared on the card's own thread, the score kept by its key."""

from __future__ import annotations

import time
from concurrent.futures import wait
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import torch

from gpu_endpoint.consistency import compared
from gpu_endpoint.engine import Watch
from gpu_endpoint.errors import OutOfMemory
from gpu_endpoint.eyes import installed
from gpu_endpoint.materials import Materials
from gpu_endpoint.scoring import Score, rule
from gpu_endpoint.shelf import Slot
from gpu_endpoint.wire import ConsistencyInput

if TYPE_CHECKING:
    from gpu_endpoint.worker import Worker

_LOOK = 0.05  # seconds between looks at whether somebody still wants an answer


@dataclass
class Comparison:
    """One job that compares clips; `ms` is what the work took."""

    worker: Worker
    job: ConsistencyInput
    slot: Slot
    number: str
    watch: Watch = field(default_factory=Watch)
    ms: int = 1

    def kept(self) -> dict[str, Any]:
        """The score of the job's key: the one that is there, or one found now.

        NotInstalled where the weights are missing, before anything is fetched.
        """
        if self.job.method == "trained":
            installed(self.worker.eyes, rule().files)
        if found := self.slot.kept():
            return found.facts
        with self.slot.claimed(self.number):
            # Whoever held the claim before may just have put a score there.
            found = self.slot.kept()
            return found.facts if found else self._made()

    def _made(self) -> dict[str, Any]:
        with TemporaryDirectory(prefix="compared-") as folder:
            self.watch.at(0.0, "load")
            found = Materials(self.worker.pictures, Path(folder), self.watch.check)
            scenes, cast = found.scenes(self.job), found.cast(self.job)
            weights, device = self.worker.eyes, self.worker.residency.device
            told = partial(self.watch.at, stage="decode")
            score = self._scored(partial(compared, self.job.method, scenes, cast, weights, device=device, told=told))
        facts = score.model_dump(mode="json", exclude_none=True)
        draft = self.worker.shelf.draft(self.slot.key, self.number)
        draft.touch()
        return self.slot.keep(draft, facts).facts

    def _scored(self, look: partial[Score]) -> Score:
        begun = time.monotonic()
        work = self.worker.lane.do(look)
        try:
            while not wait([work], _LOOK).done:
                if self.watch.stop.is_set() and work.cancel():
                    self.watch.check()
            return work.result()
        except (torch.OutOfMemoryError, MemoryError):
            self.worker.lane.do(self.worker.residency.free).result()
            raise OutOfMemory("the clips to compare: more than the card's memory holds") from None
        finally:
            took = time.monotonic() - begun
            self.ms = max(1, round(took * 1000))
            self.worker.worked(took)
