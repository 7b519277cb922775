"""Assembling clips somebody has: cold, after one changed clip, again, beside ffmpeg doing it all in one graph."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from services.media.burn import quoted
from services.media.encoding import encoder, tagged
from services.media.ffmpeg import Ffmpeg
from studio.cut.fonts import FOLDER
from tools.bench import stock
from tools.bench.figures import Figure, Rounds
from tools.bench.meter import measure, python, studio_home

_DUCKED = "[m][key]sidechaincompress=threshold=0.03:ratio=8:attack=20:release=400[under]"


class Assembling:
    """The bench of `assemble`."""

    name = "assemble"

    def __init__(self, work: Path, *, quick: bool) -> None:
        self.work, self.count = work / self.name, 4 if quick else 12
        self.seconds = float(self.count * stock.SECONDS)
        self.rounds = Rounds()
        stock.clips(self.work / "stock", self.count + 2)
        self.voice = stock.voice(self.work / "voice.wav", self.seconds)
        self.music = stock.music(self.work / "music.wav", 30)
        self.captions = stock.captions(self.work / "captions.srt", 20, self.seconds)

    def round(self, number: int) -> None:
        """Assemble in a fresh studio, with one clip changed, and once more; then have ffmpeg do it at once."""
        clips, home = self.work / "clips", self.work / "home"
        for folder in (clips, home):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        for file in sorted((self.work / "stock").iterdir())[: self.count]:
            shutil.copyfile(file, clips / file.name)
        self._assemble("assemble", home)
        spare = self.work / "stock" / f"clip-{self.count + number % 2:02}.mp4"
        shutil.copyfile(spare, clips / f"clip-{self.count // 2:02}.mp4")
        self._assemble("assemble_clip", home)
        self._assemble("assemble_same", home)
        self._at_once()

    def figures(self) -> Iterator[Figure]:
        """What came of the rounds."""
        for name, reach in (("assemble", 0.20), ("assemble_clip", 0.04), ("assemble_same", 0.01)):
            walls = self.rounds.walls(name, self.seconds)
            beside = self.rounds.of["at once"]
            yield Figure(name, reach, "of length", walls, self.rounds.of[name], beside, "ffmpeg's one graph")

    def _assemble(self, name: str, home: Path) -> None:
        command = python("-m", "studio", "assemble", str(self.work / "clips"), "--voice", str(self.voice))
        command += ["--captions", str(self.captions), "--music", str(self.music), "--out", str(self.work / "film.mp4")]
        self.rounds.add(name, measure(command, environment=studio_home(home)))

    def _at_once(self) -> None:
        """The same film from one ffmpeg process with one filter graph, as somebody would write it by hand."""
        files = sorted((self.work / "clips").iterdir())
        inputs = [argument for file in files for argument in ("-i", str(file))]
        inputs += ["-i", str(self.voice), "-stream_loop", "-1", "-i", str(self.music)]
        joined = "".join(f"[{n}:v]" for n in range(len(files)))
        burnt = f"subtitles=filename={quoted(self.captions)}:fontsdir={quoted(FOLDER)}"
        level = "aresample=48000,aformat=channel_layouts=stereo"
        graph = [
            f"{joined}concat=n={len(files)}:v=1:a=0,{burnt},{tagged()}[picture]",
            f"[{len(files)}:a]{level},asplit[voice][key]",
            f"[{len(files) + 1}:a]{level},volume=-14dB[m]",
            _DUCKED,
            "[voice][under]amix=inputs=2:normalize=0,alimiter=limit=-1.5dB[sound]",
        ]
        picture = encoder(stock.FPS)
        threads = picture.index("-threads")
        del picture[threads : threads + 2]  # one process: let it use what there is
        coder = ["-c:a", "aac", "-b:a", "192k", "-aac_coder", "fast", "-aac_ms", "0", "-aac_is", "0"]
        target = ["-map", "[picture]", "-map", "[sound]", *picture, *coder]
        out = self.work / "at-once.mp4"
        measure_of = [str(Ffmpeg().path), "-y", *inputs, "-filter_complex", ";".join(graph), *target]
        self.rounds.add("at once", measure([*measure_of, "-t", str(self.seconds), str(out)]))
