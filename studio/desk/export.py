"""Export: an episode's finished files in a folder, with the media its edit lists refer to beside them."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlmodel import select

from studio.errors import BadRequest, NotFound
from studio.production.cutting import cut_of
from studio.production.delivering import lay_out
from studio.production.film import Film
from studio.production.house import House
from studio.takes.take import Delivery

MEDIA = "media"


def export(house: House, account: str, film: Film, episode: str, folder: Path) -> tuple[Path, ...]:
    """Copy the files; NotFound when nothing was delivered, BadRequest when the folder has no room."""
    with house.db.read() as session:
        rows = session.exec(
            select(Delivery)
            .where(Delivery.account == account, Delivery.episode == episode, Delivery.frame == film.mark)
            .order_by(Delivery.name)
        ).all()
        cut = cut_of(session, account, episode, film)
    if not rows:
        raise NotFound("nothing was delivered yet")
    try:
        files = [_place(house, row.content, folder / row.name) for row in rows]
        lay_out(house, cut, folder / MEDIA)
        cut.edit_lists(folder / MEDIA, folder)
    except OSError as error:
        raise BadRequest(f"cannot write {folder}: {error.strerror}", field="out") from error
    return tuple(files)


def _place(house: House, content: str, target: Path) -> Path:
    """Put a content at a path, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.part")
    shutil.copyfile(house.vault.open(content), draft)
    return draft.replace(target)
