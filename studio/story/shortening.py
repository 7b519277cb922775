"""Makes a screenplay shorter by leaving out whole exchanges; no line is cut, scenes keep their first and last beats."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from studio.story.fountain_form import is_aside
from studio.story.lexicon import words
from studio.story.reading import cue
from studio.story.screenplay import Kind, Screenplay
from studio.story.stretches import Stretch, chosen, stretches

_SPOKEN = frozenset({Kind.PARENTHETICAL, Kind.DIALOGUE, Kind.LYRIC})
_LETTERS_A_SECOND, _WORDS_A_SECOND, _BREATH, _SHORTEST = 14.0, 5.0, 0.7, 1.2
_EVEN = 1.35  # how much more than its share a scene gives before the others have given theirs
_TOLD = 4  # letters from which a word can refer to something
_ASKED = 3.0  # what it counts against an exchange that it would part a question from its answer
_TWICE = 2.0  # that somebody would then speak twice running
_SHOWN = 0.5  # that it is something to see


@dataclass(frozen=True)
class Beat:
    """A speech with its cue, or a paragraph of action, as a range of elements; `seconds` as it will be played."""

    start: int
    end: int
    speaker: str
    text: str
    seconds: float
    dual: bool = False


@dataclass(frozen=True)
class _Exchange:
    """Neighbouring beats that can go together, the dearest to the story last."""

    beats: tuple[Beat, ...]
    scene: int
    worth: float

    @property
    def seconds(self) -> float:
        return sum(beat.seconds for beat in self.beats)


def beats(screenplay: Screenplay, stretch: Stretch) -> list[Beat]:
    """The speeches and actions of a scene, in order."""
    found = []
    at = stretch.start
    elements = screenplay.elements
    while at < stretch.end:
        element, end = elements[at], at + 1
        if element.kind is Kind.CHARACTER:
            while end < stretch.end and (elements[end].kind in _SPOKEN or is_aside(elements[end])):
                end += 1
            said = " ".join(one.text for one in elements[at:end] if one.kind in (Kind.DIALOGUE, Kind.LYRIC))
            found.append(
                Beat(at, end, cue(element.text).name, said, len(said) / _LETTERS_A_SECOND + _BREATH, element.dual)
            )
        elif element.kind is Kind.ACTION:
            seconds = max(_SHORTEST, len(element.text.split()) / _WORDS_A_SECOND)
            found.append(Beat(at, end, "", element.text, seconds))
        at = end
    return found


def length(screenplay: Screenplay, numbers: Collection[int] = (), within: range | None = None) -> float:
    """Seconds some scenes will take, roughly; none named is all of them, and `within` only these elements count."""
    found = (beat for stretch in chosen(screenplay, numbers) for beat in beats(screenplay, stretch))
    return sum(beat.seconds for beat in found if within is None or beat.start in within)


def shorten(
    screenplay: Screenplay, share: float, numbers: Collection[int] = (), within: range | None = None
) -> Screenplay:
    """Leave out exchanges until these scenes have only `share` (0 to 1) of their length, or nothing more can go.

    First mentions, only speeches, and what a scene begins and ends with stay, and all that is not `within` a range.
    """
    surplus = length(screenplay, numbers, within) * (1 - share)
    gone: set[int] = set()
    spent: defaultdict[int, float] = defaultdict(float)
    scenes = {one.number: length(screenplay, (one.number,)) for one in chosen(screenplay, numbers)}
    found = sorted(_exchanges(screenplay, numbers), key=lambda one: (one.worth, one.beats[0].start))
    for evenly in (True, False):
        for exchange in found:
            over = spent[exchange.scene] + exchange.seconds > scenes[exchange.scene] * (1 - share) * _EVEN
            taken = any(beat.start in gone or (within and beat.start not in within) for beat in exchange.beats)
            if surplus <= 0 or taken or (evenly and over) or exchange.seconds > surplus + _BREATH * 4:
                continue
            gone |= {at for beat in exchange.beats for at in range(beat.start, beat.end)}
            spent[exchange.scene] += exchange.seconds
            surplus -= exchange.seconds
    kept = tuple(element for at, element in enumerate(screenplay.elements) if at not in gone)
    return screenplay.model_copy(update={"elements": kept})


def _exchanges(screenplay: Screenplay, numbers: Collection[int]) -> Iterator[_Exchange]:
    everything = [beats(screenplay, one) for one in stretches(screenplay)]
    common = Counter(word for scene in everything for beat in scene for word in set(_telling(beat.text)))
    kept = _needed(everything)
    for stretch, scene in zip(stretches(screenplay), everything, strict=True):
        if numbers and stretch.number not in numbers:
            continue
        free = [0 < at < len(scene) - 1 and beat.start not in kept for at, beat in enumerate(scene)]
        for at in range(1, len(scene) - 1):
            for size in _sizes(scene, at):
                if all(free[at : at + size]) and at + size < len(scene):
                    yield _Exchange(tuple(scene[at : at + size]), stretch.number, _worth(scene, at, size, common))


def _sizes(scene: Sequence[Beat], at: int) -> Iterator[int]:
    """How many beats from here can go together: an action alone, or two speeches with what is done between them."""
    if not scene[at].speaker:
        yield 1
        return
    after = at + 1
    while after < len(scene) and not scene[after].speaker:
        after += 1
    if after < len(scene) and scene[after].speaker != scene[at].speaker:
        yield after - at + 1


def _needed(everything: Sequence[Sequence[Beat]]) -> set[int]:
    """Starts of the beats that stay: where somebody is first seen or speaks the only time, and what is said at once."""
    speeches = Counter(beat.speaker for scene in everything for beat in scene if beat.speaker)
    met: set[str] = set()
    needed: set[int] = set()
    for scene in everything:
        for at, beat in enumerate(scene):
            named = {name for name in speeches if name and f" {name.upper()}" in f" {beat.text}"} - met
            if named and not beat.speaker:
                needed.add(beat.start)
                met |= named
            if beat.speaker and speeches[beat.speaker] == 1:
                needed.add(beat.start)
            if beat.dual:
                needed |= {beat.start, scene[at - 1].start}
    return needed


def _worth(scene: Sequence[Beat], at: int, size: int, common: Counter[str]) -> float:
    """How much the rest of the story leans on an exchange, for each second of it."""
    told = {word for beat in scene[at : at + size] for word in _telling(beat.text)}
    leaned = sum(common[word] > 1 for word in told)
    parted = scene[at - 1].text.rstrip().endswith("?") + scene[at + size - 1].text.rstrip().endswith("?")
    before = next((beat.speaker for beat in reversed(scene[:at]) if beat.speaker), "")
    after = next((beat.speaker for beat in scene[at + size :] if beat.speaker), "")
    twice = bool(before) and before == after and bool(scene[at].speaker)
    return leaned / max(1, len(told)) + _ASKED * parted + _TWICE * twice + _SHOWN * (size == 1)


def _telling(text: str) -> Sequence[str]:
    return [word for word in words(text) if len(word) >= _TOLD]
