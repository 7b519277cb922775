"""Puts a worker together from its settings: which device, how much of it, and what holds for the whole process."""

from __future__ import annotations

import logging
import time
from functools import partial

import torch

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
_GIB = 1 << 30
_OWN = 1.0  # GiB of a card that the driver and the libraries take for themselves
_HOST = 16.0  # GiB a processor is taken to have for pictures


def worker(settings: Settings) -> Worker:
    """A worker that is not warm yet."""
    device = settings.device or ("cuda" if torch.cuda.is_available() else "cpu")
    if settings.backend:
        attend(settings.backend)
    return Worker(
        Residency(
            settings.vram or room(device),
            settings.memory,
            device,
            settings.fp8,
            Source(compile=settings.compile, cache=settings.cache, half_decoder=settings.half),
            partial(weights.folder, settings=settings),
        ),
        Shelf(settings.results, settings.keep),
        Delivery(settings.bucket),
        Pictures(settings.volume),
        meter=meter(device, settings.rate),
        eyes=weights.eyes(settings),
    )


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
    return Meter(known or slowest(), rate)


def room(device: str) -> float:
    """GiB there are for engines."""
    if not device.startswith("cuda"):
        return _HOST
    return float(torch.cuda.get_device_properties(device).total_memory) / _GIB - _OWN


def attend(backend: str) -> None:
    """Choose the kernel of attention, once for the process: set on one model, it would be every model's."""
    from diffusers.models.attention_dispatch import AttentionBackendName, _AttentionBackendRegistry

    _AttentionBackendRegistry.set_active_backend(AttentionBackendName(backend))
