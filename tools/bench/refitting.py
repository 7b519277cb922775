"""Fits some clips of a run once more, as many at once as came in at once, to see what of the run's CPU was that."""

from __future__ import annotations

import base64
import json
import resource
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from services.gpu.sheet import sheet
from services.media.ffmpeg import Ffmpeg
from services.media.fitting import fit
from services.media.flaws import film_flaw
from services.media.probe import probe
from studio.takes.frame import Frame
from tests.doubles.runpod import RunPodDouble

_AT_ONCE = 10  # as the vendor has workers: their films come in together, and each costs more than it does alone
_FRAME = Frame(width=1280, height=720, fps=24)


@dataclass(frozen=True)
class Shot:
    """A clip that was made: of which jobs' films, how many pictures long, and by which engine."""

    jobs: tuple[str, ...]
    frames: int
    engine: str


@dataclass(frozen=True)
class Fitted:
    """CPU seconds of a clip: in this process (looking at its films, decoding, scaling) and in ffmpeg's."""

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


def fitted_again(double: RunPodDouble, shots: Sequence[Shot], folder: Path) -> Fitted:
    """Fit clips from all over the run just as the animator did, and give what one takes on average."""
    folder.mkdir(parents=True)
    some = shots[:: max(1, len(shots) // _AT_ONCE)][:_AT_ONCE]
    films = [[_film(double, job, folder) for job in shot.jobs] for shot in some]
    before = _used()
    with ThreadPoolExecutor(_AT_ONCE) as hands:
        list(hands.map(partial(_fit, folder), some, films))
    own, encoding = (after - then for after, then in zip(_used(), before, strict=True))
    shutil.rmtree(folder)
    return Fitted(own / len(some), encoding / len(some))


def _fit(folder: Path, shot: Shot, films: Sequence[Path]) -> None:
    """Look at a shot's films and make its clip of them."""
    engine = sheet().engine[shot.engine]
    for film, pictures in zip(films, engine.links(shot.frames, _FRAME.fps), strict=True):
        size = probe(film)
        if flaw := film_flaw(film, size=(size.width, size.height), frames=pictures, fps=engine.rate):
            raise ValueError(f"{film.name} {flaw}")
    fit(Ffmpeg(), films, _FRAME, shot.frames, folder / f"{shot.jobs[0]}-fitted.mp4", stretch=engine.stretch)


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
