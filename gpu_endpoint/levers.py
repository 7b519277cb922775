"""What speeds an engine up, one lever at a time, as the bench pulls them on networks with random weights."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel

from gpu_endpoint.families.modulating import by_latent
from gpu_endpoint.families.placing import cached, channels_last, repeating
from gpu_endpoint.families.svd import BLOCKS

_EVER = 1e9  # no block changes as much from one evaluation to the next
Prepare = Callable[[Any], None]
Around = Callable[[], AbstractContextManager[object]]


@dataclass(frozen=True)
class Lever:
    """A way to prepare a network, and what its runs are put into. `lossless`: the same sums, in another order."""

    name: str
    lossless: bool
    prepare: Prepare = lambda model: None
    around: Around = nullcontext


def _compiled(model: Any) -> None:
    if not getattr(model, "_repeated_blocks", None):
        repeating(model, BLOCKS)
    model.compile_repeated_blocks(fullgraph=True)


def _both(model: Any) -> None:
    channels_last(model)
    _compiled(model)


def _forced(model: Any) -> None:
    by_latent(model)
    _compiled(model)


def _eight_bits(model: Any) -> None:
    model.enable_layerwise_casting(storage_dtype=torch.float8_e4m3fn, compute_dtype=torch.bfloat16)


def _skipping(model: Any) -> None:
    cached(model, _EVER)
    evaluate = model.forward

    def within(*given: Any, **more: Any) -> Any:
        with model.cache_context("bench"):
            return evaluate(*given, **more)

    model.forward = within


def _by(kernel: SDPBackend) -> Around:
    return lambda: sdpa_kernel(kernel)


PLAIN = Lever("plain", True)
_CUDNN = Lever("attention: cuDNN", True, around=_by(SDPBackend.CUDNN_ATTENTION))
_FLASH = Lever("attention: flash", True, around=_by(SDPBackend.FLASH_ATTENTION))
_EIGHT = Lever("8-bit weights (storage)", False, _eight_bits)
_SKIPPED = Lever("first-block cache: a skipped evaluation", False, _skipping)
_LAST = Lever("channels last", True, channels_last)
_COMPILED = Lever("compiled blocks", True, _compiled)
_ALL_UNET = Lever("channels last, compiled, cuDNN", True, _both, _CUDNN.around)
_ALL_DIT = Lever("compiled, cuDNN", True, _compiled, _CUDNN.around)
_LATENT = Lever("times by latent", True, by_latent)
_ALL_DF = Lever("times by latent, compiled, cuDNN", True, _forced, _CUDNN.around)


def levers(family: str) -> tuple[Lever, ...]:
    """The levers of an engine's family, the plain run first and all lossless ones together last."""
    if family == "svd":
        return PLAIN, _LAST, _COMPILED, _CUDNN, _FLASH, _EIGHT, _ALL_UNET
    if family == "skyreels-df":
        return PLAIN, _LATENT, _COMPILED, _CUDNN, _FLASH, _EIGHT, _SKIPPED, _ALL_DF
    return PLAIN, _COMPILED, _CUDNN, _FLASH, _EIGHT, _ALL_DIT
