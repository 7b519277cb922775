"""Build the set of a setting: a stack of paper layers composed for the frame, the same for the same seed."""

from __future__ import annotations

from random import Random

import cv2
import numpy as np

from services.offline.theatre import set_floor, set_walls
from services.offline.theatre.ground import crest, strip
from services.offline.theatre.kits import Room, Shape, Sheet, Stand, Strip, Texture, kit_plan
from services.offline.theatre.kits import View as Outlook
from services.offline.theatre.layer import Layer, Set
from services.offline.theatre.moods import Palette, luminance, palette, scale, under_water
from services.offline.theatre.props import drawn, hues, part
from services.offline.theatre.set_dressing import assigned, dress, rest
from services.offline.theatre.set_paper import beam, bgr, drop, edge, pool, shine, soften, stack, tint
from services.offline.theatre.set_stage import Stage, paper
from services.offline.theatre.set_view import CM, view
from services.offline.theatre.sky import sky, stars, sun_at
from services.offline.theatre.sprite import Pixels
from studio.story.places import Setting
from studio.takes.frame import Frame

_DEPTHS = {Sheet.SKY: 0.0, Sheet.FAR: 0.3, Sheet.MIDDLE: 0.62, Sheet.GROUND: 1.0, Sheet.FRONT: 1.5}
_INDOOR_DEPTHS = {Sheet.SKY: 0.15, Sheet.FAR: 0.72, Sheet.GROUND: 1.0, Sheet.HUNG: 1.0, Sheet.FRONT: 1.5}
_TWINKLING = 24  # stars of a set that twinkle
_GLOW = 0.008  # of the frame's height that the light of a star reaches
_PASSES = 0.05  # of the frame's width that paper one deeper goes at the most as the camera moves
_SAME = 24  # levels a star's pixel may differ from the star: more, and a cloud or the moon lies over it


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
    placed = assigned(stage, setting.place.props)
    dress(stage, tuple(spot for spot, _ in placed if spot.stand is Stand.WALL))
    for spot, name in placed:
        rest(stage, spot, name, dict(setting.place.colours).get(name, ""))
    return _finished(stage, setting)


def _outdoors(stage: Stage, setting: Setting) -> None:
    scene, colours = stage.view, stage.palette
    side = 1 if colours.sun.u > 0 else -1
    stage.side = side if not scene.mirror else -side
    _heavens(stage, scene.horizon, colours)
    if stage.plan.under:
        _rays(stage)
    for row in stage.plan.strips:
        colour = paper(stage, row.colour, row.tone, row.haze)
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


def _heavens(stage: Stage, horizon: float, colours: Palette) -> None:
    """Paint the sky, or the deep, and remember its stars."""
    seed = stage.draw.random()
    stage.layers[Sheet.SKY] = sky(stage.view, colours, Random(seed), level=horizon)
    stage.stars = stars(stage.view, colours, Random(seed), horizon)


def _rays(stage: Stage) -> None:
    """Light that falls from the surface through the water."""
    scene, draw = stage.view, Random(stage.draw.random())
    for index in range(5):
        x = scene.x(-0.7 + 0.35 * index + 0.2 * draw.random())
        wide, lean = scene.frame.width * (0.03 + 0.05 * draw.random()), scene.frame.width * 0.16 * -stage.side
        shaft = [(x, -20), (x + wide, -20), (x + lean + 2.6 * wide, scene.floor), (x + lean, scene.floor)]
        beam(stage.layers[Sheet.SKY], shaft, stage.palette.sky[0], 0.16, 10 * scene.unit, fade=0.0)


def _indoors(stage: Stage, room: Room) -> None:
    scene, colours = stage.view, stage.palette
    stage.box = place = set_walls.box(scene, room)
    # Among the stars there is no horizon: the sky is as dark below as above.
    level = 1.5 * scene.height if room.view is Outlook.STARS else place.foot - 95 * CM * scene.scale(place.back)
    _heavens(stage, level, under_water(colours) if room.view is Outlook.DEEP else colours)
    _outlook(stage, room)
    wall = paper(stage, room.wall_colour, 1.0, 0.0) if room.wall_colour else colours.wall[0]
    stage.layers[Sheet.FAR] = set_walls.walls(scene, colours, room, place, wall, Random(stage.draw.random()))
    ground = floor_paper(stage, room, wall)
    boards = set_floor.floor(scene, colours, room, place, ground, Random(stage.draw.random()))
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
    tint(stage.layers[Sheet.FAR], set_floor.room_light(scene, colours, heart, dim=0.62 if colours.lamps else 0.84))


def floor_paper(stage: Stage, room: Room, wall: str) -> str:
    """The floor's colour, taken down where it would melt into the wall."""
    plain = paper(stage, room.floor_colour, 1.0, 0.0)
    return scale(plain, 0.72) if abs(luminance(plain) - luminance(wall)) < 0.12 else plain


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
    piece = strip(stage.view, stage.palette, row, paper(stage, colour, 1.0, 0.45), Random(stage.draw.random()))
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
    floor = luminance(floor_paper(stage, room, stage.palette.wall[0]))
    strength = room.window.beam * (0.35 + 0.65 * stage.palette.sunshine) * (1.15 - 0.8 * floor)
    set_floor.fall_of_light(stage.on(Sheet.GROUND), scene, stage.palette, place, (left, top, right, bottom), strength)
    return left, top, right, bottom


def _finished(stage: Stage, setting: Setting) -> Set:
    scene, colours = stage.view, stage.palette
    order = [which for which in Sheet if which in stage.layers]
    depths = _INDOOR_DEPTHS if stage.box else _DEPTHS
    _relight(stage)
    if Sheet.FRONT in stage.layers:
        stage.layers[Sheet.FRONT] = soften(stage.layers[Sheet.FRONT], 6 * scene.unit)
    layers = tuple(Layer(stage.layers[which], depths[which], _hem(stage.layers, which)) for which in order)
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
        stars=_seen_stars(stage),
        seated=stage.plan.seated,
        driver=-stage.plan.driver if scene.mirror else stage.plan.driver,
    )


def _seen_stars(stage: Stage) -> tuple[tuple[float, float], ...]:
    """The largest stars that nothing floats before, nor comes before as the camera goes."""
    wide, depths = stage.view.frame.width, _INDOOR_DEPTHS if stage.box else _DEPTHS
    glow = round(stage.view.frame.height * _GLOW)
    before = [
        (layer[:, :, 3], glow + round(_PASSES * wide * (depths[which] - depths[Sheet.SKY])))
        for which, layer in stage.layers.items()
        if which is not Sheet.SKY
    ]
    painted = stage.layers[Sheet.SKY]
    found: list[tuple[float, float]] = []
    for star in sorted(stage.stars, key=lambda one: -one.size):
        x, y = round(star.x), round(star.y)
        if len(found) == _TWINKLING or not (0 <= x < painted.shape[1] and 0 <= y < painted.shape[0]):
            continue
        own = np.abs(painted[y, x, :3].astype(int) - np.array(bgr(star.tone))).max() < _SAME
        if own and not any(_around(alpha, x, y, far).any() for alpha, far in before):
            found.append((star.x, star.y))
    return tuple(found)


def _around(layer: Pixels, x: int, y: int, far: int) -> Pixels:
    """What of a layer is so far from a point at the most."""
    return layer[max(0, y - far) : y + far + 1, max(0, x - far) : x + far + 1]


def _hem(layers: dict[Sheet, Pixels], which: Sheet) -> float:
    """The y down to which things hang from the ceiling, 0 for layers that do not."""
    if which is not Sheet.HUNG:
        return 0.0
    _, top, _, tall = cv2.boundingRect(np.ascontiguousarray(layers[which][:, :, 3]))
    return float(top + tall)


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
