"""Times networks with random weights against the ceilings of the card they run on. It writes nothing down."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from gpu_endpoint.architectures import Shape, autoencoder, denoiser, given
from gpu_endpoint.levers import Lever
from gpu_endpoint.registry import EngineSpec

_TERA, _GIB = 1e12, 1 << 30


@dataclass(frozen=True)
class Ceilings:
    """What a card reaches at best, measured: TFLOP/s of a product of matrices, GB/s of a copy, read and written."""

    tflops: float
    gigabytes: float


@dataclass(frozen=True)
class Timed:
    """One network's run: seconds, memory in GiB, and what came out of it."""

    seconds: float
    gib: float
    made: torch.Tensor


def ceilings(device: torch.device, side: int, gib: float, dtype: torch.dtype = torch.bfloat16) -> Ceilings:
    """Measure a card on random numbers; zeros would take less power and run faster."""
    torch.manual_seed(0)
    one, other = (torch.randn(side, side, device=device, dtype=dtype) for _ in range(2))
    product = _seconds(lambda: one @ other, device, 3, 10)
    values = torch.randn(int(gib * _GIB) // 4, device=device)
    target = torch.empty_like(values)
    copied = _seconds(lambda: target.copy_(values), device, 3, 10)
    return Ceilings(2 * side**3 / product / _TERA, 2 * values.numel() * 4 / copied / 1e9)


def evaluated(
    spec: EngineSpec, shape: Shape, lever: Lever, device: torch.device, dtype: torch.dtype, *, warm: int, many: int
) -> Timed:
    """Time one evaluation of an engine's denoiser with a lever pulled; the same weights and input for every lever."""
    torch.manual_seed(7)
    model = denoiser(spec, device, dtype)
    _settled(model)
    lever.prepare(model)
    torch.manual_seed(11)
    wanted = given(spec, model, shape, device, dtype)
    with torch.inference_mode(), lever.around():
        return _timed(lambda: model(**wanted, return_dict=False)[0], device, warm, many)


def decoded(spec: EngineSpec, shape: Shape, device: torch.device, dtype: torch.dtype, *, warm: int, many: int) -> Timed:
    """Time the decoding of one clip's latents."""
    torch.manual_seed(7)
    model = autoencoder(spec, device, dtype)
    torch.manual_seed(11)

    def noise(*sides: int) -> torch.Tensor:
        return torch.randn(*sides, shape.height, shape.width, device=device, dtype=dtype)

    run: Callable[[], torch.Tensor]
    if spec.family == "svd":
        latents = noise(shape.frames, model.config.latent_channels)
        run = lambda: model.decode(latents, num_frames=shape.frames).sample  # noqa: E731  one of three
    elif spec.family == "klein":
        latents = noise(1, model.config.latent_channels)
        run = lambda: model.decode(latents).sample  # noqa: E731
    else:
        latents = noise(1, model.config.z_dim, shape.frames)
        run = lambda: model.decode(latents).sample  # noqa: E731
    with torch.inference_mode():
        return _timed(run, device, warm, many)


def apart(one: torch.Tensor, other: torch.Tensor) -> float:
    """How far a result is from another: the length of the difference as a share of the other's."""
    first, second = one.float(), other.float()
    return float((first - second).norm() / second.norm().clamp_min(1e-12))


def released() -> None:
    """Give back what was measured before."""
    gc.collect()
    if torch.cuda.is_available():
        torch._dynamo.reset()
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()


def _settled(model: Any) -> None:
    """Give weights that a new network leaves at zero some value, so that nothing it computes is nothing."""
    with torch.no_grad():
        for weight in model.parameters():
            if not weight.any():
                weight.normal_(0, 0.02)


def _timed(run: Callable[[], torch.Tensor], device: torch.device, warm: int, many: int) -> Timed:
    made = run().cpu()
    seconds = _seconds(run, device, warm - 1, many)
    gib = torch.cuda.max_memory_allocated() / _GIB if device.type == "cuda" else 0.0
    return Timed(seconds, gib, made)


def _seconds(run: Callable[[], object], device: torch.device, warm: int, many: int) -> float:
    """The median of so many runs after some untimed ones."""
    for _ in range(warm):
        run()
    found = []
    for _ in range(many):
        _waited(device)
        begun = time.perf_counter()
        run()
        _waited(device)
        found.append(time.perf_counter() - begun)
    return sorted(found)[len(found) // 2]


def _waited(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
