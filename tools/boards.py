"""Draw README's sheet of boards, docs/pictures/boards.jpg, from tools/boards.fountain; no shot is staged by hand.

`python -m tools.boards` breaks the screenplay down, paints the chosen shots as a draft would, and lays them out.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from services.offline.theatre.painter import telling
from services.offline.theatre.sprite import Pixels
from services.offline.theatre.stage import Stage
from services.offline.theatre.wings import paper_wings
from studio.production.briefing import board
from studio.production.film import Choices, Film
from studio.story.breakdown import Breakdown
from studio.story.breaking import break_down
from studio.story.fountain import read_fountain
from studio.takes.briefs import ClipBrief

SCRIPT = Path(__file__).with_name("boards.fountain")
SHEET = Path(__file__).parents[1] / "docs" / "pictures" / "boards.jpg"
SHOTS = ("1C", "1D", "2A", "2D", "3A", "3D", "4A", "4D", "5A", "5B", "6C", "7C")  # as on their slates
_ACROSS, _WIDE, _HIGH, _GAP = 4, 468, 263, 8
_DARK = (30, 23, 20)
_QUALITY = 88


def main() -> None:
    """Write the sheet."""
    sheet = laid_out(painted(SHOTS))
    SHEET.parent.mkdir(parents=True, exist_ok=True)
    if not cv2.imwrite(str(SHEET), sheet, (cv2.IMWRITE_JPEG_QUALITY, _QUALITY)):
        raise SystemExit(f"{SHEET} could not be written")
    print(f"{SHEET}: {sheet.shape[1]}x{sheet.shape[0]}")


def told() -> Breakdown:
    """The breakdown of the sheet's screenplay."""
    return break_down(read_fountain(SCRIPT.read_text("utf-8")), seed=0)


def painted(numbers: tuple[str, ...]) -> list[Pixels]:
    """The boards of these shots; SystemExit names the shots there are when one is not among them."""
    breakdown = told()
    film = Film(breakdown=breakdown, choices=Choices(), title=breakdown.title, author="", seed=0)
    shots = {shot.number: (scene, shot) for scene in breakdown.scenes for shot in scene.shots}
    if not set(numbers) <= set(shots):
        raise SystemExit(f"the shots of {SCRIPT.name} are {', '.join(shots)}")
    wings, pictures = paper_wings(), []
    for number in numbers:
        brief = board(film, *shots[number], {})
        stage = Stage(ClipBrief(board=brief, frames=3 * brief.frame.fps), film.seed, wings)
        pictures.append(stage.picture(telling(brief)).copy())
    return pictures


def laid_out(pictures: list[Pixels]) -> Pixels:
    """The pictures in rows on a dark sheet."""
    rows = -(-len(pictures) // _ACROSS)
    size = (rows * (_HIGH + _GAP) + _GAP, _ACROSS * (_WIDE + _GAP) + _GAP, 3)
    sheet = np.full(size, _DARK, np.uint8)
    for at, picture in enumerate(pictures):
        top, left = (_GAP + (_HIGH + _GAP) * (at // _ACROSS), _GAP + (_WIDE + _GAP) * (at % _ACROSS))
        small = cv2.resize(picture, (_WIDE, _HIGH), interpolation=cv2.INTER_AREA)
        sheet[top : top + _HIGH, left : left + _WIDE] = small
    return sheet


if __name__ == "__main__":
    main()
