"""Recutting: a person divides, joins, adds, drops and moves the shots of a scene; no line is lost or passes another."""

from __future__ import annotations

from collections.abc import Sequence

from studio.errors import BadRequest, Refused
from studio.story.alignment import Idents
from studio.story.breakdown import Breakdown, Entrance, Figure, Framing, Line, Scene, Shot, Staging
from studio.story.directing import change, left_to_right, newcomer, put
from studio.story.lexicon import words
from studio.story.mentions import sentences
from studio.story.noun import Noun
from studio.story.shotlist import length, props
from studio.story.slates import find

_WORDS_A_SECOND = 5.0
_SHORTEST, _LONGEST = 1.4, 3.8  # seconds of a shot without lines
_BREATH = 0.4  # seconds a shot stands after its lines
_NEXT = {  # the framing of the second half, so that the cut is seen
    Framing.WIDE: Framing.FULL,
    Framing.FULL: Framing.MEDIUM,
    Framing.MEDIUM: Framing.CLOSE,
    Framing.CLOSE: Framing.MEDIUM,
    Framing.OVER_SHOULDER: Framing.CLOSE,
    Framing.INSERT: Framing.MEDIUM,
}
_SINGLES = (Framing.CLOSE, Framing.INSERT, Framing.OVER_SHOULDER)


class Seam(Noun):
    """Where a shot can be split: before a line, or after so many letters of its action."""

    line: str = ""
    letters: int = 0
    before: str  # the words that would begin the second shot


def seams(shot: Shot) -> tuple[Seam, ...]:
    """Every place where a shot can be split, in order."""
    found, at, action = [], 0, shot.staging.action
    for sentence in sentences(action):
        at = action.index(sentence, at)
        if at and action[:at].strip():
            found.append(Seam(letters=at, before=sentence))
        at += len(sentence)
    for before, line in enumerate(shot.lines):
        if not line.dual and (before or action):
            found.append(Seam(line=line.id, before=line.text))
    return tuple(found)


def split(breakdown: Breakdown, shot: str, seam: Seam) -> Breakdown:
    """Make two shots of one; Refused where it has no such seam."""
    scene, at = find(breakdown, shot)
    one = scene.shots[at]
    if (seam.line, seam.letters) not in [(known.line, known.letters) for known in seams(one)]:
        raise Refused(f"shot {one.number} cannot be split there")
    action, lines = one.staging.action, one.lines
    if seam.line:
        cut = next(n for n, line in enumerate(lines) if line.id == seam.line)
        parts = (action, lines[:cut]), ("", lines[cut:])
    else:
        parts = (action[: seam.letters].rstrip(), ()), (action[seam.letters :].lstrip(), lines)
    ident = _idents(breakdown).fresh("shot", one.id, seam.line or str(seam.letters))
    pair = _halves(one, parts, ident)
    return change(breakdown, shot, lambda scene, at: [*scene.shots[:at], *pair, *scene.shots[at + 1 :]])


def merge(breakdown: Breakdown, shot: str) -> Breakdown:
    """Make one shot of this and the next of its scene; Refused for the last."""
    scene, at = find(breakdown, shot)
    if at + 1 == len(scene.shots):
        raise Refused(f"shot {scene.shots[at].number} is the last of its scene; there is none to merge it with")
    both = _joined(scene, scene.shots[at], scene.shots[at + 1])
    return change(breakdown, shot, lambda scene, at: [*scene.shots[:at], both, *scene.shots[at + 2 :]])


def insert(breakdown: Breakdown, after: str, framing: Framing, people: Sequence[str], action: str) -> Breakdown:
    """Add a shot after another one of a scene; Refused where there is nobody or nothing to show."""
    scene, at = find(breakdown, after)
    known = {member.id for member in breakdown.cast}
    if strangers := [who for who in people if who not in known]:
        raise BadRequest(f"nobody in the story is called {strangers[0]}", field="people")
    order = left_to_right(scene)
    standing = sorted(dict.fromkeys(people), key=lambda who: order.index(who) if who in order else len(order))
    figures = tuple(newcomer(scene, at, who) for who in standing)
    thing = next((tag for _, tag in props(action)), "")
    needed = {Framing.CLOSE: 1, Framing.OVER_SHOULDER: 2}.get(framing, 0)
    if len(figures) < needed:
        raise Refused("a close-up needs somebody in it" if needed == 1 else "a view over a shoulder needs two people")
    if framing is Framing.INSERT and not (thing or figures):
        raise Refused("an insert needs a thing in its action, such as a key or a letter, or somebody's hands")
    focus = thing if framing is Framing.INSERT and thing else next(iter(people), "")
    staging = Staging(framing=framing, figures=figures, focus=focus, action=action.strip())
    ident = _idents(breakdown).fresh("shot", scene.id, after, staging.action)
    made = Shot(id=ident, number="", staging=staging, pause=_reading(staging.action), directed=True, added=True)
    return change(breakdown, after, lambda scene, at: [*scene.shots[: at + 1], made, *scene.shots[at + 1 :]])


def delete(breakdown: Breakdown, shots: Sequence[str]) -> Breakdown:
    """Take shots without lines out; Refused for one with lines, and for the last of a scene."""
    slates = {shot: scene.shots[at].number for shot, (scene, at) in ((one, find(breakdown, one)) for one in shots)}
    for shot in shots:
        scene, at = find(breakdown, shot)
        one = scene.shots[at]
        if one.lines:
            raise Refused(
                f"shot {slates[shot]} has lines, and no line is lost by directing; merge it with a neighbour, or cut "
                "its lines in Script Lab"
            )
        if len(scene.shots) == 1:
            raise Refused(f"shot {slates[shot]} is the only one of its scene; cut the scene in Script Lab")
        breakdown = change(breakdown, shot, lambda scene, at: [*scene.shots[:at], *scene.shots[at + 1 :]])
        if words(one.staging.action) and not one.added:
            left, _ = find(breakdown, scene.shots[at - 1 if at else 1].id)
            breakdown = put(breakdown, left.model_copy(update={"dropped": (*left.dropped, one.staging.action)}))
    return breakdown


def move(breakdown: Breakdown, shots: Sequence[str], by: int) -> Breakdown:
    """Move shots within their scenes, `by` places later or, below 0, earlier; Refused where lines would change places
    or the scene ends."""
    for shot in sorted(shots, key=lambda one: find(breakdown, one)[1], reverse=by > 0):
        breakdown = change(breakdown, shot, lambda scene, at: _moved(scene, at, by))
    return breakdown


def _moved(scene: Scene, at: int, by: int) -> list[Shot]:
    shot, to = scene.shots[at], at + by
    if not 0 <= to < len(scene.shots):
        place = "first" if by < 0 else "last"
        raise Refused(f"shot {shot.number} would leave its scene; it can become the {place} at most")
    passed = scene.shots[min(at, to) : max(at, to) + 1]
    if shot.lines and (other := next((one for one in passed if one.lines and one.id != shot.id), None)):
        raise Refused(
            f"shot {shot.number} cannot pass {other.number}: both have lines, and those keep the order of the script; "
            "change it in Script Lab"
        )
    rest = [one for one in scene.shots if one.id != shot.id]
    return [*rest[:to], shot, *rest[to:]]


def _idents(breakdown: Breakdown) -> Idents:
    scenes, shots = [scene.id for scene in breakdown.scenes], [shot.id for shot in breakdown.shots]
    return Idents([*scenes, *shots, *(line.id for line in breakdown.lines)])


def _reading(action: str) -> float:
    return min(_LONGEST, max(_SHORTEST, round(length(action) / _WORDS_A_SECOND, 1)))


def _halves(shot: Shot, parts: Sequence[tuple[str, tuple[Line, ...]]], ident: str) -> tuple[Shot, Shot]:
    (action, lines), (rest, more) = parts
    first = {
        "staging": _half(shot.staging, action),
        "played": shot.played and _half(shot.played, action),
        "lines": lines,
        "pause": _BREATH if lines else _reading(action),
    }
    second = {
        "id": ident,
        "staging": _half(shot.staging, rest, more),
        "played": shot.played and _half(shot.played, rest, more),
        "lines": more,
        "pause": shot.pause if more else _reading(rest),
        "note": "",
    }
    own = {"directed": True, "least": round(shot.least / 2, 2)}
    return shot.model_copy(update=first | own), shot.model_copy(update=second | own)


def _half(was: Staging, action: str, lines: Sequence[Line] | None = None) -> Staging:
    """One half of a staging; with `lines` the second, which is seen otherwise than the first."""
    past = Entrance.LEAVES if lines is None else Entrance.ENTERS
    figures = tuple(
        one.model_copy(update={"entrance": Entrance.NONE}) if one.entrance is past else one for one in was.figures
    )
    half = was.model_copy(update={"figures": figures, "action": action})
    if lines is None:
        return half
    there = [one.character for one in figures]
    heard = [line.character for line in lines if line.character in there and not line.offscreen]
    focus = heard[0] if heard else was.focus
    framing = was.framing if focus != was.focus else _NEXT[was.framing]
    if framing is Framing.CLOSE and not there:
        framing = Framing.WIDE
    return half.model_copy(update={"focus": focus, "framing": framing})


def _joined(scene: Scene, one: Shot, other: Shot) -> Shot:
    staging = _both(scene, one.staging, other.staging)
    played = _both(scene, one.played or one.staging, other.played or other.staging)
    silent = not one.lines and not other.lines
    return one.model_copy(
        update={
            "staging": staging,
            "played": played if played != staging else None,
            "lines": one.lines + other.lines,
            "pause": min(_LONGEST, one.pause + other.pause) if silent else max(one.pause, other.pause),
            "least": round(one.least + other.least, 2),
            "note": " ".join(filter(None, (one.note, other.note))),
            "directed": True,
            "added": one.added and other.added,
        }
    )


def _both(scene: Scene, one: Staging, other: Staging) -> Staging:
    """What both show: everybody of either, as far from them as it takes."""
    there: dict[str, Figure] = {figure.character: figure for figure in other.figures}
    there |= {figure.character: figure for figure in one.figures}
    order = left_to_right(scene)
    figures = tuple(there[who] for who in order if who in there)
    framing = one.framing
    if framing in _SINGLES and (one.focus != other.focus or len(figures) > len(one.figures)):
        framing = Framing.MEDIUM if len(figures) <= 2 else Framing.FULL
    action = "\n".join(filter(None, (one.action, other.action)))
    return one.model_copy(update={"framing": framing, "figures": figures, "action": action})
