"""What the writers' tests stand on: a double of Groq, a writer that talks to it without waiting, and orders."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from services.guard import Line, vendors
from services.writers.engine import RemoteWriter
from services.writers.groq import groq_writer
from studio.crew import Order, Product
from studio.story.cast import DNA, Age, Character
from studio.takes.briefs import ProposalBrief, ScriptBrief
from studio.takes.recipe import Recipe, TakeKind
from tests.doubles.errands import KeptErrand
from tests.doubles.groq import GroqDouble, price
from tests.doubles.server import Fault, Schedule, serving
from tests.services.clock import Clock

KEY = "gsk_double"
MODEL = "openai/gpt-oss-120b"
PITCH = "Two rival bakers must share one oven on the night before the fair."
SCRIPT = """Title: The Oven

INT. BAKERY - NIGHT

Amos sweeps. Petra comes in with a sack.

AMOS
We close at nine.

PETRA
It is ten to.

EXT. FAIR - DAY

The tents are up.

PETRA
I have brought you half of it.

AMOS
Which half?
"""
CAST = (
    Character(id="amos", name="AMOS"),
    Character(id="petra", name="PETRA", dna=DNA(age=Age.OLD), locked=True),
)


@dataclass
class Studio:
    """A writer, the double it talks to, and what its take is ordered and kept with."""

    double: GroqDouble
    writer: RemoteWriter
    folder: Path
    clock: Clock
    errand: KeptErrand = field(default_factory=KeptErrand)

    def order(self, kind: TakeKind, brief: ScriptBrief | ProposalBrief) -> Order:
        recipe = Recipe(
            kind=kind, brief=brief.model_dump(mode="json"), engine=self.writer.name, engine_version=self.writer.version
        )
        return Order(recipe, {}, self.folder)

    def script(self, *, errand: KeptErrand | None = None, **given: Any) -> Product:
        brief = ScriptBrief(**({"text": PITCH, "seconds": 30, "seed": 3} | given))
        return self.writer.make(self.order(TakeKind.SCRIPT, brief), errand or self.errand)

    def proposal(self, text: str, *, errand: KeptErrand | None = None, **given: Any) -> Product:
        request = {"text": text, **{key: given.pop(key) for key in ("tab", "scenes", "passage") if key in given}}
        brief = ProposalBrief.model_validate({"fountain": SCRIPT, "request": request, "cast": CAST} | given)
        return self.writer.make(self.order(TakeKind.PROPOSAL, brief), errand or self.errand)

    @property
    def billed(self) -> int:
        """What our bills come to by the vendor's list, in micro-dollars."""
        return billed(self.errand)


def nth(fault: Fault, step: int) -> list[Fault]:
    """A fault of one request, after so many without."""
    return [*[None] * step, fault]  # type: ignore[list-item]  # None is no fault


def billed(errand: KeptErrand) -> int:
    """What an errand's bills come to by the vendor's list, in micro-dollars."""
    return sum(_priced(one.model, one.quantities) for one in errand.bills.values())


def _priced(model: str, told: dict[str, int]) -> int:
    cached = told["cached_tokens"]
    usage = {
        "prompt_tokens": told["input_tokens"] + cached,
        "prompt_tokens_details": {"cached_tokens": cached},
        "completion_tokens": told["output_tokens"],
    }
    return price(model, usage)


Build = Callable[..., Studio]


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Build]:
    """Make a studio whose Groq has these faults (operation -> faults) and this model."""
    with ExitStack() as stack:

        def made(model: str = MODEL, key: str = KEY, seconds: float = 120.0, **faults: list[Fault]) -> Studio:
            double = GroqDouble(Schedule(faults))
            clock = Clock(share=0.0)
            manners = vendors()["groq"].model_copy(update={"seconds": seconds, "trips": 50})
            url = stack.enter_context(serving(double.app))
            writer = groq_writer("groq-gpt-oss-120b", model, key, url, own=Line(manners, clock.patience))
            stack.callback(writer.close)
            return Studio(double, writer, tmp_path, clock)

        yield made
