"""Which engines stay on the card, which wait, and what is said when one does not fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import torch
from jobs import DF, KLEIN, a_worker, job

from gpu_endpoint.asked import Asked, asked
from gpu_endpoint.engine import Pixels, Source, Watch
from gpu_endpoint.errors import OutOfMemory
from gpu_endpoint.registry import EngineSpec, Needs, engine
from gpu_endpoint.residency import Residency, loaded
from gpu_endpoint.smaller import smaller
from gpu_endpoint.wire import read
from gpu_endpoint.worker import Errand


@dataclass
class Block:
    """An engine that only takes up room; its first `fails` jobs are too large for it."""

    spec: EngineSpec
    source: Source
    places: list[str] = field(default_factory=list)
    fails: int = 0

    def make(self, asked: Asked, watch: Watch) -> Iterator[Pixels]:
        self.fails -= 1
        if self.fails >= 0:
            raise torch.OutOfMemoryError("CUDA out of memory in /opt/venv/lib/python3.11/site-packages/torch")
        yield from loaded(engine(KLEIN), Source()).make(asked, watch)

    def move(self, device: str) -> None:
        self.places.append(device)


def spec(name: str, weights: float, peak: float, **more: float) -> EngineSpec:
    return engine(KLEIN).model_copy(update={"name": name, "needs": Needs(weights=weights, peak=peak, **more)})


def house(card: float = 24.0, memory: float = 48.0, **more: Any) -> Residency:
    return Residency(card, memory, "card", load=Block, **more)


def test_engines_that_fit_together_stay_and_the_longest_unused_makes_room() -> None:
    held = house()
    small, other, large = spec("small", 4, 8), spec("other", 4, 8), spec("large", 14, 18)
    first = held.use(small)
    held.use(other)
    assert held.use(small) is first
    held.use(large)
    assert list(held.on_card) == ["small", "large"]
    assert list(held.waiting) == ["other"]
    assert isinstance(first, Block)
    assert first.places == ["card"]
    held.use(spec("huge", 20, 23))
    assert list(held.on_card) == ["huge"]
    assert held.use(small) is first
    assert first.places == ["card", "cpu", "card"]


def test_what_does_not_fit_into_memory_either_is_let_go() -> None:
    held = house(card=10, memory=9)
    for name in "abc":
        held.use(spec(name, 5, 9))
    assert list(held.on_card) == ["c"]
    assert list(held.waiting) == ["b"]


def test_an_engine_fits_whole_or_in_parts_and_in_eight_bits_only_when_allowed() -> None:
    assert house(24).fit(spec("a", 14, 20, offload=12)) == "whole"
    assert house(16).fit(spec("a", 14, 20, fp8=7, offload=12)) == "offload"
    assert house(16, fp8=True).fit(spec("a", 14, 20, fp8=7, offload=12)) == "fp8"
    with pytest.raises(OutOfMemory) as refused:
        house(10).fit(spec("a", 14, 20, fp8=7, offload=12))
    assert "12 GiB" in refused.value.message


def test_eight_bits_hold_the_weights_and_the_sums_stay_as_they_were() -> None:
    found = loaded(engine(DF), Source(fit="fp8"))
    model = found.pipes[0].transformer  # type: ignore[attr-defined]
    assert model.blocks[0].ffn.net[2].weight.dtype == torch.float8_e4m3fn
    one = asked(read(job(DF, frames=5)), engine(DF))
    assert len(list(found.make(one, Watch()))) == 5


def test_out_of_memory_is_freed_and_the_next_job_runs(tmp_path: Path) -> None:
    worker = a_worker(tmp_path)
    block = Block(engine(KLEIN), Source(), fails=1)
    worker.residency.load = lambda spec, source: block
    with pytest.raises(OutOfMemory) as refused:
        worker.answer(job(KLEIN, "oom", width=128, height=128), Errand("job-a"))
    told = refused.value.told()
    assert told["fits"]["width"] * told["fits"]["height"] < 128 * 128
    assert "torch" not in refused.value.text()
    assert not worker.residency.on_card
    assert worker.answer(job(KLEIN, "oom", width=128, height=128), Errand("job-b"))["width"] == 128
    worker.close()


def test_what_would_fit_is_shorter_first_and_always_less_and_valid() -> None:
    df = engine("skyreels-v2-df-14b-540p")
    given = job(DF, width=960, height=544, frames=97) | {"engine": df.name}
    wanted = asked(read(given), df)
    found = smaller(wanted, 43.0)
    assert (found["width"], found["height"]) == (960, 544)
    assert df.frames.least <= found["frames"] < 97
    assert (found["frames"] - 1) % 4 == 0
    still = engine("keyframe-klein-4b")
    found = smaller(asked(read(job(KLEIN, width=1280, height=720) | {"engine": still.name}), still), 17.5)
    assert found["width"] * found["height"] < 1280 * 720
    assert found["width"] % 16 == found["height"] % 16 == 0
