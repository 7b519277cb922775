"""An ElevenLabs account on this machine, and voices that speak through it without waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from services.guard import Line, vendors
from services.offline.voice.booth import Booth
from services.voices.elevenlabs import ElevenVoice
from studio.crew import Order, Product
from studio.story.cast import Casting
from studio.takes.briefs import SpeechBrief
from studio.takes.recipe import Recipe, TakeKind
from studio.takes.roster import Roster
from tests.doubles.elevenlabs import ElevenLabsDouble
from tests.doubles.errands import KeptErrand
from tests.doubles.server import serving
from tests.services.clock import Clock

ROSTER = Roster.load(Path(__file__).parents[3] / "data" / "crew.toml")
ANNIKA = "dblVoiceAnnika00001"
LINE = "We never wanted the lantern, but somebody has to carry it over the hill."


@dataclass
class Desk:
    """An engine at a double, and what it takes to give it a line."""

    double: ElevenLabsDouble
    url: str
    engine: ElevenVoice
    folder: Path
    clock: Clock

    def speak(self, text: str = LINE, errand: KeptErrand | None = None, *, seed: int = 0, **how: Any) -> Product:
        """Have a line spoken; `how` are fields of its brief."""
        given = {"manner": "", "language": "en", "casting": Casting(voice=ANNIKA)} | how
        brief = SpeechBrief(text=text, **given)
        recipe = Recipe(
            kind=TakeKind.SPEECH,
            brief=brief.model_dump(mode="json"),
            engine=self.engine.name,
            engine_version=self.engine.version,
            seed=seed,
        )
        folder = Path(mkdtemp(dir=self.folder))
        return self.engine.make(Order(recipe, {}, folder), errand or KeptErrand())


Open = Callable[..., Desk]


@pytest.fixture(scope="session")
def booth() -> Iterator[Booth]:
    """Who knows spelling."""
    made = Booth()
    yield made
    made.close()


@pytest.fixture
def desk(tmp_path: Path, booth: Booth) -> Iterator[Open]:
    """Opens a desk for a model at a double; a second one at the same double is another process of the studio."""
    with ExitStack() as stack:
        served: dict[int, str] = {}

        def opened(
            double: ElevenLabsDouble | None = None, model: str = "eleven-multilingual-v2", key: str = "", **how: Any
        ) -> Desk:
            double, clock = double or ElevenLabsDouble(), Clock()
            if id(double) not in served:
                served[id(double)] = stack.enter_context(serving(double.app))
            url = served[id(double)]
            engine = ElevenVoice(
                ROSTER.named(model),
                key=key or double.key,
                base_url=url,
                booth=booth,
                talk=Line(vendors()["elevenlabs"], clock.patience),
                patience=clock.patience,
                **how,
            )
            stack.callback(engine.close)
            folder = tmp_path / f"desk{len(list(tmp_path.iterdir()))}"
            folder.mkdir()
            return Desk(double, url, engine, folder, clock)

        yield opened
