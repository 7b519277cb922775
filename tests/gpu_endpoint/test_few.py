"""Clips in a few steps: off unless asked for, drawn as SVD's own steps are, and made in full where they stand still."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import EulerDiscreteScheduler
from jobs import key, picture, png

from gpu_endpoint import weights
from gpu_endpoint.asked import Asked, asked
from gpu_endpoint.engine import Pixels, Source, Watch
from gpu_endpoint.errors import NotInstalled
from gpu_endpoint.families import svd
from gpu_endpoint.families.few import FewSteps
from gpu_endpoint.flops import counted
from gpu_endpoint.registry import EngineSpec, engine
from gpu_endpoint.residency import Residency
from gpu_endpoint.settings import Settings
from gpu_endpoint.shelf import Shelf
from gpu_endpoint.tiny.svd import built
from gpu_endpoint.wire import read
from gpu_endpoint.worker import Errand, Worker

FEW, FULL = "tiny-svd-xt-few", "tiny-svd-xt"


@dataclass
class Clip:
    """An engine whose pictures grow brighter by so many levels each."""

    spec: EngineSpec
    source: Source
    by: float

    def make(self, asked: Asked, watch: Watch) -> Iterator[Pixels]:
        first = np.asarray(asked.image, np.float32)
        for number in range(asked.frames):
            yield np.clip(first + self.by * number, 0, 255).astype(np.uint8)

    def move(self, device: str) -> None:
        pass


def house(folder: Path, *, few: bool, still: bool = False) -> Worker:
    """A worker whose clips in a few steps move, or hardly do."""

    def load(spec: EngineSpec, source: Source) -> Clip:
        return Clip(spec, source, 0.15 if still and spec.plain else 3.0)

    find = partial(weights.folder, settings=Settings(weights=folder / "weights", volume=folder, few=few))
    return Worker(Residency(16.0, 16.0, find=find, load=load), Shelf(folder / "results", 3600.0))


def clip(**given: Any) -> dict[str, Any]:
    usual = {"engine": FEW, "job_key": key(FEW), "width": 64, "height": 64, "seed": 7, "image": png(picture())}
    return {**usual, **given}


def test_without_the_operators_word_there_is_none(tmp_path: Path) -> None:
    worker = house(tmp_path, few=False)
    with pytest.raises(NotInstalled, match="off on this worker"):
        worker.answer(clip(), Errand("job-a"))
    worker.close()
    assert Settings.read({}).few is False
    assert Settings.read({"ENDPOINT_FEW": "1"}).few is True


def test_a_distilled_engine_is_there_with_the_one_it_was_distilled_from(tmp_path: Path) -> None:
    spec, settings = engine("svd-xt-few"), Settings(weights=tmp_path, volume=tmp_path, few=True)
    for one in (engine(spec.plain), spec):
        with pytest.raises(NotInstalled, match=one.repository):
            weights.folder(spec, settings)
        place = tmp_path / one.repository.replace("/", "--")
        place.mkdir()
        (place / "model_index.json").write_text("{}")
    assert weights.folder(spec, settings) == str(tmp_path / spec.repository.replace("/", "--"))


def test_a_step_finds_the_clean_clip_that_svds_own_step_finds() -> None:
    ours, theirs = FewSteps(), EulerDiscreteScheduler.from_config(built().scheduler.config)
    ours.set_timesteps(4)
    theirs.set_timesteps(4)
    assert ours.sigmas[0] == pytest.approx(float(theirs.sigmas[0]))
    assert float(ours.timesteps[0]) == pytest.approx(float(theirs.timesteps[0]), rel=1e-5)
    dice = torch.Generator().manual_seed(3)
    noisy, answer = (torch.randn(1, 2, 4, 8, 8, generator=dice) * scale for scale in (700, 1))
    assert torch.allclose(
        ours.scale_model_input(noisy, ours.timesteps[0]),
        theirs.scale_model_input(noisy, theirs.timesteps[0]),
        rtol=1e-5,
    )
    clean = theirs.step(answer, theirs.timesteps[0], noisy).pred_original_sample
    keep, take = ours.get_scalings_for_boundary_condition(ours.sigmas[0])
    assert torch.allclose(keep * noisy + take * answer, clean, atol=1e-4)


def test_the_last_step_leaves_no_noise() -> None:
    ours = FewSteps()
    ours.dice = torch.Generator().manual_seed(3)
    ours.set_timesteps(4)
    noisy, answer = torch.ones(1, 1, 4, 2, 2), torch.full((1, 1, 4, 2, 2), 0.5)
    for time in ours.timesteps:
        ours.scale_model_input(noisy, time)
        noisy, before = ours.step(answer, time, noisy).prev_sample, noisy
    keep, take = ours.get_scalings_for_boundary_condition(ours.sigmas[3])
    assert torch.allclose(noisy, keep * before + take * answer)


def test_a_tiny_clip_takes_four_evaluations_and_is_the_same_again() -> None:
    found = svd.load(engine(FEW), Source())
    wanted = asked(read(clip(steps=4)), engine(FEW)).shown(picture(64, 64), None, ())
    many: list[int] = []
    found.pipes[0].unet.register_forward_pre_hook(lambda module, given: many.append(given[0].shape[0]))
    first, again = ([*found.make(wanted, Watch())] for _ in range(2))
    assert many == [1] * 8
    assert len(first) == 25
    assert all(np.array_equal(one, other) for one, other in zip(first, again, strict=True))
    assert counted(wanted).denoise < counted(wanted.plain()).denoise / 12


def test_a_clip_that_moves_is_kept_as_it_was_made_in_a_few_steps(tmp_path: Path) -> None:
    worker = house(tmp_path, few=True)
    output = worker.answer(clip(), Errand("job-a"))
    assert (output["engine"], output["frames"]) == (FEW, 25)
    assert list(worker.residency.on_card) == [FEW]
    worker.close()


def test_a_clip_that_stands_still_is_made_again_in_all_steps(tmp_path: Path) -> None:
    worker = house(tmp_path, few=True, still=True)
    output = worker.answer(clip(), Errand("job-a"))
    assert output["engine"] == FULL
    assert list(worker.residency.on_card) == [FEW, FULL]
    assert worker.answer(clip(), Errand("job-b"))["engine"] == FULL
    assert list(worker.shelf.folder.glob("*.bin"))
    worker.close()
