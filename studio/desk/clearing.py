"""Clearing: what in the vault nothing needs any more is found, and removed when asked. The vault is everybody's."""

from __future__ import annotations

from studio.desk.seat import Seat
from studio.errors import Conflict, NotAllowed
from studio.people.account import OWNER
from studio.production import executors, runs
from studio.takes import collector


class Clearing(Seat):
    """Clears up."""

    def collect(self, *, delete: bool = False, paid: bool = False) -> collector.Collected:
        """What in the vault nothing needs any more; with `delete` it goes. Conflict while something is being made.

        What was paid for is not among it unless `paid` says so. NotAllowed to all but whoever runs the studio: it
        looks at what everybody has.
        """
        if self._account != OWNER:
            raise NotAllowed("the vault is cleared by whoever runs the studio")
        with self._house.db.write() as session:
            alive = executors.alive(session)
            if delete and alive and runs.any_active(session):
                raise Conflict("a production is under way; collect when it has ended")
            sold = {card.name for card in self._house.roster.engine if card.vendor}
            return collector.collect(session, self._house.vault, alive, sold, delete=delete, paid=paid)
