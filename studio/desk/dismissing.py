"""Dismissing: a run that ended without all it was to make is put away and named no more; what it made stays."""

from __future__ import annotations

from sqlalchemy import ColumnElement
from sqlmodel import col

from studio.desk.seat import Seat
from studio.errors import Conflict
from studio.production import runs
from studio.production.run import ACTIVE, Run, RunState

_PUT_AWAY = "put away"  # the stage of a run nobody asks about any more


def not_dismissed() -> ColumnElement[bool]:
    """Of runs, those that are still named."""
    return col(Run.stage) != _PUT_AWAY


class Dismissing(Seat):
    """Puts away how runs ended."""

    def dismiss(self, run: str) -> None:
        """Put away a run that was stopped or failed; Conflict for one that is under way or has made a film."""
        with self._house.db.write(of=self._account) as session:
            found = runs.find(session, self._account, run)
            if found.state in ACTIVE or (found.state == RunState.DONE and not found.part):
                raise Conflict("only a production that was stopped or failed can be put away")
            found.stage = _PUT_AWAY
            session.add(found)
