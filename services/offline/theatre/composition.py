"""Where everybody stands in a shot: framings composed for each format, never cropped from another one.

It places; it neither draws nor moves. All results are pixels of the frame with the camera at rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from services.offline.theatre.eyeline import face, looking_room
from services.offline.theatre.framing import Measures, caption_line, measures
from services.offline.theatre.layer import Set
from services.offline.theatre.mark import Body, Composition, Mark, View
from services.offline.theatre.seats import front_seen, nearer, resting, seated
from studio.story.breakdown import Figure, Framing, Staging
from studio.takes.frame import Aspect, Frame

_NEARER, _ASIDE = 0.4, 0.11  # of an empty place: its zoom beyond 1, and the move from its middle


def compose(staging: Staging, frame: Frame, place: Set, bodies: Mapping[str, Body], *, prop: bool) -> Composition:
    """Compose a shot; `bodies` by Character.id for every figure, `prop` whether its focus can be drawn as a thing."""
    if not place.seated:
        return _composed(staging, frame, place, bodies, prop=prop)
    staging = seated(staging)
    shot = _composed(staging, frame, place, bodies, prop=prop)
    return replace(shot, marks=resting(shot.marks, staging, place))


def _composed(staging: Staging, frame: Frame, place: Set, bodies: Mapping[str, Body], *, prop: bool) -> Composition:
    framing = _feasible(staging, prop=prop)
    rule = measures(framing, frame.aspect)
    if framing is Framing.INSERT:
        return _insert(staging, frame, place, bodies, rule, prop=prop)
    if framing is Framing.OVER_SHOULDER:
        return _over_shoulder(staging, frame, place, bodies, rule)
    figures = _shown(staging, framing)
    if not figures:
        return _empty(frame, place, rule)
    marks = _row(figures, frame, place, bodies, rule, crowd=len(staging.figures))
    if framing is Framing.WIDE:
        view = _view(frame, place, 1.0, rule)
        if place.seated:
            marks, view = nearer(marks, view, frame)
    else:
        growth = marks[0].height / (place.figure * marks[0].body.stature)
        feet = max(mark.feet for mark in marks) if rule.figure else 0.0
        view = _view(frame, place, growth, rule, eyes=marks[0].eyes, feet=feet)
    marks = tuple(face(mark, marks, staging, bodies) for mark in marks)
    if len(marks) == 1:
        marks = (looking_room(marks[0], frame, rule),)
    return Composition(frame, view, marks, _focus(marks, staging), near=front_seen(framing, place))


def spare(composition: Composition, place: Set) -> tuple[float, float]:
    """How far the camera may go aside and up or down at depth 1 before the edge of any layer is seen."""
    view, frame = composition.view, composition.frame
    height, width = place.layers[0].pixels.shape[:2]
    deepest = max([1.0, *(layer.depth for layer in place.layers)])
    across = min(view.x, width - view.x) * view.zoom - frame.width / 2
    down = min(view.y, height - view.y) * view.zoom - frame.height / 2
    return max(across - 6, 0.0) / deepest, max(down - 6, 0.0) / deepest


def _feasible(staging: Staging, *, prop: bool) -> Framing:
    """A framing that cannot be staged becomes the nearest one that can."""
    if staging.framing is Framing.OVER_SHOULDER and len(staging.figures) < 2:
        return Framing.MEDIUM
    if staging.framing is Framing.INSERT and not prop and not staging.figures:
        return Framing.FULL
    return staging.framing


def _shown(staging: Staging, framing: Framing) -> tuple[Figure, ...]:
    """A close-up is of one face; every other framing shows everybody."""
    if framing is not Framing.CLOSE or len(staging.figures) < 2:
        return staging.figures
    return (next((one for one in staging.figures if one.character == staging.focus), staging.figures[0]),)


def _row(
    figures: tuple[Figure, ...], frame: Frame, place: Set, bodies: Mapping[str, Body], rule: Measures, *, crowd: int
) -> tuple[Mark, ...]:
    """Stand figures left to right, as large as the framing asks and their faces allow, stacked where it is narrow."""
    count = len(figures)
    tallest = max((bodies[one.character] for one in figures), key=lambda body: body.stature)
    adult = _adult(frame, place, rule, tallest)
    xs = _spread(count, frame, place, rule)
    if count > 1:
        head = max(bodies[one.character].head * bodies[one.character].stature for one in figures) * adult
        room = min(right - left for left, right in pairwise(xs))
        adult *= min(1.0, max(room / (rule.gap * 0.84 * head), 0.62))
    elif crowd > 1:
        xs = [frame.width * 0.5]
    floor = _floor(frame, place, rule, adult, tallest)
    marks = []
    for index, one in enumerate(figures):
        body, deep = bodies[one.character], _depth(index, count, rule)
        size = adult * float(rule.shrink**deep)
        # Behind means higher up and smaller, about the line of the eyes.
        rise = deep * (rule.rise * frame.height + (adult - size) * tallest.stature * tallest.eyes)
        height = size * body.stature
        marks.append(Mark(one, xs[index], floor - rise, height, body))
    marks = [_above_captions(mark, frame, rule) for mark in _head_room(marks, frame, rule)]
    return tuple(sorted(marks, key=lambda mark: (mark.feet, mark.x)))


def _adult(frame: Frame, place: Set, rule: Measures, tallest: Body) -> float:
    if rule.head:
        return face_height(rule, tallest) * frame.height / (tallest.head * tallest.stature)
    if rule.figure:
        return rule.figure * frame.height / max(tallest.stature, 1.0)
    return place.figure


def face_height(rule: Measures, body: Body) -> float:
    """The part of the frame a face fills: a child, whose head is large for the body, comes nearer than the rule."""
    nearer = float(max(body.head / Body().head, 1.0) ** 0.35)
    return min(rule.head * nearer, max(rule.head, 0.55))


def _floor(frame: Frame, place: Set, rule: Measures, adult: float, tallest: Body) -> float:
    """The y of the feet: on the set's own floor in the widest shot, else hung from the line of the eyes."""
    if not rule.eyes:
        return place.floor - place.margin
    if rule.figure:
        return rule.eyes * frame.height + adult * Body().eyes
    down = 0.06 * (1.0 - min(tallest.stature, 1.0)) * frame.height
    return rule.eyes * frame.height + down + adult * tallest.stature * tallest.eyes


def _depth(index: int, count: int, rule: Measures) -> int:
    """How many steps back somebody stands where it is narrow: the second, fourth... one, then the rest."""
    return index % 2 if rule.rise and count > 1 else 0


def _spread(count: int, frame: Frame, place: Set, rule: Measures) -> list[float]:
    """Good x for each figure: the set's own spots in the widest shot, thirds or even steps in the others."""
    if not rule.eyes and len(place.spots) >= count:
        order = sorted(place.spots)
        step = (len(order) - 1) / max(count - 1, 1)
        chosen = [order[round(i * step)] for i in range(count)] if count > 1 else [order[len(order) // 2]]
        middle, apart = (chosen[0] + chosen[-1]) / 2, chosen[-1] - chosen[0]
        # Closer together than the places are: people who talk do not stand a set apart.
        widest = {Aspect.WIDE: 0.27, Aspect.SQUARE: 0.32, Aspect.TALL: 0.42}[frame.aspect] * (count - 1)
        share = min(1.0, widest / apart) if apart else 1.0
        return [(middle + (spot - middle) * share) * frame.width for spot in chosen]
    if count == 1:
        return [frame.width * 0.5]
    tight = {2: 0.30, 3: 0.20}.get(count, 0.13)
    if frame.aspect is not Aspect.WIDE:
        tight = {2: 0.27, 3: 0.19}.get(count, 0.14)
    elif rule.figure or not rule.eyes:
        tight = {2: 0.36, 3: 0.27}.get(count, 0.18)
    return [frame.width * (tight + (1 - 2 * tight) * index / (count - 1)) for index in range(count)]


def _head_room(marks: list[Mark], frame: Frame, rule: Measures) -> list[Mark]:
    """Lower everybody, then make them smaller about their feet, until the highest hat is in the frame.

    A close-up may cut the hair, never the face.
    """
    least = (0.03 if rule.figure or rule.blur < 0.005 else -0.05) * frame.height
    short = least - min(mark.feet - mark.body.top * mark.height for mark in marks)
    if short <= 0 or not rule.eyes:
        return marks
    down = 0.0 if rule.figure else min(short, 0.06 * frame.height)
    lowered = [replace(mark, feet=mark.feet + down) for mark in marks]
    share = min((mark.feet - least) / (mark.body.top * mark.height) for mark in lowered)
    if rule.figure:
        return [replace(mark, height=mark.height * min(share, 1.0)) for mark in lowered]
    # Smaller about the line of the eyes, so that the framing stays what it is.
    share = max(min(1.0, (lowered[0].eyes - least) / (lowered[0].eyes - least + short - down)), 0.85)
    return [
        replace(mark, height=mark.height * share, feet=mark.eyes + share * (mark.feet - mark.eyes)) for mark in lowered
    ]


def _above_captions(mark: Mark, frame: Frame, rule: Measures) -> Mark:
    """A child beside a giant: lift them until the mouth is clear of the captions (they stand on something)."""
    excess = mark.mouth - (caption_line(frame.aspect) - 0.04) * frame.height
    return replace(mark, feet=mark.feet - excess) if excess > 0 and rule.eyes else mark


def _over_shoulder(
    staging: Staging, frame: Frame, place: Set, bodies: Mapping[str, Body], rule: Measures
) -> Composition:
    """The focus on a third, past the dark shoulder of the other, who is cut by the edge of the frame."""
    order = [one.character for one in staging.figures]
    index = order.index(staging.focus) if staging.focus in order else 0
    other = index + 1 if index + 1 < len(order) else index - 1
    side = 1 if other > index else -1  # where the other stands, seen from the focus
    wide = frame.aspect is Aspect.WIDE
    body, near = bodies[order[index]], bodies[order[other]]
    height = face_height(rule, body) * frame.height / body.head
    eyes = rule.eyes * frame.height
    focus = Mark(
        staging.figures[index],
        frame.width * (0.5 - side * (0.12 if wide else 0.13)),
        eyes + height * body.eyes,
        height,
        body,
        facing=side,
        turn=0.62,
    )
    tall = height * (1.36 if wide else 1.4) * near.stature / max(body.stature, near.stature)
    low = (0.50 if wide else 0.62) * frame.height
    shoulder = Mark(
        staging.figures[other],
        frame.width * (0.5 + side * (0.43 if wide else 0.47)),
        low + tall * near.eyes,
        tall,
        near,
        facing=-side,
        turn=0.45,
        back=True,
    )
    view = _view(frame, place, height / (place.figure * body.stature), rule, eyes=focus.eyes)
    return Composition(frame, view, (focus, shoulder), (focus.x, focus.eyes), near=False)


def _insert(
    staging: Staging,
    frame: Frame,
    place: Set,
    bodies: Mapping[str, Body],
    rule: Measures,
    *,
    prop: bool,
) -> Composition:
    """A thing large before a soft set, or the hands of whoever the shot is about."""
    view = _view(frame, place, 2.4, rule)
    middle = (frame.width * 0.5, frame.height * 0.46)
    if prop:
        return Composition(frame, view, (), middle, thing=(*middle, rule.head * frame.height), near=False)
    names = [one.character for one in staging.figures]
    chosen = staging.figures[names.index(staging.focus) if staging.focus in names else 0]
    body = bodies[chosen.character]
    height = 0.9 * rule.head * frame.height / body.head
    # The chin is just above the frame: half a face would be about the face, not about the hands.
    feet = (1 - body.head) * height - 0.05 * frame.height
    mark = Mark(chosen, middle[0], feet, height, body, facing=1, turn=0.2)
    return Composition(frame, view, (mark,), middle, near=False)


def _empty(frame: Frame, place: Set, rule: Measures) -> Composition:
    """The place alone; nearer than its wide shot in every other framing, and off its middle."""
    if not rule.eyes:
        view = _view(frame, place, 1.0, rule)
    else:
        whole = _view(frame, place, 1.0 + _NEARER / max(rule.set, 0.1), rule)
        side = 1 if place.light.side >= 0 else -1
        view = replace(whole, x=whole.x + side * _ASIDE * frame.width, y=whole.y + _ASIDE * frame.height)
    return Composition(frame, view, (), (frame.width * 0.5, frame.height * 0.45))


def _view(frame: Frame, place: Set, growth: float, rule: Measures, *, eyes: float = 0.0, feet: float = 0.0) -> View:
    """See the set closer as the figures come closer: its floor under their feet if they are seen, else its horizon
    drawn towards their eyes; always inside its margins."""
    zoom = 1.0 + max(growth - 1.0, 0.0) * rule.set
    zoom = min(zoom, 2.2)
    height, width = place.layers[0].pixels.shape[:2]
    x, y = width / 2, height / 2
    if feet:
        y = place.floor - (feet - frame.height / 2) / zoom
    elif zoom > 1.0 and eyes:
        # In the set the eye level of an adult is above the floor by most of its figure's height.
        level = place.floor - 0.9 * place.figure
        y = level + (frame.height / 2 - max(eyes, 0.3 * frame.height)) / zoom
    room_x, room_y = frame.width / 2 / zoom, frame.height / 2 / zoom
    spare = place.margin / 2 / zoom
    x = min(max(x, room_x + spare), width - room_x - spare)
    y = min(max(y, room_y + spare), height - room_y - spare)
    return View(x, y, zoom, rule.blur * frame.height)


def _focus(marks: tuple[Mark, ...], staging: Staging) -> tuple[float, float]:
    chosen = [mark for mark in marks if mark.figure.character == staging.focus] or list(marks)
    return sum(mark.x for mark in chosen) / len(chosen), sum(mark.eyes for mark in chosen) / len(chosen)
