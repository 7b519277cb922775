"""A worker's chores for whoever comes and goes: letters are sent, what expired is cleared, leavers are forgotten."""

from __future__ import annotations

from datetime import datetime

from services.mail.sending import mail, send_due
from services.settings import Settings
from studio.db import now
from studio.desk.erasing import erase_all, tidy_media
from studio.people.pruning import prune
from studio.production.chores import Chore
from studio.production.house import House

_LETTERS, _CLEARING = 2.0, 300.0  # seconds


def door_chores(settings: Settings, house: House) -> tuple[Chore, ...]:
    """What a worker of this house does for its doors."""
    return (
        Chore("letters", _LETTERS, lambda: _send(settings, house)),
        Chore("leavers", _CLEARING, lambda: clear(house, now())),
    )


def studio_address(settings: Settings) -> str:
    """What people type to reach this studio, as links in mail begin."""
    return settings.studio_public_url.rstrip("/") or f"http://127.0.0.1:{settings.studio_port}"


def clear(house: House, at: datetime) -> None:
    """Clear what has expired, and what is left of who left."""
    with house.db.write() as session:
        prune(session, at=at)
    erase_all(house, at=at)
    tidy_media(house)


def _send(settings: Settings, house: House) -> None:
    send_due(house.db, mail(settings), studio_address(settings))
