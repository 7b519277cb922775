"""Fetching: finished files and pictures, for whom they belong to."""

from __future__ import annotations

from pathlib import Path

from studio.desk.export import export
from studio.desk.seat import Seat
from studio.errors import AssetMissing, NotFound
from studio.production import runs
from studio.production.film import Choices
from studio.production.losing import lose_damaged
from studio.takes.take import Delivery


class Fetching(Seat):
    """Hands out files."""

    def delivery(self, episode: str, frame: str, name: str) -> Path:
        """A delivered file's bytes, checked; NotFound when this account has no such delivery."""
        return self._house.vault.open(self._delivered(episode, frame, name))

    def delivery_content(self, episode: str, frame: str, name: str) -> str:
        """Which content a delivered file is, for whoever gets it elsewhere; it is in the vault, and not fetched.

        NotFound when this account has no such delivery.
        """
        return self._in_vault(self._delivered(episode, frame, name))

    def newest_board(self, run: str, content: str) -> Path:
        """A board a run has made, checked; NotFound when it is not of this run."""
        with self._house.db.read() as session:
            board = runs.made_board(session, runs.find(session, self._account, run), content)
        return self._house.vault.open(board.content)

    def _delivered(self, episode: str, frame: str, name: str) -> str:
        with self._house.db.read() as session:
            row = session.get(Delivery, (episode, frame, name))
        if row is None or row.account != self._account:
            raise NotFound(f"no file {name}")
        return row.content

    def export(self, episode: str, choices: Choices, folder: Path) -> tuple[Path, ...]:
        """Copy the finished files of an episode into a folder, with the media its edit lists refer to.

        AssetMissing when a file it needs is damaged; producing again makes that anew.
        """
        film = self._film(episode, choices)
        try:
            return export(self._house, self._account, film, episode, folder)
        except AssetMissing as error:
            lose_damaged(self._house, self._account, episode, film, str(error.cause))
            raise
