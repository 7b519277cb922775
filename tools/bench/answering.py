"""How soon the first words of a vendor's streamed answer reach the page of whoever waits for them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Thread

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.parts.answering import LOOK_AGAIN
from services.guard import Line, vendors
from services.writers.groq import groq_writer
from studio.crew import Order
from studio.production.asking import Asking
from studio.takes.briefs import ProposalBrief
from studio.takes.recipe import Recipe, TakeKind
from tests.doubles.cloud import CHAT
from tests.doubles.errands import KeptErrand
from tests.doubles.groq import GroqDouble
from tests.doubles.server import serving

_MODEL, _WISHES = "openai/gpt-oss-120b", ("Cut scene 1", "Make it shorter", "Cut scene 2", "Make scene 1 longer")
_SCRIPT = "Title: The Key\n\nINT. KITCHEN - NIGHT\n\nMARA\nYou kept it.\n\nEXT. HARBOUR - DAY\n\nTOM\nNever.\n"
_APART = 0.02  # seconds between the words of a stream
_WHOLE = 60.0  # seconds a whole answer may take


@dataclass
class _Watched:
    """A server whose answers' first bytes are timed."""

    inner: ASGIApp
    first: list[float] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; note when a completion's first byte left."""
        began = False

        async def sent(message: Message) -> None:
            nonlocal began
            if message.get("body") and not began and str(scope.get("path")).endswith("completions"):
                began = True
                self.first.append(time.monotonic())
            await send(message)

        await self.inner(scope, receive, sent)


def first_words(pace: float, folder: Path) -> Iterator[float]:
    """Seconds from the vendor's first byte to the first words of each of a few answers, at the page's latest look."""
    folder.mkdir(parents=True)
    double = GroqDouble(takes=CHAT * pace, apart=_APART)
    watched: list[_Watched] = []

    def app(base: str) -> _Watched:
        watched.append(_Watched(double.app(base)))
        return watched[0]

    with serving(app) as url:
        writer = groq_writer("groq-gpt-oss-120b", _MODEL, double.key, url, own=Line(vendors()["groq"]))
        writer.check()
        for number, wish in enumerate(_WISHES):
            brief = ProposalBrief.model_validate({"fountain": _SCRIPT, "request": {"text": wish}, "cast": ()})
            recipe = Recipe(
                kind=TakeKind.PROPOSAL,
                brief=brief.model_dump(mode="json"),
                engine=writer.name,
                engine_version=writer.version,
            )
            asking, order, key = Asking(wish), Order(recipe, {}, folder), f"{number:064d}"
            ask = partial(writer.make, order, KeptErrand(key=key, hear=asking.hear))
            Thread(target=asking.answer, args=(ask,), daemon=True).start()
            seen = next(time.monotonic() for words in asking.follow() if words.strip())
            yield seen + LOOK_AGAIN - watched[0].first[-1]
            asking.wait(_WHOLE)
        writer.close()
