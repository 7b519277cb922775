"""An engine that is loaded, and the watch over a job while it works."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Event
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from gpu_endpoint.asked import Asked
from gpu_endpoint.errors import Cancelled
from gpu_endpoint.registry import EngineSpec
from gpu_endpoint.wire import Stage

Pixels = NDArray[np.uint8]  # height, width, RGB


@dataclass
class Watch:
    """Hears how far a job is and lets it go on, or not: `stop` is looked at with every step."""

    stop: Event = field(default_factory=Event)
    told: Callable[[float, Stage, int, int], None] = lambda share, stage, step, steps: None

    def at(self, share: float, stage: Stage, step: int = 0, steps: int = 0) -> None:
        """Say that this share of a stage is done, and this many of its steps where it has any.

        Cancelled when nobody wants the rest.
        """
        self.check()
        self.told(share, stage, step, steps)

    def check(self) -> None:
        """Cancelled when nobody wants the job any more."""
        if self.stop.is_set():
            raise Cancelled("the job was called off")


@dataclass(frozen=True)
class Source:
    """How an engine is loaded: on which device, how it fits there, and what speeds it up.

    `folder` is where its weights are; a twin has none.
    """

    folder: str = ""
    device: str = "cpu"
    fit: str = "whole"  # whole, fp8 or offload
    compile: bool = False
    channels_last: bool = True  # how convolutions are laid out; the sums are the same
    cache: float = 0.0  # how much the first block may change from step to step for the others to be skipped; lossy
    half_decoder: bool = False  # pictures decoded in bfloat16; lossy


class Engine(Protocol):
    """A model in memory."""

    @property
    def spec(self) -> EngineSpec:
        """What it is."""
        ...

    @property
    def source(self) -> Source:
        """How it was loaded."""
        ...

    def make(self, asked: Asked, watch: Watch) -> Iterator[Pixels]:
        """The pictures asked for, one by one, so that nobody needs to hold a long take whole."""
        ...

    def move(self, device: str) -> None:
        """Carry its weights to a device."""
        ...


def stepping(watch: Watch, windows: int = 1) -> Callable[..., dict[str, Any]]:
    """A callback for a pipeline's steps.

    In a take of several windows the pipeline counts its steps anew in each; shares go on nonetheless.
    """
    window = -1

    def stepped(pipe: Any, step: int, _time: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        nonlocal window
        window += step == 0
        every = pipe.num_timesteps * windows
        done = min(every, window * pipe.num_timesteps + step + 1)
        watch.at(done / every, "denoise", done, every)
        return tensors

    return stepped
