"""What is done out of doors needs no floor, ceiling or door: parts of a room stay in rooms."""

from __future__ import annotations

import re

import pytest

from services.offline.writer.engine import TemplateWriter
from studio.crew import Pitch
from studio.story.screenplay import Kind, Screenplay

PITCHES = (
    "A sailor and a fisherman argue on a beach.",
    "Two hikers get lost in a forest.",
    "A cowboy waits in the desert for an outlaw.",
    "A gardener finds a letter in a park.",
    "A captain must save her goat at sea.",
    "A monk steals a bell on a mountain.",
    "A teacher learns to dance by a river.",
    "A pilot hides a fugitive on an island.",
    "A boy sells his lighthouse on a headland.",
    "An old actor gets a last chance on a rooftop.",
)
SEEDS = 6
INDOORS = re.compile(
    r"(?i)\b(the floor|ceiling|armchair|sofa|rug|carpet|wallpaper|desk|drawer|cupboard|wardrobe|sink|switch|upstairs"
    r"|(?:open|opens|at|to|through) (?:the|a) (?:same )?window|(?:his|her|their) chair|the table|the shelf"
    r"|(?:at|to|by|under|behind|shuts|opens) the door|in the door|the (?:empty )?room|(?:on|to|against) the wall)\b"
)


def outdoors(play: Screenplay) -> list[str]:
    """The action lines under headings that say EXT."""
    found: list[str] = []
    outside = False
    for one in play.elements:
        if one.kind == Kind.HEADING:
            outside = one.text.startswith("EXT.")
        elif one.kind == Kind.ACTION and outside:
            found.append(one.text)
    return found


@pytest.mark.parametrize("pitch", PITCHES)
def test_nothing_of_a_room_is_out_of_doors(pitch: str) -> None:
    lines = [line for seed in range(SEEDS) for line in outdoors(TemplateWriter().write(Pitch(pitch, 75, seed)))]
    assert len(lines) > SEEDS
    assert [line for line in lines if INDOORS.search(line)] == []
