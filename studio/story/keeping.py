"""Keeps what a person directed when the text of a scene changes. It stages nothing itself."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from studio.story.breakdown import Figure, Line, Scene, Shot, Staging
from studio.story.lexicon import words

_DIGITS = 10


def scripted(shots: Sequence[Shot]) -> tuple[Shot, ...]:
    """The shots that show what the script tells, without those a person added."""
    return tuple(shot for shot in shots if not shot.added)


def mark(shots: Sequence[Shot]) -> str:
    """What a scene's action is recognised by, however it is divided into shots."""
    told = sorted(word for shot in scripted(shots) for word in words(shot.staging.action))
    return hashlib.sha256(" ".join(told).encode()).hexdigest()[:_DIGITS]


@dataclass(frozen=True)
class Kept:
    """The shots of a scene after an edit of its text, and what is remembered of the person's work on them."""

    shots: tuple[Shot, ...]
    told: str = ""
    dropped: tuple[str, ...] = ()


def keep(was: Scene | None, fresh: Sequence[Shot], cast: Collection[str]) -> Kept:
    """Put a person's shots of a scene in place of the `fresh` ones that its text asks for now.

    Where nothing but the wording of lines changed, all shots stay as the person left them; elsewhere every directed
    shot that is still there keeps its staging, and added ones stand after the shot they stood after.
    """
    if was is None or not was.told:
        return Kept(tuple(fresh))
    told = mark(fresh)
    old, new = [line.id for line in _lines(was.shots)], {line.id: line for line in _lines(fresh)}
    same = told == was.told and old == list(new)
    shots = _reworded(was.shots, fresh, new) if same else _rewritten(was, fresh)
    return Kept(tuple(_without(shot, cast) for shot in shots), told, was.dropped)


def _lines(shots: Sequence[Shot]) -> list[Line]:
    return [line for shot in shots for line in shot.lines]


def _reworded(was: Sequence[Shot], fresh: Sequence[Shot], lines: dict[str, Line]) -> list[Shot]:
    """The same shots with their lines as they read now; an undirected one is played as its words ask now."""
    if all(lines[line.id] == line for line in _lines(was)):
        return list(was)
    known = {shot.id: shot for shot in fresh}
    found = []
    for shot in was:
        now = known.get(shot.id)
        if now and not shot.directed and _told(now) == _told(shot):
            kept = {"least": shot.least, "note": shot.note}
            found.append(now.model_copy(update=kept))
        else:
            found.append(shot.model_copy(update={"lines": tuple(lines[line.id] for line in shot.lines)}))
    return found


def _told(shot: Shot) -> tuple[object, ...]:
    return shot.staging.action, tuple(line.id for line in shot.lines)


def _rewritten(was: Scene, fresh: Sequence[Shot]) -> list[Shot]:
    before = {shot.id: shot for shot in was.shots}
    dropped = {words(action) for action in was.dropped}
    gone = [shot for shot in fresh if shot.lines or words(shot.staging.action) not in dropped]
    shots = [_staged(shot, before[shot.id]) if shot.id in before else shot for shot in gone or fresh]
    for shot in was.shots:
        if shot.added and shot.id not in {one.id for one in shots}:
            shots.insert(_after(shot, was.shots, shots), shot)
    return shots


def _staged(fresh: Shot, was: Shot) -> Shot:
    """A fresh shot as the person had it before."""
    kept: dict[str, object] = {"least": was.least, "note": was.note, "directed": was.directed}
    if was.directed:
        kept["pause"] = was.pause
        for name in ("staging", "played"):
            staged: Staging | None = getattr(was, name)
            kept[name] = staged and staged.model_copy(update={"action": fresh.staging.action})
    return fresh.model_copy(update=kept)


def _after(added: Shot, was: Sequence[Shot], shots: Sequence[Shot]) -> int:
    """Where an added shot goes: after the nearest shot that stood before it and is still there."""
    places = {shot.id: at for at, shot in enumerate(shots)}
    before = was[: was.index(added)]
    return next((places[shot.id] + 1 for shot in reversed(before) if shot.id in places), 0)


def _without(shot: Shot, cast: Collection[str]) -> Shot:
    """A shot without those who are no longer in the story."""
    if all(figure.character in cast for figure in shot.staging.figures):
        return shot
    left = {"staging": _left(shot.staging, cast), "played": shot.played and _left(shot.played, cast)}
    return shot.model_copy(update=left)


def _left(staging: Staging, cast: Collection[str]) -> Staging:
    figures: tuple[Figure, ...] = tuple(one for one in staging.figures if one.character in cast)
    lost = {one.character for one in staging.figures} - set(cast)
    focus = staging.focus if staging.focus not in lost else next((one.character for one in figures), "")
    return staging.model_copy(update={"figures": figures, "focus": focus})
