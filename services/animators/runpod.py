"""Animators on our own GPU endpoint: SVD and SkyReels bring a board to life; a long shot is a chain of jobs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from services.gpu.jobs import VENDOR
from services.gpu.work import Input, Work, encoded, job_ids
from services.media.ffmpeg import Ffmpeg
from services.media.fitting import filled, fit
from services.media.flaws import film_flaw
from services.media.lettering import Pixels
from services.painters.picture import read
from services.prompting import clip_prompt
from studio.crew import Errand, Order, Product
from studio.errors import BadRequest, Garbled
from studio.takes.briefs import ClipBrief

_SEEDS = 1 << 32


class RunPodAnimator:
    """A Remote that makes clips with one engine of the endpoint.

    A shot longer than the engine's film goes on from its last picture with another job, up to the engine's
    `most_links`; beyond them the camera moves over the last picture. The errand's ticket holds the jobs' ids in order.
    """

    def __init__(self, work: Work, ffmpeg: Ffmpeg, *, version: str = "1") -> None:
        """`work` is the engine at its endpoint; the engine's name is the studio's own."""
        self.name, self.version = work.engine.name, version
        self._work, self._ffmpeg = work, ffmpeg

    def close(self) -> None:
        """Give the connections back."""
        self._work.jobs.close()

    def make(self, order: Order, errand: Errand) -> Product:
        """Shoot one clip: a silent MP4 of exactly brief.frames frames."""
        brief = ClipBrief.model_validate(order.recipe.brief)
        frame, engine = brief.board.frame, self._work.engine
        lengths = engine.links(brief.frames, frame.fps)
        films, ends = list[Path](), list[Pixels]()
        for number, pictures in enumerate(lengths):
            film = order.folder / f"film{number}.mp4"

            def asked(number: int = number, pictures: int = pictures) -> Input:
                return self._asked(order, brief, number, pictures, ends)

            self._work.link(errand, number, len(lengths), asked, film)
            self._check(film, brief, pictures, job_ids(errand.ticket)[number], ends)
            films.append(film)
        out = order.folder / "clip.mp4"
        fit(self._ffmpeg, films, frame, brief.frames, out, key=brief.key, stretch=engine.stretch)
        measure = {"frames": brief.frames, "width": frame.width, "height": frame.height, "fps": frame.fps}
        return Product(out, measure)

    def _asked(self, order: Order, brief: ClipBrief, number: int, pictures: int, ends: Sequence[Pixels]) -> Input:
        """The input of job `number`: it begins with the board, or with what the films before end with."""
        if "board" not in order.inputs:
            raise BadRequest("a clip is made from its board", field="board")
        engine, frame = self._work.engine, brief.board.frame
        width, height = engine.size(frame)
        first = filled(ends[-1] if ends else read(order.inputs["board"]), width, height)
        words = {"prompt": clip_prompt(brief, order.recipe.note)} if engine.prompted else {}
        return {
            **words,
            "image": {"base64": encoded(first)},
            "width": width,
            "height": height,
            "frames": pictures,
            "fps": engine.pace(brief.frames, frame.fps),
            "seed": (order.recipe.seed + number) % _SEEDS,
            "steps": engine.steps,
            "parameters": dict(engine.parameters),
        }

    def _check(self, film: Path, brief: ClipBrief, pictures: int, ticket: str, ends: list[Pixels]) -> None:
        """Believe no film before it was looked at, and keep its last picture; Garbled says what is wrong with it."""
        engine = self._work.engine
        flaw = film_flaw(film, size=engine.size(brief.board.frame), frames=pictures, fps=engine.rate, ends=ends.append)
        if flaw:
            raise Garbled(f"the worker's film {flaw}", vendor=VENDOR, operation="film", request=ticket)
