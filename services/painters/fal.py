"""Painters at fal: looks, plates and boards by FLUX.

FLUX.2 takes the locked looks and the place along with every board; FLUX.1 takes no pictures: its words carry the looks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from services.fal.answers import VENDOR
from services.fal.jobs import Asking, answered
from services.fal.models import models
from services.fal.queue import FalQueue
from services.painters.picture import kept, wanted, write
from services.painters.references import Reference, references, small, told
from services.tasks import Do, here
from studio.crew import Errand, Order, Product
from studio.errors import Garbled, PolicyBlocked

_MOST = 64 << 20  # bytes of a picture
_MEGAPIXEL = 1_000_000


class FalPainter:
    """A Remote that makes looks, plates and boards with one model of fal's."""

    def __init__(self, name: str, model: str, queue: FalQueue, *, version: str = "1", do: Do = here) -> None:
        """KeyError for a model that data/fal.toml does not have; `do` does what pictures need."""
        self.name, self.version, self._model = name, version, model
        self._row, self._queue, self._do = models().picture[model], queue, do

    def close(self) -> None:
        """Give the connections back."""
        self._queue.close()

    def make(self, order: Order, errand: Errand) -> Product:
        """Paint one still and keep it as a PNG of the size that was asked for."""
        prompt, width, height = wanted(order.recipe)
        pictures = references(order, self._row.referring.most if self._row.referring else 0)
        asking = self._asking(
            order, errand.key, told(prompt, pictures), self._row.canvas.nearest(width, height), pictures
        )
        body, request = answered(self._queue, asking, errand)
        if any(body.get("has_nsfw_concepts") or ()):
            raise PolicyBlocked("fal's content checker blackened this picture")
        file = self._queue.fetch(_address(body, request), order.folder / "fal.picture", most=_MOST)
        out = order.folder / f"{order.recipe.kind}.png"
        return self._do(partial(kept, file, (width, height), out, vendor=VENDOR, request=request))

    def _asking(
        self, order: Order, key: str, prompt: str, size: tuple[int, int], pictures: Sequence[Reference]
    ) -> Asking:
        # Not the recipe's own seed: this one is the take's alone, so a request can be told from all others in a list.
        seed = int(key[:8], 16) & 0x7FFFFFFF
        row, small_ones = self._row, [small(one.file) for one in pictures]
        fixed = {**row.always, "prompt": prompt, "image_size": {"width": size[0], "height": size[1]}, "seed": seed}

        def arguments() -> Mapping[str, Any]:
            if not row.referring or not pictures:
                return fixed
            files = [write(one, order.folder / f"reference-{at}.png") for at, one in enumerate(small_ones, 1)]
            return fixed | {row.referring.field: [self._queue.upload(one, f"{key[:16]}-{one.name}") for one in files]}

        return Asking(
            model=row.referring.model if row.referring and pictures else self._model,
            arguments=arguments,
            matches=lambda given: given.get("seed") == seed and given.get("prompt") == prompt,
            unit="pixels",
            scale=_MEGAPIXEL,
            asked=sum(_begun(*one) for one in (size, *((one.shape[1], one.shape[0]) for one in small_ones))),
            settles=row.settles,
        )


def _begun(width: int, height: int) -> int:
    """Begun megapixels: each picture is billed for by itself, those that go along too."""
    return -(-width * height // _MEGAPIXEL)


def _address(body: Mapping[str, Any], request: str) -> str:
    """Where the first picture lies."""
    match body.get("images"):
        case [{"url": str(url)}, *_]:
            return url
    raise Garbled("fal's answer names no picture", vendor=VENDOR, operation="picture", request=request)
