"""The voices of an ElevenLabs account: listed once a day, matched with characters, and designed from their DNA."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from services.guard import Line, line
from services.media.whole import whole
from services.voices.elevenlabs_answers import Bill, Preview, Voice, Voices
from services.voices.elevenlabs_faults import VENDOR
from services.voices.elevenlabs_wire import ElevenLabsWire
from services.voices.matching import Candidate, assigned, cards, described, labelled, matched
from studio.crew import Errand, VoiceCard
from studio.errors import Unclear
from studio.money.usage import Usage
from studio.story.cast import DNA, Character

DESIGN = "eleven_multilingual_ttv_v2"  # the model that designs; its bills name it
_DAY = 24 * 3600
_LABEL = "errand"  # a designed voice carries its errand's key, so that it is found when its answer got lost
_KEY = 32  # digits of it
_GUESSED = "no answer came; it cost this at the most"


class VoiceLibrary:
    """One account's voices; `cache` is a folder for the list, `clock` gives Unix seconds."""

    def __init__(
        self,
        *,
        key: str,
        base_url: str,
        cache: Path,
        talk: Line | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._wire, self._line, self._clock = ElevenLabsWire(key, base_url), talk or line(VENDOR), clock
        account = hashlib.sha256(f"{base_url}|{key}".encode()).hexdigest()[:16]
        self._file = cache / f"elevenlabs-voices-{account}.json"

    def voices(self, language: str) -> tuple[VoiceCard, ...]:
        """The voices that speak a language, or all where none was made for it; raises as the vendor's line does."""
        return cards(self._known(), language)

    def match(self, dna: DNA, language: str) -> tuple[Candidate, ...]:
        """Every voice for a character, the best first, with the reason in words."""
        return matched(self._known(), dna, language)

    def ranked(self, dna: DNA, language: str) -> tuple[tuple[str, str], ...]:
        """The same as ids and reasons."""
        return tuple((one.card.voice, one.reason) for one in self.match(dna, language))

    @property
    def designer(self) -> str:
        """The model that designs."""
        return DESIGN

    def cast(self, members: tuple[Character, ...], language: str) -> tuple[Character, ...]:
        """Give everybody who has none their own best voice, in `casting.also`; who has one keeps it."""
        if all(VENDOR in member.casting.also for member in members):
            return members
        return assigned(self._known(), members, language)

    def forget(self) -> None:
        """List the voices anew the next time."""
        self._file.unlink(missing_ok=True)

    def close(self) -> None:
        """End the connections."""
        self._wire.close()

    def design(self, dna: DNA, language: str, text: str, errand: Errand, *, seed: int = 0) -> tuple[Preview, ...]:
        """Have voices designed from DNA, none kept yet, that say `text` (100 to 1,000 letters); billed.

        The vendor keeps no list of designs: one that may have been sent before is Unclear, and owed at its full price.
        """
        full = {"characters": len(text)}
        if errand.doubtful:
            _book(errand, f"unanswered-design-{errand.key}", full, _GUESSED)
            raise Unclear("whether ElevenLabs designed this voice cannot be known", vendor=VENDOR, operation="design")
        errand.check()

        def billed(bill: Bill) -> None:
            quantities = full if bill.credits is None else {"credits": bill.credits}
            _book(errand, bill.request or f"unnamed-design-{errand.key}", quantities)

        ask = partial(self._wire.design, DESIGN, described(dna, language), text, seed, billed)
        return self._line.ask("design", ask).previews

    def keep(self, name: str, dna: DNA, language: str, preview: str, errand: Errand) -> VoiceCard:
        """Keep a designed voice under a name, in one of the plan's slots; billed where the vendor says that it costs.

        A voice that this errand kept before is found by it and not kept twice.
        """
        kept = self._made(errand)
        if kept is None:
            errand.check()
            try:
                kept = self._line.ask("create", partial(self._create, name, dna, language, preview, errand))
            except Unclear:
                kept = self._made(errand)
                if kept is None:
                    raise
        self.forget()
        return cards([kept], language)[0]

    def _create(self, name: str, dna: DNA, language: str, preview: str, errand: Errand) -> Voice:
        def billed(bill: Bill) -> None:
            if bill.credits is not None:
                _book(errand, bill.request or f"unnamed-keep-{errand.key}", {"credits": bill.credits})

        labels = {_LABEL: errand.key[:_KEY], "language": language, **labelled(dna)}
        return self._wire.create(name, described(dna, language), preview, labels, billed)

    def _made(self, errand: Errand) -> Voice | None:
        """The voice this errand had kept before."""
        found = self._listed()
        return next((voice for voice in found if voice.labels.get(_LABEL) == errand.key[:_KEY]), None)

    def _known(self) -> tuple[Voice, ...]:
        """The voices, from the file if it is younger than a day."""
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            if 0 <= self._clock() - kept["at"] < _DAY:
                return Voices.model_validate({"voices": kept["voices"], "has_more": False}).voices
        except (OSError, ValueError, KeyError, TypeError, ValidationError):
            pass  # no list, or one that an older studio wrote: there is another where it came from
        found = self._listed()
        told = {"at": self._clock(), "voices": [voice.model_dump(mode="json") for voice in found]}
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with whole(self._file) as fresh:
            fresh.write_text(json.dumps(told), encoding="utf-8")
        return found

    def _listed(self) -> tuple[Voice, ...]:
        """Every page of the list; each is asked for by itself, so that a long list survives a bad line."""
        found: list[Voice] = []
        token, more = "", True
        while more:
            page = self._line.ask("voices", partial(self._wire.voices, token))
            found += page.voices
            more = page.has_more and page.next_page_token not in ("", None, token)
            token = page.next_page_token or ""
        return tuple(found)


def _book(errand: Errand, request: str, quantities: dict[str, int], guessed: str = "") -> None:
    errand.billed(Usage(vendor=VENDOR, model=DESIGN, request=request, quantities=quantities, guessed=guessed))
