"""What data/gpu.toml says: the engines on our endpoint, how jobs are followed, which machines may be rented."""

from __future__ import annotations

import math
import tomllib
from functools import cache
from pathlib import Path

from pydantic import Field, PositiveFloat, PositiveInt

from studio.story.noun import Noun
from studio.takes.frame import Aspect, Frame

_FILE = Path(__file__).parents[2] / "data" / "gpu.toml"


class Pace(Noun):
    """How often a job is asked about; seconds."""

    first: float = 1.0
    growth: float = 1.5
    most: float = 5.0
    late: int = 3
    stuck: float = 300.0


class Limits(Noun):
    """What fits into a job and may come back."""

    job_bytes: PositiveInt
    result_bytes: PositiveInt
    reference_side: PositiveInt


class Lengths(Noun):
    """The numbers of pictures a model can make: least, least + step, ... most."""

    least: PositiveInt
    most: PositiveInt
    step: PositiveInt = 1

    def holding(self, intervals: float) -> int:
        """The fewest pictures with at least so many intervals between them; the most there are, if that is less."""
        wanted = math.ceil(round(intervals, 6)) + 1
        steps = max(0, math.ceil((wanted - self.least) / self.step))
        return min(self.least + steps * self.step, self.most)


class Bounds(Noun):
    """How long a job may take, in seconds: at work, with the wait in the queue, and to load what it works with."""

    execution: PositiveInt
    ttl: PositiveInt
    load: PositiveInt

    def policy(self, allowed: int | None) -> dict[str, int]:
        """What the vendor is told of it, which stops a job at its `executionTimeout`; in milliseconds.

        A job runs no longer than the `allowed` milliseconds that are held for it, and a load; None is no such bound.
        """
        most = self.execution * 1000
        longest = most if allowed is None else min(most, allowed + self.load * 1000)
        return {"executionTimeout": longest, "ttl": self.ttl * 1000}


class EngineSheet(Bounds):
    """One engine on the endpoint; sizes are width and height in pixels."""

    name: str
    sizes: dict[Aspect, tuple[PositiveInt, PositiveInt]]
    rate: PositiveInt = 24
    frames: Lengths = Lengths(least=1, most=1)
    steps: PositiveInt
    prompted: bool
    references: int = 0
    most_links: PositiveInt = 1
    stretch: float = Field(default=1.0, ge=1.0)
    parameters: dict[str, float | int | str | bool] = {}  # noqa: RUF012  pydantic copies defaults

    def size(self, frame: Frame) -> tuple[int, int]:
        """The model's own width and height for a film's frame."""
        return self.sizes[frame.aspect]

    def pace(self, frames: int, fps: int) -> int:
        """The rate to ask for, so that the film, shown at `fps`, is as long as the shot: faster where it is slowed."""
        there = sum(one - 1 for one in self.links(frames, fps)) / self.rate
        slower = min(self.stretch, max(1.0, (frames - 1) / fps / there))
        return min(60, math.ceil(round(fps * slower, 6)))

    def links(self, frames: int, fps: int) -> tuple[int, ...]:
        """How many pictures each job of a shot makes; every one after the first begins with the last of the one before.

        They cover the shot, or as much of it as `most_links` jobs can; slowed down, up to `stretch`, only where that
        saves a job.
        """
        seconds = (frames - 1) / fps
        whole, slowed = self._chain(seconds), self._chain(seconds / self.stretch)
        return whole if len(whole) == len(slowed) else slowed

    def _chain(self, seconds: float) -> tuple[int, ...]:
        left = seconds * self.rate
        made: list[int] = []
        while not made or (left > 1e-6 and len(made) < self.most_links):
            made.append(self.frames.holding(left))
            left -= made[-1] - 1
        return tuple(made)


class References(Noun):
    """What a painter is told of the pictures that go along."""

    look: str
    plate: str


class HostSheet(Noun):
    """Where machines can be rented: cards in order of preference, at most so many machines at a time."""

    name: str
    most: PositiveInt
    gpus: tuple[str, ...]
    dollars_an_hour: float = math.inf
    reliability: float = 0.0


class Idle(Noun):
    """When a machine has nothing to do: seconds and percent."""

    after: PositiveFloat
    grace: PositiveFloat
    samples: PositiveInt
    gap: PositiveFloat
    gpu: PositiveFloat
    cpu: PositiveFloat


class Machines(Noun):
    """The rule for machines we rent."""

    prefix: str = Field(min_length=4)
    patience: PositiveFloat
    image: str
    disk_gb: PositiveInt
    port: PositiveInt
    host: tuple[HostSheet, ...]
    idle: Idle

    @property
    def on_demand(self) -> str:
        """The name of the machine that is rented when a job asks for one; every worker finds the same one by it."""
        return f"{self.prefix}gpu"


class ComparisonSheet(Bounds):
    """How clips are sent to be compared; pixels of the shorter edge."""

    sides: tuple[PositiveInt, ...] = Field(min_length=1)
    quality: PositiveInt
    jpeg: PositiveInt


class Sheet(Noun):
    """The whole of data/gpu.toml."""

    poll: Pace
    limits: Limits
    engine: dict[str, EngineSheet]
    references: References
    comparison: ComparisonSheet
    refusals: dict[str, str]
    machines: Machines


@cache
def sheet() -> Sheet:
    """Read and check data/gpu.toml once; pydantic's ValidationError names a wrong field."""
    read = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    engines = {name: {"name": name, **given} for name, given in read["engine"].items()}
    return Sheet.model_validate({**read, "engine": engines})
