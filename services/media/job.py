"""A cut somebody asks for, and whether its film already lies where it was put; makes nothing, so asking is quick."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

from services.media.contents import Contents, stamp
from services.media.encoding import settings
from services.media.ffmpeg import Ffmpeg
from services.media.kept import used
from services.media.whole import whole
from studio.takes.frame import Frame
from studio.takes.recipe import fingerprint

_VERSION = 3  # changes whenever the same job would become another film


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


class Record:
    """What is known of a job in a cache folder: its files' contents, and the film it was made into."""

    def __init__(self, job: Job, cache: Path, ffmpeg: Ffmpeg) -> None:
        """Raise Unreadable naming a file of the job that cannot be read."""
        self.job, self.cache, self.ffmpeg = job, cache, ffmpeg
        cache.mkdir(parents=True, exist_ok=True)
        self.contents = Contents(cache / "contents.json")
        self.keys = {path: self.contents.key(path) for path in job.files}
        self._file = cache / f"job-{fingerprint(str(job.out.absolute()))[:40]}.json"

    @cached_property
    def key(self) -> str:
        """Everything that decides the film."""
        job = self.job
        keys = [self.keys[path] for path in job.files]
        roles = [bool(job.voice), bool(job.captions), bool(job.music)]
        names = [clip.name for clip in job.clips]
        return fingerprint([_VERSION, keys, roles, names, job.frame.model_dump(), settings(), str(self.ffmpeg.path)])

    def found(self) -> Report | None:
        """The report of the same job, if its film still lies where it was put."""
        try:
            kept = json.loads(self._file.read_text("utf-8"))
            if kept["job"] != self.key or kept["stat"] != stamp(self.job.out):
                return None
            used(self._file)
            self.contents.keep()
            return Report(**{**kept["report"], "made": 0, "reused": len(self.job.clips)})
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, report: Report) -> None:
        """Remember that the film was made and what was learnt of the files."""
        with whole(self._file) as fresh:
            kept = {"job": self.key, "stat": stamp(self.job.out), "report": asdict(report)}
            fresh.write_text(json.dumps(kept), "utf-8")
        self.contents.keep()
