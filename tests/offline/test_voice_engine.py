"""The offline voice speaks, on time and as told, and keeps silent where it cannot."""

from __future__ import annotations

import hashlib
import wave
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.offline.sound.loudness import loudness
from services.offline.voice.booth import Booth
from services.offline.voice.casting import cast_voices
from services.offline.voice.engine import EspeakVoice
from services.offline.voice.manners import Delivery, delivery, manners
from studio.crew import Order, Product
from studio.errors import Invalid
from studio.story.cast import DNA, Age, Build, Casting, Character, Presents
from studio.takes.briefs import Mouth, SpeechBrief
from studio.takes.recipe import Recipe, TakeKind

Speak = Callable[..., Product]
LINE = "We never wanted the lantern, but somebody has to carry it over the hill before morning."
SPOKEN = {
    "en": "Somebody has to carry the lantern over the hill.",
    "es": "Alguien tiene que llevar la linterna al otro lado de la colina.",
    "fr": "Quelqu'un doit porter la lanterne de l'autre côté de la colline.",
    "de": "Jemand muss die Laterne über den Hügel tragen.",
    "hi": "किसी को तो यह लालटेन पहाड़ी के पार ले जानी होगी।",
    "pt": "Alguém tem de levar a lanterna para o outro lado da colina.",
    "it": "Qualcuno deve portare la lanterna oltre la collina.",
    "ru": "Кто-то должен перенести фонарь через холм.",
    "ar": "على أحدهم أن يحمل الفانوس إلى ما وراء التل.",
    "ja": "だれかが ランタンを はこばなければならない。",
    "zh": "总得有人把灯笼带过山去。",
    "ko": "누군가는 등불을 들고 언덕을 넘어야 한다.",
}


@pytest.fixture(scope="module")
def voice() -> Iterator[EspeakVoice]:
    booth = Booth()
    yield EspeakVoice(booth)
    booth.close()


@pytest.fixture
def speak(voice: EspeakVoice, tmp_path: Path) -> Speak:
    def ask(
        text: str = LINE,
        *,
        casting: Casting | None = None,
        language: str = "en",
        note: str = "",
        seed: int = 0,
        **how: str,
    ) -> Product:
        brief = SpeechBrief(text=text, language=language, casting=casting or Casting(), **{"manner": ""} | how)
        recipe = Recipe(
            kind=TakeKind.SPEECH,
            brief=brief.model_dump(mode="json"),
            engine=voice.name,
            engine_version=voice.version,
            seed=seed,
            note=note,
        )
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        return voice.speak(Order(recipe, {}, folder))

    return ask


def sound(product: Product) -> Any:
    with wave.open(str(product.file)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 48_000)
        assert file.getnframes() == product.measure["samples"]
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768


def pitch(samples: Any) -> float:
    """Median fundamental in Hz, by autocorrelation of the voiced 50 ms."""
    size, found = 2400, []
    for start in range(0, len(samples) - size, size // 2):
        piece = samples[start : start + size]
        if np.sqrt((piece**2).mean()) < 0.03:
            continue
        echo = np.fft.irfft(np.abs(np.fft.rfft(piece * np.hanning(size), 4 * size)) ** 2)
        lag = 106 + int(echo[106:800].argmax())
        if echo[lag] > 0.45 * echo[0]:
            found.append(48_000 / lag)
    return float(np.median(found))


@pytest.mark.parametrize("language", SPOKEN)
def test_every_language_is_heard_at_a_speaking_pace(speak: Speak, language: str) -> None:
    text = SPOKEN[language]
    product = speak(text, language=language)
    letters = sum(letter.isalpha() for letter in text)
    assert product.measure["audible"], product.measure["why"]
    assert (3 if language in ("hi", "ja", "zh", "ko") else 8) < letters / product.measure["seconds"] < 25
    assert loudness(sound(product)) == pytest.approx(-18, abs=1)


@pytest.mark.parametrize("language", SPOKEN)
def test_words_are_the_writers_own_and_come_in_order(speak: Speak, language: str) -> None:
    text = SPOKEN[language]
    measure = speak(text, language=language).measure
    assert "".join(word["text"] for word in measure["words"]) == "".join(text.split())
    edges = [edge for word in measure["words"] for edge in (word["start"], word["end"])]
    assert edges == sorted(edges)
    assert edges[0] >= 0
    assert edges[-1] <= measure["seconds"] + 0.001


def test_the_mouth_begins_at_once_changes_visibly_and_comes_to_rest(speak: Speak) -> None:
    measure = speak(LINE).measure
    times = [viseme["at"] for viseme in measure["visemes"]]
    assert times[0] == 0
    assert min(after - at for at, after in pairwise(times)) >= 0.049
    assert measure["visemes"][-1]["mouth"] == Mouth.REST
    assert times[-1] <= measure["seconds"]


@pytest.mark.parametrize(("word", "mouths"), [("mama", ["mbp", "a", "mbp"]), ("papa", ["mbp", "a", "mbp"])])
def test_lips_close_on_m_and_p(speak: Speak, word: str, mouths: list[str]) -> None:
    assert [viseme["mouth"] for viseme in speak(word).measure["visemes"]][:3] == mouths


def test_food_shows_teeth_on_the_lip_then_round_lips(speak: Speak) -> None:
    assert [viseme["mouth"] for viseme in speak("food").measure["visemes"]][:2] == ["fv", "uw"]


def test_the_mouth_closes_when_the_sound_does(speak: Speak) -> None:
    product = speak("Papa, papa, papa.")
    samples = sound(product)
    closed = [v["at"] for v in product.measure["visemes"] if v["mouth"] == "mbp"]
    opened = [v["at"] for v in product.measure["visemes"] if v["mouth"] == "a"]

    def power(at: float) -> float:
        piece = samples[int(at * 48_000) : int((at + 0.05) * 48_000)]
        return float((piece**2).mean())

    assert np.mean([power(at) for at in opened]) > 4 * np.mean([power(at) for at in closed])


def test_manners_are_heard(speak: Speak) -> None:
    plain, slow, quick, shout, whisper, beat = (
        speak(LINE, manner=manner) for manner in ("", "slowly", "quickly", "shouting", "whispering", "beat")
    )
    seconds = plain.measure["seconds"]
    assert slow.measure["seconds"] > 1.2 * seconds
    assert quick.measure["seconds"] < 0.85 * seconds
    assert pitch(sound(shout)) > 1.12 * pitch(sound(plain))
    assert loudness(sound(shout)) > loudness(sound(plain)) + 1
    assert loudness(sound(whisper)) < loudness(sound(plain)) - 3
    assert beat.measure["seconds"] == pytest.approx(seconds + 0.45, abs=0.01)
    assert beat.measure["words"][0]["start"] >= 0.45


def test_a_cast_of_four_is_told_apart_by_ear(speak: Speak) -> None:
    people = {
        "mara": DNA(presents=Presents.FEMININE),
        "ines": DNA(presents=Presents.FEMININE, age=Age.OLD),
        "tom": DNA(presents=Presents.MASCULINE, build=Build.SLIGHT),
        "gus": DNA(presents=Presents.MASCULINE, age=Age.OLD, build=Build.HEAVY),
    }
    cast = cast_voices(tuple(Character(id=name, name=name, dna=dna) for name, dna in people.items()), "en")
    pitches = sorted(pitch(sound(speak(LINE, casting=member.casting))) for member in cast)
    assert min(high / low for low, high in pairwise(pitches)) > 1.08


@pytest.mark.parametrize(
    ("text", "language", "names"),
    [
        ("元気ですか。明日会いましょう。", "ja", "Japanese"),
        ("明日会おう", "ja", "Chinese"),
        ("สวัสดีครับ", "th", "Thai"),
        ("...", "en", "nothing"),
        ("😀 😀", "en", "nothing"),
        ("我在等你", "en", "Chinese"),
    ],
)
def test_what_cannot_be_read_is_silent_timed_and_reported(speak: Speak, text: str, language: str, names: str) -> None:
    product = speak(text, language=language)
    measure = product.measure
    assert not measure["audible"]
    assert names in measure["why"]
    assert not sound(product).any()
    assert 1.2 <= measure["seconds"] <= 4
    assert "".join(word["text"] for word in measure["words"]) == "".join(text.split())
    assert [viseme["mouth"] for viseme in measure["visemes"]] == ["rest"]


@pytest.mark.parametrize("manner", ["signing", "smiling, in sign language", "in Gebärdensprache"])
def test_a_signed_line_is_captioned_and_nobody_speaks_it(speak: Speak, manner: str) -> None:
    made = speak(manner=manner)
    assert not sound(made).any()
    assert (made.measure["audible"], made.measure["why"]) == (
        False,
        "This line is signed with the hands, so nobody speaks it.",
    )
    assert [word["text"] for word in made.measure["words"]] == LINE.split()
    assert {one["mouth"] for one in made.measure["visemes"]} == {Mouth.REST}


@pytest.mark.parametrize("manner", ["signing the papers", "signing off", "not signing"])
def test_a_line_said_over_papers_is_spoken(speak: Speak, manner: str) -> None:
    assert sound(speak(manner=manner)).any()


def test_a_long_unreadable_line_gets_a_readers_time(speak: Speak) -> None:
    assert speak("魑" * 40, language="ja").measure["seconds"] == pytest.approx(8)


def test_a_line_in_another_script_is_read_in_that_language(speak: Speak) -> None:
    assert speak("Привет, как дела?", language="en", casting=Casting(voice="gmw/en-US+f3")).measure["audible"]


def test_emphasis_marks_and_emoji_are_shown_but_not_said(speak: Speak) -> None:
    marked, plain = speak("I *never* 😀 said that."), speak("I never said that.")
    assert [word["text"] for word in marked.measure["words"]] == ["I", "*never*", "😀", "said", "that."]
    assert marked.measure["seconds"] == pytest.approx(plain.measure["seconds"], abs=0.15)


@pytest.mark.parametrize(
    "text", ["A \ud800 half sign.", "A\0zero.", "[[x]] <b>bold</b> & more", "\u200fto the \u202eleft\u202c"]
)
def test_odd_signs_do_not_stop_a_line(speak: Speak, text: str) -> None:
    assert speak(text).measure["audible"]


@pytest.mark.parametrize(
    ("language", "text"), [("ko", "♪ 달빛 아래 100% 확실해!"), ("ja", "ぜったい 50%です"), ("zh", "50%的人")]
)
def test_a_percent_sign_does_not_silence_a_line(speak: Speak, language: str, text: str) -> None:
    assert speak(text, language=language).measure["audible"]


def test_a_monologue_is_spoken_in_one_go(speak: Speak) -> None:
    text = " ".join(f"This is sentence {number} of a very long speech." for number in range(50))
    measure = speak(text).measure
    assert " ".join(word["text"] for word in measure["words"]) == text
    assert measure["words"][-1]["end"] == pytest.approx(measure["seconds"], abs=0.5)
    gaps = [b["start"] - a["end"] for a, b in pairwise(measure["words"])]
    assert max(gaps) < 1


@pytest.mark.parametrize("text", ["I.", "No!", "Oh?"])
def test_a_line_shorter_than_the_gate_is_levelled_too(speak: Speak, text: str) -> None:
    product = speak(text)
    assert loudness(sound(product)) == pytest.approx(-18, abs=1)
    assert np.abs(sound(product)).max() < 0.9


def test_the_same_line_is_the_same_bytes_whatever_was_said_before(speak: Speak, voice: EspeakVoice) -> None:
    casting = Casting(voice="gmw/en-US+f1")  # flutters, so noise that runs on would give it away
    first = speak(LINE, casting=casting)
    speak(SPOKEN["fr"], language="fr", casting=Casting(voice="roa/fr+f5"))
    again = speak(LINE, casting=casting)
    voice.close()
    fresh = speak(LINE, casting=casting)
    digests = {hashlib.sha256(product.file.read_bytes()).hexdigest() for product in (first, again, fresh)}
    assert len(digests) == 1
    assert first.measure == again.measure == fresh.measure


def test_a_voice_nobody_knows_is_refused_by_name(speak: Speak) -> None:
    with pytest.raises(Invalid, match="gmw/nobody"):
        speak("Hello.", casting=Casting(voice="gmw/nobody"))


def test_another_seed_is_another_reading_and_a_note_is_heard(speak: Speak) -> None:
    first, again = speak(), speak(seed=1_000_003)
    softly = speak(seed=1_000_003, note="much slower, please")
    lengths = [made.measure["seconds"] for made in (first, again, softly)]
    assert lengths[0] != lengths[1]
    assert lengths[2] > 1.15 * lengths[1]
    assert again.measure == speak(seed=1_000_003).measure


def test_what_is_pronounced_otherwise_is_captioned_as_it_is_written(speak: Speak) -> None:
    text = "Meet Siobhan at the quay, now."
    plain, said = speak(text), speak(text, said_as="Meet shi vawn at the key, now.")
    assert [word["text"] for word in said.measure["words"]] == text.split()
    times = [(word["start"], word["end"]) for word in said.measure["words"]]
    assert all(start < end for start, end in times)
    assert all(before[1] <= after[0] + 1e-6 for before, after in pairwise(times))
    assert said.measure["visemes"] != plain.measure["visemes"]


def test_every_manner_it_offers_changes_how_it_speaks() -> None:
    for name in manners():
        assert delivery(name) != Delivery(), name
