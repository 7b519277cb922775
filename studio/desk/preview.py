"""Preview: the plan of a source nobody has opened yet, without a row written or a take made."""

from __future__ import annotations

from sqlmodel import Session

from studio.crew import Pitch
from studio.desk.sources import series_of
from studio.production.film import Choices, Film
from studio.production.house import House
from studio.production.script import film_parts, newest, prepare, series_cast
from studio.story.breakdown import Breakdown
from studio.story.episode import Episode
from studio.story.screenplay import Screenplay


def preview_pitch(house: House, pitch: Pitch, choices: Choices, before: Breakdown | None) -> Film:
    """The film a pitch would become; `before` holds the cast of its series."""
    written = house.crew.write(pitch)
    return _film(house, written, choices, pitch.seed, written.title or pitch.title, before)


def preview_script(
    house: House, screenplay: Screenplay, choices: Choices, before: Breakdown | None, *, seed: int, title: str
) -> Film:
    """The film a screenplay would become after `before`: its last breakdown, or the cast of its series."""
    return _film(house, screenplay, choices, seed, title, before)


def known_before(session: Session, account: str, episode: Episode | None, series: str) -> Breakdown | None:
    """What a new revision of an episode, or a new episode of a series, would be aligned with."""
    if episode is None:
        found = series_of(session, account, series)
        return series_cast(session, account, found.id) if found else None
    revision = newest(session, account, episode.id)
    return Breakdown.model_validate_json(revision.breakdown) if revision and revision.breakdown else None


def _film(
    house: House, screenplay: Screenplay, choices: Choices, seed: int, title: str, before: Breakdown | None
) -> Film:
    author = film_parts(screenplay)[1]
    return Film(prepare(house, screenplay, seed, before), choices, title or "Untitled", author, seed)
