"""The lower third: a paper strip with somebody's name over a shot, composed with moviepy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import av
import numpy as np
from moviepy import ColorClip, CompositeVideoClip, ImageClip, VideoClip, vfx

from services.media.backdrop import cards
from services.media.encoding import Raw, encode
from services.media.ffmpeg import Ffmpeg
from services.media.lettering import Hand, Pixels, lines
from studio.takes.briefs import NameStrip, ShotBrief
from studio.takes.frame import Aspect, Frame

_STAYS = 3.0  # seconds a name is seen
_EASE = 0.3
_ROW = 0.12  # of the shorter side, from one strip to the one above it
_TOP = {Aspect.WIDE: 0.68, Aspect.SQUARE: 0.62, Aspect.TALL: 0.62}  # of the height, above where captions begin


def introduce(ffmpeg: Ffmpeg, clip: Path, brief: ShotBrief, out: Path) -> None:
    """Write a conformed clip again with the brief's names over it, in the studio's own encoding."""
    frame, frames = brief.frame, brief.frames
    with av.open(str(clip)) as source:
        shown = VideoClip(_Decoded(source.decode(video=0), frame.fps), duration=frames / frame.fps)
        for name, row in _rows(brief.names, frame.fps):
            shown = lower_third(shown, name.text, frame, accent=name.accent, start=name.start / frame.fps, row=row)
        encode(ffmpeg, Raw(_pictures(shown, frames, frame.fps), "rgb24"), frame, out, what=out.name, key=brief.key)


def _rows(names: Sequence[NameStrip], fps: int) -> Iterator[tuple[NameStrip, int]]:
    """Each name with its row: above those that are still seen when it comes."""
    ends: list[float] = []
    for name in sorted(names, key=lambda one: one.start):
        start = name.start / fps
        row = next((row for row, end in enumerate(ends) if end <= start), len(ends))
        ends[row : row + 1] = [start + _STAYS]
        yield name, row


class _Decoded:
    """Pictures by time, asked for in order; moviepy's own reader leaves its pipes open."""

    def __init__(self, decoded: Iterator[av.VideoFrame], fps: int) -> None:
        self._decoded, self._fps, self._number = decoded, fps, 0
        self._picture = self._next()

    def __call__(self, at: float) -> Pixels:
        while self._number < int(at * self._fps):
            self._picture = self._next()
            self._number += 1
        return self._picture

    def _next(self) -> Pixels:
        return np.asarray(next(self._decoded).to_ndarray(format="rgb24"), np.uint8)


def lower_third(clip: VideoClip, name: str, frame: Frame, *, accent: str, start: float, row: int = 0) -> VideoClip:
    """Introduce somebody over the lower third of a clip, from `start` seconds; `accent` is #rrggbb."""
    short = min(frame.width, frame.height)
    [big] = lines([name], Hand(short * 0.06, int(frame.width * 0.6), cards().shade, display=True, shadow=False))
    pad = round(short * 0.022)
    left, top = round(frame.width * 0.07), round(frame.height * _TOP[frame.aspect] - row * _ROW * short)
    length = min(_STAYS, max(0.1, clip.duration - start))
    strip = ColorClip((big.shape[1] + 2 * pad, big.shape[0] + 2 * pad), color=_rgb(cards().paper))
    edge = ColorClip((max(2, pad // 3), big.shape[0] + 2 * pad), color=_rgb(accent))
    parts = ((strip, left, top), (edge, left, top), (ImageClip(big), left + pad, top + pad))
    ease = [vfx.CrossFadeIn(min(_EASE, length / 3)), vfx.CrossFadeOut(min(_EASE, length / 3))]
    laid = [p.with_start(start).with_duration(length).with_position((x, y)).with_effects(ease) for p, x, y in parts]
    return CompositeVideoClip([clip, *laid], size=(frame.width, frame.height)).with_duration(clip.duration)


def _pictures(clip: VideoClip, frames: int, fps: int) -> Iterator[bytes]:
    for number in range(frames):
        yield clip.get_frame((number + 0.5) / fps).tobytes()


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
