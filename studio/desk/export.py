"""Export: an episode's finished files in a folder, with the media its edit lists refer to beside them."""

from __future__ import annotations

import shutil
from collections import deque
from concurrent.futures import ThreadPoolExecutor
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
_AT_ONCE = 2  # files on their way while edit lists are written: adding up their bytes needs no lock of Python's


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
    from studio.cut.editlists import FILES  # OpenTimelineIO, which the web process never needs

    targets = {folder / row.name: row.content for row in rows}
    try:
        with ThreadPoolExecutor(_AT_ONCE, "exporting") as pool:
            copied = [target for target in targets if target.name not in FILES and not _is_source(target, known)]
            copies = pool.map(lambda target: _place(house, targets[target], target), copied)
            lay_out(house, cut, folder / MEDIA)
            cut.edit_lists(folder / MEDIA, folder)  # those of the episode refer to its own media
            deque(copies, maxlen=0)  # raises what went wrong
    except OSError as error:
        raise BadRequest(f"cannot write {folder}: {error.strerror}", field="out") from error
    return tuple(targets)


def _is_source(target: Path, episode: Episode) -> bool:
    """Whether an episode is made from this very file."""
    return script_source(str(target.resolve()), episode.seed) == episode.source


def _place(house: House, content: str, target: Path) -> None:
    """Put a content at a path, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.part")
    shutil.copyfile(house.vault.open(content), draft)
    draft.replace(target)
