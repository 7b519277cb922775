"""The pictures that go with a board, so that people and place stay as they are: which, in which order, how large."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.gpu.sheet import sheet
from services.media.fitting import filled
from services.painters.picture import Pixels, read
from services.prompting import described
from studio.crew import Order
from studio.takes.briefs import BoardBrief
from studio.takes.recipe import TakeKind


@dataclass(frozen=True)
class Reference:
    """A picture, and what a painter is told of it with its number in place of {number}."""

    words: str
    file: Path


def references(order: Order, most: int) -> tuple[Reference, ...]:
    """A board's reference pictures, the most important first: the looks, then the place. None for other kinds."""
    return tuple(_chosen(order, most)) if order.recipe.kind is TakeKind.BOARD and most > 0 else ()


def told(prompt: str, pictures: Sequence[Reference]) -> str:
    """A prompt with what is said of each picture, which are counted from 1."""
    return " ".join([prompt, *(one.words.replace("{number}", str(at)) for at, one in enumerate(pictures, 1))])


def small(file: Path) -> Pixels:
    """A reference no larger than engines look at."""
    picture = read(file)
    high, wide = picture.shape[:2]
    scale = min(1.0, sheet().limits.reference_side / max(high, wide))
    return filled(picture, round(wide * scale), round(high * scale))


def _chosen(order: Order, most: int) -> Iterator[Reference]:
    brief, words = BoardBrief.model_validate(order.recipe.brief), sheet().references
    plate = order.inputs.get("plate")
    seen = sorted((figure.character for figure in brief.staging.figures), key=lambda who: who != brief.staging.focus)
    looks = [who for who in dict.fromkeys(seen) if f"look:{who}" in order.inputs and who in brief.cast]
    for who in looks[: most - 1 if plate else most]:
        yield Reference(words.look.replace("{who}", described(brief.cast[who])), order.inputs[f"look:{who}"])
    if plate:
        yield Reference(words.plate, plate)
