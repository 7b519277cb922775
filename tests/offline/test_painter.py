"""The paper painter keeps the Painter protocol."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from services.offline.theatre.painter import PaperPainter
from studio.crew import Order, Painter, Product
from studio.story.breakdown import Framing
from studio.story.cast import DNA
from studio.story.noun import Noun
from studio.takes.briefs import LookBrief, PlateBrief
from studio.takes.frame import Aspect
from studio.takes.recipe import Recipe, TakeKind
from studio.takes.thumbs import Thumbs
from tests.offline.doubles import box_wings
from tests.offline.shots import HARBOUR, SMALL, board, figures


def order(kind: TakeKind, brief: Noun, folder: Path) -> Order:
    folder.mkdir(exist_ok=True)
    recipe = Recipe(kind=kind, brief=brief.model_dump(mode="json"), engine="paper-painter", engine_version="1")
    return Order(recipe, {}, folder)


def painter() -> Painter:
    return PaperPainter(box_wings())


def shown(made: Product) -> np.ndarray:
    picture = cv2.imread(str(made.file))
    assert picture is not None
    assert (made.measure["width"], made.measure["height"]) == (picture.shape[1], picture.shape[0])
    return picture


@pytest.mark.parametrize("aspect", list(Aspect))
def test_a_board_has_the_size_of_its_film(tmp_path: Path, aspect: Aspect) -> None:
    brief = board(Framing.MEDIUM, figures("ann", "ben"), size=aspect)
    picture = shown(painter().board(order(TakeKind.BOARD, brief, tmp_path)))
    assert picture.shape == (brief.frame.height, brief.frame.width, 3)


def test_a_stills_thumbnail_is_the_one_its_file_would_have(tmp_path: Path) -> None:
    made = painter().board(order(TakeKind.BOARD, board(Framing.CLOSE, figures("ann")), tmp_path / "order"))
    drawn = Thumbs(tmp_path / "thumbs").of("content", lambda: made.file)
    assert made.small is not None
    assert made.small.read_bytes() == drawn.read_bytes()


def test_an_insert_shows_its_prop_large(tmp_path: Path) -> None:
    empty = board(Framing.INSERT, (), size=SMALL, focus="no-such-thing")
    pictures = [
        shown(painter().board(order(TakeKind.BOARD, brief, tmp_path / name))).astype(int)
        for name, brief in (("a", board(Framing.INSERT, (), size=SMALL, focus="key")), ("b", empty))
    ]
    middle = np.s_[30:150, 100:220]
    assert (np.abs(pictures[0][middle] - pictures[1][middle]).max(axis=2) > 25).mean() > 0.08


def test_the_same_board_is_the_same_file(tmp_path: Path) -> None:
    brief = board(Framing.CLOSE, figures("ann"), size=SMALL)
    files = [painter().board(order(TakeKind.BOARD, brief, tmp_path / name)).file.read_bytes() for name in "ab"]
    assert files[0] == files[1]


def test_a_plate_is_the_place_without_its_margins(tmp_path: Path) -> None:
    picture = shown(painter().plate(order(TakeKind.PLATE, PlateBrief(setting=HARBOUR, frame=SMALL), tmp_path)))
    assert picture.shape == (180, 320, 3)
    assert tuple(picture[0, 0]) != (255, 0, 255)
    assert (picture[170, 300] != picture[10, 300]).any()


def test_a_look_shows_the_colours_a_figure_is_cut_from(tmp_path: Path) -> None:
    brief = LookBrief(dna=DNA(cloth="#d1495b", eyes="#1f6f78"), name="Ann")
    picture = shown(painter().look(order(TakeKind.LOOK, brief, tmp_path)))
    for colour in ((0x5B, 0x49, 0xD1), (0x78, 0x6F, 0x1F)):
        assert (np.abs(picture.astype(int) - colour).max(axis=2) <= 3).sum() > 2000


def test_a_name_in_any_script_is_written_on_the_card(tmp_path: Path) -> None:
    cards = [
        shown(painter().look(order(TakeKind.LOOK, LookBrief(dna=DNA(), name=name), tmp_path / str(index))))
        for index, name in enumerate(("", "Ann", "अनु", "حنا"))
    ]
    for card in cards[1:]:
        assert (card[60:160, 940:1560] != cards[0][60:160, 940:1560]).any(axis=2).sum() > 300


def test_two_looks_differ(tmp_path: Path) -> None:
    one, other = (
        shown(painter().look(order(TakeKind.LOOK, LookBrief(dna=dna, name="Ann"), tmp_path / str(index))))
        for index, dna in enumerate((DNA(), DNA(height=0.7)))
    )
    assert (one != other).any()


def test_an_insert_shows_the_hand_of_whoever_has_the_prop(tmp_path: Path) -> None:
    briefs = [board(Framing.INSERT, people, size=SMALL, focus="key") for people in ((), figures("ann", prop="key"))]
    lying, held = (
        shown(painter().board(order(TakeKind.BOARD, brief, tmp_path / str(index)))).astype(int)
        for index, brief in enumerate(briefs)
    )
    assert (np.abs(lying - held)[120:, 140:240].max(axis=2) > 25).mean() > 0.2
