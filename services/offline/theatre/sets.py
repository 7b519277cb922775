"""Build the set of a setting: a stack of paper layers composed for the frame, the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin
from random import Random

import cv2

from services.offline.theatre import set_walls
from services.offline.theatre.ground import crest, strip
from services.offline.theatre.kits import KitPlan, Room, Shape, Sheet, Spot, Stand, Strip, Texture, Thing, kit_plan
from services.offline.theatre.kits import View as Outlook
from services.offline.theatre.layer import Layer, Set
from services.offline.theatre.moods import Palette, luminance, mix, palette, scale, under_water
from services.offline.theatre.props import Hues, drawn, hues, part
from services.offline.theatre.set_paper import beam, drop, edge, pool, sheet, shine, soften, stack, tint
from services.offline.theatre.set_view import CM, View, view
from services.offline.theatre.sky import sky, sun_at
from services.offline.theatre.sprite import Pixels
from studio.story.places import Setting
from studio.takes.frame import Aspect, Frame

_DEPTHS = {Sheet.SKY: 0.0, Sheet.FAR: 0.3, Sheet.MIDDLE: 0.62, Sheet.GROUND: 1.0, Sheet.FRONT: 1.5}
_INDOOR_DEPTHS = {Sheet.SKY: 0.15, Sheet.FAR: 0.72, Sheet.GROUND: 1.0, Sheet.FRONT: 1.5}
_SNOWED = {"ground": 0.9, "earth": 0.9, "stone": 0.8, "yellow": 0.85, "leaf": 0.7, "wood": 0.5, "pine": 0.35}
_NEAR = {Aspect.WIDE: 1.0, Aspect.SQUARE: 0.8, Aspect.TALL: 0.62}  # how large near things are
_CLEAR = {Aspect.WIDE: 0.62, Aspect.SQUARE: 0.68, Aspect.TALL: 0.74}  # the share of the width they leave free


@dataclass
class Stage:
    """A set being built."""

    view: View
    palette: Palette
    plan: KitPlan
    draw: Random
    layers: dict[Sheet, Pixels]
    side: int
    box: set_walls.Box | None = None

    def on(self, which: Sheet) -> Pixels:
        """The layer of this name, begun if need be."""
        if which not in self.layers:
            self.layers[which] = sheet(self.view.width, self.view.height)
        return self.layers[which]


def build_set(setting: Setting, frame: Frame, *, seed: int) -> Set:
    """Build a place as one scene finds it, for a frame; two seeds give two places of the same kind."""
    draw = Random(f"{seed}:{setting.place.id}:{setting.place.kit}")
    mirror = draw.random() < 0.5
    room_view = view(frame, mirror=mirror)
    indoors = setting.place.interior and kit_plan(setting.place.kit).room is not None
    colours = palette(setting.mood, setting.time, setting.weather, indoors=indoors)
    plan = kit_plan(setting.place.kit)
    if plan.under:
        colours = under_water(colours)
    stage = Stage(room_view, colours, plan, draw, {}, 1 if mirror else -1)
    if plan.room:
        _indoors(stage, plan.room)
    else:
        _outdoors(stage, setting)
    placed = _assigned(stage, setting.place.props)
    _things(stage, tuple(spot for spot, _ in placed if spot.stand is Stand.WALL))
    for spot, name in placed:
        _rest(stage, spot, name)
    return _finished(stage, setting)


def _outdoors(stage: Stage, setting: Setting) -> None:
    scene, colours = stage.view, stage.palette
    side = 1 if colours.sun.u > 0 else -1
    stage.side = side if not scene.mirror else -side
    stage.layers[Sheet.SKY] = sky(scene, colours, Random(stage.draw.random()))
    if stage.plan.under:
        _rays(stage)
    for row in stage.plan.strips:
        colour = _paper(stage, row.colour, row.tone, row.haze)
        first = crest(scene, row)
        piece = strip(scene, colours, row, colour, Random(stage.draw.random()))[first:]
        if row.soft:
            piece = soften(piece, row.soft * scene.unit)
        else:
            lit = 0.26 * (0.4 + colours.rim) * (1 - row.haze) ** 1.6
            edge(piece, colours.key, side=stage.side, strength=lit, width=max(1, round(1.5 * scene.unit)))
        near = 1.0 - row.haze
        blur, reach = (4 + 10 * near) * scene.unit, (2 + 6 * near) * scene.unit
        drop(
            stage.on(row.sheet),
            piece,
            0,
            first,
            colour=colours.shade,
            offset=(-stage.side * reach * 0.5, -reach),
            blur=blur,
            depth=0.3,
        )


def _rays(stage: Stage) -> None:
    """Light that falls from the surface through the water."""
    scene, draw = stage.view, Random(stage.draw.random())
    for index in range(5):
        x = scene.x(-0.7 + 0.35 * index + 0.2 * draw.random())
        wide, lean = scene.frame.width * (0.03 + 0.05 * draw.random()), scene.frame.width * 0.16 * -stage.side
        shaft = [(x, -20), (x + wide, -20), (x + lean + 2.6 * wide, scene.floor), (x + lean, scene.floor)]
        beam(stage.layers[Sheet.SKY], shaft, stage.palette.sky[0], 0.16, 10 * scene.unit, fade=0.0)


def _paper(stage: Stage, name: str, tone: float, haze: float) -> str:
    table = dict(hues(stage.palette).tokens)
    plain = scale(table[name], tone)
    if stage.palette.snow and name in _SNOWED:
        plain = mix(plain, scale(table["white"], 0.6 + 0.4 * tone), _SNOWED[name] * stage.palette.snow)
    return mix(plain, stage.palette.haze, min(0.95, haze + stage.palette.thickness * (0.3 + haze)))


def _indoors(stage: Stage, room: Room) -> None:
    scene, colours = stage.view, stage.palette
    stage.box = place = set_walls.box(scene, room)
    stage.layers[Sheet.SKY] = sky(
        scene, colours, Random(stage.draw.random()), level=place.foot - 95 * CM * scene.scale(place.back)
    )
    _outlook(stage, room)
    wall = _paper(stage, room.wall_colour, 1.0, 0.0) if room.wall_colour else colours.wall[0]
    stage.layers[Sheet.FAR] = set_walls.walls(scene, colours, room, place, wall, Random(stage.draw.random()))
    ground = _paper(stage, room.floor_colour, 1.0, 0.0)
    boards = set_walls.floor(scene, colours, room, place, ground, Random(stage.draw.random()))
    drop(
        stage.on(Sheet.GROUND),
        boards,
        colour=colours.shade,
        offset=(0, -3 * scene.unit),
        blur=14 * scene.unit,
        depth=0.5,
    )
    opening = _window(stage, room)
    heart = ((opening[0] + opening[2]) / 2, opening[3]) if opening else (scene.width / 2, scene.horizon * 0.7)
    tint(stage.layers[Sheet.FAR], set_walls.room_light(scene, colours, heart, dim=0.62 if colours.lamps else 0.84))


def _outlook(stage: Stage, room: Room) -> None:
    """What is seen through the window: a far strip or two on the sky."""
    shapes = {
        Outlook.TOWN: (Shape.SKYLINE, 0.3, "trim"),
        Outlook.HILLS: (Shape.HILLS, 0.12, "leaf"),
        Outlook.SEA: (Shape.SEA, 0.0, "water"),
    }
    if room.view not in shapes:
        return
    shape, rise, colour = shapes[room.view]
    row = Strip(shape=shape, sheet=Sheet.SKY, z=0.0, rise=rise, haze=0.45, texture=Texture.NONE)
    piece = strip(stage.view, stage.palette, row, _paper(stage, colour, 1.0, 0.45), Random(stage.draw.random()))
    stack(stage.layers[Sheet.SKY], piece)


def _window(stage: Stage, room: Room) -> tuple[float, float, float, float] | None:
    """Cut the opening into the wall, hang the window in it and let its light fall on the floor."""
    if room.window is None or stage.box is None:
        return None
    u = stage.view.choose(room.window.u)
    found = part(room.window.part)
    if u is None or found is None:
        return None
    scene, place = stage.view, stage.box
    ratio = scene.scale(place.back)
    wide, tall = found.box[2] * ratio, found.box[3] * ratio
    left, bottom = scene.x(u) - wide / 2, place.foot - room.window.sill * CM * ratio
    top, right = bottom - tall, left + wide
    rim = 0.07 * wide
    wall = stage.layers[Sheet.FAR]
    if found.hole == "round":
        centre = (round((left + right) / 2), round((top + bottom) / 2))
        cv2.circle(wall, centre, round(0.42 * wide), (0, 0, 0, 0), -1)
    else:
        wall[int(top + rim) : int(bottom - rim), int(left + rim) : int(right - rim)] = 0
    piece = drawn(room.window.part, ratio, hues(stage.palette), scene.mirror)
    drop(wall, piece, round(left), round(top), offset=(4 * scene.unit, 6 * scene.unit), blur=7 * scene.unit, depth=0.4)
    shine(
        wall,
        ((left + right) / 2, (top + bottom) / 2),
        1.25 * max(wide, tall),
        stage.palette.key,
        0.16 * room.window.beam,
    )
    floor = luminance(_paper(stage, room.floor_colour, 1.0, 0.0))
    strength = room.window.beam * (0.35 + 0.65 * stage.palette.sunshine) * (1.15 - 0.8 * floor)
    set_walls.fall_of_light(stage.on(Sheet.GROUND), scene, stage.palette, place, (left, top, right, bottom), strength)
    return left, top, right, bottom


def _things(stage: Stage, taken: tuple[Spot, ...]) -> None:
    """Stand the kit's things, from the back to the front; what hangs where a prop hangs gives way."""
    back = stage.box.back if stage.box else 0.5
    rows = [(row.z or back, index, row) for index, row in enumerate(stage.plan.things)]
    for z, _, row in sorted(rows, key=lambda item: (item[0], item[1])):
        u = stage.view.choose(row.u)
        chance, wobble, name_at = stage.draw.random(), stage.draw.random() - 0.5, stage.draw.random()
        if u is None or chance >= row.chance or _in_the_way(stage, row, u, taken):
            continue
        names = (row.part, *row.either)
        _put(stage, row, names[int(name_at * len(names))], u + 2 * wobble * row.jitter, z)


def _in_the_way(stage: Stage, row: Thing, u: float, taken: tuple[Spot, ...]) -> bool:
    places = [stage.view.choose(spot.u) for spot in taken]
    hangs = row.up > 100 and not row.z
    return hangs and any(place is not None and abs(place - u) < 0.16 for place in places)


def _put(stage: Stage, row: Thing, name: str, u: float, z: float) -> None:
    """Stand one part in its place, with its shadows and its lamps."""
    found = part(name)
    if found is None:
        return
    scene, colours = stage.view, stage.palette
    which = row.sheet or _sheet_of(z, row, indoors=stage.box is not None)
    canvas = stage.on(which)
    ratio = scene.scale(z) * row.size
    far = 0.0 if stage.box else max(0.0, 0.44 * max(0.0, 1 - z) ** 1.5)
    tone = 1.0 if which is not Sheet.FRONT else 0.3
    air = min(0.92, max(row.haze, far) + colours.thickness * max(0.0, 1.1 - z))
    inks = hues(colours, haze=air, degrees=row.turn * 2 * (stage.draw.random() - 0.5), tone=tone)
    flip = (stage.side > 0) != row.flip
    base = scene.y(z) - row.up * CM * scene.scale(z)
    if which is Sheet.FRONT:
        _near(canvas, scene, (name, ratio, inks, flip), (scene.x(u), base))
        return
    above = 0.0 if row.top else max(0.0, round((found.box[3] * ratio - base - 8) / ratio))
    if above >= found.box[3]:
        return
    piece = drawn(name, round(ratio, 4), inks, flip, above).copy()
    height, width = piece.shape[:2]
    left = round(scene.x(u) - width / 2)
    top = 0 if row.top else round(base - height)
    edge(
        piece,
        colours.key,
        side=stage.side,
        strength=0.45 * colours.rim * (1 - air),
        width=max(1, round(1.5 * scene.unit)),
    )
    unit = scene.unit * (0.4 + z)
    if not row.up and not row.top:
        _contact(canvas, stage, (left + width / 2, scene.y(z)), width, z)
    reach = 3 if row.up else 7
    drop(
        canvas,
        piece,
        left,
        top,
        colour=colours.shade,
        offset=(-stage.side * reach * unit, 0.7 * reach * unit * bool(row.up or row.top)),
        blur=(4 + reach) * unit,
        depth=0.34 * (1 - air),
    )
    if found.cone and (colours.lamps or stage.box):
        x, y, wide = found.cone
        at = (x - found.box[0]) * ratio, (y - found.box[1] - above) * ratio
        lamp = (left + (width - at[0] if flip else at[0]), top + at[1])
        aim = lamp[0] + ((scene.width / 2 - lamp[0]) * 0.2 if row.top else 0.0)
        _cone(stage, canvas, lamp, (aim, scene.y(0.9 if row.top else z)), wide * ratio)
    if colours.lamps:
        for x, y, wide in found.lamps:
            at = (x - found.box[0]) * ratio, (y - found.box[1] - above) * ratio
            at = (width - at[0] if flip else at[0], at[1])
            shine(canvas, (left + at[0], top + at[1]), wide * ratio, colours.key, 0.55 * (1 - 0.6 * air))


def _cone(stage: Stage, canvas: Pixels, lamp: tuple[float, float], foot: tuple[float, float], wide: float) -> None:
    """The cone of a lamp in the air, and its pool on the ground."""
    key, unit = stage.palette.key, stage.view.unit
    size, (x, y) = 9 * unit, foot
    beam(
        canvas,
        [(lamp[0] - size, lamp[1]), (lamp[0] + size, lamp[1]), (x + wide, y), (x - wide, y)],
        key,
        0.15,
        9 * unit,
        fade=0.3,
    )
    ring = [(x + wide * cos(angle * pi / 12), y + 0.2 * wide * sin(angle * pi / 12)) for angle in range(24)]
    beam(canvas, ring, key, 0.24, 6 * unit)


def _near(canvas: Pixels, scene: View, cut_from: tuple[str, float, Hues, bool], foot: tuple[float, float]) -> None:
    """Stand a part before the figures, clear of where they stand; it will be out of focus: a quarter size will do."""
    name, ratio, inks, flip = cut_from
    small = drawn(name, round(ratio * _NEAR[scene.frame.aspect] / 4, 4), inks, flip)
    piece = cv2.resize(small, (small.shape[1] * 4, small.shape[0] * 4))
    middle, clear = scene.width / 2, _CLEAR[scene.frame.aspect] * scene.frame.width / 2 + piece.shape[1] / 2
    x = max(foot[0], middle + clear) if foot[0] > middle else min(foot[0], middle - clear)
    stack(canvas, piece, round(x - piece.shape[1] / 2), round(foot[1] - piece.shape[0]))


def _contact(canvas: Pixels, stage: Stage, foot: tuple[float, float], width: int, z: float) -> None:
    """The dark soft touch between a thing and the ground, stretched away from the light."""
    tall = max(3, round(16 * z * stage.view.unit))
    size = (round(width * 1.16), 2 * tall)
    small = sheet(48, 16)
    shade = tuple(int(value) for value in (*_bgr_of(stage.palette.shade, 0.6), 153))
    cv2.ellipse(small, (24, 8), (17, 4), 0, 0, 360, shade, -1, cv2.LINE_AA)
    spread = cv2.resize(cv2.GaussianBlur(small, (0, 0), 2.0), size)
    stack(canvas, spread, round(foot[0] - size[0] / 2 - stage.side * 0.05 * width), round(foot[1] - tall * 1.1))


def _bgr_of(colour: str, share: float) -> tuple[float, float, float]:
    return int(colour[5:7], 16) * share, int(colour[3:5], 16) * share, int(colour[1:3], 16) * share


def _sheet_of(z: float, row: Thing, *, indoors: bool) -> Sheet:
    if z > 1.12:
        return Sheet.FRONT
    if indoors:
        return Sheet.FAR if row.up or row.top else Sheet.GROUND
    return Sheet.FAR if z < 0.3 else Sheet.MIDDLE if z < 0.66 else Sheet.GROUND


def _assigned(stage: Stage, names: tuple[str, ...]) -> list[tuple[Spot, str]]:
    """The script's props on free spots of their kind; a prop without a part or a spot is left out."""
    free, placed = list(stage.plan.spots), []
    for name in names:
        found = part(name)
        fits = [s for s in free if found and s.stand == found.stand and stage.view.choose(s.u) is not None]
        if fits:
            free.remove(fits[0])
            placed.append((fits[0], name))
    return placed


def _rest(stage: Stage, spot: Spot, name: str) -> None:
    u, z = stage.view.choose(spot.u), spot.z or (stage.box.back if stage.box else 0.9)
    if u is None:
        return
    up = spot.up
    holder = part(spot.support) if spot.support else None
    if holder is not None:
        _put(stage, Thing(part=spot.support, u=spot.u, z=z), spot.support, u, z)
        up = holder.box[3] / CM - 1
    size = 1.35 if spot.stand is Stand.TABLE else 1.0
    _put(
        stage,
        Thing(
            part=name,
            u=spot.u,
            z=z,
            up=up,
            size=size,
            sheet=Sheet.GROUND if not stage.box or spot.stand is not Stand.WALL else None,
        ),
        name,
        u,
        z,
    )


def _finished(stage: Stage, setting: Setting) -> Set:
    scene, colours = stage.view, stage.palette
    order = [which for which in Sheet if which in stage.layers]
    depths = _INDOOR_DEPTHS if stage.box else _DEPTHS
    _relight(stage)
    if Sheet.FRONT in stage.layers:
        stage.layers[Sheet.FRONT] = soften(stage.layers[Sheet.FRONT], 6 * scene.unit)
    layers = tuple(Layer(stage.layers[which], depths[which]) for which in order)
    front = order.index(Sheet.FRONT) if Sheet.FRONT in order else len(order)
    side = 0 if not stage.box and colours.sun.kind.value == "sun" and colours.sun.height < 0.2 else stage.side
    return Set(
        layers=layers,
        front=front,
        margin=scene.margin,
        floor=scene.floor,
        horizon=scene.horizon,
        figure=scene.figure,
        light=colours.light(side),
        spots=stage.plan.figures,
    )


def _relight(stage: Stage) -> None:
    """One light over everything: each layer is brighter towards the light and leans to the shade away from it."""
    scene, colours = stage.view, stage.palette
    size = (scene.width, scene.height)
    if stage.box is None:
        centre = sun_at(scene, colours)
        centre = (centre[0], scene.horizon)
    else:
        centre = (scene.x(-0.35), scene.horizon + 0.1 * scene.frame.height)
    for which, gain in ((Sheet.MIDDLE, 0.9), (Sheet.GROUND, 0.84)):
        if which in stage.layers:
            reach = (scene.frame.width * 0.75, scene.frame.height * 0.9)
            tint(stage.layers[which], pool(size, centre, reach, colours.key, colours.shade, (1.1, gain)))
