"""The offline voice: speaks a line with espeak-ng, times its words and mouths, and keeps silent what it cannot read."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import numpy as np

from services.offline.sound import wav
from services.offline.sound.loudness import RATE
from services.offline.voice import dressing
from services.offline.voice.booth import Booth
from services.offline.voice.casting import whisper_of
from services.offline.voice.languages import Reader, language_of, reader, scripts, voices
from services.offline.voice.manners import Delivery, delivery
from services.offline.voice.reading import Reading, Utterance
from services.offline.voice.visemes import visemes
from services.offline.voice.words import read_in, respelled, speakable, spread, timed
from studio.crew import Order, Product
from studio.story.signed import signed
from studio.takes.briefs import Mouth, SpeechBrief, Viseme, Word

_METHOD = "5"  # changes with the way speech is timed, dressed and levelled
_RATE = 166  # words a minute of an unhurried speaker
_SLOWEST, _FASTEST = 90, 400
_VARIES = (0.35, 0.06, 0.04)  # how far another reading may be from the first: melody, pace, pitch


class EspeakVoice:
    """Speaks lines with espeak-ng in a process of its own; see studio.crew.Voice."""

    name = "espeak-ng"

    def __init__(self, booth: Booth | None = None) -> None:
        self._booth = booth or Booth()

    @property
    def version(self) -> str:
        """The method's version and the wheel's, which pins the library (0.2.4 carries espeak-ng 1.52.0)."""
        return f"{_METHOD}+espeakng-loader-{version('espeakng-loader')}"

    def speak(self, order: Order) -> Product:
        """Speak a SpeechBrief; raises Invalid for an unknown voice, Down or Garbled when the process fails."""
        brief = SpeechBrief.model_validate(order.recipe.brief)
        heard = _varied(delivery(f"{brief.manner} {order.recipe.note}"), order.recipe.seed)
        if signed(brief.manner):
            return _silent(order, brief, "This line is signed with the hands, so nobody speaks it.")
        can = reader(speakable(_said(brief)), brief.language)
        if can.why:
            return _silent(order, brief, can.why)
        utterance = self._booth.read(_reading(brief, heard, can))
        if _spelled_out(utterance, _said(brief)):
            return _silent(order, brief, "The offline voice would spell this line sign by sign, so it is left silent.")
        return _spoken(order, brief, heard, utterance)

    def close(self) -> None:
        """End the speaking process."""
        self._booth.close()


def _varied(heard: Delivery, seed: int) -> Delivery:
    """Another seed is another reading: a little faster or slower, higher or lower, livelier or flatter."""
    if not seed:
        return heard
    rng = random.Random(f"reading/{seed}")
    span, rate, pitch = (1 + rng.uniform(-most, most) for most in _VARIES)
    update = {"rate": heard.rate * rate, "pitch": heard.pitch * pitch, "span": heard.span * span}
    return heard.model_copy(update=update)


def _said(brief: SpeechBrief) -> str:
    """What is spoken: the text, unless a person wants other words to be heard."""
    return brief.said_as or brief.text


def _reading(brief: SpeechBrief, heard: Delivery, can: Reader) -> Reading:
    rate = _RATE * brief.casting.pace * heard.rate
    return Reading(
        voice=_voice(brief, heard, can),
        text=speakable(_said(brief)),
        rate=round(min(max(rate, _SLOWEST), _FASTEST)),
        pitch=_pitch(brief.casting.pitch * heard.pitch),
        span=round(min(max(55 * heard.span, 5), 100)),
    )


def _voice(brief: SpeechBrief, heard: Delivery, can: Reader) -> str:
    """The casting's voice; the same throat in another language when the line is in one."""
    file, plus, variant = brief.casting.voice.partition("+")
    speaks = language_of(file)
    if not file or (speaks and speaks != can.language):
        file = voices(can.language)[0][0]
    voice = f"{file}{plus}{variant}"
    return whisper_of(voice) if heard.whispered else voice


def _pitch(factor: float) -> int:
    """The library's 0 to 100 for a factor: measured, 100 is 1.65 times the voice's own pitch and 0 is 0.76 of it."""
    bound = math.log(1.65) if factor > 1 else -math.log(0.76)
    return round(min(max(50 + 50 * math.log(max(factor, 0.1)) / bound, 0), 100))


def _spelled_out(utterance: Utterance, text: str) -> bool:
    """Whether the voice fell back to the English names of letters it does not know ("Chinese letter").

    Of a percent sign it may say the English name.
    """
    found = scripts(text)
    english = {event.at for event in utterance.events if event.sound.startswith("(en)")}
    return bool(found) and not found["LATIN"] and any(text[at : at + 1].isalpha() for at in english)


def _spoken(order: Order, brief: SpeechBrief, heard: Delivery, utterance: Utterance) -> Product:
    raw = np.frombuffer(utterance.pcm, dtype=np.int16).astype(np.float64) / 32768
    trimmed, cut = dressing.trim(raw, utterance.rate)
    if not len(trimmed):
        return _silent(order, brief, "The offline voice made no sound of this line.")
    voice = dressing.level(dressing.dress(trimmed, utterance.rate), brief.loudness + heard.gain)
    samples = np.concatenate([np.zeros(round(heard.pause * RATE)), voice])
    # What the ear gets later than the library meant: less the trimmed start, plus the beat before the line.
    shift = round((heard.pause - cut) * utterance.rate)
    events = tuple(replace(event, sample=max(0, event.sample + shift)) for event in utterance.events)
    seconds = len(samples) / RATE
    words = timed(_said(brief), events, utterance.rate, seconds)
    if brief.said_as:
        words = respelled(brief.text, words)
    return _product(order, samples, words, visemes(events, utterance.rate, seconds=seconds), "")


def _silent(order: Order, brief: SpeechBrief, why: str) -> Product:
    samples = np.zeros(round(read_in(brief.text) * RATE))
    rest = (Viseme(at=0.0, mouth=Mouth.REST),)
    return _product(order, samples, spread(brief.text, len(samples) / RATE), rest, why)


def _product(
    order: Order, samples: dressing.Samples, words: tuple[Word, ...], mouths: tuple[Viseme, ...], why: str
) -> Product:
    file = order.folder / "speech.wav"
    wav.write(file, [samples], channels=1)
    measure: dict[str, Any] = {
        "seconds": round(len(samples) / RATE, 6),
        "samples": len(samples),
        "words": [word.model_dump(mode="json") for word in words],
        "visemes": [viseme.model_dump(mode="json") for viseme in mouths],
        "audible": not why,
        "why": why,
    }
    return Product(file=file, measure=measure)
