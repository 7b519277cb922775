"""A finished cut from clips somebody already has: conformed, captioned, voiced, scored; remakes only what changed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import repeat
from pathlib import Path
from threading import Lock

from services.media import mp4
from services.media.conform import conform
from services.media.contents import Contents
from services.media.encoding import settings
from services.media.ffmpeg import Ffmpeg
from services.media.kept import believed, prune, used
from services.media.master import Film, master
from services.media.mix import MUSIC, VOICE, levelled, looped, mix
from services.media.probe import probe
from services.media.sound import Sound, open_sound
from services.media.stretch import Placed, Score
from services.media.whole import whole
from studio.cut.captions import read_srt
from studio.errors import BadRequest, Unreadable
from studio.takes.briefs import Caption, ShotBrief
from studio.takes.frame import SAMPLE_RATE, Frame
from studio.takes.recipe import fingerprint

SUFFIXES = frozenset({".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".gif"})
_WORKERS = 2  # encoders at a time, one thread each: faster than one with two (0.92)
_LAP = SAMPLE_RATE // 2  # music loops overlap by this

Told = Callable[[int, int], None]  # shots there, of how many


@dataclass(frozen=True)
class Job:
    """What is put together, for which frame, and where it goes."""

    clips: Sequence[Path]
    out: Path
    frame: Frame
    voice: Path | None = None
    captions: Path | None = None
    music: Path | None = None

    @property
    def files(self) -> list[Path]:
        """Every file that decides the result."""
        return [*self.clips, *(p for p in (self.voice, self.captions, self.music) if p)]


@dataclass(frozen=True)
class Report:
    """What came of it."""

    frames: int
    seconds: float
    made: int
    reused: int
    lufs: float | None = None
    peak_dbtp: float | None = None


def clips_in(folder: Path) -> list[Path]:
    """List a folder's clips in name order, numbers counted; raises BadRequest when there are none."""
    if not folder.is_dir():
        raise BadRequest(f"{folder} is not a folder", field="CLIPS_DIR")
    found = [path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and not path.name.startswith(".")]
    if not found:
        raise BadRequest(f"there is no clip in {folder}", field="CLIPS_DIR")
    return sorted(found, key=lambda path: [(int(p), "") if p.isdecimal() else (0, p) for p in _parts(path)])


def assemble(
    clips: Sequence[Path],
    *,
    out: Path,
    frame: Frame,
    cache: Path,
    voice: Path | None = None,
    captions: Path | None = None,
    music: Path | None = None,
    ffmpeg: Path | None = None,
    told: Told | None = None,
) -> Report:
    """Cut the clips together in this order and write `out`.

    `told` hears of each shot as it is there, made or reused, from any thread.
    Clips keep their own sound only when there is no voice. A voice longer than the picture holds the last picture.
    Raises BadRequest, Unreadable or RenderFailed naming the file; nothing is left under `out`'s name then.
    """
    if not clips:
        raise BadRequest("there is no clip to cut", field="clips")
    job = Job(tuple(clips), out, frame, voice, captions, music)
    return _Cut(job, cache, Ffmpeg(ffmpeg)).run(told)


class _Cut:
    """One job with its cache."""

    def __init__(self, job: Job, cache: Path, ffmpeg: Ffmpeg) -> None:
        self.job, self.cache, self.ffmpeg = job, cache, ffmpeg
        cache.mkdir(parents=True, exist_ok=True)
        prune(cache)
        self.contents = Contents(cache / "contents.json")
        self.record = cache / f"job-{fingerprint(str(job.out.absolute()))[:40]}.json"
        self.made = self.there = 0
        self.lock = Lock()

    def run(self, told: Told | None) -> Report:
        keys = [self.contents.key(path) for path in self.job.files]
        roles = [bool(self.job.voice), bool(self.job.captions), bool(self.job.music)]
        frame = self.job.frame.model_dump()
        key = fingerprint([keys, roles, [c.name for c in self.job.clips], frame, settings(), str(self.ffmpeg.path)])
        before = self._before(key)
        if before:
            return before
        report = self._make(told)
        stat = self.job.out.stat()
        with whole(self.record) as fresh:
            kept = {"job": key, "stat": [stat.st_size, stat.st_mtime_ns], "report": asdict(report)}
            fresh.write_text(json.dumps(kept), "utf-8")
        self.contents.keep()
        return report

    def _before(self, key: str) -> Report | None:
        """The report of the same job, if its film still lies where it was put."""
        try:
            kept = json.loads(self.record.read_text("utf-8"))
            stat = self.job.out.stat()
            if kept["job"] != key or kept["stat"] != [stat.st_size, stat.st_mtime_ns]:
                return None
            used(self.record)
            return Report(**{**kept["report"], "made": 0, "reused": len(self.job.clips)})
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _make(self, told: Told | None) -> Report:
        lengths = self._lengths()
        said = self._captions()
        briefs, at = [], 0
        for frames in lengths:
            mine = _within(said, at, at + frames)
            briefs.append(ShotBrief(frame=self.job.frame, frames=frames, captions=mine))
            at += frames
        with ThreadPoolExecutor(_WORKERS) as pool:
            shots = list(pool.map(self._shot, self.job.clips, briefs, repeat(told)))
        track, measure = self._sound(lengths)
        film = Film(self.job.out.stem, self.job.frame.fps, shots, track)
        frames = master(self.ffmpeg, film, self.job.out)
        reused = len(shots) - self.made
        seconds = frames / self.job.frame.fps
        return Report(frames, seconds, self.made, reused, measure.get("lufs"), measure.get("peak_dbtp"))

    def _lengths(self) -> list[int]:
        """Each clip's length in whole frames; the last one is held for a voice that goes on."""
        fps = self.job.frame.fps
        lengths = [max(1, round(self._seconds(clip) * fps)) for clip in self.job.clips]
        if self.job.voice:
            spoken = self._open(self.job.voice).samples
            lengths[-1] += max(0, -(-spoken * fps // SAMPLE_RATE) - sum(lengths))
        return lengths

    def _seconds(self, clip: Path) -> float:
        seconds = float(self.contents.fact(clip, "seconds", lambda path: probe(path).seconds))
        if seconds <= 0:
            raise Unreadable(f"{clip.name} does not say how long it is")
        return seconds

    def _captions(self) -> tuple[Caption, ...]:
        if not self.job.captions:
            return ()
        try:
            return read_srt(self.job.captions.read_text("utf-8-sig"), self.job.frame.fps)
        except UnicodeDecodeError as error:
            raise BadRequest(f"{self.job.captions.name} is not UTF-8 text", field="captions", cause=error) from error

    def _shot(self, clip: Path, brief: ShotBrief, told: Told | None) -> tuple[str, Path]:
        parts = [self.contents.key(clip), brief.model_dump(mode="json"), settings(), str(self.ffmpeg.path)]
        kept = self.cache / f"shot-{fingerprint(parts)[:40]}.mp4"
        fresh = not believed(kept, lambda path: _complete(path, brief))
        if fresh:
            conform(self.ffmpeg, clip, brief, kept)
        with self.lock:
            self.made += fresh
            self.there += 1
            if told:
                told(self.there, len(self.job.clips))
        return clip.name, kept

    def _sound(self, lengths: Sequence[int]) -> tuple[Path | None, dict[str, float]]:
        samples = sum(lengths) * self.job.frame.samples
        speech = self._voice() if self.job.voice else self._own(lengths)
        music = self._music(samples) if self.job.music else ()
        if not speech and not music:
            return None, {}
        score = Score(samples, speech, music)
        out = self.cache / f"mix-{fingerprint(str(self.job.out.absolute()))[:40]}.m4a"
        return out, mix(score, out, self.cache)

    def _voice(self) -> tuple[Placed, ...]:
        assert self.job.voice
        sound, key = self._open(self.job.voice), self.contents.key(self.job.voice)
        return (Placed(sound, key, 0, levelled(sound, key, VOICE, self.cache)),)

    def _own(self, lengths: Sequence[int]) -> tuple[Placed, ...]:
        placed: list[Placed] = []
        at = 0
        for clip, frames in zip(self.job.clips, lengths, strict=True):
            end = at + frames * self.job.frame.samples
            if self.contents.fact(clip, "sound", lambda path: probe(path).sound):
                placed.append(Placed(self._open(clip), self.contents.key(clip), at, end=end))
            at = end
        return tuple(placed)

    def _music(self, samples: int) -> tuple[Placed, ...]:
        assert self.job.music
        sound, key = self._open(self.job.music), self.contents.key(self.job.music)
        bed = Placed(sound, key, 0, levelled(sound, key, MUSIC, self.cache))
        return looped(bed, samples, min(_LAP, sound.samples // 4))

    def _open(self, path: Path) -> Sound:
        return open_sound(self.ffmpeg, path, self.cache / f"sound-{self.contents.key(path)[:40]}.wav")


def _complete(shot: Path, brief: ShotBrief) -> bool:
    """Whether a kept shot has all its pictures, and their bytes."""
    try:
        track = mp4.read(shot)
    except Unreadable:
        return False
    return track.complete and track.frames == brief.frames


def _within(captions: Sequence[Caption], start: int, end: int) -> tuple[Caption, ...]:
    """The captions seen in [start, end), in frames from start."""
    return tuple(
        c.model_copy(update={"start": max(c.start, start) - start, "end": min(c.end, end) - start})
        for c in captions
        if c.start < end and c.end > start
    )


def _parts(path: Path) -> list[str]:
    return [part for part in re.split(r"(\d+)", path.name.casefold()) if part]
