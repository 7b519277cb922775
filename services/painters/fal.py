"""Painters at fal: looks, plates and boards by FLUX. They take no pictures along, so the words carry the looks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.fal.answers import VENDOR
from services.fal.jobs import Asking, answered
from services.fal.models import models
from services.fal.queue import FalQueue
from services.painters.picture import kept, wanted
from studio.crew import Errand, Order, Product
from studio.errors import Garbled, PolicyBlocked

_MOST = 64 << 20  # bytes of a picture
_MEGAPIXEL = 1_000_000


class FalPainter:
    """A Remote that makes looks, plates and boards with one model of fal's."""

    def __init__(self, name: str, model: str, queue: FalQueue, *, version: str = "1") -> None:
        """KeyError for a model that data/fal.toml does not have."""
        self.name, self.version, self._model = name, version, model
        self._row, self._queue = models().picture[model], queue

    def close(self) -> None:
        """Give the connections back."""
        self._queue.close()

    def make(self, order: Order, errand: Errand) -> Product:
        """Paint one still and keep it as a PNG of the size that was asked for."""
        prompt, width, height = wanted(order.recipe)
        across, down = self._row.canvas.nearest(width, height)
        # Not the recipe's own seed: this one is the take's alone, so a request can be told from all others in a list.
        seed = int(errand.key[:8], 16) & 0x7FFFFFFF
        arguments = {
            **self._row.always,
            "prompt": prompt,
            "image_size": {"width": across, "height": down},
            "seed": seed,
        }
        asking = Asking(
            model=self._model,
            arguments=lambda: arguments,
            matches=lambda given: given.get("seed") == seed and given.get("prompt") == prompt,
            unit="pixels",
            scale=_MEGAPIXEL,
            asked=-(-across * down // _MEGAPIXEL),  # begun megapixels
            settles=self._row.settles,
        )
        body, request = answered(self._queue, asking, errand)
        if any(body.get("has_nsfw_concepts") or ()):
            raise PolicyBlocked("fal's content checker blackened this picture")
        file = self._queue.fetch(_address(body, request), order.folder / "fal.picture", most=_MOST)
        return kept(file, (width, height), order.folder / f"{order.recipe.kind}.png", vendor=VENDOR, request=request)


def _address(body: Mapping[str, Any], request: str) -> str:
    """Where the first picture lies."""
    match body.get("images"):
        case [{"url": str(url)}, *_]:
            return url
    raise Garbled("fal's answer names no picture", vendor=VENDOR, operation="picture", request=request)
