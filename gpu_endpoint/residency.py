"""Which engines are on the card: the one at work, and as many others as fit beside it; the rest wait in memory.

All sizes are GiB. Used from the card's own thread only.
"""

from __future__ import annotations

import gc
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib import import_module

import torch

from gpu_endpoint.engine import Engine, Source
from gpu_endpoint.errors import OutOfMemory
from gpu_endpoint.registry import EngineSpec

Load = Callable[[EngineSpec, Source], Engine]
_CODE = {
    "svd": "svd",
    "klein": "klein",
    "skyreels-df": "skyreels",
    "skyreels-t2v": "skyreels",
    "skyreels-i2v": "skyreels",
}


def loaded(spec: EngineSpec, source: Source) -> Engine:
    """Load an engine by its family's own code, which is read only when it is needed."""
    made: Engine = import_module(f"gpu_endpoint.families.{_CODE[spec.family]}").load(spec, source)
    return made


@dataclass
class Residency:
    """The engines in memory, the one used last at the end. `card` and `memory` are what there is of both."""

    card: float
    memory: float
    device: str = "cpu"
    fp8: bool = False
    levers: Source = field(default_factory=Source)  # what speeds engines up; the rest of it is found here
    find: Callable[[EngineSpec], str] = lambda spec: ""
    load: Load = loaded
    on_card: OrderedDict[str, Engine] = field(default_factory=OrderedDict)
    waiting: OrderedDict[str, Engine] = field(default_factory=OrderedDict)

    def use(self, spec: EngineSpec) -> Engine:
        """The engine, on the card; others make room for it. OutOfMemory when the card is too small for it alone."""
        if spec.name in self.on_card:
            self.on_card.move_to_end(spec.name)
            return self.on_card[spec.name]
        fit = self.fit(spec)
        self._make_room(self._peak(spec, fit))
        engine = self.waiting.pop(spec.name, None)
        if engine is None:
            source = replace(self.levers, folder=self.find(spec), device=self.device, fit=fit)
            engine = self.load(spec, source)
        engine.move(self.device)
        self.on_card[spec.name] = engine
        return engine

    def fit(self, spec: EngineSpec) -> str:
        """How an engine fits the card: whole, with 8-bit weights where that is allowed, or part by part."""
        for fit in ("whole", "fp8", "offload") if self.fp8 else ("whole", "offload"):
            if self._peak(spec, fit) <= self.card:
                return fit
        least = min(self._peak(spec, fit) for fit in ("whole", "offload"))
        raise OutOfMemory(f"{spec.name} needs {least:.0f} GiB of a card; this one has {self.card:.0f}")

    def free(self) -> None:
        """Let every engine go, after the card ran out of memory."""
        self.on_card.clear()
        self.waiting.clear()
        self._swept()

    def _peak(self, spec: EngineSpec, fit: str) -> float:
        needs = spec.needs
        if fit == "whole":
            return needs.peak
        if fit == "fp8":
            return needs.peak - needs.weights + needs.fp8 if needs.fp8 is not None else float("inf")
        return needs.offload if needs.offload is not None else float("inf")

    def _make_room(self, needed: float) -> None:
        """Send engines from the card, the one used longest ago first, until there is room for the one that comes."""
        while self.on_card and needed + sum(self._held(one) for one in self.on_card.values()) > self.card:
            name, engine = self.on_card.popitem(last=False)
            engine.move("cpu")
            self.waiting[name] = engine
        while sum(one.spec.needs.weights for one in self.waiting.values()) > self.memory:
            self.waiting.popitem(last=False)
        self._swept()

    def _held(self, engine: Engine) -> float:
        """What an engine that is not at work holds of the card."""
        fit, needs = engine.source.fit, engine.spec.needs
        return {"whole": needs.weights, "fp8": needs.fp8 or needs.weights, "offload": 0.0}[fit]

    def _swept(self) -> None:
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
