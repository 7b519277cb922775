"""The painter on our own GPU endpoint: looks, plates and boards, with the locked looks and the place as references."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from services.gpu.jobs import VENDOR
from services.gpu.sheet import sheet
from services.gpu.work import Input, Work, encoded
from services.media.fitting import filled
from services.media.flaws import picture_flaw
from services.painters.picture import kept, read, wanted
from services.prompting import described
from studio.crew import Errand, Order, Product
from studio.errors import Garbled
from studio.takes.briefs import BoardBrief
from studio.takes.frame import Frame
from studio.takes.recipe import TakeKind

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
        references = list(_references(order, engine.references))
        told = " ".join([prompt, *(words.replace("{number}", str(n)) for n, (words, _) in enumerate(references, 1))])
        pictures = {"references": [{"base64": _small(file)} for _, file in references]} if references else {}
        return {
            **pictures,
            "prompt": told[:_PROMPT],
            "width": size[0],
            "height": size[1],
            "seed": order.recipe.seed % _SEEDS,
            "steps": engine.steps,
        }


def _references(order: Order, most: int) -> Iterator[tuple[str, Path]]:
    """A board's reference pictures, the most important first, and what is told of each: the looks, then the place."""
    if order.recipe.kind is not TakeKind.BOARD or most < 1:
        return
    brief, words = BoardBrief.model_validate(order.recipe.brief), sheet().references
    plate = order.inputs.get("plate")
    seen = sorted((figure.character for figure in brief.staging.figures), key=lambda who: who != brief.staging.focus)
    looks = [who for who in dict.fromkeys(seen) if f"look:{who}" in order.inputs and who in brief.cast]
    for who in looks[: most - 1 if plate else most]:
        told = words.look.replace("{who}", described(brief.cast[who]))
        yield told, order.inputs[f"look:{who}"]
    if plate:
        yield words.plate, plate


def _small(file: Path) -> str:
    """A reference no larger than the engine looks at."""
    picture = read(file)
    high, wide = picture.shape[:2]
    scale = min(1.0, sheet().limits.reference_side / max(high, wide))
    return encoded(filled(picture, round(wide * scale), round(high * scale)))
