"""The making of a cut: conformed, captioned, voiced, scored; pictures and sound at once, and only what changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from threading import Lock

from services.cores import cores
from services.media import mp4
from services.media.conform import conform
from services.media.encoding import settings
from services.media.forecast import levelled
from services.media.job import Record, Report
from services.media.kept import believed, prune
from services.media.master import Film, master
from services.media.mix import MUSIC, VOICE, looped, mix
from services.media.probe import Probe, probe
from services.media.sound import Sound, open_sound
from services.media.stretch import Placed, Score
from studio.cut.captions import read_srt
from studio.cut.fonts import table
from studio.errors import BadRequest, BadScript, Unreadable
from studio.takes.briefs import Caption, ShotBrief
from studio.takes.frame import SAMPLE_RATE
from studio.takes.recipe import fingerprint

_MOST = 8  # encoders at a time, each with one thread (two of one are faster than one of two: 0.92) and 110 MB
_LAP = SAMPLE_RATE // 2  # music loops overlap by this
_BREATH = 0.1  # seconds: by less than that sound outlasts its pictures only because it comes in packets


class Cutting:
    """One job being made."""

    def __init__(self, record: Record, fonts: int | None = None) -> None:
        """Shots with captions in other `fonts` than today's (by the number of their table) are made anew."""
        self.job, self.cache, self.ffmpeg = record.job, record.cache, record.ffmpeg
        self.fonts = fonts or table().version
        self.contents, self.keys = record.contents, record.keys
        self.made = self.there = 0
        self.lock = Lock()
        prune(self.cache)

    def run(self, told: Callable[[int, int], None] | None) -> Report:
        """Make what is not there yet, and the film of it."""
        pool = ThreadPoolExecutor(min(_MOST, cores()))
        try:
            lengths = self._lengths(list(pool.map(self._probed, self.job.clips)))
            briefs = self._briefs(lengths)
            # The longest first: no encoder is left alone with it at the end.
            order = sorted(range(len(briefs)), key=lambda n: -lengths[n])
            shots = {n: pool.submit(self._shot, self.job.clips[n], briefs[n], told) for n in order}
            track, measure = self._sound(lengths)
            made = [shots[n].result() for n in range(len(briefs))]
        finally:
            pool.shutdown(cancel_futures=True)
        fps = self.job.frame.fps
        frames = master(self.ffmpeg, Film(self.job.out.stem, fps, made, track), self.job.out, self.cache)
        reused = len(made) - self.made
        return Report(frames, frames / fps, self.made, reused, measure.get("lufs"), measure.get("peak_dbtp"))

    def _probed(self, clip: Path) -> Probe:
        return Probe(**self.contents.fact(clip, "seen", lambda path: asdict(probe(path))))

    def _lengths(self, clips: Sequence[Probe]) -> list[int]:
        """Each clip's length in whole frames; the last one is held for a voice that goes on."""
        for clip, seen in zip(self.job.clips, clips, strict=True):
            if seen.seconds <= 0:
                raise Unreadable(f"{clip.name} does not say how long it is")
        fps = self.job.frame.fps
        lengths = [max(1, round(self._seconds(seen) * fps)) for seen in clips]
        if self.job.voice:
            spoken = self._open(self.job.voice).samples
            lengths[-1] += max(0, -(-spoken * fps // SAMPLE_RATE) - sum(lengths))
        return lengths

    def _seconds(self, seen: Probe) -> float:
        """How long a clip lasts: its pictures, unless its own sound is heard and goes on for more than a breath."""
        heard = not self.job.voice and seen.seconds - seen.shown > _BREATH
        return seen.seconds if heard or not seen.shown else seen.shown

    def _briefs(self, lengths: Sequence[int]) -> list[ShotBrief]:
        said, at = self._captions(), 0
        briefs: list[ShotBrief] = []
        for frames in lengths:
            mine = _within(said, at, at + frames)
            briefs.append(ShotBrief(frame=self.job.frame, frames=frames, captions=mine))
            at += frames
        return briefs

    def _captions(self) -> tuple[Caption, ...]:
        if not self.job.captions:
            return ()
        data = self.job.captions.read_bytes()
        try:
            return read_srt(data.decode("utf-8-sig"), self.job.frame.fps)
        except UnicodeDecodeError:
            return read_srt(self._decoded(data), self.job.frame.fps)

    def _decoded(self, data: bytes) -> str:
        """What a program for Windows may have written, in UTF-16 or Western European."""
        from studio.story.source import decode  # a screenplay's reader, which UTF-8 has no need of

        try:
            return decode(self.job.captions.name if self.job.captions else "", data)
        except BadScript as error:
            raise BadRequest(str(error), field="captions", cause=error) from error

    def _shot(self, clip: Path, brief: ShotBrief, told: Callable[[int, int], None] | None) -> tuple[str, Path]:
        seen = self._probed(clip)
        how = [settings(), str(self.ffmpeg.path), seen.bright, seen.pixel, self.fonts if brief.captions else 0]
        parts = [self.keys[clip], brief.model_dump(mode="json"), *how]
        kept = self.cache / f"shot-{fingerprint(parts)[:40]}.mp4"
        fresh = not believed(kept, lambda path: _complete(path, brief))
        if fresh:
            conform(self.ffmpeg, clip, brief, kept, seen=seen, cache=self.cache)
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
        sound, key = self._open(self.job.voice), self.keys[self.job.voice]
        return (Placed(sound, key, 0, levelled(sound, key, VOICE, self.cache)),)

    def _own(self, lengths: Sequence[int]) -> tuple[Placed, ...]:
        placed: list[Placed] = []
        at = 0
        for clip, frames in zip(self.job.clips, lengths, strict=True):
            end = at + frames * self.job.frame.samples
            if self._probed(clip).sound:
                placed.append(Placed(self._open(clip), self.keys[clip], at, end=end))
            at = end
        return tuple(placed)

    def _music(self, samples: int) -> tuple[Placed, ...]:
        assert self.job.music
        sound, key = self._open(self.job.music), self.keys[self.job.music]
        bed = Placed(sound, key, 0, levelled(sound, key, MUSIC, self.cache))
        return looped(bed, samples, min(_LAP, sound.samples // 4))

    def _open(self, path: Path) -> Sound:
        return open_sound(self.ffmpeg, path, self.cache / f"sound-{self.keys[path][:40]}.wav")


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
