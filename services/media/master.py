"""The film: shot masters joined by their packets, the soundtrack and soft captions beside them. Encodes no picture."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import av
from av.container import InputContainer, OutputContainer
from av.stream import Stream

from services.media import mp4
from services.media.ffmpeg import Ffmpeg
from services.media.renewing import renewed
from services.media.texttrack import text_packets, text_track
from services.media.whole import stopped, sweep, whole
from studio.cut.captions import flat
from studio.errors import RenderFailed, Unreadable
from studio.takes.briefs import Caption
from studio.takes.frame import SAMPLE_RATE

_LANGUAGES = Path(__file__).parents[2] / "data" / "languages.toml"
# The film's own clock must hit every frame and sample, or the edit lists cut a few samples off the end.
_FLAGS = {"movflags": "+faststart", "fflags": "+bitexact", "movie_timescale": str(SAMPLE_RATE)}
Timed: TypeAlias = "tuple[float, av.Packet[Any]]"  # seconds from the film's start, and what is decoded then


@dataclass(frozen=True)
class Film:
    """What a master is joined from: shot masters by name, the mix, captions in frames of the film.

    `spans` name shots of which only frames [first, last) are joined.
    """

    title: str
    fps: int
    shots: Sequence[tuple[str, Path]]
    mix: Path | None = None
    captions: tuple[Caption, ...] = ()
    language: str = "en"
    spans: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def master(ffmpeg: Ffmpeg, film: Film, out: Path, cache: Path) -> int:
    """Join the film and give its length in frames; `cache` keeps shots of earlier versions as they are encoded today.

    Raises RenderFailed naming the first shot that differs from the others, Unreadable naming one that cannot be read.
    """
    tracks = _alike(ffmpeg, film, cache)
    sweep(out.parent)
    with whole(out) as fresh:
        try:
            with av.open(str(fresh), "w", format="mp4", options=_options(film.fps)) as file:
                file.metadata["title"] = film.title
                _join(file, film, tracks)
        except OSError as error:
            raise stopped(out, error) from error
    return sum(track.frames for track in tracks)


@cache
def three_letters(language: str) -> str:
    """Give the three letters an MP4 carries for a BCP 47 language; `und` when they are not known."""
    known: dict[str, str] = tomllib.loads(_LANGUAGES.read_text("utf-8"))["three"]
    return known.get(language.split("-")[0].lower(), "und")


def _options(fps: int) -> dict[str, str]:
    return {**_FLAGS, "video_track_timescale": str(fps * 512)}


def _alike(ffmpeg: Ffmpeg, film: Film, cache: Path) -> list[mp4.Track]:
    """Read every shot's track; all must look the same, or their packets would be garbage beside each other."""
    if not film.shots:
        raise RenderFailed("there is no shot to make a film of")
    tracks: list[mp4.Track] = []
    for name, path in film.shots:
        try:
            tracks.append(mp4.read(path))
        except Unreadable as error:
            raise Unreadable(f"{name}: {error.detail}", cause=error) from error
    starts = [film.spans.get(name, (0, 0))[0] for name, _ in film.shots]
    tracks = renewed(ffmpeg, tracks, starts, film.fps, cache)
    usual = max((t.look for t in tracks), key=[t.look for t in tracks].count) if len(tracks) < 9 else tracks[0].look
    for (name, _), track in zip(film.shots, tracks, strict=True):
        wrong = _difference(track, usual, film.fps)
        if wrong:
            raise RenderFailed(f"shot {name} cannot be joined: {wrong}; make its shot master again")
    return [_span(film, name, track) for (name, _), track in zip(film.shots, tracks, strict=True)]


def _span(film: Film, name: str, track: mp4.Track) -> mp4.Track:
    return track.part(*film.spans[name]) if name in film.spans else track


def _difference(track: mp4.Track, usual: mp4.Look, fps: int) -> str:
    mine = track.look
    for what in ("codec", "width", "height", "timescale", "colour", "extradata"):
        if getattr(mine, what) != getattr(usual, what):
            shown = "" if what in ("extradata", "colour") else f" ({getattr(mine, what)}, not {getattr(usual, what)})"
            return f"its {what} differs from the other shots'{shown}"
    if not track.complete:
        return "it is cut short"
    if track.reordered:
        return "its frames are not in the order they are shown"
    if track.ticks * fps != mine.timescale:
        return f"its frames are not 1/{fps} s long"
    return ""


def _join(file: OutputContainer, film: Film, tracks: Sequence[mp4.Track]) -> None:
    with av.open(str(tracks[0].path)) as first:
        picture = file.add_stream_from_template(first.streams.video[0])
    picture.time_base = Fraction(1, tracks[0].look.timescale)
    beside: list[Iterator[Timed]] = []
    opened: list[InputContainer] = []
    try:
        if film.mix:
            opened.append(av.open(str(film.mix)))
            target = file.add_stream_from_template(opened[-1].streams[0])
            target.metadata["language"] = three_letters(film.language)
            beside.append(_copied(opened[-1], opened[-1].streams[0], target))
        if film.captions:
            scale = tracks[0].look.timescale
            written = text_track(file, scale)
            written.metadata["language"] = three_letters(film.language)
            beside.append(text_packets(written, flat(film.captions), scale, tracks[0].ticks))
        file.start_encoding()
        _interleave(file, _pictures(picture, tracks), beside)
    except av.FFmpegError as error:
        if isinstance(error, OSError) and error.errno and error.errno > 0:
            raise
        raise RenderFailed(f"the film could not be joined: {error}", cause=error) from error
    finally:
        for source_file in opened:
            source_file.close()


def _pictures(stream: Stream, tracks: Sequence[mp4.Track]) -> Iterator[Timed]:
    at, scale = 0, tracks[0].look.timescale
    base = Fraction(1, scale)
    for track in tracks:
        for number, data in enumerate(track.packets()):
            packet = av.Packet(data)
            packet.stream, packet.time_base = stream, base
            packet.pts = packet.dts = at
            packet.duration = track.ticks
            packet.is_keyframe = number in track.keys
            yield at / scale, packet
            at += track.ticks


def _copied(source: InputContainer, track: Stream, target: Stream) -> Iterator[Timed]:
    tick = float(track.time_base or 0)
    for packet in source.demux(track):
        if (at := packet.dts) is not None:
            packet.stream = target
            yield at * tick, packet


def _interleave(file: OutputContainer, pictures: Iterator[Timed], beside: Sequence[Iterator[Timed]]) -> None:
    """Write all tracks in the order of time, half a second ahead at most, so that nothing piles up in memory."""
    waiting = [next(track, None) for track in beside]
    for now, picture in pictures:
        for i, track in enumerate(beside):
            while (first := waiting[i]) is not None and first[0] <= now + 0.5:
                file.mux_one(first[1])
                waiting[i] = next(track, None)
        file.mux_one(picture)
    for i, track in enumerate(beside):
        while (first := waiting[i]) is not None:
            file.mux_one(first[1])
            waiting[i] = next(track, None)
