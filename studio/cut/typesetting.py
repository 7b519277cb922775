"""Words on a printed page, in every shipped script: wrapped to a width, shaped where the script asks for it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape

import resvg_py
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from studio.cut.fonts import Font, Piece, Script, pieces, runs, script_of, table

_FINE = 3.0  # pixels a point for words that are drawn as pictures
_AIR, _SPACE = 0.04, 0.26  # beside a piece that is drawn, and a space there, over the size
_WIDE = 0x2E7F  # from here on letters are set without spaces, and a line may end after each


@dataclass(frozen=True)
class Type:
    """How words are set on the page: size in points, colour, weight."""

    size: float
    colour: str = "#1d1d22"
    face: str = "regular"  # regular, bold or display

    def font(self, script: Script) -> Font:
        """The font for this script."""
        if script.name != "latin":
            return script
        return {"regular": table().regular, "bold": script, "display": table().display}[self.face]


class Page:
    """A canvas that writes any script; x and y in points from the lower left."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas

    def text(self, text: str, at: tuple[float, float], width: float, how: Type, *, rows: int = 99) -> float:
        """Write wrapped text downwards from `at` and give the y beneath it; the last row allowed ends with …."""
        x, y = at
        wrapped = self.wrap(text, width, how)
        if len(wrapped) > rows:
            wrapped = [*wrapped[: rows - 1], wrapped[rows - 1].rstrip() + "…"]
        for row in wrapped:
            y -= how.size * 1.3
            left = x + width - self.width(row, how) if script_of(row).rtl else x
            self._row(row, left, y, how)
        return y

    def wrap(self, text: str, width: float, how: Type) -> list[str]:
        """Break a text into rows that fit."""
        rows: list[str] = []
        for paragraph in text.split("\n"):
            row = ""
            for piece in _pieces(paragraph):
                if row.strip() and self.width((row + piece).rstrip(), how) > width:
                    rows.append(row.rstrip())
                    row = ""
                row += piece
            rows.append(row.rstrip())
        return rows

    def width(self, text: str, how: Type) -> float:
        """How wide a row is in points."""
        if _needs_shaping(text):
            words = [_drawn(word, how).width / _FINE for word in text.split()]
            return sum(words) + 0.3 * how.size * max(0, len(words) - 1)
        return sum(pdfmetrics.stringWidth(part, _registered(how.font(s)), how.size) for s, part in runs(text))

    def _row(self, text: str, x: float, y: float, how: Type) -> None:
        if _needs_shaping(text):
            drawn = _drawn(text, how)
            height = drawn.height / _FINE
            place = (x, y - height * 0.35, drawn.width / _FINE, height)
            self.canvas.drawImage(ImageReader(drawn), *place, mask="auto")
            return
        self.canvas.setFillColor(how.colour)
        for script, part in runs(text):
            font = _registered(how.font(script))
            self.canvas.setFont(font, how.size)
            self.canvas.drawString(x, y, part)
            x += pdfmetrics.stringWidth(part, font, how.size)


def _needs_shaping(text: str) -> bool:
    return any(script.shaped for script, _ in runs(text))


def _pieces(text: str) -> list[str]:
    """What a row may end after: words with their spaces, or single letters of scripts without spaces."""
    pieces: list[str] = []
    for char in text:
        ends = not pieces or (char != " " and (pieces[-1][-1] == " " or max(ord(char), ord(pieces[-1][-1])) > _WIDE))
        if ends:
            pieces.append(char)
        else:
            pieces[-1] += char
    return pieces


def load_fonts() -> None:
    """Make the fonts known that nearly every page is set in; each takes tens of milliseconds."""
    latin = script_of("A")
    for face in ("regular", "bold", "display"):
        _registered(Type(1, face=face).font(latin))


@cache
def _registered(font: Font) -> str:
    """Make a font known to the page writer once and give its name there."""
    name = font.file.removesuffix(".ttf")
    pdfmetrics.registerFont(TTFont(name, str(font.path)))
    return name


@lru_cache(maxsize=512)
def _drawn(text: str, how: Type) -> Image.Image:
    """A row as a picture: the page writer cannot join or reorder letters, resvg can."""
    alone = [_alone(piece, how) for piece in pieces(text)]
    row = Image.new("RGBA", (sum(one.width for one in alone) or 1, max((one.height for one in alone), default=1)))
    x = 0
    for one in alone:
        row.paste(one, (x, 0))
        x += one.width
    return row


def _alone(piece: Piece, how: Type) -> Image.Image:
    """One piece of a row as high as any other, with its spaces and a little air beside it."""
    size, font = how.size * _FINE, how.font(piece.script)
    width, height = int(size * (len(piece.text) + 2)), int(size * 1.8)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"><text x="{width // 2}"'
        f' y="{height * 0.65:.1f}" text-anchor="middle" font-size="{size:.1f}" fill="{how.colour}"'
        f' font-family="{font.family}" font-weight="{font.weight}">{escape(piece.text)}</text></svg>'
    )
    png = resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, font_files=[str(font.path)])
    picture = Image.open(io.BytesIO(bytes(png))).convert("RGBA")
    left, _, right, _ = picture.getchannel("A").getbbox() or (0, 0, 1, 1)
    before, after = (round((_AIR + _SPACE * spaces) * size) for spaces in (piece.before, piece.after))
    return picture.crop((left - before, 0, right + after, height))
