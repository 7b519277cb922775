"""Export: an episode's finished files in a folder, with the media its edit lists refer to beside them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from sqlmodel import select

from studio.errors import BadRequest, NotFound
from studio.production.delivering import Cut, cut_of, edit_lists
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
        contents = {row.name: row.content for row in rows} | _media(cut)
        files = [_place(house, content, folder / name) for name, content in contents.items()]
        for name, text in edit_lists(cut, (folder / MEDIA).resolve().as_uri()).items():
            (folder / name).write_bytes(text)
    except OSError as error:
        raise BadRequest(f"cannot write {folder}: {error.strerror}", field="out") from error
    return tuple(file for file in files if file.parent == folder)


def _media(cut: Cut) -> Mapping[str, str]:
    """Shot masters, speeches and music by the names edit lists use."""
    return {f"{MEDIA}/{name}": made.content for name, made in cut.media.items()}


def _place(house: House, content: str, target: Path) -> Path:
    """Put a content at a path, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.part")
    shutil.copyfile(house.vault.open(content), draft)
    return draft.replace(target)
