"""Divides a scene into shots: which action and which lines go together. It frames nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import zip_longest

from studio.story.lexicon import lexicon, words
from studio.story.mentions import Roll, sentences
from studio.story.reading import Act, Said, Sheet, silent
from studio.story.roster import Roster

_MOST_LINES = 2
_MOST_WORDS = 35
_REPLY = 6  # words of a reply short enough to share the shot of the line before it
_EXCHANGE = 18  # words of such a pair
_ASIDE = 7  # words of an action short enough to be played in the shot of the line after it
_CHUNK = 16  # words of action in one shot
_RUN = 5  # talk this long ends on a listener's face


class Purpose(StrEnum):
    """What a shot is there for."""

    PLACE = "place"  # the place before anybody speaks
    ACT = "act"
    DETAIL = "detail"  # a thing that is found or handed over
    TALK = "talk"
    LISTEN = "listen"  # the face of who has heard


@dataclass
class Draft:
    """A shot before it is framed."""

    purpose: Purpose
    action: str = ""
    said: list[tuple[str, str, Said]] = field(default_factory=list)  # line id, character, what is said
    prop: str = ""
    silence: bool = False

    @property
    def lines(self) -> tuple[str, ...]:
        """The ids of its lines."""
        return tuple(ident for ident, _, _ in self.said)


def length(text: str) -> float:
    """Count words; two signs of a script without spaces count as one."""
    return sum(max(1.0, len(word) / 2) if _unspaced(word) else 1.0 for word in words(text))


def _unspaced(word: str) -> bool:
    return "\u2e80" <= word[0] <= "\u9fff" or "\uac00" <= word[0] <= "\ud7ff"


class _Divider:
    def __init__(self, roll: Roll, roster: Roster, idents: Sequence[str], together: Mapping[str, str]) -> None:
        self.drafts: list[Draft] = []
        self._roll, self._roster, self._together = roll, roster, together
        self._idents = iter(idents)
        self._run = 0
        self._aside = ""

    def act(self, act: Act, after: Act | Said | None) -> None:
        for chunk in chunks(act.text):
            prop = discovered(chunk) if self.drafts else ""
            if prop and (self.drafts[-1].prop != prop):
                self._add(Draft(Purpose.DETAIL, chunk, prop=prop))
            else:
                self._add(Draft(Purpose.ACT, chunk))
        last = self.drafts[-1]
        if isinstance(after, Said) and len(self.drafts) > 1 and self._plays_in(last, after):
            self._aside = self.drafts.pop().action

    def say(self, said: Said) -> None:
        ident = next(self._idents)
        entry = (ident, self._roster.ident(said.name), said)
        if self.drafts and not self._aside and self._joins(entry):
            self.drafts[-1].said.append(entry)
            return
        hush = silent(said.manner)
        last = self.drafts[-1].said[-1][2] if self.drafts and self.drafts[-1].said else None
        if hush and last and last.turn == said.turn and self._run > 1:
            self._add(Draft(Purpose.LISTEN))
        self._add(Draft(Purpose.TALK, self._aside, [entry], silence=hush))
        self._run += 1
        self._aside = ""

    def _add(self, draft: Draft) -> None:
        if draft.purpose in (Purpose.ACT, Purpose.DETAIL):
            self.close_run()
        self.drafts.append(draft)

    def close_run(self) -> None:
        if self._run >= _RUN and self.drafts[-1].purpose is Purpose.TALK:
            self.drafts.append(Draft(Purpose.LISTEN))
        self._run = 0

    def _plays_in(self, draft: Draft, after: Said) -> bool:
        named = self._roll.named(draft.action)
        alone = not named or named == [self._roster.ident(after.name)]
        short = draft.purpose is Purpose.ACT and length(draft.action) <= _ASIDE
        return short and alone and not after.offscreen and bool(named or _pronoun(draft.action))

    def _joins(self, entry: tuple[str, str, Said]) -> bool:
        ident, who, said = entry
        shot = self.drafts[-1].said
        if not shot:
            return False
        before, speaker, last = shot[-1]
        if said.dual:
            return True
        # Cuts that were made stay where they are: only new neighbours are measured.
        if before in self._together and ident in self._together:
            return self._together[before] == self._together[ident]
        if len(shot) >= _MOST_LINES or last.dual or said.offscreen != last.offscreen or silent(said.manner):
            return False
        total = length(last.text) + length(said.text)
        if said.turn == last.turn:
            return total <= _MOST_WORDS
        return who != speaker and not said.offscreen and length(said.text) <= _REPLY and total <= _EXCHANGE


def _pronoun(text: str) -> bool:
    return bool(lexicon("people", "pronoun").first(" ".join(words(text)[:1])))


def divide(sheet: Sheet, roll: Roll, roster: Roster, idents: Sequence[str], together: Mapping[str, str]) -> list[Draft]:
    """Divide a scene into shots.

    Lines that shared a shot before (`together`: line id to shot id) share one again whatever their length is now, so
    that a reworded line moves no cut.
    """
    divider = _Divider(roll, roster, idents, together)
    speeches = sum(isinstance(beat, Said) for beat in sheet.beats)
    if sheet.beats and isinstance(sheet.beats[0], Said) and speeches > _MOST_LINES:
        divider.drafts.append(Draft(Purpose.PLACE))
    for beat, after in zip_longest(sheet.beats, sheet.beats[1:]):
        if isinstance(beat, Act):
            divider.act(beat, after)
        else:
            divider.say(beat)
    divider.close_run()
    return divider.drafts or [Draft(Purpose.PLACE)]


def chunks(text: str) -> list[str]:
    """Split action into what one shot can show: whole sentences, about five seconds, a discovery on its own."""
    found: list[str] = []
    for sentence in sentences(text):
        fits = found and length(found[-1]) + length(sentence) <= _CHUNK
        if fits and not discovered(sentence) and not discovered(found[-1]):
            found[-1] = f"{found[-1]} {sentence.strip()}"
        else:
            found.append(sentence.strip())
    return found


def discovered(text: str) -> str:
    """Name the prop that is found or handed over in an action, or give an empty string."""
    if length(text) > _CHUNK:
        return ""
    for section in ("discover", "hand"):
        verb = next(lexicon("acting", section).spots(text), None)
        if verb:
            return next((tag for at, tag in props(text) if at > verb[0]), "")
    return ""


def props(text: str) -> list[tuple[int, str]]:
    """List the things in a text that a hand can hold, each with the index of its word."""
    return sorted(spot for section in ("hand", "both") for spot in lexicon("props", section).spots(text))
