"""The kits sets are built from: data/paper/kits/*.toml, validated. Lists what stands where; draws nothing."""

from __future__ import annotations

import tomllib
from enum import StrEnum
from functools import cache
from typing import Annotated

from pydantic import Field

from services.offline.theatre.moods import PAPER
from studio.story.noun import Noun
from studio.story.places import Kit

Frames = Annotated[tuple[float, ...], Field(min_length=1, max_length=3)]  # wide, square, tall; left out where short


class Sheet(StrEnum):
    """The layers of a set from the back to the front."""

    SKY = "sky"
    FAR = "far"
    MIDDLE = "middle"
    GROUND = "ground"
    HUNG = "hung"  # lamps from the ceiling
    FRONT = "front"


class Stand(StrEnum):
    """Where a prop can be put."""

    FLOOR = "floor"
    TABLE = "table"
    WALL = "wall"
    WATER = "water"


class Shape(StrEnum):
    """How a strip of landscape is cut."""

    HILLS = "hills"
    PEAKS = "peaks"
    DUNES = "dunes"
    PINES = "pines"
    CROWNS = "crowns"
    SKYLINE = "skyline"
    SEA = "sea"
    FLAT = "flat"
    ROCKS = "rocks"


class Texture(StrEnum):
    """What lies on a strip."""

    NONE = "none"
    GRASS = "grass"
    PLANKS = "planks"
    COBBLES = "cobbles"
    SLABS = "slabs"
    SAND = "sand"
    STONES = "stones"
    RIPPLES = "ripples"
    CRATERS = "craters"


class Wall(StrEnum):
    PLAIN = "plain"
    STRIPES = "stripes"
    PANEL = "panel"
    TILES = "tiles"
    BRICK = "brick"
    PLATES = "plates"
    STONE = "stone"
    PLANKS = "planks"
    DRAPES = "drapes"
    ROCK = "rock"  # grown, not built: it has neither corner nor skirting


class FloorKind(StrEnum):
    BOARDS = "boards"
    TILES = "tiles"
    SLABS = "slabs"
    PLAIN = "plain"


class View(StrEnum):
    """What is seen through the window."""

    TOWN = "town"
    HILLS = "hills"
    SEA = "sea"
    STARS = "stars"
    DEEP = "deep"
    NONE = "none"


class Window(Noun):
    """An opening in the back wall that lets the light in: its part, and where its light falls."""

    part: str
    u: Frames
    sill: float  # centimetres above the floor
    beam: float = 1.0


class Room(Noun):
    """The box of an interior. Centimetres; `back` is the z of the back wall; `corner` the u of the side wall."""

    wall: Wall
    floor: FloorKind
    floor_colour: str = "wood"
    wall_colour: str = ""
    ceiling: float = 310
    dado: float = 0
    back: Frames = (0.56, 0.5, 0.44)
    corner: Frames = (0.8, 0.82, 0.88)
    view: View = View.TOWN
    window: Window | None = None


class Strip(Noun):
    """A sheet of landscape: from its edge at distance `z`, rising by a share of the sky, down to the bottom."""

    shape: Shape
    sheet: Sheet
    z: float = 0.0
    rise: float = 0.0
    colour: str = "ground"
    tone: float = 1.0
    haze: float = 0.0
    texture: Texture = Texture.NONE
    soft: float = 0.0


class Thing(Noun):
    """A part in the set: `u` across the frame, z its distance, `up` centimetres above the ground."""

    part: str
    u: Frames
    z: float = 0.0  # 0: at the back wall
    up: float = 0.0
    size: float = 1.0
    sheet: Sheet | None = None
    top: bool = False
    flip: bool = False
    across: bool = False  # before the figures, and over them
    jitter: float = 0.0
    chance: float = 1.0
    haze: float = 0.0
    turn: float = 0.0  # degrees of hue by which it may differ
    either: tuple[str, ...] = ()  # other parts that may stand here


class Spot(Noun):
    """Where a prop of the script may stand; `support` is the part drawn under it when it is used."""

    stand: Stand
    u: Frames
    z: float = 0.0
    up: float = 0.0
    support: str = ""


class KitPlan(Noun):
    """One kit: its room or its landscape, its things, and the free spots for props."""

    room: Room | None = None
    strips: tuple[Strip, ...] = ()
    things: tuple[Thing, ...] = ()
    spots: tuple[Spot, ...]
    under: bool = False  # at the bottom of the sea
    seated: bool = False  # nobody walks in it, and no legs are seen
    driver: int = Field(default=0, ge=-1, le=1)  # the side of whoever drives
    figures: tuple[float, ...] = (0.34, 0.66, 0.5, 0.2, 0.8)


@cache
def kit_plan(kit: Kit) -> KitPlan:
    """Read and validate the plan of a kit, once."""
    return KitPlan.model_validate(tomllib.loads((PAPER / "kits" / f"{kit.value}.toml").read_text("utf-8")))
