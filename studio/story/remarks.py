"""Remarks: what a person's note on a take asks of its shot, as far as words tell; the rest is named, not guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from studio.story.breakdown import Breakdown, Emotion, Figure, Framing, Gesture, Move, Scene, Shot
from studio.story.directing import LONGEST, Restaging, newcomer
from studio.story.lexicon import fold, lexicon, tables, words
from studio.story.mentions import Roll
from studio.story.noun import Noun
from studio.story.shotlist import props
from studio.story.slates import find

_LADDER = (Framing.WIDE, Framing.FULL, Framing.MEDIUM, Framing.CLOSE)
_STEP = 1.0  # seconds that "longer" adds
_BRIEFEST = 0.4  # seconds left beyond the lines however often "shorter" is asked for
_SECTIONS = ("framing", "size", "move", "time", "who", "filler")
_REACH = 4  # words of a gesture's longest phrase


class Remark(Noun):
    """What was read in a note, and the words nobody could read."""

    restaging: Restaging
    unread: tuple[str, ...] = ()


def remark(note: str, breakdown: Breakdown, shot: str, seconds: float) -> Remark:
    """Read a note on a shot that lasts so many seconds now."""
    scene, at = find(breakdown, shot)
    reading = _Reading(breakdown, scene, at)
    reading.read(words(note))
    return Remark(restaging=reading.restaging(seconds), unread=tuple(reading.unread))


@cache
def _phrases() -> dict[tuple[str, ...], tuple[str, str]]:
    """Phrase -> section and tag."""
    found: dict[tuple[str, ...], tuple[str, str]] = {}
    for section in _SECTIONS:
        for tag, listed in tables("remarks")[section].items():
            for phrase in listed.split(","):
                found.setdefault(tuple(fold(phrase).split()), (section, tag))
    return found


@dataclass
class _Reading:
    """A note being read word by word, from the left."""

    breakdown: Breakdown
    scene: Scene
    at: int
    framing: Framing | None = None
    move: Move | None = None
    focus: str | None = None
    longer: float = 0.0
    figures: list[Figure] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    _how: str = ""  # what is done with whom is named next: drop or add
    _spent: bool = False  # somebody was dropped: what follows may be about those who stay
    _felt: Emotion | None = None  # read before anybody was named
    _whose: str = ""  # who was named last

    def __post_init__(self) -> None:
        self.figures = list(self.shot.staging.figures)
        named = {member.id: member.name for member in self.breakdown.cast}
        self._roll = Roll(named)

    @property
    def shot(self) -> Shot:
        """The shot the note is on."""
        return self.scene.shots[self.at]

    def read(self, note: Sequence[str]) -> None:
        at = 0
        while at < len(note):
            at += (
                self._name(note, at)
                or self._phrase(note, at)
                or self._acting(note, at)
                or self._thing(note, at)
                or self._lost(note[at])
            )
        if self._felt and not self._whose:
            self._change(self.shot.staging.focus, {"emotion": self._felt})

    def restaging(self, seconds: float) -> Restaging:
        figures = tuple(self.figures)
        return Restaging(
            framing=self.framing,
            move=self.move,
            focus=self.focus,
            figures=figures if figures != self.shot.staging.figures else None,
            least=min(LONGEST, seconds + self.longer) if self.longer > 0 else 0.0 if self.longer else None,
            pause=max(_BRIEFEST, self.shot.pause + self.longer) if self.longer < 0 else None,
        )

    def _name(self, note: Sequence[str], at: int) -> int:
        """Read a name, the longest that begins here; gives how many words it has."""
        for end in range(min(len(note), at + _REACH), at, -1):
            spelt = " ".join(note[at:end])
            who = self._roll.named(spelt) or self._roll.named(spelt.upper()) or self._roll.named(spelt.title())
            if len(who) == 1 and len(self._roll.mentions(spelt.upper())) <= 1 and self._whole(spelt, who[0]):
                self._about(who[0])
                return end - at
        return 0

    def _whole(self, spelt: str, who: str) -> bool:
        """Whether all the words are of this name."""
        return set(spelt.split()) <= set(words(self.breakdown.character(who).name))

    def _about(self, who: str) -> None:
        there = [one.character for one in self.figures]
        if self._how == "drop":
            self.figures = [one for one in self.figures if one.character != who]
            self._spent = True
            return
        if who not in there:
            self.figures.append(newcomer(self.scene, self.at, who))
        if self._how != "add":
            self.focus, self._whose = who, who
        if self._felt:
            self._change(who, {"emotion": self._felt})
            self._felt = None
        self._how = ""

    def _phrase(self, note: Sequence[str], at: int) -> int:
        for end in range(min(len(note), at + _REACH + 1), at, -1):
            if found := _phrases().get(tuple(note[at:end])):
                self._apply(*found)
                return end - at
        return 0

    def _apply(self, section: str, tag: str) -> None:
        if section == "framing":
            self.framing = Framing(tag)
        elif section == "size":
            self.framing = _sized(self.framing or self.shot.staging.framing, 1 if tag == "closer" else -1)
        elif section == "move":
            self.move = Move(tag)
        elif section == "time":
            self.longer += _STEP if tag == "longer" else -_STEP
        elif section == "who":
            self._company(tag)

    def _company(self, tag: str) -> None:
        if tag in ("drop", "add"):
            self._how, self._spent = tag, False
        elif tag == "nobody":
            self.figures, self.focus = [], ""
        elif tag == "alone":
            chosen = self._whose or self.shot.staging.focus
            self.figures = [one for one in self.figures if one.character == chosen] or self.figures[:1]
        else:
            there = {one.character for one in self.figures}
            present = dict.fromkeys(one.character for shot in self.scene.shots for one in shot.staging.figures)
            self.figures += [newcomer(self.scene, self.at, who) for who in present if who not in there]

    def _acting(self, note: Sequence[str], at: int) -> int:
        """Read a gesture or a feeling; "not angry" is none that could be shown."""
        for end in range(min(len(note), at + _REACH), at, -1):
            spelt = " ".join(note[at:end])
            spots = list(lexicon("acting", "gesture").spots(spelt))
            if end - at > 1 and spots and spots[0][0] == 0 and not _tail(spelt, "gesture"):
                self._change(self._whose or self.shot.staging.focus, {"gesture": Gesture(spots[0][1])})
                return end - at
        if feeling := lexicon("acting", "emotion").first(note[at]):
            if self._how == "drop" and not self._spent:
                return 0
            self._felt = Emotion(feeling)
            if self._whose:
                self._change(self._whose, {"emotion": self._felt})
            return 1
        if gesture := lexicon("acting", "gesture").first(note[at]):
            self._change(self._whose or self.shot.staging.focus, {"gesture": Gesture(gesture)})
            return 1
        return 0

    def _thing(self, note: Sequence[str], at: int) -> int:
        """Read a thing: put into a hand, out of it, or shown large."""
        tag = next((tag for _, tag in props(note[at])), "")
        if not tag:
            return 0
        if self._how in ("drop", "add"):
            whose, held = self._whose or self.shot.staging.focus, tag if self._how == "add" else ""
            if whose not in [one.character for one in self.figures]:
                return 0
            gesture = Gesture.HOLD if held else Gesture.REST
            self._change(whose, {"prop": held, "gesture": gesture})
        else:
            self.focus, self.framing = tag, self.framing or Framing.INSERT
        return 1

    def _change(self, who: str, what: Mapping[str, object]) -> None:
        """Change somebody, or everybody when nobody of that name is there."""
        everyone = who not in [one.character for one in self.figures]
        self.figures = [
            one.model_copy(update=what) if everyone or one.character == who else one for one in self.figures
        ]

    def _lost(self, word: str) -> int:
        self.unread.append(word)
        return 1


def _tail(spelt: str, section: str) -> bool:
    """Whether the phrase is there without its last word too."""
    return bool(lexicon("acting", section).first(spelt.rpartition(" ")[0]))


def _sized(framing: Framing, steps: int) -> Framing:
    """A framing so many steps closer; from over a shoulder or a detail it goes to a face, or back to the waist."""
    if framing not in _LADDER:
        return Framing.CLOSE if steps > 0 else Framing.MEDIUM
    return _LADDER[max(0, min(len(_LADDER) - 1, _LADDER.index(framing) + steps))]
