"""A character's sheet on a paper card: the figure from three sides, three faces, and the colours they are cut from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

import cv2
import numpy as np

from services.offline.theatre.moods import mix, turn
from services.offline.theatre.pose import Light, Pose
from services.offline.theatre.set_paper import drop
from services.offline.theatre.sprite import Pixels, rasterise
from services.offline.theatre.wings import Wings
from studio.errors import RenderFailed
from studio.story.breakdown import Emotion, Gesture
from studio.story.cast import DNA, Manner
from studio.takes.briefs import LookBrief, Mouth

_DATA = Path(__file__).parents[3] / "data"
CARD = _DATA / "paper" / "cards" / "look.svg"
_LIGHT = Light(side=1, rim=0.25)
_SHEET = "#efe5cf"  # the paper of the card
_SIDES = (
    Pose(turn=0.0, gaze=(0.0, 0.0)),
    Pose(turn=0.5, gaze=(0.3, 0.0), gesture=Gesture.HIPS),
    Pose(turn=0.4, back=True),
)
_FACES = {
    Manner.TERSE: (Emotion.CALM, Emotion.ANGER, Emotion.DOUBT),
    Manner.FLORID: (Emotion.JOY, Emotion.SURPRISE, Emotion.SORROW),
    Manner.ANXIOUS: (Emotion.FEAR, Emotion.DOUBT, Emotion.TENDERNESS),
    Manner.DRY: (Emotion.DOUBT, Emotion.CALM, Emotion.JOY),
    Manner.WARM: (Emotion.JOY, Emotion.TENDERNESS, Emotion.SORROW),
}


@dataclass(frozen=True)
class Card:
    """The card's drawing and where things go on it, in its own pixels."""

    svg: str
    figures: tuple[float, ...]
    floor: float
    size: float  # of an average adult
    faces: tuple[float, ...]
    eyes: float
    face: float  # chin to crown
    disc: tuple[float, ...]  # behind each face: its middle's y and its radius


@cache
def _card() -> Card:
    svg = CARD.read_text("utf-8")

    def numbers(name: str) -> tuple[float, ...]:
        found = re.search(rf'data-{name}="([^"]+)"', svg)
        if found is None:
            raise RenderFailed(f"the card {CARD.name} does not say where its {name} go")
        return tuple(float(word) for word in found[1].split())

    return Card(
        svg,
        numbers("figures"),
        numbers("floor")[0],
        numbers("size")[0],
        numbers("faces"),
        numbers("eyes")[0],
        numbers("face")[0],
        numbers("disc"),
    )


def look_sheet(brief: LookBrief, wings: Wings) -> Pixels:
    """Draw the sheet as BGR."""
    card, dna = _card(), brief.dna
    canvas = _ground(card.svg, brief)
    body = wings.body(dna)
    # A giant or a tall hat still fits the card; everybody else keeps their height against the lines.
    tall = min(card.size * body.stature, 1.1 * card.size / body.top)
    height = card.face / body.head
    # One puppet, as large as its largest drawing, serves both the figures and the faces.
    puppet, zoom = wings.puppet(dna, max(tall, height), _LIGHT)
    zoom /= max(tall, height)
    for pose, x in zip(_SIDES, card.figures, strict=True):
        puppet.draw(canvas, pose, feet=(x, card.floor), zoom=zoom * tall)
    for index, (emotion, x) in enumerate(zip(_FACES[dna.manner], card.faces, strict=True)):
        pose = Pose(emotion=emotion, turn=(0.35, 0.0, 0.35)[index], mouth=Mouth.REST, gaze=(0.1, 0.0))
        window = _window(canvas, (round(x), round(card.disc[0])), round(card.disc[1]))
        drawn = window.pixels.copy()
        feet = window.centre[0] + x - round(x), window.centre[1] + card.eyes + height * body.eyes - round(card.disc[0])
        puppet.draw(drawn, pose, feet=feet, zoom=zoom * height, facing=-1 if index == 2 else 1)
        _through(window, drawn, round(card.disc[1]))
    return canvas


@dataclass(frozen=True)
class Window:
    """The part of the card around a disc, and the disc's middle in it."""

    pixels: Pixels
    centre: tuple[int, int]


def _window(canvas: Pixels, centre: tuple[int, int], radius: int) -> Window:
    wide = round(1.2 * radius)
    left, top = max(centre[0] - wide, 0), max(centre[1] - 3 * radius, 0)
    return Window(canvas[top : centre[1] + wide, left : centre[0] + wide], (centre[0] - left, centre[1] - top))


def _through(window: Window, drawn: Pixels, radius: int) -> None:
    """Show `drawn` in the window where it is above the middle of the disc, or within it."""
    mask = np.zeros(drawn.shape[:2], np.uint8)
    (x, y), wide = window.centre, round(1.15 * radius)
    cv2.circle(mask, (x, y), radius, 255, -1, cv2.LINE_AA)
    cv2.rectangle(mask, (x - wide, 0), (x + wide, y), 255, -1)
    share = cv2.merge([mask] * 3).astype(np.uint16)
    np.copyto(window.pixels, ((drawn * share + window.pixels * (255 - share) + 127) // 255).astype(np.uint8))


def _ground(svg: str, brief: LookBrief) -> Pixels:
    dna: DNA = brief.dna
    tone = mix(turn(dna.cloth, 180), "#8d939c", 0.55)  # a ground the cloth stands out from
    words = {
        "skin": dna.skin,
        "hair": dna.hair_colour,
        "eyes": dna.eyes,
        "cloth": dna.cloth,
        "trim": dna.trim,
        "tone": tone,
        "wall": mix(_SHEET, tone, 0.42),
        "name": escape(brief.name),
        "size": str(min(72, round(1000 / max(len(brief.name), 1)))),
    }
    fonts, folders = _fonts(brief.name)
    filled = re.sub(r"\{(\w+)\}", lambda match: words[match[1]], svg)
    paper = rasterise(filled, fonts=fonts, folders=folders)
    canvas: Pixels = np.empty_like(paper)
    canvas[:] = (*(int(_SHEET[at : at + 2], 16) for at in (5, 3, 1)), 255)
    drop(canvas, paper, colour="#3a2c18", offset=(0, 6), blur=6, depth=0.3)
    return cv2.cvtColor(canvas, cv2.COLOR_BGRA2BGR)


def _fonts(name: str) -> tuple[list[str], list[str]]:
    """Files and folders of fonts: the display face alone for a Latin name, else all that are shipped (slow)."""
    folder = _DATA / "fonts"
    if all(ord(letter) < 0x250 or 0x2010 <= ord(letter) <= 0x2027 for letter in name):
        return [str(folder / "Vollkorn-Black.ttf")], []
    return [], [str(folder)]
