"""Shots of an earlier version of the studio beside those of today's: the earlier ones are encoded again, once.

Another encoder, or other settings, write other parameter sets; packets of both in one track would be garbage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from services.media import mp4
from services.media.conform import conform, look
from services.media.encoding import stamp
from services.media.ffmpeg import Ffmpeg
from services.media.kept import believed
from studio.takes.briefs import ShotBrief
from studio.takes.frame import Frame
from studio.takes.recipe import fingerprint
from studio.takes.vault import digest


def renewed(
    ffmpeg: Ffmpeg, tracks: Sequence[mp4.Track], starts: Sequence[int], fps: int, cache: Path
) -> list[mp4.Track]:
    """The tracks as they may be joined: those that differ from today's in their parameter sets alone, encoded anew.

    Each may be begun at its frame of `starts` too. Tracks that are all alike stay, of whatever version they are.
    """
    if len({track.look for track in tracks}) == 1:
        return list(tracks)
    return [
        _renewed(ffmpeg, track, start, fps, cache) if _earlier(ffmpeg, track, fps, cache) else track
        for track, start in zip(tracks, starts, strict=True)
    ]


def _frame(track: mp4.Track, fps: int) -> Frame:
    return Frame(width=track.look.width, height=track.look.height, fps=fps)


def _earlier(ffmpeg: Ffmpeg, track: mp4.Track, fps: int, cache: Path) -> bool:
    today = look(ffmpeg, _frame(track, fps), cache)
    return track.look != today and replace(track.look, extradata=today.extradata) == today


def _renewed(ffmpeg: Ffmpeg, track: mp4.Track, start: int, fps: int, cache: Path) -> mp4.Track:
    name = fingerprint(["renewed", digest(track.path), stamp(ffmpeg), fps, start])[:40]
    file = cache / f"{name}.mp4"
    if not believed(file, lambda there: mp4.read(there).complete):
        conform(ffmpeg, track.path, ShotBrief(frame=_frame(track, fps), frames=track.frames, key=start), file)
    return mp4.read(file)
