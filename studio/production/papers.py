"""Papers: the files that go with a film, from captions to edit lists; written while its pictures are made."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from threading import Thread

from sqlalchemy.exc import SQLAlchemyError

from studio.cut.captions import to_srt, to_vtt
from studio.db import now
from studio.errors import StudioError
from studio.production.cutting import Cut, media_names
from studio.production.film import Film
from studio.production.house import House
from studio.production.performing import room
from studio.production.run import Run
from studio.production.runs import film_of
from studio.production.wants import wants
from studio.story.episode import Revision
from studio.story.fdx import write_fdx
from studio.story.fountain import read_fountain
from studio.takes.leftovers import leave
from studio.takes.opening import damaged
from studio.takes.recipe import TakeKind
from studio.takes.shelf import by_fingerprint

log = logging.getLogger(__name__)
_TOLD = frozenset({TakeKind.SPEECH, TakeKind.BOARD})  # takes whose bytes papers tell of


class Papers(Thread):
    """The papers of a run's film, written as soon as the takes they tell of are made: the rest takes its time."""

    def __init__(self, house: House, run: str, film: Film, to_make: Collection[str]) -> None:
        super().__init__(name="papers", daemon=True)
        self._house, self._run, self._coming = house, run, frozenset(to_make)
        self._told = [want.subject for want in wants(film) if want.kind in _TOLD]
        self._awaited = self._coming.intersection(self._told)
        self._done: Mapping[str, str] | None = None
        self._told_of: object = None
        self._written: dict[str, str] = {}

    def look(self, done: Mapping[str, str]) -> None:
        """Begin if what they tell of is among the takes that are done by now (subject -> fingerprint)."""
        self._awaited -= done.keys()
        if not self._awaited and self._done is None:
            self._done = dict(done)
            self.start()

    def run(self) -> None:
        """Write them; what goes wrong is told when they are written again."""
        try:
            run, cut = cut_of_run(self._house, self._run, self._done or {})
            names = media_names(cut.film)
            coming = {names[subject] for subject in names.keys() & self._coming}
            written = write_papers(self._house, run, cut, coming)
            with self._house.db.write(of=run.account) as session:
                leave(session, written.values(), at=now())  # who has no film by then has no use for them
            self._told_of, self._written = self._what(cut, {*cut.media, *coming}), written
        except (StudioError, OSError, SQLAlchemyError) as error:
            log.info("papers.not_ahead run=%s %s", self._run, error)

    def of(self, cut: Cut) -> dict[str, str]:
        """Their contents by name, as soon as they are written; none if they are gone, or tell of another cut."""
        if self._done is None:
            return {}
        self.join()
        if self._told_of != self._what(cut, cut.media) or damaged(self._house.vault, set(self._written.values())):
            return {}
        return self._written

    def _what(self, cut: Cut, media: Collection[str]) -> object:
        """What papers tell of: takes, and names of media."""
        return {subject: cut.takes.get(subject) for subject in self._told}, set(media)


def cut_of_run(house: House, run_id: str, done: Mapping[str, str]) -> tuple[Run, Cut]:
    """A run, and the cut of its film with these takes (subject -> fingerprint)."""
    film = film_of(house, run_id)
    with house.db.read() as session:
        run = session.get_one(Run, run_id)
        found = by_fingerprint(session, run.account, set(done.values()))
    return run, Cut(film, {subject: found[one] for subject, one in done.items() if one in found})


def write_papers(house: House, run: Run, cut: Cut, coming: Collection[str] = ()) -> dict[str, str]:
    """Write the papers of a run's film into the vault; gives their contents by name.

    Edit lists refer to the cut's media, and to what is `coming`. The first papers of a process take a third
    of a second longer: what writes them is loaded.
    """
    from studio.cut.storyboard import storyboard  # its PDF engine, which the web process never needs

    with house.db.read() as session:
        fountain = session.get_one(Revision, run.revision).fountain
    fps = cut.film.frame.fps
    texts: dict[str, Callable[[], str]] = {
        "captions.srt": lambda: to_srt(cut.captions, fps),
        "captions.vtt": lambda: to_vtt(cut.captions, fps),
        "screenplay.fountain": lambda: fountain,
        "screenplay.fdx": lambda: write_fdx(read_fountain(fountain)).decode("utf-8"),
    }
    with room(house, "papers") as folder:
        for name, text in texts.items():
            (folder / name).write_text(text(), encoding="utf-8")
        pdf, boards = folder / "storyboard.pdf", board_files(house, cut)
        storyboard(cut.film.breakdown, boards, pdf, timeline=cut.timeline, title=cut.film.title)
        cut.edit_lists(house.media / run.episode / cut.film.mark, folder, coming)
        return {file.name: house.vault.put(file, move=True) for file in sorted(folder.iterdir())}


def board_files(house: House, cut: Cut) -> dict[str, Path]:
    """Thumbnails of the boards that are there, as files by shot id."""
    size = f"{cut.film.frame.width}x{cut.film.frame.height}"
    found = {shot.id: cut.takes.get(f"board:{shot.id}@{size}") for shot in cut.film.breakdown.shots}
    return {shot: thumb(house, made.content) for shot, made in found.items() if made}


def thumb(house: House, content: str) -> Path:
    """A picture's thumbnail."""
    return house.thumbs.of(content, lambda: house.vault.open(content))
