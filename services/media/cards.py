"""Title cards, end cards and slates: words over a picture in soft motion, composed with moviepy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from moviepy import CompositeVideoClip, ImageClip, VideoClip, vfx
from numpy.typing import NDArray

from services.media.backdrop import backdrop, cards, pushed
from services.media.encoding import Raw, encode
from services.media.ffmpeg import Ffmpeg
from services.media.lettering import Hand, Pixels, balanced, lines
from studio.takes.briefs import CardBrief, CardKind
from studio.takes.frame import Aspect, Frame

_LETTERS = {Aspect.WIDE: 20, Aspect.TALL: 11, Aspect.SQUARE: 14}
# Letter size as a share of the frame's shorter side.
_TITLE = {CardKind.TITLE: 0.17, CardKind.END: 0.12, CardKind.SLATE: 0.09}
_LINE = 0.044
_RISE = 0.018  # of the frame's height
_FADE = 0.45  # seconds
_SETTLED = 1.0  # seconds after which a row of words rests
_LATER = 0.12  # seconds between one row and the next


def card(ffmpeg: Ffmpeg, brief: CardBrief, plate: Path | None, out: Path) -> None:
    """Make a card of exactly brief.frames frames, faded in from black and out to it."""
    encode(ffmpeg, Raw(_pictures(brief, plate), "rgb24"), brief.frame, out, what=out.name)


def _pictures(brief: CardBrief, plate: Path | None) -> Iterator[bytes]:
    """The card's frames: the words, composed by moviepy until they rest, over the backdrop the camera pushes into."""
    frame = brief.frame
    ground, (words, top) = backdrop(brief.mood, frame, plate), _words(brief)
    fade = min(round(_FADE * frame.fps), brief.frames // 4)
    layer = None
    for number in range(brief.frames):
        at = number / frame.fps
        picture = pushed(ground, frame, _eased(number / brief.frames))
        if at <= words.duration or layer is None:
            now = min(at, words.duration - 0.001)
            layer = _Layer(words.get_frame(now), words.mask.get_frame(now), top)
        layer.over(picture)
        light = min(1.0, (number + 1) / max(1, fade), (brief.frames - number) / max(1, fade))
        yield (picture if light >= 1 else cv2.convertScaleAbs(picture, alpha=_eased(light))).tobytes()


def _words(brief: CardBrief) -> tuple[VideoClip, int]:
    """The title, a rule in the accent, and the lines, and how far down they lie.

    Each row rises a little as it appears, one after the other.
    """
    frame, palette = brief.frame, cards().mood[brief.mood]
    short, width = min(frame.width, frame.height), int(frame.width * 0.84)
    title = Hand(short * _TITLE[brief.kind], width, cards().paper, display=True)
    rows = lines(balanced(brief.title, _LETTERS[frame.aspect]), title)
    rows.append(_rule(palette.accent, short))
    rows += lines(brief.lines, Hand(short * _LINE, width, cards().paper))
    last_of_title = len(rows) - len(brief.lines) - 2
    gaps = [round(short * (0.035 if i >= last_of_title else 0.0)) for i in range(len(rows))]
    rise = round(frame.height * _RISE)
    tall = min(frame.height, sum(r.shape[0] for r in rows) + sum(gaps) + rise)
    above, top = max(0, round((frame.height - tall) / 2 - 0.05 * frame.height)), 0
    length = min(brief.frames / frame.fps, _SETTLED + _LATER * len(rows))
    made: list[VideoClip] = []
    for i, row in enumerate(rows):
        made.append(_risen(row, top, frame, delay=_LATER * i, length=length))
        top += row.shape[0] + gaps[i]
    return CompositeVideoClip(made, size=(frame.width, tall)).with_duration(length), above


def _rule(accent: str, short: int) -> Pixels:
    bar = np.zeros((max(2, round(short * 0.008)), round(short * 0.16), 4), np.uint8)
    bar[:] = (*_rgb(accent), 255)
    return bar


def _risen(row: Pixels, top: int, frame: Frame, *, delay: float, length: float) -> VideoClip:
    rise = frame.height * _RISE
    delay = min(delay, length / 3)

    def place(at: float) -> tuple[int, int]:
        return (frame.width - row.shape[1]) // 2, round(top + rise * (1 - _eased(at / 0.7)))

    shown = ImageClip(row).with_start(delay).with_duration(length - delay).with_position(place)
    return shown.with_effects([vfx.CrossFadeIn(min(0.5, length / 3))])


class _Layer:
    """Words ready to be laid over a picture, only where there are any."""

    def __init__(self, words: Pixels, alpha: NDArray[np.float64], top: int) -> None:
        share = np.repeat(alpha[..., None].astype(np.float32), 3, axis=2)
        self.band = slice(top, top + len(words))
        self.words, self.rest = words * share, 1 - share

    def over(self, picture: Pixels) -> None:
        picture[self.band] = cv2.add(cv2.multiply(picture[self.band], self.rest, dtype=cv2.CV_32F), self.words)


def _eased(share: float) -> float:
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
