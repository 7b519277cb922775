"""Animators on our own GPU endpoint: SVD and SkyReels bring a board to life; a long shot is a chain of jobs."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from services.gpu.jobs import VENDOR
from services.gpu.work import Input, Work, encoded, job_ids
from services.media.ffmpeg import Ffmpeg
from services.media.fitting import filled, fit
from services.media.flaws import film_flaw
from services.media.footage import last
from services.painters.picture import read, write
from services.prompting import clip_prompt
from services.tasks import Do, here
from studio.crew import Errand, Order, Product
from studio.errors import BadRequest, Garbled
from studio.takes.briefs import ClipBrief

_SEEDS = 1 << 32


class RunPodAnimator:
    """A Remote that makes clips with one engine of the endpoint.

    A shot longer than the engine's film goes on from its last picture with another job, up to the engine's
    `most_links`; beyond them the camera moves over the last picture. The errand's ticket holds the jobs' ids in order.
    """

    def __init__(self, work: Work, ffmpeg: Ffmpeg, *, version: str = "1", do: Do = here) -> None:
        """`work` is the engine at its endpoint, whose name is the studio's own; `do` does what is to do with films."""
        self.name, self.version = work.engine.name, version
        self._work, self._ffmpeg, self._do = work, ffmpeg, do

    def close(self) -> None:
        """Give the connections back."""
        self._work.jobs.close()

    def make(self, order: Order, errand: Errand) -> Product:
        """Shoot one clip: a silent MP4 of exactly brief.frames frames."""
        brief = ClipBrief.model_validate(order.recipe.brief)
        frame, engine = brief.board.frame, self._work.engine
        lengths = engine.links(brief.frames, frame.fps)
        films, first = list[Path](), order.inputs.get("board")
        for number in range(len(lengths)):
            end = order.folder / f"end{number}.png" if number + 1 < len(lengths) else None
            films.append(self._film(order, errand, brief, number, first, end))
            first = end
        out = order.folder / "clip.mp4"
        self._do(partial(fit, self._ffmpeg, films, frame, brief.frames, out, key=brief.key, stretch=engine.stretch))
        measure = {"frames": brief.frames, "width": frame.width, "height": frame.height, "fps": frame.fps}
        return Product(out, measure)

    def _film(
        self, order: Order, errand: Errand, brief: ClipBrief, number: int, first: Path | None, end: Path | None
    ) -> Path:
        """Film `number` of a clip, which is believed once it was looked at; its last picture is written to `end`."""
        frame, engine = brief.board.frame, self._work.engine
        lengths, film = engine.links(brief.frames, frame.fps), order.folder / f"film{number}.mp4"
        wanted = partial(self._asked, order, brief, number, lengths[number], first)
        self._work.link(errand, number, len(lengths), wanted, film)
        size = engine.size(frame)
        flaw = self._do(partial(_looked_at, film, size=size, frames=lengths[number], fps=engine.rate, end=end))
        if flaw:
            ticket = job_ids(errand.ticket)[number]
            raise Garbled(f"the worker's film {flaw}", vendor=VENDOR, operation="film", request=ticket)
        return film

    def _asked(self, order: Order, brief: ClipBrief, number: int, pictures: int, first: Path | None) -> Input:
        """The input of job `number`, whose film begins with the picture `first`: the board, or the last film's end."""
        if first is None:
            raise BadRequest("a clip is made from its board", field="board")
        engine, frame = self._work.engine, brief.board.frame
        width, height = engine.size(frame)
        words = {"prompt": clip_prompt(brief, order.recipe.note)} if engine.prompted else {}
        return {
            **words,
            "image": {"base64": self._do(partial(_carried, first, width, height))},
            "width": width,
            "height": height,
            "frames": pictures,
            "fps": engine.pace(brief.frames, frame.fps),
            "seed": (order.recipe.seed + number) % _SEEDS,
            "steps": engine.steps,
            "parameters": dict(engine.parameters),
        }


def _carried(picture: Path, width: int, height: int) -> str:
    """A picture in a size, as a job takes it along."""
    return encoded(filled(read(picture), width, height))


def _looked_at(film: Path, *, size: tuple[int, int], frames: int, fps: float, end: Path | None) -> str:
    """What is wrong with a film; of one that is well the last picture is written to `end`."""
    flaw = film_flaw(film, size=size, frames=frames, fps=fps)
    if end and not flaw:
        write(last(film), end)
    return flaw
