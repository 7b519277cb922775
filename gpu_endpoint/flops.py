"""A job's floating-point operations, counted by running its networks without weights; two for a multiply and add.

What an engine reads of its words and first picture is left out, save the way of the picture into latents: under half
a percent of a clip, a twentieth of a still. Caches and offloading change what is computed; this counts the plain run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from gpu_endpoint.architectures import META, Shape, bare, given
from gpu_endpoint.asked import Asked
from gpu_endpoint.registry import engine

_LATENT = 4  # pictures of one latent of SkyReels, beyond the first
_REFERENCE = 1024 * 1024  # pixels a reference of klein is brought down to


@dataclass(frozen=True)
class Operations:
    """What a job takes, in floating-point operations; `evaluations` is how often the denoiser runs."""

    encode: float
    denoise: float
    decode: float
    evaluations: int

    @property
    def total(self) -> float:
        """All of it."""
        return self.encode + self.denoise + self.decode


@dataclass(frozen=True)
class Window:
    """A stretch of a take that is denoised in one go: so many latents, so many steps."""

    latents: int
    steps: int


def counted(asked: Asked, references: int = 0) -> Operations:
    """Count a job; `references` says how many pictures go with it where they were not fetched yet.

    The first job of a size takes about a second to count, every other one none.
    """
    spec = asked.spec
    if spec.family == "svd":
        return _svd(asked)
    if spec.family == "klein":
        return _klein(asked, references)
    return _skyreels(asked)


def shaped(asked: Asked) -> Shape:
    """What one evaluation of a job's first window is given."""
    spec, scale = asked.spec, _scale(asked.spec.name)
    height, width = asked.height // scale, asked.width // scale
    if spec.family == "svd":
        return Shape(2 if asked.knobs["max_guidance_scale"] > 1 else 1, asked.frames, height, width)
    if spec.family == "klein":
        return Shape(1, 1, height // 2, width // 2)
    base = int(asked.knobs.get("base_num_frames", asked.frames))
    return Shape(1, _latents(min(asked.frames, base)), height, width)


def windows(frames: int, steps: int, knobs: dict[str, float]) -> Iterator[Window]:
    """The windows a take of diffusion forcing is made in; those after the first begin with latents they were given."""
    latents = _latents(frames)
    base, overlap = (_latents(int(knobs[name])) for name in ("base_num_frames", "overlap_history"))
    block, lag = int(knobs["causal_block_size"]), int(knobs["ar_step"])
    done = 0
    while done < latents:
        fresh = min(base, latents) if not done else min(base - overlap, latents - done)
        window = fresh + (overlap if done else 0)
        # Blocks that wait for the one before them make a window as much longer.
        waits = (fresh // block - 1) * lag if lag else 0
        yield Window(window, steps + max(0, waits))
        done += fresh


def _svd(asked: Asked) -> Operations:
    name, shape = asked.spec.name, shaped(asked)
    return Operations(
        encode=_encoding(name, asked.height, asked.width),
        denoise=_evaluation(name, shape) * asked.steps,
        decode=_decoding(name, asked.frames, shape.height, shape.width),
        evaluations=asked.steps,
    )


def _skyreels(asked: Asked) -> Operations:
    spec, scale = asked.spec, _scale(asked.spec.name)
    height, width = asked.height // scale, asked.width // scale
    twice = 2 if asked.knobs["guidance_scale"] > 1 else 1
    forced = spec.family == "skyreels-df"
    parts = windows(asked.frames, asked.steps, asked.knobs) if forced else [Window(_latents(asked.frames), asked.steps)]
    evaluations, denoise = 0, 0.0
    for part in parts:
        evaluations += part.steps * twice
        denoise += part.steps * twice * _evaluation(spec.name, Shape(1, part.latents, height, width))
    pictures = (asked.image is not None or spec.image == "required") + (asked.last_image is not None)
    return Operations(
        encode=pictures * _encoding(spec.name, asked.height, asked.width),
        denoise=denoise,
        decode=_decoding(spec.name, _latents(asked.frames), height, width),
        evaluations=evaluations,
    )


def _klein(asked: Asked, references: int) -> Operations:
    spec, scale = asked.spec, _scale(asked.spec.name) * 2  # latents go in by squares of two
    height, width = asked.height // scale, asked.width // scale
    sizes = [(one.height, one.width) for one in asked.references] or [(asked.height, asked.width)] * references
    sizes = [_shrunk(high, wide, scale) for high, wide in sizes]
    tokens = sum((high // scale) * (wide // scale) for high, wide in sizes)
    return Operations(
        encode=sum(_encoding(spec.name, high, wide) for high, wide in sizes),
        denoise=asked.steps * _evaluation(spec.name, Shape(1, 1, height, width, tokens)),
        decode=_decoding(spec.name, 1, height * 2, width * 2),
        evaluations=asked.steps,
    )


@lru_cache(256)
def _evaluation(name: str, shape: Shape) -> float:
    model, _ = bare(name)
    return _count(lambda: model(**given(engine(name), model, shape)))


@lru_cache(256)
def _decoding(name: str, latents: int, height: int, width: int) -> float:
    (_, model), family = bare(name), engine(name).family
    if family == "svd":
        made = torch.empty(latents, model.config.latent_channels, height, width, device=META)
        return _count(lambda: model.decode(made, num_frames=latents))
    if family == "klein":
        return _count(lambda: model.decode(torch.empty(1, model.config.latent_channels, height, width, device=META)))
    film = torch.empty(1, model.config.z_dim, min(latents, 3), height, width, device=META)
    if latents <= 3:
        return _count(lambda: model.decode(film))
    # Latents are decoded one after the other, and from the third on each takes what the one before took.
    two, three = (_decoding(name, many, height, width) for many in (2, 3))
    return three + (three - two) * (latents - 3)


@lru_cache(256)
def _encoding(name: str, height: int, width: int) -> float:
    _, model = bare(name)
    sides = (1, 3, 1, height, width) if engine(name).family.startswith("skyreels") else (1, 3, height, width)
    return _count(lambda: model.encode(torch.empty(sides, device=META)))


class _Counter(TorchDispatchMode):
    """Adds up the operations of what runs in this thread.

    torch's own counter hangs hooks on every module of the process, also those of a job at work in another thread.
    """

    def __init__(self) -> None:
        super().__init__()
        self.total = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs, packet = kwargs or {}, func._overloadpacket
        if packet not in flop_registry and func is not torch.ops.prim.device.default:
            with self:
                parts = func.decompose(*args, **kwargs)
            if parts is not NotImplemented:
                return parts
        made = func(*args, **kwargs)
        if packet in flop_registry:
            self.total += flop_registry[packet](*args, **kwargs, out_val=made)
        return made


def _count(run: Callable[[], Any]) -> float:
    # Tensors that a network makes on its way have no device of their own and must be bare as well.
    with META, torch.no_grad(), _Counter() as counter:
        run()
    return float(counter.total)


def _latents(frames: int) -> int:
    return (frames - 1) // _LATENT + 1


@lru_cache(256)
def _scale(name: str) -> int:
    """Pixels of a side that are one latent's."""
    _, model = bare(name)
    if engine(name).family.startswith("skyreels"):
        return int(model.config.scale_factor_spatial)
    return int(2 ** (len(model.config.block_out_channels) - 1))


def _shrunk(height: int, width: int, step: int) -> tuple[int, int]:
    by = min(1.0, (_REFERENCE / (height * width)) ** 0.5)
    return int(height * by) // step * step, int(width * by) // step * step
