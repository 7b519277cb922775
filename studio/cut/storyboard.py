"""The storyboard as a PDF: a cover, then every shot with its board, slate, framing, action and lines."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from reportlab import rl_config
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from studio.cut.timeline import Timeline
from studio.cut.typesetting import Page, Type
from studio.errors import RenderFailed
from studio.story.breakdown import Breakdown, Line, Scene, Shot

_WIDTH, _HEIGHT = landscape(A4)
_MARGIN = 36.0
_COLUMNS, _ROWS, _GUTTER = 3, 2, 18.0
_PANEL = (_WIDTH - 2 * _MARGIN - (_COLUMNS - 1) * _GUTTER) / _COLUMNS
_TALL = (_HEIGHT - 2 * _MARGIN - 26 - _GUTTER) / _ROWS
_PICTURE = _TALL * 0.56
_QUIET, _INK = "#6b6b75", "#1d1d22"

rl_config.useA85 = 0  # pictures go in as they are; as text they would be larger, and slow to write


def storyboard(
    breakdown: Breakdown, boards: Mapping[str, Path], out: Path, *, timeline: Timeline | None = None, title: str = ""
) -> int:
    """Write the storyboard and give its number of pages; a shot without a board has an empty frame.

    Boards are JPEG files of the size they are printed at. Raises RenderFailed when the file cannot be written.
    """
    canvas = Canvas(str(out), pagesize=(_WIDTH, _HEIGHT), invariant=1, pageCompression=1)
    canvas.setTitle(title or breakdown.title)
    _cover(canvas, breakdown, boards, title or breakdown.title)
    pages = 1
    names = {member.id: member.name for member in breakdown.cast}
    seconds = {e.id: e.frames / timeline.fps for e in timeline.entries} if timeline else {}
    for scene in breakdown.scenes:
        for first in range(0, len(scene.shots), _COLUMNS * _ROWS):
            pages += 1
            _head(canvas, scene, pages)
            for place, shot in enumerate(scene.shots[first : first + _COLUMNS * _ROWS]):
                corner = _corner(place)
                _board(canvas, boards.get(shot.id), corner)
                _words(Page(canvas), shot, names, seconds.get(shot.id), corner)
            canvas.showPage()
    try:
        canvas.save()
    except OSError as error:
        raise RenderFailed(f"{out.name} could not be written: {error.strerror}", cause=error) from error
    return pages


def _cover(canvas: Canvas, breakdown: Breakdown, boards: Mapping[str, Path], title: str) -> None:
    page = Page(canvas)
    shown = next((boards[shot.id] for shot in breakdown.shots if shot.id in boards), None)
    if shown:
        _place(canvas, shown, (_WIDTH * 0.5, _MARGIN), (_WIDTH * 0.5 - _MARGIN, _HEIGHT - 2 * _MARGIN))
    wide = _WIDTH * 0.5 - 1.6 * _MARGIN
    y = page.text(title, (_MARGIN, _HEIGHT * 0.68), wide, Type(34, _INK, "display"), rows=4)
    y = page.text("Storyboard", (_MARGIN, y - 10), wide, Type(14, _QUIET))
    found = (("scene", breakdown.scenes), ("shot", breakdown.shots), ("line", breakdown.lines))
    counts = ", ".join(f"{len(some)} {name}{'' if len(some) == 1 else 's'}" for name, some in found)
    y = page.text(counts, (_MARGIN, y - 4), wide, Type(11, _QUIET))
    for member in breakdown.cast[:16]:
        y = page.text(member.name, (_MARGIN, y - 2), wide, Type(11, _INK, "bold"), rows=1)
    canvas.showPage()


def _head(canvas: Canvas, scene: Scene, number: int) -> None:
    page = Page(canvas)
    heading = f"{scene.number}  {scene.heading}".strip()
    page.text(heading, (_MARGIN, _HEIGHT - _MARGIN + 10), _WIDTH - 2 * _MARGIN - 40, Type(12, _INK, "bold"), rows=1)
    page.text(str(number), (_WIDTH - _MARGIN - 20, _HEIGHT - _MARGIN + 10), 30, Type(9, _QUIET))


def _corner(place: int) -> tuple[float, float]:
    """The upper left corner of a panel."""
    column, row = place % _COLUMNS, place // _COLUMNS
    return _MARGIN + column * (_PANEL + _GUTTER), _HEIGHT - _MARGIN - 22 - row * (_TALL + _GUTTER)


def _board(canvas: Canvas, board: Path | None, corner: tuple[float, float]) -> None:
    x, y = corner
    canvas.setFillColor("#ececf0")
    canvas.rect(x, y - _PICTURE, _PANEL, _PICTURE, stroke=0, fill=1)
    if board:
        _place(canvas, board, (x, y - _PICTURE), (_PANEL, _PICTURE))


class _Jpeg(ImageReader):
    """A JPEG that is told from others by its bytes, not by its pixels, which nothing here needs unpacked."""

    _dataA = None  # noqa: N815  reportlab's name: no transparency

    def getRGBData(self) -> bytes:  # noqa: N802  reportlab's name
        """The file as it is."""
        return bytes(self.fp.getvalue())


def _place(canvas: Canvas, board: Path, corner: tuple[float, float], room: tuple[float, float]) -> None:
    """Draw a picture as large as the room allows, in its middle."""
    picture = _Jpeg(str(board))
    wide, high = picture.getSize()
    scale = min(room[0] / wide, room[1] / high)
    width, height = wide * scale, high * scale
    left, low = corner[0] + (room[0] - width) / 2, corner[1] + (room[1] - height) / 2
    canvas.drawImage(picture, left, low, width, height)


def _words(
    page: Page, shot: Shot, names: Mapping[str, str], seconds: float | None, corner: tuple[float, float]
) -> None:
    x, y = corner
    staging = shot.staging
    length = f", {seconds:.1f} s" if seconds else ""
    slate = f"{shot.number}  {staging.framing.value}, {staging.move.value}{length}"
    y = page.text(slate, (x, y - _PICTURE - 2), _PANEL, Type(8.5, _INK, "bold"), rows=1)
    floor = corner[1] - _TALL
    rows = max(1, min(3, int((y - floor) / 9.5) - len(shot.lines)))
    if staging.action:
        y = page.text(" ".join(staging.action.split()), (x, y), _PANEL, Type(7.5, _QUIET), rows=rows)
    for line in shot.lines:
        left = int((y - floor) / 9.75)
        if left < 1:
            break
        y = page.text(_said(line, names), (x, y), _PANEL, Type(7.5), rows=min(4, left))


def _said(line: Line, names: Mapping[str, str]) -> str:
    manner = f" ({line.manner})" if line.manner else ""
    return f"{names.get(line.character, line.character)}{manner}: {' '.join(line.text.split())}"
