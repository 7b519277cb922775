"""Delivering: the files a person takes away, made from an episode's circled takes and kept in the vault."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from sqlmodel import select

from studio.db import now
from studio.errors import RenderFailed
from studio.production.cutting import Cut
from studio.production.film import Film
from studio.production.house import House
from studio.production.papers import Papers, cut_of_run, write_papers
from studio.production.run import Run
from studio.production.survey import Survey
from studio.takes.take import Delivery

MASTER, POSTER = "master.mp4", "poster.jpg"


def deliver(house: House, run_id: str, done: Mapping[str, str], ahead: Papers | None = None) -> bool:
    """Keep the files of a run's film, made from the takes it was made of (subject -> fingerprint), whatever is circled.

    Its papers may have been begun `ahead`. False when there is no master among the takes; RenderFailed when there is no
    room.
    """
    run, cut = cut_of_run(house, run_id, done)
    if cut.master is None:
        return False
    try:
        lay_out(house, cut, house.media / run.episode / cut.film.mark)
        papers = (ahead and ahead.of(cut)) or write_papers(house, run, cut)
        _keep(house, run, cut, papers)
    except OSError as error:
        raise RenderFailed(f"the files cannot be written: {error.strerror or error}", cause=error) from error
    return True


def complete(house: House, account: str, episode: str, film: Film, found: Survey) -> bool:
    """Whether the files of the very master the survey keeps are all there, undamaged."""
    wanted = found.kept.get(film.master)
    with house.db.read() as session:
        rows = session.exec(select(Delivery).where(Delivery.episode == episode, Delivery.frame == film.mark)).all()
    master = next((row for row in rows if row.name == MASTER), None)
    if found.adopted or wanted is None or master is None or master.basis != wanted.fingerprint:
        return False
    return all(house.vault.intact(row.content) for row in rows)


def lay_out(house: House, cut: Cut, folder: Path) -> None:
    """Put the media of a film into a folder under names a person can read; what is there already stays."""
    folder.mkdir(parents=True, exist_ok=True)
    marks = folder / ".contents"
    before = dict(line.split(" ", 1)[::-1] for line in marks.read_text().splitlines()) if marks.exists() else {}
    for name, made in cut.media.items():
        if before.get(name) != made.content or not (folder / name).exists():
            draft = folder / f".{name}.part"
            shutil.copyfile(house.vault.open(made.content), draft)
            draft.replace(folder / name)
    marks.write_text("".join(f"{made.content} {name}\n" for name, made in cut.media.items()))


def _keep(house: House, run: Run, cut: Cut, papers: Mapping[str, str]) -> None:
    """Write down which contents are a film's files."""
    films = {MASTER: cut.master, POSTER: cut.takes.get(cut.film.poster)}
    contents = {**papers, **{name: made.content for name, made in films.items() if made}}
    sizes = {name: house.vault.size(content) for name, content in contents.items()}
    seconds, master = cut.timeline.frames / cut.film.frame.fps, cut.master
    with house.db.write(of=run.account) as session:
        for name, content in contents.items():
            row = session.get(Delivery, (run.episode, cut.film.mark, name)) or Delivery(
                episode=run.episode, frame=cut.film.mark, name=name, account=run.account, content="", size=0
            )
            row.content, row.size, row.seconds, row.created = content, sizes[name], seconds, now()
            row.basis = master.fingerprint if master else run.revision
            session.add(row)
