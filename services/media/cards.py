"""Title cards, end cards and slates: words over a picture in soft motion, composed with moviepy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from moviepy import CompositeVideoClip, ImageClip, VideoClip, vfx

from services.media.backdrop import backdrop, cards, pushed
from services.media.encoding import Raw, encode
from services.media.ffmpeg import Ffmpeg
from services.media.lettering import Hand, Pixels, balanced, lines
from services.media.planes import Planes, Sheet, sheet, to_planes
from studio.takes.briefs import CardBrief, CardKind
from studio.takes.frame import Aspect

_LETTERS = {Aspect.WIDE: 20, Aspect.TALL: 11, Aspect.SQUARE: 14}
# Letter size as a share of the frame's shorter side.
_TITLE = {CardKind.TITLE: 0.17, CardKind.END: 0.12, CardKind.SLATE: 0.09}
_LINE = 0.044
_RISE = 0.018  # of the frame's height
_FADE = 0.45  # seconds
_RISES = 0.7  # seconds a row of words rises
_LATER = 0.12  # seconds between one row and the next
_POSES = 12  # a second, as paper is animated


def card(ffmpeg: Ffmpeg, brief: CardBrief, plate: Path | None, out: Path) -> None:
    """Make a card of exactly brief.frames frames, faded in from black and out to it."""
    encode(ffmpeg, Raw(_pictures(brief, plate)), brief.frame, out, what=out.name)


def _pictures(brief: CardBrief, plate: Path | None) -> Iterator[bytes]:
    """The card's frames: the words over the backdrop the camera pushes into, as planes."""
    frame = brief.frame
    ground, rows = to_planes(backdrop(brief.mood, frame, plate)), _placed(brief)
    fade = min(round(_FADE * frame.fps), brief.frames // 4)
    for number in range(brief.frames):
        picture = pushed(ground, frame, _eased(number / brief.frames))
        for row in rows:
            row.over(picture, number * _POSES // frame.fps)
        light = min(1.0, (number + 1) / max(1, fade), (brief.frames - number) / max(1, fade))
        yield (picture if light >= 1 else picture.lit(_eased(light))).tobytes()


class _Row:
    """A row of words that rises into its place from `begin` on; moviepy composes each of its poses once."""

    def __init__(self, words: VideoClip, left: int, top: int, begin: float) -> None:
        self._words, self._left, self._top, self._begin = words, left, top, begin
        self._pose = -1
        self._sheet: Sheet | None = None

    def over(self, picture: Planes, pose: int) -> None:
        """Lay the row on a picture as it is in a pose, counted from the card's start."""
        at = pose / _POSES - self._begin
        if at < 0:
            return
        if self._sheet is None or (pose != self._pose and self._pose / _POSES - self._begin < _RISES):
            now = min(at, _RISES)
            words, alpha = self._words.get_frame(now), self._words.mask.get_frame(now)
            self._pose, self._sheet = pose, sheet(words, alpha, self._left, self._top)
        self._sheet.over(picture)


def _placed(brief: CardBrief) -> list[_Row]:
    """The rows in the middle of the frame, one after the other."""
    frame, rows = brief.frame, _rows(brief)
    last_of_title = len(rows) - len(brief.lines) - 2
    gaps = [round(min(frame.width, frame.height) * (0.035 if i >= last_of_title else 0.0)) for i in range(len(rows))]
    rise, least = round(frame.height * _RISE), brief.frames / frame.fps / 3
    tall = min(frame.height, sum(row.shape[0] for row in rows) + sum(gaps) + rise)
    top = max(0, round((frame.height - tall) / 2 - 0.05 * frame.height))
    placed: list[_Row] = []
    for i, row in enumerate(rows):
        wide, high = (-(-side // 2) * 2 for side in (row.shape[1], row.shape[0] + rise + 1))
        words = CompositeVideoClip([_risen(row, top % 2, rise, fade=min(0.5, least))], size=(wide, high))
        # Chroma has half the lines and columns: what is laid on it begins at an even one.
        placed.append(_Row(words, (frame.width - wide) // 4 * 2, top - top % 2, min(_LATER * i, least)))
        top += row.shape[0] + gaps[i]
    return placed


def _rows(brief: CardBrief) -> list[Pixels]:
    frame = brief.frame
    short, width = min(frame.width, frame.height), int(frame.width * 0.84)
    title = Hand(short * _TITLE[brief.kind], width, cards().paper, display=True)
    return [
        *lines(balanced(brief.title, _LETTERS[frame.aspect]), title),
        _rule(cards().mood[brief.mood].accent, short),
        *lines(brief.lines, Hand(short * _LINE, width, cards().paper)),
    ]


def _rule(accent: str, short: int) -> Pixels:
    bar = np.zeros((max(2, round(short * 0.008)), round(short * 0.16), 4), np.uint8)
    bar[:] = (*_rgb(accent), 255)
    return bar


def _risen(row: Pixels, top: int, rise: int, *, fade: float) -> VideoClip:
    def place(at: float) -> tuple[int, int]:
        return 0, round(top + rise * (1 - _eased(at / _RISES)))

    shown = ImageClip(row).with_duration(_RISES + 0.1).with_position(place)
    return shown.with_effects([vfx.CrossFadeIn(fade)])


def _eased(share: float) -> float:
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
