"""Export: an episode's finished files in a folder, with the media its edit lists refer to beside them."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlmodel import select

from studio.desk.sources import find_episode, script_source
from studio.errors import BadRequest, NotFound
from studio.production.cutting import cut_of
from studio.production.delivering import lay_out
from studio.production.film import Film
from studio.production.house import House
from studio.story.episode import Episode
from studio.takes.take import Delivery

MEDIA = "media"


def export(house: House, account: str, film: Film, episode: str, folder: Path) -> tuple[Path, ...]:
    """Copy the files, but never over the very file the episode is made from.

    NotFound when nothing was delivered, BadRequest when the folder has no room.
    """
    with house.db.read() as session:
        rows = session.exec(
            select(Delivery)
            .where(Delivery.account == account, Delivery.episode == episode, Delivery.frame == film.mark)
            .order_by(Delivery.name)
        ).all()
        cut = cut_of(session, account, episode, film)
        known = find_episode(session, account, episode)
    if not rows:
        raise NotFound("nothing was delivered yet")
    try:
        files = [
            target if _is_source(target, known) else _place(house, row.content, target)
            for row, target in ((row, folder / row.name) for row in rows)
        ]
        lay_out(house, cut, folder / MEDIA)
        cut.edit_lists(folder / MEDIA, folder)
    except OSError as error:
        raise BadRequest(f"cannot write {folder}: {error.strerror}", field="out") from error
    return tuple(files)


def _is_source(target: Path, episode: Episode) -> bool:
    """Whether an episode is made from this very file."""
    return script_source(str(target.resolve()), episode.seed) == episode.source


def _place(house: House, content: str, target: Path) -> Path:
    """Put a content at a path, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.part")
    shutil.copyfile(house.vault.open(content), draft)
    return draft.replace(target)
