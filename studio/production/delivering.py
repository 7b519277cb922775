"""Delivering: the files a person takes away, made from an episode's circled takes and kept in the vault."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from sqlmodel import Session, select

from studio.cut.captions import to_srt, to_vtt
from studio.cut.timeline import Timeline, captions
from studio.db import now
from studio.production.film import Film, words
from studio.production.house import House
from studio.production.run import Run
from studio.production.runs import film_of
from studio.production.wants import Want, wants
from studio.story.episode import Revision
from studio.takes import shelf
from studio.takes.briefs import Caption
from studio.takes.recipe import TakeKind
from studio.takes.shelf import Made
from studio.takes.take import Delivery

MASTER = "master.mp4"


@dataclass(frozen=True)
class Cut:
    """A film with its circled takes (subject -> take) and what follows from them."""

    film: Film
    takes: Mapping[str, Made]

    @property
    def speeches(self) -> dict[str, Made]:
        """The speeches that are there, by line id."""
        found = {line.id: self.takes.get(f"speech:{line.id}") for line in self.film.breakdown.lines}
        return {line: made for line, made in found.items() if made}

    @property
    def timeline(self) -> Timeline:
        """The timeline the master was cut on."""
        return self.film.timeline(self.speeches)

    @property
    def captions(self) -> tuple[Caption, ...]:
        """All captions in frames of the film."""
        timed = {line: words(made) for line, made in self.speeches.items()}
        return captions(self.timeline, self.film.breakdown, timed)

    @property
    def master(self) -> Made | None:
        """The master, if it is there."""
        return self.takes.get(f"master:film@{self.film.mark}")


def cut_of(session: Session, account: str, episode: str, film: Film) -> Cut:
    """The cut of a film as its takes are circled now."""
    return Cut(film, shelf.circled(session, account, episode))


def deliver(house: House, run_id: str) -> bool:
    """Make the files of a run's film; False when there is no master to deliver."""
    film = film_of(house, run_id)
    with house.db.read() as session:
        run = session.get_one(Run, run_id)
        revision = session.get_one(Revision, run.revision)
        cut = cut_of(session, run.account, run.episode, film)
    if cut.master is None:
        return False
    house.scratch.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(prefix="deliver-", dir=house.scratch))
    try:
        made = _files(house, cut, revision.fountain, folder)
        _keep(house, run, cut, revision, made)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return True


def complete(house: House, account: str, episode: str, film: Film) -> bool:
    """Whether the files of the film's present master are all there, undamaged."""
    with house.db.read() as session:
        cut = cut_of(session, account, episode, film)
        rows = session.exec(select(Delivery).where(Delivery.episode == episode, Delivery.frame == film.mark)).all()
    master = next((row for row in rows if row.name == MASTER), None)
    if cut.master is None or master is None or master.basis != cut.master.fingerprint:
        return False
    return all(house.vault.intact(row.content) for row in rows)


def board_files(house: House, cut: Cut) -> dict[str, Path]:
    """The boards that are there, as files by shot id."""
    size = f"{cut.film.frame.width}x{cut.film.frame.height}"
    found = {shot.id: cut.takes.get(f"board:{shot.id}@{size}") for shot in cut.film.breakdown.shots}
    return {shot: house.vault.open(made.content) for shot, made in found.items() if made}


def _files(house: House, cut: Cut, fountain: str, folder: Path) -> dict[str, Path | str]:
    """Every file by name: written in the folder, or a content that is in the vault already."""
    fps = cut.film.frame.fps
    texts: dict[str, Callable[[], str]] = {
        "captions.srt": lambda: to_srt(cut.captions, fps),
        "captions.vtt": lambda: to_vtt(cut.captions, fps),
        "screenplay.fountain": lambda: fountain,
    }
    made: dict[str, Path | str] = {}
    for name, write in texts.items():
        made[name] = folder / name
        (folder / name).write_text(write(), encoding="utf-8")
    if cut.master:
        made[MASTER] = cut.master.content
    poster = next((cut.takes.get(want.subject) for want in _posters(cut.film)), None)
    if poster:
        made["poster.jpg"] = poster.content
    return made


def _posters(film: Film) -> list[Want]:
    return [want for want in wants(film) if want.kind is TakeKind.POSTER]


def _keep(house: House, run: Run, cut: Cut, revision: Revision, made: Mapping[str, Path | str]) -> None:
    contents = {name: one if isinstance(one, str) else house.vault.put(one) for name, one in made.items()}
    master = cut.master
    with house.db.write() as session:
        for name, content in contents.items():
            row = session.get(Delivery, (run.episode, cut.film.mark, name)) or Delivery(
                episode=run.episode, frame=cut.film.mark, name=name, account=run.account, content="", size=0
            )
            row.content, row.size = content, house.vault.open(content).stat().st_size
            row.seconds = cut.timeline.frames / cut.film.frame.fps
            row.created = now()
            row.basis = master.fingerprint if master else revision.id
            session.add(row)
