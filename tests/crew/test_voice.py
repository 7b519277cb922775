"""What every voice keeps, the offline one and those at vendors: one order, the same kind of speech."""

from __future__ import annotations

import wave
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from services.guard import Line, vendors
from services.offline.sound.loudness import loudness
from services.offline.voice.booth import Booth
from services.offline.voice.engine import EspeakVoice
from services.voices.elevenlabs import ElevenVoice
from studio.crew import Order, Product
from studio.story.cast import Casting
from studio.takes.briefs import Mouth, SpeechBrief, Viseme, Word
from studio.takes.recipe import Recipe, TakeKind
from studio.takes.roster import Roster
from tests.doubles.elevenlabs import ElevenLabsDouble
from tests.doubles.errands import KeptErrand
from tests.doubles.server import serving
from tests.services.clock import Clock

ROSTER = Roster.load(Path(__file__).parents[2] / "data" / "crew.toml")
VOICES = [card.name for card in ROSTER.engine if card.role == "voice"]
LINE = "Stand back! The pump is old; it won't hold 12 more buckets."
SPOKEN = {
    "en": LINE,
    "fr": "Quelqu'un doit porter la lanterne.",
    "zh": "总得有人把灯笼带过山去。",
    "hi": "किसी को तो यह लालटेन ले जानी होगी।",
    "es": "Alguien tiene que llevar el farol.",
    "de": "Jemand muss die Laterne über den Berg tragen.",
    "pt": "Alguém tem de levar a lanterna.",
}
Speak = Callable[..., Product]


@pytest.fixture(scope="module", params=VOICES)
def make(request: pytest.FixtureRequest) -> Iterator[Callable[[Recipe, Path], Product]]:
    """Each voice of the roster in turn."""
    card = ROSTER.named(request.param)
    with serving((double := ElevenLabsDouble()).app) as url:
        if not card.vendor:
            offline = EspeakVoice()
            yield lambda recipe, folder: offline.speak(Order(recipe, {}, folder))
            offline.close()
            return
        talk, booth = Line(vendors()[card.vendor], Clock().patience), Booth()
        remote = ElevenVoice(card, key=double.key, base_url=url, talk=talk, booth=booth)
        assert (remote.name, remote.version) == (card.name, card.version)
        yield lambda recipe, folder: remote.make(Order(recipe, {}, folder), KeptErrand())
        remote.close()
        booth.close()


@pytest.fixture
def speak(make: Callable[[Recipe, Path], Product], request: pytest.FixtureRequest, tmp_path: Path) -> Speak:
    card = ROSTER.named(request.node.callspec.params["make"])
    voice = "dblVoiceElspeth0005" if card.vendor else ""

    def ask(text: str = LINE, language: str = "en", manner: str = "", said_as: str = "", pace: float = 1.0) -> Product:
        casting = Casting(voice=voice, pace=pace)
        brief = SpeechBrief(text=text, language=language, manner=manner, casting=casting, said_as=said_as)
        recipe = Recipe(kind=TakeKind.SPEECH, brief=brief.model_dump(mode="json"), engine=card.name, engine_version="1")
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        product = make(recipe, folder)
        assert product.file.parent == folder
        return product

    return ask


def sound(product: Product) -> np.ndarray:
    with wave.open(str(product.file)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 48_000)
        assert file.getnframes() == product.measure["samples"]
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768


def words(product: Product) -> list[Word]:
    return [Word.model_validate(word) for word in product.measure["words"]]


@pytest.mark.parametrize("language", SPOKEN)
def test_a_line_is_heard_at_its_loudness(speak: Speak, language: str) -> None:
    product = speak(SPOKEN[language], language)
    samples = sound(product)
    assert loudness(samples) == pytest.approx(-18, abs=0.5)
    assert np.abs(samples).max() < 10 ** (-1 / 20)
    assert (product.measure["audible"], product.measure["why"]) == (True, "")
    assert product.measure["seconds"] == pytest.approx(len(samples) / 48_000, abs=1e-5)


@pytest.mark.parametrize("language", SPOKEN)
def test_words_are_verbatim_and_in_order(speak: Speak, language: str) -> None:
    product = speak(SPOKEN[language], language)
    timed = words(product)
    assert "".join(word.text for word in timed) == "".join(SPOKEN[language].split())
    edges = [edge for word in timed for edge in (word.start, word.end)]
    assert edges == sorted(edges)
    assert edges[0] >= 0
    assert edges[-1] <= product.measure["seconds"] + 0.001
    assert sum(word.end - word.start for word in timed) > 0.5 * product.measure["seconds"]


@pytest.mark.parametrize("language", SPOKEN)
def test_the_mouth_moves_and_comes_to_rest(speak: Speak, language: str) -> None:
    product = speak(SPOKEN[language], language)
    way = [Viseme.model_validate(viseme) for viseme in product.measure["visemes"]]
    assert way[0].at == 0
    assert way[-1].mouth is Mouth.REST
    assert len({viseme.mouth for viseme in way}) >= 4
    assert all(
        0.049 <= after.at - before.at < 1.5 and after.mouth is not before.mouth for before, after in pairwise(way)
    )
    assert way[-1].at <= product.measure["seconds"] + 0.001


def test_another_spelling_leaves_the_words(speak: Speak) -> None:
    product = speak("Ask Siobhan.", said_as="Ask Shivawn.")
    assert [word.text for word in words(product)] == ["Ask", "Siobhan."]


def test_a_beat_is_waited_and_a_whisper_is_softer(speak: Speak) -> None:
    plain, beat, quiet = speak(), speak(manner="(beat)"), speak(manner="(softly)")
    assert words(beat)[0].start - words(plain)[0].start == pytest.approx(0.45, abs=0.05)
    assert loudness(sound(quiet)) < loudness(sound(plain)) - 1.5


def test_a_line_of_signs_is_silent_and_says_why(speak: Speak) -> None:
    product = speak("…!")
    assert not product.measure["audible"]
    assert "said aloud" in product.measure["why"]
    assert not sound(product).any()
    assert [word.text for word in words(product)] == ["…!"]
