"""A character's sheet on a paper card: the figure from three sides, three faces, and the colours they are cut from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

import cv2
import numpy as np
import resvg_py

from services.offline.theatre.moods import mix, turn
from services.offline.theatre.pose import Light, Pose
from services.offline.theatre.sprite import Pixels
from services.offline.theatre.wings import Wings
from studio.errors import RenderFailed
from studio.story.breakdown import Emotion, Gesture
from studio.story.cast import DNA, Manner
from studio.takes.briefs import LookBrief, Mouth

_DATA = Path(__file__).parents[3] / "data"
CARD = _DATA / "paper" / "cards" / "look.svg"
_LIGHT = Light(side=1, rim=0.25)
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
    puppet, zoom = wings.puppet(dna, tall, _LIGHT)
    for pose, x in zip(_SIDES, card.figures, strict=True):
        puppet.draw(canvas, pose, feet=(x, card.floor), zoom=zoom)
    height = card.face / body.head
    puppet, zoom = wings.puppet(dna, height, _LIGHT)
    for index, (emotion, x) in enumerate(zip(_FACES[dna.manner], card.faces, strict=True)):
        pose = Pose(emotion=emotion, turn=(0.35, 0.0, 0.35)[index], mouth=Mouth.REST, gaze=(0.1, 0.0))
        disc = canvas.copy()
        feet = x, card.eyes + height * body.eyes
        puppet.draw(disc, pose, feet=feet, zoom=zoom, facing=-1 if index == 2 else 1)
        _through(canvas, disc, (round(x), round(card.disc[0])), round(card.disc[1]))
    return canvas


def _through(canvas: Pixels, drawn: Pixels, centre: tuple[int, int], radius: int) -> None:
    """Show `drawn` on the canvas where it is above the middle of a disc, or within it."""
    mask = np.zeros(canvas.shape[:2], np.uint8)
    cv2.circle(mask, centre, radius, 255, -1, cv2.LINE_AA)
    wide = round(1.15 * radius)
    cv2.rectangle(mask, (centre[0] - wide, 0), (centre[0] + wide, centre[1]), 255, -1)
    share = cv2.merge([mask] * 3).astype(np.uint16)
    np.copyto(canvas, ((drawn * share + canvas * (255 - share) + 127) // 255).astype(np.uint8))


def _ground(svg: str, brief: LookBrief) -> Pixels:
    dna: DNA = brief.dna
    words = {
        "skin": dna.skin,
        "hair": dna.hair_colour,
        "eyes": dna.eyes,
        "cloth": dna.cloth,
        "trim": dna.trim,
        "tone": mix(turn(dna.cloth, 180), "#8d939c", 0.55),  # a ground the cloth stands out from
        "name": escape(brief.name),
        "size": str(min(72, round(1000 / max(len(brief.name), 1)))),
    }
    filled = re.sub(r"\{(\w+)\}", lambda match: words[match[1]], svg)
    files, folders = _fonts(brief.name)
    png = resvg_py.svg_to_bytes(svg_string=filled, skip_system_fonts=True, font_files=files, font_dirs=folders)
    picture = cv2.imdecode(np.frombuffer(bytes(png), np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise RenderFailed("the card of a look could not be drawn")
    return picture


def _fonts(name: str) -> tuple[list[str], list[str]]:
    """Files and folders of fonts: the display face alone for a Latin name, else all that are shipped (slow)."""
    folder = _DATA / "fonts"
    if all(ord(letter) < 0x250 or 0x2010 <= ord(letter) <= 0x2027 for letter in name):
        return [str(folder / "Vollkorn-Black.ttf")], []
    return [], [str(folder)]
