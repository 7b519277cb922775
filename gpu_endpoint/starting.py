"""Puts a worker together from its settings: which device, how much of it, and what holds for the whole process."""

from __future__ import annotations

import logging
import time
from contextlib import ExitStack
from functools import partial

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel

from gpu_endpoint import BEGUN, weights
from gpu_endpoint.delivery import Delivery
from gpu_endpoint.engine import Source
from gpu_endpoint.meter import Meter, card, processor, slowest
from gpu_endpoint.pictures import Pictures
from gpu_endpoint.residency import Residency
from gpu_endpoint.settings import Settings
from gpu_endpoint.shelf import Shelf
from gpu_endpoint.worker import Worker

log = logging.getLogger(__name__)
PREFERRED = ExitStack()  # holds for as long as the process
_GIB = 1 << 30
_OWN = 1.0  # GiB of a card that the driver and the libraries take for themselves
_HOPPER = (9, 0)  # cards whose tensor cores only cuDNN's kernel uses in full
_HOST = 16.0  # GiB a processor is taken to have for pictures


def worker(settings: Settings) -> Worker:
    """A worker that is not warm yet."""
    device = settings.device or ("cuda" if torch.cuda.is_available() else "cpu")
    carded = device.startswith("cuda")
    if settings.backend:
        attend(settings.backend)
    elif carded:
        prefer(quickest(torch.cuda.get_device_capability(device)))
    return Worker(
        Residency(
            settings.vram or room(device),
            settings.memory,
            device,
            settings.fp8,
            levers(settings, carded=carded),
            partial(weights.folder, settings=settings),
        ),
        Shelf(settings.results, settings.keep),
        Delivery(settings.bucket),
        Pictures(settings.volume),
        meter=meter(device, settings.rate),
        eyes=weights.eyes(settings),
    )


def levers(settings: Settings, *, carded: bool) -> Source:
    """What speeds engines up: on a card what leaves their pictures as they are, the rest only where it is asked for."""
    compiled = carded if settings.compile is None else settings.compile
    return Source(compile=compiled, cache=settings.cache, half_decoder=settings.half)


def warm(made: Worker, engine: str) -> None:
    """Load the engine named, and note what the start took; before the first job."""
    made.warm(engine)
    made.cold = max(1, round((time.monotonic() - BEGUN) * 1000))


def meter(device: str, rate: float | None) -> Meter:
    """The meter of a device; a card nobody knows is taken for the slowest one we know."""
    if not device.startswith("cuda"):
        return Meter(processor(), rate)
    name = torch.cuda.get_device_name(device)
    known = card(name)
    if known is None:
        log.warning("%s is not in data/cards.toml: what jobs cost on it is only guessed before they ran", name)
    return Meter(known or slowest(), rate, known=known is not None)


def room(device: str) -> float:
    """GiB there are for engines."""
    if not device.startswith("cuda"):
        return _HOST
    return float(torch.cuda.get_device_properties(device).total_memory) / _GIB - _OWN


def quickest(capability: tuple[int, int]) -> list[SDPBackend]:
    """The kernels of attention from the quickest on; a job that one cannot do goes to the next."""
    first = [SDPBackend.FLASH_ATTENTION, SDPBackend.CUDNN_ATTENTION]
    if capability >= _HOPPER:
        first.reverse()
    return [*first, SDPBackend.EFFICIENT_ATTENTION, SDPBackend.MATH]


def prefer(kernels: list[SDPBackend]) -> None:
    """Have attention done by the first of these kernels that can, from now on and in all threads."""
    PREFERRED.enter_context(sdpa_kernel(kernels, set_priority=True))


def attend(backend: str) -> None:
    """Choose the kernel of attention, once for the process: set on one model, it would be every model's."""
    from diffusers.models.attention_dispatch import AttentionBackendName, _AttentionBackendRegistry

    _AttentionBackendRegistry.set_active_backend(AttentionBackendName(backend))
