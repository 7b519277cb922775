"""Follows scenes, lines and shots of a previous breakdown into the next one, so that they keep their ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import zip_longest

from studio.story.alignment import Idents, align, bag, overlap
from studio.story.breakdown import Breakdown, Line, Scene, Shot
from studio.story.keeping import scripted
from studio.story.lexicon import words
from studio.story.reading import Said, Sheet
from studio.story.roster import Roster
from studio.story.shotlist import Cuts

# A heading alone is worth 0.45, so a scene rewritten under its old heading is still that scene.
_SCENE_FLOOR = 0.3
_MOVED_FLOOR = 0.6
# What the same character says in the same place is the same line, whatever its words: it was edited, not replaced.
_LINE_FLOOR = 0.4
_SHOT_FLOOR = 0.3


@dataclass(frozen=True)
class Trace:
    """What a scene is recognised by."""

    heading: str
    text: str

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of its action and lines."""
        return bag(self.text)

    @cached_property
    def named(self) -> frozenset[str]:
        """The words of its heading."""
        return bag(self.heading)


@dataclass
class Kept:
    """What one scene keeps: its id, its lines' ids in order, and the scene it was."""

    ident: str
    lines: list[str]
    was: Scene | None = None
    cuts: Cuts = field(default_factory=Cuts)


def trace(read: Sequence[Sheet], roster: Roster, previous: Breakdown | None, idents: Idents) -> list[Kept]:
    """Give every scene and line of a script its id."""
    before = previous.scenes if previous else ()
    scenes = _scenes(read, before)
    kept = [_kept(sheet, before[scenes[at]] if at in scenes else None, idents) for at, sheet in enumerate(read)]
    fresh = [_lines(sheet, roster, one) for sheet, one in zip(read, kept, strict=True)]
    _moved(fresh, kept, previous)
    for one, said in zip(kept, fresh, strict=True):
        for at, (who, text) in enumerate(said):
            one.lines[at] = one.lines[at] or idents.fresh("line", one.ident, who, text)
    return kept


def _scenes(read: Sequence[Sheet], before: Sequence[Scene]) -> dict[int, int]:
    old = [Trace(" ".join(words(scene.heading)), _told(scene)) for scene in before]
    new = [Trace(" ".join(words(sheet.heading)), _typed(sheet)) for sheet in read]
    pairs = align(old, new, keys=(_same, _same), likeness=_alike, floor=_SCENE_FLOOR)
    free = [at for at in range(len(old)) if at not in set(pairs.values())]
    for at in range(len(new)):
        if at in pairs or not free:
            continue
        best = max(free, key=lambda one: _alike(old[one], new[at]))
        if _alike(old[best], new[at]) >= _MOVED_FLOOR:
            pairs[at] = best
            free.remove(best)
    return pairs


def _same(one: Trace) -> Trace:
    return one


def _alike(one: Trace, other: Trace) -> float:
    heading = 1.0 if one.heading == other.heading else overlap(one.named, other.named) / 2
    return 0.45 * heading + 0.55 * overlap(one.words, other.words)


def _told(scene: Scene) -> str:
    parts = [part for shot in scene.shots for part in (shot.staging.action, *(line.text for line in shot.lines))]
    return " ".join(words(" ".join(parts)))


def _typed(sheet: Sheet) -> str:
    return " ".join(words(" ".join(beat.text for beat in sheet.beats)))


def _kept(sheet: Sheet, was: Scene | None, idents: Idents) -> Kept:
    count = sum(isinstance(beat, Said) for beat in sheet.beats)
    ident = was.id if was else idents.fresh("scene", " ".join(words(sheet.heading)))
    return Kept(ident, [""] * count, was, _cuts(scripted(was.shots)) if was else Cuts())


def _cuts(shots: Sequence[Shot]) -> Cuts:
    lands = {}
    for shot, after in zip_longest(shots, shots[1:]):
        if shot.lines:
            lands[shot.lines[-1].id] = after is not None and not after.lines and not after.staging.action
    return Cuts({line.id: shot.id for shot in shots for line in shot.lines}, lands)


def _lines(sheet: Sheet, roster: Roster, kept: Kept) -> list[tuple[str, str]]:
    said = [(roster.ident(beat.name), beat.text) for beat in sheet.beats if isinstance(beat, Said)]
    old = [line for shot in kept.was.shots for line in shot.lines] if kept.was else []
    pairs = align(old, said, keys=(_spoken, _pair), likeness=_like_line, floor=_LINE_FLOOR)
    for at, one in pairs.items():
        kept.lines[at] = old[one].id
    return said


def _spoken(line: Line) -> tuple[str, str]:
    return line.character, line.text


def _pair(said: tuple[str, str]) -> tuple[str, str]:
    return said


def _like_line(line: Line, said: tuple[str, str]) -> float:
    shared = overlap(bag(line.text), bag(said[1]))
    return 0.4 + 0.6 * shared if line.character == said[0] else 0.8 * shared


def _moved(said: Sequence[Sequence[tuple[str, str]]], kept: Sequence[Kept], previous: Breakdown | None) -> None:
    """Let a line that went to another scene word for word keep its id."""
    used = {ident for one in kept for ident in one.lines if ident}
    free: dict[tuple[str, str], list[str]] = {}
    for line in previous.lines if previous else ():
        if line.id not in used:
            free.setdefault(_spoken(line), []).append(line.id)
    for one, pairs in zip(kept, said, strict=True):
        for at, pair in enumerate(pairs):
            if not one.lines[at] and free.get(pair):
                one.lines[at] = free[pair].pop(0)


@dataclass(frozen=True)
class Slate:
    """What a shot is recognised by: its lines, else its action, else the line it comes after."""

    lines: tuple[str, ...]
    action: str
    after: str = ""


def slates(shots: Sequence[Shot]) -> list[Slate]:
    """Describe shots by what they are recognised by."""
    return describe([(tuple(line.id for line in shot.lines), shot.staging.action) for shot in shots])


def describe(shots: Sequence[tuple[tuple[str, ...], str]]) -> list[Slate]:
    """Describe shots, given as their lines' ids and their action."""
    found, last = [], ""
    for lines, action in shots:
        found.append(Slate(lines, " ".join(words(action)), last))
        last = lines[-1] if lines else last
    return found


def same_shots(old: Sequence[Slate], new: Sequence[Slate]) -> dict[int, int]:
    """Match the shots of a scene before and after an edit: index in `new` to index in `old`."""
    return align(old, new, keys=(_mark, _mark), likeness=_like_shot, floor=_SHOT_FLOOR)


def _mark(slate: Slate) -> tuple[object, ...]:
    return slate.lines or ((slate.action,) if slate.action else ("", slate.after))


def _like_shot(one: Slate, other: Slate) -> float:
    if one.lines and other.lines:
        return 1.0 + (one.lines[0] == other.lines[0]) if set(one.lines) & set(other.lines) else 0.0
    if one.lines or other.lines or bool(one.action) != bool(other.action):
        return 0.0
    return _SHOT_FLOOR + (1 - _SHOT_FLOOR) * overlap(bag(one.action), bag(other.action)) if one.action else 0.0
