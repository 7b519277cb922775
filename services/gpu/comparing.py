"""Has the worker on our endpoint say how consistent a set of clips is: sends them small, brings the score home."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from pydantic import ValidationError

from services.gpu.answers import Score, compared
from services.gpu.jobs import VENDOR, JobClient
from services.gpu.sheet import Pace, sheet
from services.gpu.watching import Usual, Watch
from services.media.footage import decoded
from services.media.lettering import Pixels
from services.media.probe import probe
from services.media.processor import instructions
from services.painters.picture import read
from services.retry import PATIENCE, Patience
from studio.crew import Errand, Order, Product
from studio.errors import BadRequest, Invalid
from studio.story.noun import Noun
from studio.takes.recipe import canonical

NAME = "consistency"  # as its price card names it


class ComparedScene(Noun):
    """A scene of a comparison: the roles `clip:` and `board:` of its name, and who is in it."""

    name: str
    characters: tuple[str, ...] = ()


class ScoreBrief(Noun):
    """What is compared; of everybody in it so many pictures, as the roles `shown:<name>:<number>`."""

    scenes: tuple[ComparedScene, ...]
    cast: Mapping[str, int]


@dataclass(frozen=True)
class Comparer:
    """A Remote whose takes are scores, as the JSON of answers.Score."""

    jobs: JobClient
    pace: Pace = field(default_factory=lambda: sheet().poll)
    patience: Patience = PATIENCE
    usual: Usual = field(default_factory=Usual)
    name: str = NAME
    version: str = "1"

    def close(self) -> None:
        """Give the connections back."""
        self.jobs.close()

    def make(self, order: Order, errand: Errand) -> Product:
        """Compare the clips of an order; Invalid with operation not_installed where the worker has no weights."""
        fresh = not errand.ticket
        if fresh:
            job = _job(order, errand.key, errand.allowed)
            errand.check()
            errand.sent(self.jobs.run(job, errand.check))
        ttl = float(sheet().comparison.ttl)
        watch = Watch(
            self.jobs,
            errand,
            NAME,
            ttl,
            self.pace,
            self.patience,
            self.usual,
            renamed=lambda ticket, other: errand.sent(errand.ticket.replace(ticket, other)),
        )
        answer = watch.follow(errand.ticket, compared, just_sent=fresh)
        file = order.folder / "score.json"
        file.write_text(answer.score.model_dump_json(), encoding="utf-8")
        return Product(file)


def score_of(content: bytes) -> Score:
    """The score of a take; BadRequest when it is none."""
    try:
        return Score.model_validate_json(content)
    except ValidationError as error:
        raise BadRequest("this is no score", field="take", cause=error) from error


def _job(order: Order, key: str, allowed: int | None) -> dict[str, Any]:
    """The job, its pictures as large as they may be."""
    rule, most = sheet().comparison, sheet().limits.job_bytes
    policy = rule.policy(allowed)
    brief = ScoreBrief.model_validate(order.recipe.brief)
    for side in rule.sides:
        job = {"input": {"job_key": key, "consistency": _asked(order, brief, side)}, "policy": policy}
        if (size := len(canonical(job))) <= most:
            return job
    detail = f"the clips to compare have {size:,} bytes, more than the {most:,} a job may bring along"
    raise Invalid(detail, vendor=VENDOR, operation="run")


def _asked(order: Order, brief: ScoreBrief, side: int) -> dict[str, Any]:
    rule = sheet().comparison

    def still(role: str) -> dict[str, str]:
        picture = _small(read(order.inputs[role]), side)
        return _sent(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, rule.jpeg])[1].tobytes())

    scenes = [
        {
            "name": one.name,
            "clip": _sent(_film(order.inputs[f"clip:{one.name}"], side, rule.quality)),
            "keyframe": still(f"board:{one.name}"),
            "characters": list(one.characters),
        }
        for one in brief.scenes
    ]
    cast = {name: [still(f"shown:{name}:{at}") for at in range(count)] for name, count in brief.cast.items()}
    return {"method": "trained", "scenes": scenes, "cast": cast}


def _film(file: Path, side: int, quality: int) -> bytes:
    """A clip with all its pictures, small."""
    rate = max(1, round(probe(file).fps))
    return _encoded((_small(one, side) for one in decoded(file)), rate, quality)


def _encoded(pictures: Iterable[Pixels], rate: int, quality: int) -> bytes:
    out, options = io.BytesIO(), {"crf": str(quality), "preset": "veryfast", **instructions()}
    with av.open(out, "w", format="mp4") as film:
        stream = film.add_stream("libx264", rate=rate, options=options)
        stream.thread_count = 1
        stream.pix_fmt = "yuv420p"
        for number, picture in enumerate(pictures):
            if not number:
                stream.height, stream.width = picture.shape[:2]
            film.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), "bgr24")))
        film.mux(stream.encode(None))
    return out.getvalue()


def _small(picture: Pixels, side: int) -> Pixels:
    """A picture whose shorter edge is so long at the most; even edges, as films need."""
    high, wide = picture.shape[:2]
    scale = min(1.0, side / min(high, wide))
    size = max(2, round(wide * scale / 2) * 2), max(2, round(high * scale / 2) * 2)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _sent(data: bytes) -> dict[str, str]:
    return {"base64": base64.b64encode(data).decode("ascii")}
