"""A film of an hour from conformed shots: one shot and one line changed, growth with length, drift at its end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from services.media.encoding import encoder
from services.media.ffmpeg import Ffmpeg
from studio.takes.frame import SAMPLE_RATE
from studio.takes.vault import FolderVault
from tools.bench import stock
from tools.bench.drift import drift
from tools.bench.figures import Figure, Rounds
from tools.bench.meter import Sample, measure, python
from tools.bench.recut import Recut

_DISTINCT = 24  # clips, each used again and again under a role of its own
_SCENE = 12  # shots that share one cue of music
_LINE = 3.0  # seconds of speech in a shot
_LINEAR = 1.25  # seconds a shot at full length, over those at a quarter of it


class Feature:
    """The bench of long films."""

    name = "film60"

    def __init__(self, work: Path, *, quick: bool) -> None:
        self.home = work / self.name
        self.lengths = (12, 24, 60) if quick else (12, 60, 180, 720)
        self.rounds = Rounds()
        self.drifts: list[float] = []
        self.vault = FolderVault(self.home / "vault")
        stills = stock.clips(self.home / "stock", _DISTINCT + 2, conformed=True)
        self.clips = [self.vault.put(file) for file in stills]
        flash = stock.clip(self.home / "stock" / "flash.mp4", 99, encoder(stock.FPS), flash=True)
        self.flash = self.vault.put(flash)
        self.knock = self.vault.put(stock.click(self.home / "knock.wav"))
        lines = (stock.voice(self.home / "line.wav", _LINE, seed) for seed in range(_DISTINCT))
        self.lines = [self.vault.put(file) for file in lines]
        self.bed = self.vault.put(stock.music(self.home / "bed.wav", 48))
        for length in self.lengths:
            self.rounds.add(f"whole {length}", self._recut(self._film(length)))

    def round(self, number: int) -> None:
        """Change a shot and a line in the middle of each length, then measure the drift and ffmpeg's own joining."""
        for length in self.lengths:
            film = self._film(length)
            middle = length // 2
            fresh = self.vault.put(stock.voice(self.home / "line.wav", _LINE, 1000 + number))
            speech = list(film.speech)
            speech[middle] = (fresh, speech[middle][1])
            clip = self.clips[_DISTINCT + number % 2]
            changed = film.model_copy(update={"speech": tuple(speech), "changed": middle, "clip": clip})
            sample = self.rounds.add(f"shot of {length}", self._recut(changed))
        master = self.vault.place(json.loads(sample.said)["master"])
        starts = (0, (self.lengths[-1] - 1) * stock.FRAMES)
        self.drifts.append(drift(master, [start + stock.FLASH for start in starts], stock.FPS))
        self._join(film, master)

    def figures(self) -> Iterator[Figure]:
        """What came of the rounds."""
        longest, quarter = self.lengths[-1], self.lengths[-2]
        whole = self.rounds.of[f"shot of {longest}"]
        note = f"{longest} shots, {longest * stock.SECONDS} s; made whole once in {self._whole(longest)}"
        beside = self.rounds.of["join"]
        yield Figure("film60_shot", 10, "s", [s.wall for s in whole], whole, beside, "ffmpeg's concat copy", note)
        yield Figure("film60_memory", 300, "MB", [s.peak for s in whole])
        first, before = (self.rounds.of[f"shot of {n}"] for n in (self.lengths[0], quarter))
        rows = zip(first, before, whole, strict=True)
        growth = [_slope(a.cpu, c.cpu, longest - 12) / _slope(a.cpu, b.cpu, quarter - 12) for a, b, c in rows]
        note = ", ".join(f"{n}: {_middle(self.rounds.walls(f'shot of {n}'))} s" for n in self.lengths)
        yield Figure("film60_growth", _LINEAR, "times linear", growth, note=note)
        yield Figure("drift", 1, "frames", self.drifts, note="white frame against knock, first and last shot")

    def _film(self, length: int) -> Recut:
        """A film of so many shots; a white frame and a knock fall together in the first and the last."""
        shot = SAMPLE_RATE * stock.SECONDS
        inner = range(1, length - 1)
        at = stock.FLASH * SAMPLE_RATE // stock.FPS
        knocks = [(self.knock, n * shot + at) for n in (0, length - 1)]
        speech = [(self.lines[n % _DISTINCT], n * shot + SAMPLE_RATE) for n in inner]
        ends = [min(n + _SCENE, length) for n in range(0, length, _SCENE)]
        music = [(self.bed, n * shot, (end - n) * shot) for n, end in zip(range(0, length, _SCENE), ends, strict=True)]
        return Recut(
            home=self.home,
            shot_frames=stock.FRAMES,
            shots=(self.flash, *(self.clips[n % _DISTINCT] for n in inner), self.flash),
            speech=(knocks[0], *speech, knocks[1]),
            music=tuple(music),
        )

    def _recut(self, film: Recut) -> Sample:
        order = self.home / "order.json"
        order.write_text(film.model_dump_json(), "utf-8")
        return measure(python("-m", "tools.bench.recut", str(order)))

    def _join(self, film: Recut, master: Path) -> None:
        """Join the same files with ffmpeg's concat demuxer, copying pictures and sound."""
        listed = self.home / "join.txt"
        listed.write_text("".join(f"file '{self.vault.place(content)}'\n" for content in film.shots), "utf-8")
        inputs = ["-f", "concat", "-safe", "0", "-i", str(listed), "-i", str(master), "-map", "0:v", "-map", "1:a"]
        target = ["-c", "copy", "-movflags", "+faststart", str(self.home / "joined.mp4")]
        self.rounds.add("join", measure([str(Ffmpeg().path), "-y", *inputs, *target]))

    def _whole(self, length: int) -> str:
        sample = self.rounds.of[f"whole {length}"][0]
        return f"{sample.wall:.0f} s, {sample.cpu:.0f} CPU s"


def _slope(short: float, long: float, shots: int) -> float:
    return max(long - short, 1e-6) / shots


def _middle(walls: list[float]) -> str:
    return f"{sorted(walls)[len(walls) // 2]:.2f}"
