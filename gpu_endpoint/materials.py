"""Brings what a consistency job compares in: clips and pictures of the volume, in the job or at addresses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from gpu_endpoint.errors import InvalidInput
from gpu_endpoint.footage import decoded
from gpu_endpoint.motion import Pixels
from gpu_endpoint.pictures import Pictures, opened
from gpu_endpoint.scoring import Scene, rule
from gpu_endpoint.settings import VOLUME
from gpu_endpoint.wire import ConsistencyInput, Picture

_CLIP = 50_000_000  # bytes of one clip that is sent
_ALL = 500_000_000  # bytes of everything that is sent
_PIXELS = 400_000_000  # of all pictures of a clip: it is compared in memory
_MP4 = b"ftyp"


@dataclass
class Materials:
    """Where a job's clips and pictures are; clips that are sent are written into `folder`."""

    pictures: Pictures
    folder: Path
    check: Callable[[], None] = field(default=lambda: None)
    left: int = _ALL

    def scenes(self, job: ConsistencyInput) -> list[Scene]:
        """The scenes of a job; a refusal names the field of what cannot be had, and holds no path."""
        made = []
        for number, one in enumerate(job.scenes):
            film = self._film(one.clip, f"scenes.{number}.clip", self.folder / f"{number}.mp4")
            shown = self._picture(one.keyframe, f"scenes.{number}.keyframe") if one.keyframe else next(decoded(film))
            made.append(Scene(one.name, partial(_clip, film), shown, tuple(one.characters)))
        return made

    def cast(self, job: ConsistencyInput) -> dict[str, list[Pixels]]:
        """Pictures of everybody, by name."""
        return {name: [self._picture(one, "cast") for one in references] for name, references in job.cast.items()}

    def _film(self, given: str | Picture, name: str, home: Path) -> Path:
        if not isinstance(given, Picture):
            return self._lying(given, name)
        if given.path is not None:
            return self._lying(given.path, name)
        data = self._sent(given, name, _CLIP)
        # Anything else could be a list of other files or addresses, which the decoder would open.
        if data[4:8] != _MP4:
            raise InvalidInput(f"{name}: a clip that is sent is an MP4")
        home.write_bytes(data)
        return home

    def _picture(self, given: str | Picture, name: str) -> Pixels:
        path = given.path if isinstance(given, Picture) else given
        if path is None and isinstance(given, Picture):
            data = self._sent(given, name, self.pictures.most)
        else:
            data = self._lying(path or "", name).read_bytes()
        return np.asarray(opened(data, name), np.uint8)

    def _sent(self, given: Picture, name: str, most: int) -> bytes:
        data = self.pictures.sent(given, name, self.check, most)
        self.left -= len(data)
        if self.left < 0:
            raise InvalidInput(f"{name}: all clips and pictures of a job have at most {_ALL} bytes")
        return data

    def _lying(self, name: str, what: str) -> Path:
        """A file of the volume; a path that leads out of it, also by a link, is as if it were not there."""
        root, path = self.pictures.volume, Path(name)
        path = path.relative_to(VOLUME) if path.is_relative_to(VOLUME) else path
        there = (root / path).resolve()
        if path.is_absolute() or not there.is_relative_to(root.resolve()) or not there.is_file():
            raise InvalidInput(f"{what}: there is no such file")
        return there


def _clip(file: Path) -> list[Pixels]:
    pictures: list[Pixels] = []
    left = _PIXELS
    for picture in decoded(file):
        pictures.append(picture)
        left -= picture.shape[0] * picture.shape[1]
        if len(pictures) > rule().samples.most or left < 0:
            raise InvalidInput(f"clip: at most {rule().samples.most} pictures, and {_PIXELS} pixels in all of them")
    return pictures
