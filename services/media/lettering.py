"""Words set large in the shipped fonts: shaped and drawn by resvg, fitted to a width, with a paper shadow."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import cv2
import numpy as np
import resvg_py
from numpy.typing import NDArray
from PIL import Image

from studio.cut.fonts import Font, Piece, pieces, script_of, table

Pixels = NDArray[np.uint8]
_CENTRE = 0.5
# Widths of a letter over its size. Time goes with the canvas, so a likely one comes first, and then one for anything.
_LIKELY, _WIDEST = 0.55, 1.0
_AIR, _SPACE = 0.04, 0.26  # beside a piece, and a space there, over the size


@dataclass(frozen=True)
class Hand:
    """How words are set: size and width in pixels, colour, and whether in the display face."""

    size: float
    width: int
    colour: str
    display: bool = False
    shadow: bool = True


def draw(svg: str, fonts: Sequence[Font] = ()) -> Pixels:
    """Rasterise an SVG with these fonts and no other, as (h, w, 4) straight RGBA."""
    files = sorted({str(font.path) for font in fonts})
    png = resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, font_files=files)
    return np.asarray(Image.open(io.BytesIO(bytes(png))).convert("RGBA"))


def lines(texts: Sequence[str], hand: Hand) -> list[Pixels]:
    """Set lines at one size, made smaller until the widest fits; each picture is cut close to its letters."""
    drawn = [_set(text, hand, hand.size) for text in texts]
    widest = max((picture.shape[1] for picture in drawn), default=0)
    if widest > hand.width:
        smaller = hand.size * 0.98 * hand.width / widest
        drawn = [_set(text, hand, smaller) for text in texts]
    return drawn


def _set(text: str, hand: Hand, size: float) -> Pixels:
    drawn = [_alone(piece, font, hand, size) for piece, font in _fonts(text, hand)]
    letters = _cropped(np.hstack(drawn)) if drawn else _cropped(np.zeros((1, 1, 4), np.uint8))
    return _shadowed(letters, size) if hand.shadow else letters


def _alone(piece: Piece, font: Font, hand: Hand, size: float) -> Pixels:
    """One piece of a line as high as any other, with its spaces and a little air beside it."""
    edge = round(size / 2)
    drawn = draw(_svg(piece.text, font, hand, size, _LIKELY), [font])
    if drawn[:, :edge, 3].any() or drawn[:, -edge:, 3].any():
        drawn = draw(_svg(piece.text, font, hand, size, _WIDEST), [font])
    columns = np.flatnonzero(drawn[..., 3].any(axis=0))
    inked = drawn[:, columns[0] : columns[-1] + 1] if len(columns) else drawn[:, :1]
    room = [round((_AIR + _SPACE * spaces) * size) for spaces in (piece.before, piece.after)]
    return np.pad(inked, ((0, 0), (room[0], room[1]), (0, 0)))


def _shadowed(letters: Pixels, size: float) -> Pixels:
    """The letters as paper a little above what is behind: a soft dark edge, lower than they are."""
    soft, drop = max(1.0, size * 0.05), max(1, round(size * 0.05))
    pad = int(3 * soft) + drop
    wide = np.pad(letters, ((pad, pad), (pad, pad), (0, 0)))
    alpha = wide[..., 3].astype(np.float32) / 255
    dark = 0.55 * np.roll(cv2.GaussianBlur(alpha, (0, 0), soft), drop, axis=0)
    whole = alpha + dark * (1 - alpha)
    colour = wide[..., :3] * (alpha / np.maximum(whole, 1e-4))[..., None]
    return np.dstack((colour, whole * 255)).round().astype(np.uint8)


def balanced(text: str, most: int) -> list[str]:
    """Break a title into lines of about the same length, `most` letters each at most where words allow."""
    words = text.split()
    lines = max(1, -(-len(text) // most))
    rows: list[str] = []
    while words and lines > 1:
        wanted = len(" ".join(words)) / lines
        count = min(range(1, len(words) + 1), key=lambda n: abs(len(" ".join(words[:n])) - wanted))
        rows.append(" ".join(words[:count]))
        words, lines = words[count:], lines - 1
    return [*rows, " ".join(words)] if words else rows


def _svg(text: str, font: Font, hand: Hand, size: float, each: float) -> str:
    """The piece in the middle of a canvas as wide as letters of `each` times their size need, and room beside them."""
    width, height = int(size * (each * len(text) + 4)), int(size * 2.4)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<text x="{width * _CENTRE:.0f}" y="{height * 0.62:.0f}" text-anchor="middle" xml:space="preserve"'
        f' font-size="{size:.2f}" fill="{hand.colour}" font-family="{font.family}" font-weight="{font.weight}">'
        f"{escape(text)}</text></svg>"
    )


def _fonts(text: str, hand: Hand) -> list[tuple[Piece, Font]]:
    """Each piece with its font; digits and marks have the display face only where most letters around them have it."""
    showy = script_of(text).name == "latin"
    found = []
    for piece in pieces(text):
        big = piece.script.name == "latin" and (showy or any(map(str.isalpha, piece.text)))
        found.append((piece, table().display if big and hand.display else piece.script))
    return found


def _cropped(drawn: Pixels) -> Pixels:
    rows, columns = np.flatnonzero(drawn[..., 3].any(axis=1)), np.flatnonzero(drawn[..., 3].any(axis=0))
    if not len(rows):
        return np.zeros((1, 1, 4), np.uint8)
    return np.ascontiguousarray(drawn[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
