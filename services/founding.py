"""A worker's chores for founders: a row for each minute the studio lived in, and alarms that come up and clear."""

from __future__ import annotations

import logging
from datetime import datetime

from services.settings import Settings
from studio.db import now
from studio.desk.founding_alarms import watch
from studio.errors import StudioError
from studio.production.chores import Chore
from studio.production.house import House
from studio.production.pulse import beat, forget

log = logging.getLogger(__name__)
_NOTHING = "0" * 64
_MINUTE, _WATCH, _CLEARING = 60.0, 300.0, 86_400.0  # seconds


def founding_chores(settings: Settings, house: House) -> tuple[Chore, ...]:
    """What a worker does for founders: nothing on one's own machine with the offline crew alone."""
    sold = any(card.vendor and not house.roster.missing(card) for card in house.roster.engine)
    if not (settings.hosted or sold):
        return ()
    return (
        Chore("pulse", _MINUTE, lambda: feel(house, now())),
        Chore("alarms", _WATCH, lambda: _watch(house)),
        Chore("old minutes", _CLEARING, lambda: _forget(house)),
    )


def feel(house: House, at: datetime) -> None:
    """Write this minute down: whether the vault answers, and by that it is written, that the database does."""
    why = ""
    try:
        house.vault.intact(_NOTHING)  # that nobody has it is an answer
    except StudioError as error:
        why = f"the vault does not answer: {error}"
    with house.db.write() as session:
        beat(session, why, at=at)


def _watch(house: House) -> None:
    if fresh := watch(house, at=now()):
        log.warning("founder.alarms new=%d", fresh)


def _forget(house: House) -> None:
    with house.db.write() as session:
        forget(session, at=now())
