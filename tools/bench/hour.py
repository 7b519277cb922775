"""A film of an hour made at vendors in one production: the proof behind `made` in data/films.toml. Only by name: long.

The vendors are the doubles, at a twentieth of real ones' latencies: what is waited for is this machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.doubles.cloud import cloud
from tools.bench.cloud import WORKERS, drafted, fifty_shots, fresh
from tools.bench.figures import Figure, Rounds

_SCENES, _FEW = 190, 3
_PACE = 0.05


class Hour:
    """The bench of `hour`."""

    name = "hour"

    def __init__(self, work: Path, *, quick: bool) -> None:
        self.work, self.scenes = work / self.name, _FEW if quick else _SCENES
        self.rounds, self.told = Rounds(), list[dict[str, Any]]()

    def round(self, number: int) -> None:
        """Draft it in a fresh studio whose crew is at the doubles."""
        del number  # every round is the same
        with fresh(self.work) as home, cloud(latencies=True, pace=_PACE, workers=WORKERS) as vendors:
            sample = self.rounds.add(self.name, drafted(home, fifty_shots(self.scenes), vendors))
            answer: dict[str, Any] = json.loads(sample.said.splitlines()[-1])
            self.told.append({**answer, "billed": vendors.total / 1_000_000})

    def figures(self) -> Iterator[Figure]:
        """What came of the rounds."""
        samples, last = self.rounds.of[self.name], self.told[-1]
        note = f"{last['duration_s']:.0f} s of film, {last['takes_made']} takes, {samples[-1].wall:.0f} s"
        yield Figure("hour_failed", 0, "takes", [len(one["failed"]) for one in self.told], samples, note=note)
        apart = [round(abs(one["billed"] - one["cost_usd"]), 6) for one in self.told]
        yield Figure("hour_bill", 0, "dollars apart", apart, note=f"${last['cost_usd']:.2f} in the ledger, as billed")
