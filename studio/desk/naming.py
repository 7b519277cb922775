"""Naming: what to call the subjects of an episode where people read of them."""

from __future__ import annotations

from collections.abc import Callable

from studio.desk.calling import Places
from studio.desk.seat import Seat
from studio.production.script import newest
from studio.story.breakdown import Breakdown


class Naming(Seat):
    """Calls subjects by the scenes, shots and people of the screenplay."""

    def called(self, episode: str) -> Callable[[str], str]:
        """What to call a subject of an episode: clip 2B; as it is written where there is no screenplay to tell."""
        with self._house.db.read() as session:
            revision = newest(session, self._account, episode)
        if revision is None or not revision.breakdown:
            return str
        return Places(Breakdown.model_validate_json(revision.breakdown)).name
