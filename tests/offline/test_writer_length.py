"""A written script, spoken by the offline voice and cut, is as long a film as was asked for."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from statistics import mean

import pytest

from services.offline.voice.booth import Booth
from services.offline.voice.casting import cast_voices
from services.offline.voice.engine import EspeakVoice
from services.offline.writer.engine import TemplateWriter
from studio.crew import Order, Pitch
from studio.cut.timeline import SpeechLength, cut
from studio.story.breaking import break_down
from studio.story.screenplay import Screenplay
from studio.takes.briefs import SpeechBrief
from studio.takes.recipe import Recipe, TakeKind

PITCHES = tomllib.loads((Path(__file__).parent / "pitches.toml").read_text("utf-8"))["pitch"]
FPS = 24
ASKED = ((60, (0, 6, 11, 18)), (90, (2, 8, 13)), (180, (4, 14, 15)))


@pytest.fixture(scope="module")
def voice() -> Iterator[EspeakVoice]:
    booth = Booth()
    yield EspeakVoice(booth)
    booth.close()


def film(play: Screenplay, voice: EspeakVoice, folder: Path) -> float:
    found = break_down(play, seed=0)
    cast = {one.id: one.casting for one in cast_voices(found.cast, found.language)}
    speech: dict[str, SpeechLength] = {}
    for line in found.lines:
        brief = SpeechBrief(
            text=line.text, manner=line.manner, language=line.language, casting=cast[line.character]
        ).model_dump(mode="json")
        recipe = Recipe(kind=TakeKind.SPEECH, brief=brief, engine=voice.name, engine_version=voice.version)
        workplace = folder / line.id
        workplace.mkdir(parents=True)
        speech[line.id] = SpeechLength(seconds=voice.speak(Order(recipe, {}, workplace)).measure["seconds"])
    return cut(found, speech, FPS).frames / FPS


def test_ten_films_last_as_long_as_was_asked_for(voice: EspeakVoice, tmp_path: Path) -> None:
    off = [
        film(TemplateWriter().write(Pitch(PITCHES[spot]["text"], asked, 0)), voice, tmp_path / f"{spot}") / asked - 1
        for asked, spots in ASKED
        for spot in spots
    ]
    assert abs(mean(off)) <= 0.04
    assert max(map(abs, off)) <= 0.10
