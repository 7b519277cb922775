"""A painter's picture as the studio keeps it: checked, cut to the size that was asked for, a PNG.

One that came as such a PNG is kept as it came: writing it anew costs more than all the rest.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from services.media.fitting import filled
from services.media.flaws import flaw_in
from services.painters.received import plain_png
from services.prompting import board_prompt, look_prompt, plate_prompt
from studio.crew import Product
from studio.errors import Garbled, Invalid, RenderFailed, Unreadable
from studio.takes.briefs import BoardBrief, LookBrief, PlateBrief
from studio.takes.recipe import Recipe, TakeKind
from studio.takes.thumbs import jpeg

Pixels = NDArray[np.uint8]
SHEET = (1280, 720)  # a look has no frame


def wanted(recipe: Recipe) -> tuple[str, int, int]:
    """What a painter is told for a look, plate or board, and the width and height it is kept in."""
    match recipe.kind:
        case TakeKind.LOOK:
            return look_prompt(LookBrief.model_validate(recipe.brief), recipe.note), *SHEET
        case TakeKind.PLATE:
            plate = PlateBrief.model_validate(recipe.brief)
            return plate_prompt(plate, recipe.note), plate.frame.width, plate.frame.height
        case TakeKind.BOARD:
            board = BoardBrief.model_validate(recipe.brief)
            return board_prompt(board, recipe.note), board.frame.width, board.frame.height
    raise Invalid(f"a painter makes no {recipe.kind}", operation=recipe.kind)


def read(file: Path) -> Pixels:
    """The picture in a file as BGR; Unreadable when there is none."""
    picture = cv2.imread(str(file), cv2.IMREAD_COLOR)
    if picture is None:
        raise Unreadable(f"{file.name} cannot be read as a picture")
    return np.asarray(picture, np.uint8)


def write(picture: Pixels, file: Path) -> Path:
    """Write a PNG; RenderFailed when it cannot be."""
    if not cv2.imwrite(str(file), picture):
        raise RenderFailed(f"the picture {file.name} could not be written")
    return file


def png(picture: Pixels) -> bytes:
    """A picture as the bytes of a PNG."""
    return cv2.imencode(".png", picture)[1].tobytes()


def kept(
    source: Path,
    size: tuple[int, int],
    file: Path,
    *,
    vendor: str,
    request: str,
    painted: tuple[int, int] | None = None,
) -> Product:
    """A vendor's picture as a product of exactly this size; Garbled when it is none, black or of one colour.

    So it is where it was not `painted` in the size it should be; None when any will do.
    """

    def garbled(why: str, cause: object = None) -> Garbled:
        return Garbled(f"{vendor}'s picture {why}", vendor=vendor, operation="picture", request=request, cause=cause)

    try:
        picture = read(source)
    except Unreadable as error:
        raise garbled("cannot be read", error) from error
    if flaw := flaw_in(picture, size=painted):
        raise garbled(flaw)
    whole = filled(picture, *size)
    as_it_came = plain_png(source, size)
    if as_it_came:
        file.write_bytes(as_it_came)
    else:
        write(whole, file)
    return Product(file, {"width": size[0], "height": size[1]}, _thumbnail(whole, file))


def _thumbnail(picture: Pixels, file: Path) -> Path:
    """The thumbnail of a picture that is in this file, beside it."""
    from PIL import Image  # which the web process never needs

    small = file.with_suffix(".jpg")
    small.write_bytes(jpeg(Image.fromarray(np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8))))
    return small
