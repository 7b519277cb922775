"""A crew that makes takes of a few bytes at once, counts what it was asked, and fails where it is told to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from studio.crew import Footage, Order, Pitch, Product, VoiceCard
from studio.errors import Unreadable
from studio.story.cast import Age, Character, Presents
from studio.story.fountain import read_fountain
from studio.story.screenplay import Screenplay
from studio.takes.recipe import Recipe, TakeKind

SCRIPT = """Title: The Key

INT. KITCHEN - NIGHT

MARA, 70, in a yellow coat, puts a key on the table.

MARA
You kept it.

TOM
I never used it.

EXT. HARBOUR - DAWN

Tom throws the key into the water.

TOM
Now nobody can.
"""


@dataclass
class SmallCrew:
    """Keeps the CrewAtWork protocol. `trouble` may raise for a recipe."""

    script: str = SCRIPT
    trouble: Callable[[Recipe], None] = lambda recipe: None
    asked: Counter[str] = field(default_factory=Counter)
    kinds: Counter[TakeKind] = field(default_factory=Counter)
    rehearsed: list[Recipe] = field(default_factory=list)

    def write(self, pitch: Pitch) -> Screenplay:
        """The same script for every pitch."""
        return read_fountain(self.script)

    def cast(self, members: Sequence[Character], language: str) -> tuple[Character, ...]:
        """Voices numbered in order, for those who have none."""
        return tuple(
            member.model_copy(update={"casting": member.casting.model_copy(update={"voice": f"voice {n}"})})
            if not member.casting.voice
            else member
            for n, member in enumerate(members)
        )

    def inspect(self, file: Path) -> Footage:
        """A film of the size its bytes say, `640x360 2.5`."""
        found = re.fullmatch(rb"(\d+)x(\d+) ([\d.]+)", file.read_bytes())
        if not found:
            raise Unreadable(f"{file.name} has no picture in it")
        return Footage(int(found[1]), int(found[2]), 24.0, float(found[3]))

    def voices(self, language: str) -> tuple[VoiceCard, ...]:
        """Three voices, the third for children."""
        every = (Age.TEEN, Age.ADULT, Age.OLD)
        cards = [VoiceCard(voice=f"voice {n}", name=f"Voice {n}", presents=Presents.NEUTRAL, ages=every, hz=100 + n)
                 for n in range(2)]  # fmt: skip
        return (*cards, cards[0].model_copy(update={"voice": "small", "name": "Small", "ages": (Age.CHILD,)}))

    def manners(self) -> tuple[str, ...]:
        """Two manners."""
        return ("softly", "shouting")

    def unread(self, note: str) -> tuple[str, ...]:
        """Every other word."""
        return tuple(word for word in note.split() if word not in self.manners())

    def warm(self) -> None:
        """Always ready."""

    def rehearse(self, clip: Recipe) -> None:
        """Note what for."""
        self.rehearsed.append(clip)

    def perform(self, order: Order) -> Product:
        """A file that says what it was made from."""
        recipe = order.recipe
        self.asked[recipe.fingerprint] += 1
        self.kinds[recipe.kind] += 1
        self.trouble(recipe)
        for file in order.inputs.values():
            assert file.read_bytes()
        made = order.folder / f"take.{_SUFFIX.get(recipe.kind, 'mp4')}"
        if made.suffix == ".png":
            Image.frombytes("RGB", (2, 5), bytes.fromhex(recipe.fingerprint)[:30]).save(made)
        else:
            made.write_text(f"{recipe.kind} {recipe.fingerprint}")
        return Product(made, _measure(recipe))


_PICTURES = (TakeKind.LOOK, TakeKind.PLATE, TakeKind.BOARD, TakeKind.POSTER)
_SUFFIX = {TakeKind.SPEECH: "wav"} | dict.fromkeys(_PICTURES, "png")


def _measure(recipe: Recipe) -> dict[str, Any]:
    if recipe.kind is not TakeKind.SPEECH:
        return {}
    words = recipe.brief["text"].split()
    seconds = 0.4 * len(words)
    timed = [{"text": word, "start": 0.4 * n, "end": 0.4 * n + 0.4} for n, word in enumerate(words)]
    return {"seconds": seconds, "words": timed, "visemes": [{"at": 0.0, "mouth": "a"}], "audible": True, "why": ""}
