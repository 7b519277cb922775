"""Lines spoken by ElevenLabs: sent once, found again in the account's history, checked, timed and levelled.

What may have been sent is looked for in the history before anything is spoken again. The neighbouring lines are not
told to the vendor (its stitching stays off): a line's recipe does not name them.
"""

from __future__ import annotations

from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np

from services.doubt import in_doubt
from services.guard import Line, line
from services.media.ffmpeg import Ffmpeg
from services.offline.sound import wav
from services.offline.sound.loudness import RATE
from services.offline.voice import dressing
from services.offline.voice.booth import Booth
from services.offline.voice.languages import scripts
from services.offline.voice.words import read_in, spread
from services.retry import PATIENCE, Patience
from services.tasks import Do, here
from services.voices.designing import designed
from services.voices.elevenlabs_answers import Spoken, Timings
from services.voices.elevenlabs_faults import VENDOR
from services.voices.elevenlabs_history import BACK, LATELY, LONG, History, requested
from services.voices.elevenlabs_library import VoiceLibrary
from services.voices.elevenlabs_tables import tables
from services.voices.elevenlabs_wire import ElevenLabsWire
from services.voices.script import Script, scripted
from services.voices.sounding import Audio, Speech, heard
from services.voices.timing import Timed, measured
from studio.crew import Errand, Order, Product
from studio.errors import Garbled, Unclear, VendorError
from studio.money.usage import Usage
from studio.story.signed import signed
from studio.takes.briefs import Mouth, SpeechBrief, Viseme
from studio.takes.recipe import TakeKind
from studio.takes.roster import EngineCard

_VERSION = "1"  # changes with the way a line is asked for, dressed and timed


class ElevenVoice:
    """Speaks lines with one of ElevenLabs' models; see studio.crew.Remote.

    `settle` is how many seconds a line that may have been sent is looked for before it counts as never sent; `do` does
    what is to do with audio.
    """

    def __init__(
        self,
        card: EngineCard,
        *,
        key: str,
        base_url: str,
        ffmpeg: Path | None = None,
        talk: Line | None = None,
        booth: Booth | None = None,
        patience: Patience = PATIENCE,
        settle: float = 8.0,
        library: VoiceLibrary | None = None,
        do: Do = here,
    ) -> None:
        self._do = do
        self._card, self._wire = card, ElevenLabsWire(key, base_url)
        self._line = talk or line(VENDOR)
        self._ffmpeg, self._booth = Ffmpeg(ffmpeg), booth or Booth()
        self._lent, self._library = booth is not None, library
        self._history = History(self._wire, self._line, patience, settle)

    @property
    def name(self) -> str:
        """As in data/crew.toml."""
        return self._card.name

    @property
    def version(self) -> str:
        """The method's; the vendor does not tell versions of its models."""
        return _VERSION

    def make(self, order: Order, errand: Errand) -> Product:
        """Speak a SpeechBrief, or design voices; see studio.crew.Remote for what is raised, Product for the measure."""
        if order.recipe.kind is TakeKind.VOICE and self._library:
            return designed(self._library, order, errand)
        brief = SpeechBrief.model_validate(order.recipe.brief)
        script = scripted(brief, order.recipe.note, order.recipe.seed, self._card)
        if not scripts(script.said) and not any(sign.isdigit() for sign in script.said):
            return _silent(order, brief.text, "There is nothing in the line that can be said aloud.")
        spoken = self._found(script, errand)
        if not spoken and signed(brief.manner):
            return _silent(order, brief.text, "This line is signed with the hands, so nobody speaks it.")
        spoken = spoken or self._sent(script, errand)
        billing = self._booked(spoken, script, errand)
        speech, timings = self._sound(spoken, script, order.folder, brief.loudness + script.delivery.gain)
        return _product(order, speech.samples, self._timed(brief, speech, timings), {"billing": billing})

    def close(self) -> None:
        """End the connections, and the process that knows spelling unless it was lent."""
        self._wire.close()
        if self._library:
            self._library.close()
        if not self._lent:
            self._booth.close()

    @cached_property
    def _output(self) -> str:
        """The best format of the plan; a key that may not see the plan gets what everybody has."""
        try:
            return tables().output.best(self._line.ask("subscription", self._wire.subscription, attempts=1).tier)
        except VendorError:
            return tables().output.best("")

    def _found(self, script: Script, errand: Errand) -> Spoken | None:
        """What an earlier process had spoken already; None when it certainly did not."""
        if errand.ticket:
            item = self._history.find(script.voice, requested(errand.ticket), back=LONG)
            if item is None:
                detail = "ElevenLabs spoke this line, and its history does not have it any more"
                raise Unclear(detail, vendor=VENDOR, operation="history", request=errand.ticket)
            return self._history.fetch(item, errand.ticket)
        return self._lost(script, BACK) if errand.doubtful else None

    def _lost(self, script: Script, back: float) -> Spoken | None:
        """What was spoken without our hearing of it; None when it certainly was not, else Unclear."""
        with in_doubt(VENDOR):
            item = self._history.lost(script, back=back)
            return self._history.fetch(item) if item else None

    def _sent(self, script: Script, errand: Errand) -> Spoken:
        """Have it spoken; an answer that got lost is looked for, and only what is not there is asked for once more."""
        errand.check()
        ask = partial(self._wire.speak, script.voice, script.request, self._output)
        try:
            return self._line.ask("speak", ask)
        except Unclear:
            if spoken := self._lost(script, LATELY):
                return spoken
        errand.check()
        return self._line.ask("speak", ask)

    def _booked(self, spoken: Spoken, script: Script, errand: Errand) -> str:
        """Book what was charged, at once; gives a sentence when that had to be counted by us."""
        request, how = spoken.bill.request, ""
        cost = spoken.bill.credits if spoken.bill.credits is not None else self._charged(script, request)
        quantities = {"credits": cost} if cost is not None else {"characters": len(script.text)}
        if cost is None:
            how = "ElevenLabs did not say what this line cost: its letters were counted"
        named = request or f"unnamed-{errand.key}"
        errand.billed(Usage(vendor=VENDOR, model=script.model, request=named, quantities=quantities))
        if request:
            errand.sent(request)  # a process that goes on from here finds it by its id
            self._history.written(request)
        return how

    def _charged(self, script: Script, request: str) -> int | None:
        """What a request cost that came without its price, if the history knows."""
        if not request:
            return None
        try:
            item = self._history.find(script.voice, requested(request), back=LATELY)
        except VendorError:
            return None
        return item.cost if item else None

    def _sound(self, spoken: Spoken, script: Script, folder: Path, loud: float) -> tuple[Speech, Timings]:
        """The audio as a speech; a damaged answer is fetched once more from the history, where it lies paid for."""
        speech = self._heard(spoken, script, folder, loud)
        if isinstance(speech, str) and spoken.bill.request:
            spoken = self._again(spoken, script)
            speech = self._heard(spoken, script, folder, loud)
        if isinstance(speech, str):
            raise Garbled(speech, vendor=VENDOR, operation="speak", request=spoken.bill.request)
        return speech, spoken.timings

    def _again(self, spoken: Spoken, script: Script) -> Spoken:
        try:
            item = self._history.find(script.voice, requested(spoken.bill.request), back=LONG)
        except Unclear:
            item = None
        return self._history.fetch(item) if item else spoken

    def _heard(self, spoken: Spoken, script: Script, folder: Path, loud: float) -> Speech | str:
        """The speech, or in words what is wrong with it."""
        if spoken.why:
            return spoken.why
        told = spoken.timings.alignment or spoken.timings.normalized_alignment
        listen = partial(
            heard,
            Audio(spoken.audio, spoken.suffix),
            self._ffmpeg,
            folder,
            said=script.said,
            end=told.end if told else 0.0,
            loud=loud,
            pause=script.delivery.pause,
        )
        return self._do(listen)

    def _timed(self, brief: SpeechBrief, speech: Speech, timings: Timings) -> Timed:
        return measured(
            brief.text,
            brief.said_as or brief.text,
            timings,
            shift=speech.shift,
            seconds=len(speech.samples) / RATE,
            language=brief.language,
            booth=self._booth,
        )


def _silent(order: Order, text: str, why: str) -> Product:
    rest = (Viseme(at=0.0, mouth=Mouth.REST),)
    seconds = read_in(text)
    return _product(order, np.zeros(round(seconds * RATE)), Timed(spread(text, seconds), rest), {"why": why})


def _product(order: Order, samples: dressing.Samples, found: Timed, told: dict[str, str]) -> Product:
    """The speech as a file; `told` adds sentences to its measure, empty ones are left out."""
    file = order.folder / "speech.wav"
    wav.write(file, [samples], channels=1)
    measure: dict[str, Any] = {
        "seconds": round(len(samples) / RATE, 6),
        "samples": len(samples),
        "words": [word.model_dump(mode="json") for word in found.words],
        "visemes": [viseme.model_dump(mode="json") for viseme in found.visemes],
        "audible": not told.get("why"),
        "why": "",
        "timing": found.guessed,
        **told,
    }
    spare = ("timing", "billing")
    return Product(file=file, measure={name: value for name, value in measure.items() if value or name not in spare})
