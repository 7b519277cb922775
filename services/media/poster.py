"""The poster: a board with the title in the display face."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from services.media.backdrop import cards
from services.media.lettering import Hand, Pixels, balanced, lines
from services.media.whole import whole
from studio.errors import RenderFailed, Unreadable

_LETTERS = 16
_BELOW = 0.18  # of the height, where a player has its controls


def poster(board: Path, title: str, out: Path, *, lower: Sequence[str] = ()) -> None:
    """Write the poster as JPEG, as large as the board; raises Unreadable naming a board that is no picture."""
    found = cv2.imread(str(board), cv2.IMREAD_COLOR)
    if found is None:
        raise Unreadable(f"{board.name} cannot be read as a picture")
    picture = np.asarray(cv2.cvtColor(found, cv2.COLOR_BGR2RGB), np.float32)
    height, width = picture.shape[:2]
    # The lower half goes dark, so that the title can be read on anything.
    fall = np.clip((np.arange(height) / height - 0.4) / 0.5, 0, 1) ** 1.3
    picture *= (1 - 0.78 * fall)[:, None, None]
    short = min(width, height)
    rows = lines(balanced(title, _LETTERS), Hand(short * 0.15, int(width * 0.86), cards().paper, display=True))
    rows += lines(lower, Hand(short * 0.04, int(width * 0.86), cards().paper))
    top = height - round(height * _BELOW) - sum(row.shape[0] for row in rows)
    for row in rows:
        _lay(picture, row, (width - row.shape[1]) // 2, max(0, top))
        top += row.shape[0]
    ok, data = cv2.imencode(".jpg", picture[..., ::-1].astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 88])
    if not ok:
        raise RenderFailed(f"{out.name} could not be encoded")
    with whole(out) as fresh:
        fresh.write_bytes(data.tobytes())


def _lay(picture: np.ndarray, row: Pixels, left: int, top: int) -> None:
    part = picture[top : top + row.shape[0], left : left + row.shape[1]]
    row = row[: part.shape[0], : part.shape[1]]
    alpha = row[..., 3:].astype(np.float32) / 255
    part += (row[..., :3] - part) * alpha
