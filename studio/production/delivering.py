"""Delivering: the files a person takes away, made from an episode's circled takes and kept in the vault."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from sqlmodel import select

from studio.cut.captions import to_srt, to_vtt
from studio.db import now
from studio.errors import RenderFailed
from studio.production.cutting import Cut
from studio.production.film import Film
from studio.production.house import House
from studio.production.performing import room
from studio.production.run import Run
from studio.production.runs import film_of
from studio.production.survey import Survey
from studio.story.episode import Revision
from studio.story.fdx import write_fdx
from studio.story.fountain import read_fountain
from studio.takes.shelf import by_fingerprint
from studio.takes.take import Delivery

MASTER, POSTER = "master.mp4", "poster.jpg"


def deliver(house: House, run_id: str, done: Mapping[str, str]) -> bool:
    """Make the files of a run's film from the takes it was made of (subject -> fingerprint), whatever is circled now.

    False when there is no master among them; RenderFailed when there is no room.
    """
    film = film_of(house, run_id)
    with house.db.read() as session:
        run = session.get_one(Run, run_id)
        revision = session.get_one(Revision, run.revision)
        found = by_fingerprint(session, run.account, set(done.values()))
    cut = Cut(film, {subject: found[one] for subject, one in done.items() if one in found})
    if cut.master is None:
        return False
    try:
        with room(house, "deliver") as folder:
            lay_out(house, cut, house.media / run.episode / film.mark)
            _keep(house, run, cut, revision, _files(house, run.episode, cut, revision.fountain, folder))
    except OSError as error:
        raise RenderFailed(f"the files cannot be written: {error.strerror or error}", cause=error) from error
    return True


def load() -> None:
    """Load what writes the files; it takes a third of a second, which a run has while its takes are made."""
    import_module("studio.cut.storyboard")
    import_module("studio.cut.typesetting").load_fonts()
    import_module("studio.cut.editlists")


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


def board_files(house: House, cut: Cut) -> dict[str, Path]:
    """Thumbnails of the boards that are there, as files by shot id."""
    size = f"{cut.film.frame.width}x{cut.film.frame.height}"
    found = {shot.id: cut.takes.get(f"board:{shot.id}@{size}") for shot in cut.film.breakdown.shots}
    return {shot: thumb(house, made.content) for shot, made in found.items() if made}


def thumb(house: House, content: str) -> Path:
    """A picture's thumbnail."""
    return house.thumbs.of(content, lambda: house.vault.open(content))


def _files(house: House, episode: str, cut: Cut, fountain: str, folder: Path) -> dict[str, Path | str]:
    """Every file by name: written in the folder, or a content that is in the vault already."""
    from studio.cut.storyboard import storyboard  # its PDF engine, which the web process never needs

    fps = cut.film.frame.fps
    texts: dict[str, Callable[[], str]] = {
        "captions.srt": lambda: to_srt(cut.captions, fps),
        "captions.vtt": lambda: to_vtt(cut.captions, fps),
        "screenplay.fountain": lambda: fountain,
        "screenplay.fdx": lambda: write_fdx(read_fountain(fountain)).decode("utf-8"),
    }
    made: dict[str, Path | str] = {}
    for name, text in texts.items():
        made[name] = folder / name
        (folder / name).write_text(text(), encoding="utf-8")
    if cut.master:
        made[MASTER] = cut.master.content
    poster = cut.takes.get(f"poster:film@{cut.film.frame.width}x{cut.film.frame.height}")
    if poster:
        made[POSTER] = poster.content
    made["storyboard.pdf"] = folder / "storyboard.pdf"
    title, boards = cut.film.title, board_files(house, cut)
    storyboard(cut.film.breakdown, boards, folder / "storyboard.pdf", timeline=cut.timeline, title=title)
    for file in cut.edit_lists(house.media / episode / cut.film.mark, folder):
        made[file.name] = file
    return made


def _keep(house: House, run: Run, cut: Cut, revision: Revision, made: Mapping[str, Path | str]) -> None:
    contents = {name: one if isinstance(one, str) else house.vault.put(one, move=True) for name, one in made.items()}
    sizes = {name: house.vault.open(content).stat().st_size for name, content in contents.items()}
    seconds, master = cut.timeline.frames / cut.film.frame.fps, cut.master
    with house.db.write(of=run.account) as session:
        for name, content in contents.items():
            row = session.get(Delivery, (run.episode, cut.film.mark, name)) or Delivery(
                episode=run.episode, frame=cut.film.mark, name=name, account=run.account, content="", size=0
            )
            row.content, row.size, row.seconds, row.created = content, sizes[name], seconds, now()
            row.basis = master.fingerprint if master else revision.id
            session.add(row)
