"""Divides a scene into shots: which action and which lines go together. It frames nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from itertools import zip_longest

from studio.story.lexicon import lexicon, tables, words
from studio.story.mentions import Roll, sentences
from studio.story.reading import Act, Said, Sheet, silent
from studio.story.roster import Roster

_MOST_LINES = 2
_MOST_WORDS = 35
_REPLY = 6  # words of a reply short enough to share the shot of the line before it
_EXCHANGE = 18  # words of such a pair
_ASIDE = 7  # words of an action short enough to be played in the shot of the line after it
_CHUNK = 16  # words of action in one shot
_SUBJECT = 4  # words in which a sentence comes to what it is about
_TAIL = 4  # words of a sentence too short to be cut to
_OPENING = 24  # words of a place before anybody is named
_ARTICLES = frozenset(["the", "a", "an", "his", "her", "their", "its", "my"])
_AWAY = 5  # words before a thing that can tell it is not there
_SOON = 3  # words after it
_RUN = 5  # talk this long ends on a listener's face
_LONG, _LONGER = 32, 45  # words of a speech seen landing on who hears it: before another beat, before the reply


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
    closing: bool = False  # the last of its scene

    @property
    def lines(self) -> tuple[str, ...]:
        """The ids of its lines."""
        return tuple(ident for ident, _, _ in self.said)


def length(text: str) -> float:
    """Count words; two signs of a script without spaces count as one."""
    return sum(max(1.0, len(word) / 2) if _unspaced(word) else 1.0 for word in words(text))


def _unspaced(word: str) -> bool:
    return "\u2e80" <= word[0] <= "\u9fff" or "\uac00" <= word[0] <= "\ud7ff"


@dataclass(frozen=True)
class Cuts:
    """Where the previous breakdown cut: the shot of each line, and whether the line was seen landing after it."""

    shots: Mapping[str, str] = field(default_factory=dict)
    lands: Mapping[str, bool] = field(default_factory=dict)


class _Divider:
    def __init__(self, roll: Roll, roster: Roster, idents: Sequence[str], cuts: Cuts, *, paired: bool) -> None:
        self.drafts: list[Draft] = []
        self._roll, self._roster, self._cuts, self._paired = roll, roster, cuts, paired
        self._idents = iter(idents)
        self._shown: set[str] = set()
        self._run = 0
        self._aside = ""

    def act(self, act: Act, after: Act | Said | None) -> None:
        for chunk in chunks(act.text):
            prop = (discovered(chunk) or self._handled(chunk)) if self.drafts else ""
            if prop and (self.drafts[-1].prop != prop):
                self._shown.add(prop)
                self._add(Draft(Purpose.DETAIL, chunk, prop=prop))
            elif self._opens(chunk):
                self.drafts[0].action += f"\n{chunk}"
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

    def _handled(self, chunk: str) -> str:
        """The thing a short action is about, the first time in the scene that a hand or an eye goes to it."""
        if self.drafts[-1].purpose is Purpose.DETAIL or length(chunk) > _CHUNK:
            return ""
        if lexicon("acting", "entrance").first(chunk):  # who comes or goes is seen, not the thing they carry
            return ""
        told = self._nameless(chunk)
        verb = next(lexicon("acting", "show").spots(told), None)
        found = [tag for at, tag in _things(told, "hand", "seen") if verb and at > verb[0]]
        return next((tag for tag in (found or self._lying(chunk))[:1] if tag not in self._shown), "")

    def _nameless(self, chunk: str) -> str:
        """An action without the names in it: Tomas is no verb, and Rose no flower."""
        for mention in reversed(self._roll.mentions(chunk)):
            chunk = f"{chunk[: mention.start]}_{chunk[mention.end :]}"
        return chunk

    def _lying(self, chunk: str) -> list[str]:
        """The thing an action is about in which there is nobody: a trumpet lies on the table."""
        if self._roll.named(chunk) or _pronoun(chunk) or set(lexicon("acting", "lies").find(chunk)) != {"yes"}:
            return []
        return [tag for at, tag in shown(chunk) if at < _SUBJECT]

    def _opens(self, chunk: str) -> bool:
        """Whether an action still tells of the place alone, and belongs into the shot that does."""
        if len(self.drafts) != 1 or self.drafts[0].purpose is not Purpose.ACT:
            return False
        told = f"{self.drafts[0].action} {chunk}"
        return length(told) <= _OPENING and not self._roll.named(told) and not _pronoun(chunk)

    def _add(self, draft: Draft) -> None:
        if draft.purpose in (Purpose.ACT, Purpose.DETAIL):
            self.close_run()
        elif draft.purpose is Purpose.TALK and self._lands(draft.said[0][1]):
            self.drafts.append(Draft(Purpose.LISTEN))
        self.drafts.append(draft)

    def close_run(self) -> None:
        talked = bool(self.drafts) and self.drafts[-1].purpose is Purpose.TALK
        if talked and (self._run >= _RUN or self._lands()):
            self.drafts.append(Draft(Purpose.LISTEN))
        self._run = 0

    def _lands(self, after: str = "") -> bool:
        """Whether the last speech is long enough to be seen on who hears it; `after` speaks next."""
        said = self.drafts[-1].said if self.drafts else []
        if not said:
            return False
        ident, who, last = said[-1]
        if ident in self._cuts.lands:
            return self._cuts.lands[ident]
        return self._paired and not last.offscreen and length(last.text) >= (_LONG if after in ("", who) else _LONGER)

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
        shots = self._cuts.shots
        if before in shots and ident in shots:
            return shots[before] == shots[ident]
        if len(shot) >= _MOST_LINES or last.dual or said.offscreen != last.offscreen or silent(said.manner):
            return False
        total = length(last.text) + length(said.text)
        if said.turn == last.turn:
            return total <= _MOST_WORDS
        return who != speaker and not said.offscreen and length(said.text) <= _REPLY and total <= _EXCHANGE


def _pronoun(text: str) -> bool:
    return bool(lexicon("people", "pronoun").first(" ".join(words(text)[:1])))


def divide(sheet: Sheet, roll: Roll, roster: Roster, idents: Sequence[str], cuts: Cuts) -> list[Draft]:
    """Divide a scene into shots.

    Lines that shared a shot before (`cuts`) share one again whatever their length is now, and a speech that was seen
    landing is seen so again: a reworded line moves no cut.
    """
    speeches = [beat for beat in sheet.beats if isinstance(beat, Said)]
    paired = len({beat.name for beat in speeches if not beat.offscreen}) > 1
    divider = _Divider(roll, roster, idents, cuts, paired=paired)
    if sheet.beats and isinstance(sheet.beats[0], Said) and len(speeches) > _MOST_LINES:
        divider.drafts.append(Draft(Purpose.PLACE))
    for beat, after in zip_longest(sheet.beats, sheet.beats[1:]):
        if isinstance(beat, Act):
            divider.act(beat, after)
        else:
            divider.say(beat)
    divider.close_run()
    drafts = divider.drafts or [Draft(Purpose.PLACE)]
    drafts[-1].closing = True
    return drafts


def chunks(text: str) -> list[str]:
    """Split action into what one shot can show: whole sentences, about five seconds, a discovery on its own."""
    found: list[str] = []
    for sentence in sentences(text):
        if found and _goes_with(found[-1], sentence) and not discovered(sentence) and not discovered(found[-1]):
            found[-1] = f"{found[-1]} {sentence.strip()}"
        else:
            found.append(sentence.strip())
    return found


def _goes_with(told: str, sentence: str) -> bool:
    more = length(sentence)
    room = _OPENING if told.endswith(";") else _CHUNK + _TAIL if more <= _TAIL else _CHUNK
    return length(told) + more <= room


def discovered(text: str) -> str:
    """Name the prop that is found or handed over in an action, or give an empty string."""
    if length(text) > _CHUNK:
        return ""
    for section in ("discover", "hand"):
        verb = next(lexicon("acting", section).spots(text), None)
        if verb:
            return next((tag for at, tag in shown(text) if at > verb[0]), "")
    return ""


def last_named(text: str) -> str:
    """The last thing in a text that a hand can hold, or an empty string."""
    return next((tag for _, tag in reversed(props(text))), "")


def props(text: str) -> list[tuple[int, str]]:
    """List the things in a text that a hand can hold, each with the index of its word."""
    return _things(text, "hand", "both")


def shown(text: str) -> list[tuple[int, str]]:
    """List the things in a text that are worth being seen large, each with the index of its word."""
    return _things(text, "hand", "both", "seen")


def _things(text: str, *sections: str) -> list[tuple[int, str]]:
    spots = sorted(spot for section in sections for spot in lexicon("props", section).spots(text))
    return [spot for spot in spots if not absent(text, spot[0])]


def absent(text: str, at: int) -> bool:
    """Whether the thing at a word of a text is not there: "where the painting ought to be", "no trace of the key"."""
    heard = words(text)
    before = list(heard[max(0, at - _AWAY) : at])
    while before and before[-1] in _ARTICLES:
        before.pop()
    told = f" {' '.join(before)}"
    if told.endswith(_absences("where")):
        return bool(lexicon("acting", "gone", inflected=False).first(" ".join(heard[at + 1 : at + 1 + _SOON])))
    return told.endswith(_absences("yes"))


@cache
def _absences(how: str) -> tuple[str, ...]:
    """How a text ends before a thing that is not there."""
    return tuple(f" {' '.join(words(part))}" for part in tables("acting")["absent"][how].split(","))
