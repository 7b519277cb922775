"""The shape an episode's pictures are shown and made in: as it was last rendered."""

from __future__ import annotations

from studio.desk.desk import Desk
from studio.production.film import Choices


def last_shape(desk: Desk, episode: str) -> Choices:
    """The shape and quality of the last render, or the usual ones before there was any."""
    was = next(iter(desk.formats(episode)), Choices())
    return Choices(aspect=was.aspect, quality=was.quality)
