"""Fits some clips of a run once more, alone, to see what of the run's CPU was that."""

from __future__ import annotations

import base64
import json
import resource
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from services.media.ffmpeg import Ffmpeg
from services.media.fitting import fit
from services.media.flaws import film_flaw
from services.media.footage import count
from services.media.probe import probe
from studio.takes.frame import Frame
from tests.doubles.runpod import RunPodDouble

_SOME = 5
_FRAME = Frame(width=1280, height=720, fps=24)


@dataclass(frozen=True)
class Fitted:
    """CPU seconds of a clip: in this process (looking at the film, decoding, scaling) and in ffmpeg's."""

    own: float
    encoding: float

    @property
    def whole(self) -> float:
        """Both."""
        return self.own + self.encoding

    @property
    def told(self) -> str:
        """In words."""
        return f"{self.own:.2f} s looking, decoding and scaling, {self.encoding:.2f} s x264"


def fitted_again(double: RunPodDouble, tickets: Sequence[Sequence[str]], folder: Path) -> Fitted:
    """Fit the first clips of one job each as the animator does, and give what one takes."""
    folder.mkdir(parents=True)
    some = [job for job, *more in tickets if not more][:_SOME]
    films = [_film(double, job, folder) for job in some]
    before = _used()
    for film in films:
        size = probe(film)
        pictures = count(film)
        if flaw := film_flaw(film, size=(size.width, size.height), frames=pictures, fps=size.fps):
            raise ValueError(f"{film.name} {flaw}")
        frames = round((pictures - 1) / size.fps * _FRAME.fps) + 1
        fit(Ffmpeg(), [film], _FRAME, frames, folder / f"{film.stem}-fitted.mp4")
    own, encoding = (after - then for after, then in zip(_used(), before, strict=True))
    shutil.rmtree(folder)
    return Fitted(own / len(films), encoding / len(films))


def _film(double: RunPodDouble, job: str, folder: Path) -> Path:
    """What the double answered a job with."""
    key = double.queue.jobs[job].input["job_key"]
    film = folder / f"{job}.mp4"
    film.write_bytes(base64.b64decode(json.loads((double.results / f"{key}.json").read_text())["base64"]))
    return film


def _used() -> tuple[float, float]:
    """CPU seconds of this process, and of children it waited for."""
    mine, theirs = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return mine.ru_utime + mine.ru_stime, theirs.ru_utime + theirs.ru_stime
