"""Preview: the plan of a source nobody has opened yet, without a row written or a take made."""

from __future__ import annotations

from studio.crew import Pitch
from studio.production.film import Choices, Film
from studio.production.house import House
from studio.production.script import film_parts, newest, prepare
from studio.story.breakdown import Breakdown
from studio.story.episode import Episode
from studio.story.screenplay import Screenplay


def preview_pitch(house: House, pitch: Pitch, choices: Choices) -> Film:
    """The film a pitch would become."""
    return _film(house, house.crew.write(pitch), choices, pitch.seed, pitch.title, None)


def preview_script(
    house: House,
    account: str,
    episode: Episode | None,
    screenplay: Screenplay,
    choices: Choices,
    *,
    seed: int,
    title: str,
) -> Film:
    """The film a changed screenplay of an episode, or a new one, would become."""
    before = None
    if episode:
        with house.db.read() as session:
            revision = newest(session, account, episode.id)
        before = Breakdown.model_validate_json(revision.breakdown) if revision and revision.breakdown else None
    return _film(house, screenplay, choices, seed, title, before)


def _film(
    house: House, screenplay: Screenplay, choices: Choices, seed: int, title: str, before: Breakdown | None
) -> Film:
    named, author = film_parts(screenplay)
    return Film(prepare(house, screenplay, seed, before), choices, title or named or "Untitled", author, seed)
