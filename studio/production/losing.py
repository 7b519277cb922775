"""Losing: where one file of a film is found damaged, the others are looked at too, so that one more run mends all."""

from __future__ import annotations

from contextlib import suppress

from studio.errors import VaultDown
from studio.production.cutting import cut_of
from studio.production.film import Film
from studio.production.house import House
from studio.takes import shelf
from studio.takes.opening import damaged


def lose_damaged(house: House, account: str, episode: str, film: Film, met: str) -> None:
    """Write down that the content that was `met`, and whatever else a film is delivered with, is damaged or gone."""
    with house.db.read() as session:
        media = cut_of(session, account, episode, film).media
    found = {met}
    with suppress(VaultDown):  # then what was met is all that is known
        found |= damaged(house.vault, {made.content for made in media.values()})
    with house.db.write(of=account) as session:
        for content in sorted(found):
            shelf.lose(session, account, content)
