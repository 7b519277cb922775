"""The painter on our own GPU endpoint: looks, plates and boards, with the locked looks and the place as references."""

from __future__ import annotations

from functools import lru_cache, partial
from pathlib import Path

from services.gpu.jobs import VENDOR
from services.gpu.work import Input, Work, encoded, job_ids
from services.painters.picture import kept, wanted
from services.painters.references import references, small, told
from services.tasks import Do, here
from studio.crew import Errand, Order, Product
from studio.takes.frame import Frame

_SEEDS = 1 << 32
_PROMPT = 4000  # letters a job takes
_SEVERAL = 8  # references kept ready: a scene's boards take the same ones along, each a megabyte


class RunPodPainter:
    """A Remote that makes looks, plates and boards with one engine of the endpoint."""

    def __init__(self, work: Work, *, version: str = "1", do: Do = here) -> None:
        """`work` is the engine at its endpoint, whose name is the studio's own; `do` does what pictures need."""
        self.name, self.version = work.engine.name, version
        self._work, self._do = work, do

    def close(self) -> None:
        """Give the connections back."""
        self._work.jobs.close()

    def make(self, order: Order, errand: Errand) -> Product:
        """Paint one still and keep it as a PNG of the size that was asked for."""
        prompt, width, height = wanted(order.recipe)
        size = self._work.engine.size(Frame(width=width, height=height, fps=24))
        file = order.folder / "painted.png"
        self._work.link(errand, 0, 1, lambda: self._asked(order, prompt, size), file)
        out, ticket = order.folder / f"{order.recipe.kind}.png", job_ids(errand.ticket)[0]
        return self._do(partial(kept, file, (width, height), out, vendor=VENDOR, request=ticket, painted=size))

    def _asked(self, order: Order, prompt: str, size: tuple[int, int]) -> Input:
        engine = self._work.engine
        given = references(order, engine.references)
        pictures = (
            {"references": [{"base64": _carried(one.file, one.file.stat().st_mtime_ns)} for one in given]}
            if given
            else {}
        )
        return {
            **pictures,
            "prompt": told(prompt, given)[:_PROMPT],
            "width": size[0],
            "height": size[1],
            "seed": order.recipe.seed % _SEEDS,
            "steps": engine.steps,
        }


@lru_cache(maxsize=_SEVERAL)
def _carried(file: Path, changed: int) -> str:
    """A reference as a job takes it along, of a file that was last changed then."""
    del changed
    return encoded(small(file))
