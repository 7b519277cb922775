"""The painter on our own GPU endpoint: looks, plates and boards, with the locked looks and the place as references."""

from __future__ import annotations

from services.gpu.jobs import VENDOR
from services.gpu.work import Input, Work, encoded
from services.media.flaws import picture_flaw
from services.painters.picture import kept, wanted
from services.painters.references import references, small, told
from studio.crew import Errand, Order, Product
from studio.errors import Garbled
from studio.takes.frame import Frame

_SEEDS = 1 << 32
_PROMPT = 4000  # letters a job takes


class RunPodPainter:
    """A Remote that makes looks, plates and boards with one engine of the endpoint."""

    def __init__(self, work: Work, *, version: str = "1") -> None:
        """`work` is the engine at its endpoint; the engine's name is the studio's own."""
        self.name, self.version = work.engine.name, version
        self._work = work

    def close(self) -> None:
        """Give the connections back."""
        self._work.jobs.close()

    def make(self, order: Order, errand: Errand) -> Product:
        """Paint one still and keep it as a PNG of the size that was asked for."""
        prompt, width, height = wanted(order.recipe)
        size = self._work.engine.size(Frame(width=width, height=height, fps=24))
        file = order.folder / "painted.png"
        self._work.link(errand, 0, 1, lambda: self._asked(order, prompt, size), file)
        ticket = errand.ticket.split()[0]
        flaw = picture_flaw(file, size=size)
        if flaw:
            raise Garbled(f"the worker's picture {flaw}", vendor=VENDOR, operation="picture", request=ticket)
        out = order.folder / f"{order.recipe.kind}.png"
        return kept(file, (width, height), out, vendor=VENDOR, request=ticket)

    def _asked(self, order: Order, prompt: str, size: tuple[int, int]) -> Input:
        engine = self._work.engine
        given = references(order, engine.references)
        pictures = {"references": [{"base64": encoded(small(one.file))} for one in given]} if given else {}
        return {
            **pictures,
            "prompt": told(prompt, given)[:_PROMPT],
            "width": size[0],
            "height": size[1],
            "seed": order.recipe.seed % _SEEDS,
            "steps": engine.steps,
        }
