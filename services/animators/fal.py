"""Animators at fal: Kling brings a board to life, in words and without sound."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from services.fal.answers import VENDOR
from services.fal.jobs import Asking, answered
from services.fal.models import models
from services.fal.queue import FalQueue
from services.media.ffmpeg import Ffmpeg
from services.media.fitting import filled, fit
from services.media.flaws import film_flaw
from services.media.footage import count
from services.media.probe import probe
from services.painters.picture import read, write
from services.prompting import avoided, clip_prompt
from services.tasks import Do, here
from studio.crew import Errand, Order, Product
from studio.errors import BadRequest, Garbled, Unreadable
from studio.takes.briefs import ClipBrief

_MOST = 1 << 30  # bytes of a film
_MS = 1000
_SHORT = 0.5  # seconds a film may be shorter than was asked for


class FalAnimator:
    """A Remote that makes clips with one model of fal's.

    The film it makes is as long as the model can make it nearest to the clip, never shorter, and cut.
    """

    def __init__(
        self, name: str, model: str, queue: FalQueue, ffmpeg: Ffmpeg, *, version: str = "1", do: Do = here
    ) -> None:
        """KeyError for a model that data/fal.toml does not have; `do` does what is to do with films."""
        self.name, self.version, self._model, self._do = name, version, model, do
        self._row, self._queue, self._ffmpeg = models().film[model], queue, ffmpeg

    def close(self) -> None:
        """Give the connections back."""
        self._queue.close()

    def make(self, order: Order, errand: Errand) -> Product:
        """Shoot one clip: a silent MP4 of exactly brief.frames frames."""
        brief = ClipBrief.model_validate(order.recipe.brief)
        seconds = self._row.length(brief.frames / brief.board.frame.fps)
        asking = Asking(
            model=self._model,
            arguments=lambda: self._arguments(order, brief, seconds, errand.key),
            # The CDN keeps the name of a picture as the end of its address, and the name is our key.
            matches=lambda given: errand.key in str(given.get(self._row.image, "")),
            unit="video_ms",
            scale=_MS,
            asked=seconds,
            settles=self._row.settles,
        )
        body, request = answered(self._queue, asking, errand)
        film = self._queue.fetch(_address(body, request), order.folder / "fal.mp4", most=_MOST)
        if flaw := self._do(partial(_flaw, film, seconds)):
            raise Garbled(f"fal's film {flaw}", vendor=VENDOR, operation="film", request=request)
        frame, file = brief.board.frame, order.folder / "clip.mp4"
        self._do(partial(fit, self._ffmpeg, [film], frame, brief.frames, file, key=brief.key))
        return Product(file, {"frames": brief.frames, "width": frame.width, "height": frame.height, "fps": frame.fps})

    def _arguments(self, order: Order, brief: ClipBrief, seconds: int, key: str) -> Mapping[str, Any]:
        """The model's input; its first picture has the frame's own shape."""
        if "board" not in order.inputs:
            raise BadRequest("a clip is made from its board", field="board")
        frame = brief.board.frame
        first = self._do(partial(_first, order.inputs["board"], frame.width, frame.height, order.folder / "first.png"))
        row = self._row
        told = {row.aspect: str(frame.aspect), row.avoided: avoided()}
        return {
            **row.always,
            **{name: value for name, value in told.items() if name},
            "prompt": clip_prompt(brief, order.recipe.note),
            row.image: self._queue.upload(first, f"{key}.png"),
            "duration": row.written(seconds),
        }


def _first(board: Path, width: int, height: int, file: Path) -> Path:
    """A board in a frame's shape, as a PNG in a file."""
    return write(filled(read(board), width, height), file)


def _flaw(film: Path, seconds: int) -> str:
    """What is wrong with a film of about so many seconds; its size and rate are the model's own affair."""
    try:
        seen, frames = probe(film), count(film)
    except Unreadable as error:
        return f"cannot be decoded: {error.detail}"
    if frames < (seconds - _SHORT) * seen.fps:
        return f"has {frames} pictures at {seen.fps:g} a second where {seconds} s were asked for"
    return film_flaw(film, size=(seen.width, seen.height), frames=frames, fps=seen.fps)


def _address(body: Mapping[str, Any], request: str) -> str:
    """Where the film lies."""
    match body.get("video"):
        case {"url": str(url)}:
            return url
    raise Garbled("fal's answer names no film", vendor=VENDOR, operation="film", request=request)
