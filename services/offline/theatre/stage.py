"""A shot played frame by frame: the set, the figures on their marks, the camera. Planes come out, not a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil, floor

import cv2
import numpy as np

from services.offline.theatre.acting import Actor, Instant, troupe
from services.offline.theatre.air import opening_of, vignette
from services.offline.theatre.camera import Camera, Path, seen
from services.offline.theatre.composition import compose, spare
from services.offline.theatre.eyeline import outside
from services.offline.theatre.mark import Mark
from services.offline.theatre.memory import trim
from services.offline.theatre.planes import Planes, cut_sheet, to_bgr
from services.offline.theatre.pose import Light, Piece
from services.offline.theatre.puppet_kept import Kept
from services.offline.theatre.scenery import Flat, behind, dress, opening, show
from services.offline.theatre.set_dressing import away
from services.offline.theatre.sprite import Pixels
from services.offline.theatre.thing import draw_thing, has_thing
from services.offline.theatre.timeline import blinks, speeches
from services.offline.theatre.twinkle import sparkle, twinkles
from services.offline.theatre.wings import Wings
from studio.errors import BadRequest
from studio.story.breakdown import Framing, Staging
from studio.takes.briefs import BoardBrief, ClipBrief

_TWOS = 2  # frames a pose is held, as on a real paper stage; the camera moves on every one
_FOURS = 4  # frames a star is held
_KEPT = 8  # drawn pieces kept for each figure
_NEAR = 1.3  # depth of the shoulder in the foreground


@dataclass
class Player:
    """An actor with the pieces already drawn."""

    actor: Actor
    depth: float
    drawn: Kept[Flat | None] = field(default_factory=lambda: Kept(_KEPT))


def _elsewhere(staging: Staging) -> frozenset[str]:
    """The things that are in a hand, in the picture or not, or large before the camera."""
    seen = {staging.focus} if staging.framing is Framing.INSERT else set()
    return frozenset({*seen, *staging.taken, *(figure.prop for figure in staging.figures)} - {""})


class Stage:
    """One shot ready to be played."""

    def __init__(self, brief: ClipBrief, seed: int, wings: Wings) -> None:
        """Compose the shot and prepare what does not move."""
        trim()
        board = brief.board
        self.frame, self.frames = board.frame, brief.frames
        self._wings, self._cast = wings, board.cast
        unknown = [one.character for one in board.staging.figures if one.character not in board.cast]
        if unknown:
            raise BadRequest(f"{unknown[0]} is in the shot but not in its cast", field="cast")
        self.place = wings.place(away(board.setting, _elsewhere(board.staging)), board.frame, 0)
        bodies = {ident: wings.body(dna) for ident, dna in board.cast.items()}
        prop = has_thing(board.staging.focus)
        self.composition = compose(board.staging, board.frame, self.place, bodies, prop=prop)
        room = spare(self.composition, self.place)
        self.path = Path(board.staging.move, brief.frames, board.frame, self.composition.focus, room, seed)
        self._scenery = dress(self.place, self.composition, self.path)
        self._thing = self._draw_thing(board)
        length = brief.frames / board.frame.fps
        said = speeches(brief)
        names = [mark.figure.character for mark in self.composition.marks]
        actors = troupe(
            self.composition.marks,
            said,
            blinks(names, length, seed),
            length=length,
            width=float(board.frame.width),
            sides={name: outside(name, board.staging, bodies) for name in names},
            colours=dict(board.colours),
            seed=seed,
        )
        self.players = [Player(actor, _NEAR if actor.mark.back else 1.0) for actor in actors]
        self._air = wings.air(board.setting, board.frame)
        self._opening = opening_of(opening(self.place, self.composition)) if self._air.beyond else None
        self._stars = twinkles(self.place, self.composition)
        self._vignette = vignette((board.frame.width, board.frame.height))
        self._rest: Planes | None = None
        self._canvas: Pixels = np.zeros((2, 2, 4), np.uint8)
        self._last: tuple[object, Planes] | None = None
        trim()

    def play(self, index: int) -> Planes:
        """The picture of a frame, counted from 0; it is not to be changed."""
        camera = self.path.at(index)
        held = index - index % _TWOS
        # Under a moving camera every other figure changes on the frames between, which spreads the work. Under a
        # still one all change together, weather too, so that every second picture is the one before.
        moments = [
            held if self.path.still or not order % 2 else max(index - (index + 1) % _TWOS, 0)
            for order in range(len(self.players))
        ]
        instants = tuple(
            player.actor.at(frame / self.frame.fps) for player, frame in zip(self.players, moments, strict=True)
        )
        blown = 0 if self._air.still else held if self.path.still else index
        twinkling = index - index % _FOURS if self._stars else 0
        key = camera, instants, blown, twinkling
        if self._last and self._last[0] == key:
            return self._last[1]
        picture, seconds = self._behind(camera), blown / self.frame.fps
        if self._stars:
            eye = seen(camera, self._scenery.back.depth)
            sparkle(picture, self._stars, twinkling / self.frame.fps, eye, self.path.about)
        if self._opening:
            self._air.pass_by(picture, seconds, self._opening)
        self._air.blow_behind(picture, seconds, whole=not self.composition.near)
        for player, instant in zip(self.players, instants, strict=True):
            for flat in self._figure(player, instant):
                show(picture, flat, camera, self.path.about)
        show(picture, self._thing, camera, self.path.about)
        show(picture, self._scenery.front, camera, self.path.about)
        if self.composition.near:
            self._air.blow_before(picture, seconds, self._faces(instants, camera))
        self._air.flash(picture, seconds)
        self._vignette.darken(picture, index // _TWOS)
        self._last = key, picture
        return picture

    def picture(self, index: int) -> Pixels:
        """The picture of a frame as BGR."""
        return to_bgr(self.play(index))

    def _faces(self, instants: tuple[Instant, ...], camera: Camera) -> list[tuple[int, int, int, int]]:
        """Where the faces are in the picture, in even pixels; those that leave it are left out."""
        found = []
        for player, instant in zip(self.players, instants, strict=True):
            head = player.actor.mark.body.head * player.actor.mark.height * camera.zoom
            x = (instant.feet[0] - self.path.about[0]) * camera.zoom + self.path.about[0] + camera.x
            y = (player.actor.mark.eyes - self.path.about[1]) * camera.zoom + self.path.about[1] + camera.y
            box = (x - 0.7 * head, y - 0.6 * head, x + 0.7 * head, y + 0.8 * head)
            left, top, right, bottom = (2 * round(edge / 2) for edge in box)
            if left >= 0 and top >= 0 and right <= self.frame.width and bottom <= self.frame.height:
                found.append((left, top, right, bottom))
        return found

    def _behind(self, camera: Camera) -> Planes:
        size = self.frame.width, self.frame.height
        if camera == Camera():
            if self._rest is None:
                self._rest = behind(self._scenery, camera, self.path.about, size)
            return self._rest.copy()
        return behind(self._scenery, camera, self.path.about, size)

    def _figure(self, player: Player, instant: Instant) -> list[Flat]:
        """The figure's pieces from the back: a mouth that moves leaves the body as it was drawn."""
        if player.actor.mark.back:
            layers = [(instant.blurred(), tuple(Piece))]
        else:
            layers = [(instant.part(piece), (piece,)) for piece in Piece]
        drawn = [
            player.drawn.get((pieces, part), lambda part=part, pieces=pieces: self._draw(player, part, pieces))  # type: ignore[misc]
            for part, pieces in layers
        ]
        return [flat for flat in drawn if flat]

    def _draw(self, player: Player, instant: Instant, pieces: tuple[Piece, ...]) -> Flat | None:
        mark, scale = player.actor.mark, self.path.closest
        left, top, right, bottom = self._room(mark, instant)
        if right - left < 4 or bottom - top < 4:
            return None
        x0, y0 = 2 * floor(left * scale / 2), 2 * floor(top * scale / 2)
        width, height = 2 * ceil((right * scale - x0) / 2), 2 * ceil((bottom * scale - y0) / 2)
        # What is out of focus is drawn at half its size: nobody sees the difference, and it costs a quarter.
        share = 0.5 if mark.back else 1.0
        canvas = self._blank(int(width * share), int(height * share))
        dna, light = self._cast[mark.figure.character], self.place.light
        puppet, zoom = self._wings.puppet(dna, mark.height * scale * share, light)
        feet = (instant.feet[0] * scale - x0) * share, (instant.feet[1] * scale - y0) * share
        touched = puppet.draw(canvas, instant.pose, feet=feet, zoom=zoom, facing=instant.facing, pieces=pieces)
        if not touched:
            return None
        if mark.back:
            sigma = 0.003 * self.frame.height
            across, down = (max(edge - ceil(3 * sigma), 0) & ~1 for edge in touched[:2])
            right, bottom = (edge + ceil(3 * sigma) for edge in touched[2:])
            dark = shadowed(canvas[down:bottom, across:right], light, sigma)
            large = cv2.resize(dark, (2 * dark.shape[1], 2 * dark.shape[0]))
            sheet = cut_sheet(large, left=x0 + 2 * across, top=y0 + 2 * down)
        else:
            sheet = cut_sheet(canvas, left=x0, top=y0, within=touched)
        canvas[touched[1] : touched[3], touched[0] : touched[2]] = 0
        return Flat(sheet, player.depth, scale) if sheet else None

    def _blank(self, width: int, height: int) -> Pixels:
        """A clear canvas; whoever draws on it clears it again, which costs less than a new one."""
        if self._canvas.shape[0] < height or self._canvas.shape[1] < width:
            self._canvas = np.zeros((height, width, 4), np.uint8)
        return self._canvas[:height, :width]

    def _room(self, mark: Mark, instant: Instant) -> tuple[float, float, float, float]:
        """The part of the frame a figure can reach, with what the camera may uncover."""
        across, down = (reach * _NEAR + 6 for reach in self.path.reach)
        x, feet = instant.feet
        wide = 0.8 * mark.height  # an arm stretched out, with an umbrella in its hand
        return (
            max(x - wide, -across),
            max(feet - 1.25 * mark.height, -down),
            min(x + wide, self.frame.width + across),
            min(feet + 0.08 * mark.height, self.frame.height + down),
        )

    def _draw_thing(self, board: BoardBrief) -> Flat | None:
        if self.composition.thing is None:
            return None
        staging, own = board.staging, dict(board.colours).get(board.staging.focus, "")
        x, y, height = self.composition.thing
        scale = self.path.closest
        size = 2 * ceil(self.frame.height * scale / 2), 2 * ceil(self.frame.width * scale / 2)
        canvas = np.zeros((*size, 4), np.uint8)
        holder = next((one.character for one in staging.figures if one.prop == staging.focus), "")
        holder = holder or next((one.character for one in staging.figures), "")
        middle, dna = (x * scale, y * scale), self._cast.get(holder)
        draw_thing(canvas, staging.focus, board.setting, middle, height * scale, dna, own)
        sheet = cut_sheet(canvas)
        return Flat(sheet, 1.0, scale) if sheet else None


def shadowed(figure: Pixels, light: Light, sigma: float) -> Pixels:
    """The dark, soft back of somebody near the camera."""
    shade = [int(light.shade[start : start + 2], 16) for start in (5, 3, 1)]
    alpha = figure[:, :, 3]
    dark = cv2.convertScaleAbs(figure, alpha=0.42)
    for channel, value in enumerate(shade):
        dark[:, :, channel] = cv2.addWeighted(dark[:, :, channel], 1.0, alpha, 0.38 * value / 255, 0.0)
    dark[:, :, 3] = alpha
    return cv2.GaussianBlur(dark, (0, 0), sigma)
