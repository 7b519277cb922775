"""`assemble`: a finished cut from clips somebody already has."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from services.media.assemble import Told, clips_in
from services.media.assemble import assemble as cut
from services.settings import Settings
from services.writable import check_writable
from studio.errors import BadRequest, Unreadable
from studio.takes.frame import Aspect, Quality, frame


def assemble(
    clips_dir: Path,
    out: Path,
    *,
    voice: Path | None,
    captions: Path | None,
    music: Path | None,
    aspect: Aspect,
    quality: Quality,
    as_json: bool,
) -> None:
    """Cut a folder's clips in the order of their names; BadRequest naming a file that cannot be used."""
    clips = clips_in(clips_dir)
    for name, file in (("voice", voice), ("captions", captions), ("music", music)):
        if file and not file.is_file():
            raise BadRequest(f"there is no file {file}", field=name)
    _check(out, clips_dir)
    began, settings = time.monotonic(), Settings()
    check_writable(settings.cache, "STUDIO_HOME")
    try:
        with _bar() as told:
            report = cut(
                clips,
                out=out,
                frame=frame(aspect, quality),
                cache=settings.cache / "assemble",
                voice=voice,
                captions=captions,
                music=music,
                ffmpeg=settings.studio_ffmpeg,
                told=told,
            )
    except Unreadable as error:  # the files are the person's own
        raise BadRequest(error.detail, cause=error) from error
    wall = round(time.monotonic() - began, 3)
    if as_json:
        print(json.dumps(asdict(report) | {"wall_s": wall, "master": str(out)}, default=str))  # noqa: T201
        return
    Console().print(f"{out} · {len(clips)} clips · {wall:.1f} s", highlight=False, markup=False)


def _check(out: Path, clips_dir: Path) -> None:
    """Refuse what cannot be written to, and a film that would be one of its own clips the next time."""
    if out.suffix.lower() != ".mp4" or out.is_dir():
        raise BadRequest(f"{out} is no name of a film; it ends in .mp4", field="out")
    if out.resolve().parent == clips_dir.resolve():
        raise BadRequest(f"{out.name} would lie among its own clips; write it into another folder", field="out")
    check_writable(out.absolute().parent, "out")


@contextmanager
def _bar() -> Iterator[Told]:
    """Show on stderr how many shots are there, to a person only; gone when the film is."""
    console = Console(stderr=True)
    columns = (TextColumn("shots"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("shots", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
