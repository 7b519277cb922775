"""The script of a run: written from the pitch if there is none yet, broken down, cast, and kept as a revision."""

from __future__ import annotations

from sqlmodel import Session, col, select

from studio.crew import Pitch
from studio.errors import Conflict
from studio.production.house import House
from studio.story.breakdown import Breakdown
from studio.story.breaking import break_down
from studio.story.cast import Character
from studio.story.episode import Episode, Revision
from studio.story.fountain import read_fountain
from studio.story.fountain_out import write_fountain
from studio.story.screenplay import Screenplay
from studio.takes.roster import Crew


def newest(session: Session, account: str, episode: str) -> Revision | None:
    """The newest revision of an episode."""
    return session.exec(
        select(Revision)
        .where(Revision.account == account, Revision.episode == episode)
        .order_by(col(Revision.number).desc())
    ).first()


def revise(session: Session, account: str, episode: Episode, screenplay: Screenplay, what: str = "") -> Revision:
    """Keep a screenplay as the episode's newest revision; the same text again is the same revision."""
    text = write_fountain(screenplay)
    last = newest(session, account, episode.id)
    if last and last.fountain == text:
        return last
    number = last.number + 1 if last else 1
    revision = Revision(account=account, episode=episode.id, number=number, fountain=text, what=what)
    session.add(revision)
    if screenplay.title:
        episode.title = screenplay.title
        session.add(episode)
    session.flush()
    return revision


def ready_revision(house: House, account: str, episode_id: str) -> Revision:
    """The newest revision with its breakdown; writes the screenplay and breaks it down where that is missing."""
    with house.db.read() as session:
        episode = session.get_one(Episode, episode_id)
        revision = newest(session, account, episode_id)
        before = _before(session, episode, revision)
    if revision is None:
        _check_writer(house, episode)
        screenplay = house.crew.write(pitch_of(episode))
        with house.db.write() as session:
            revision = revise(session, account, session.get_one(Episode, episode_id), screenplay)
    if not revision.breakdown:
        breakdown = prepare(house, read_fountain(revision.fountain), episode.seed, before)
        with house.db.write() as session:
            revision = session.get_one(Revision, revision.id)
            revision.breakdown = revision.breakdown or breakdown.model_dump_json()
            session.add(revision)
    return revision


def _check_writer(house: House, episode: Episode) -> None:
    """Leave a pitch whose writer costs to a run: a page that only looks never spends."""
    writer = Crew.model_validate(episode.crew).name("writer")
    if writer and house.roster.sold(writer):
        raise Conflict(f"{writer} has not written the screenplay yet; have it written first")


def prepare(house: House, screenplay: Screenplay, seed: int, before: Breakdown | None) -> Breakdown:
    """Break a screenplay down and cast it."""
    found = break_down(screenplay, seed=seed, previous=before)
    return found.model_copy(update={"cast": house.crew.cast(found.cast, found.language)})


def pitch_of(episode: Episode) -> Pitch:
    """What the writer is given for an episode."""
    return Pitch(text=episode.pitch, seconds=episode.seconds, seed=episode.seed, title=episode.title)


def _before(session: Session, episode: Episode, revision: Revision | None) -> Breakdown | None:
    """The breakdown before this revision's, whose ids live on; a first revision has its series' cast."""
    if revision and revision.breakdown:
        return None
    older = session.exec(
        select(Revision)
        .where(Revision.account == episode.account, Revision.episode == episode.id, Revision.breakdown != "")
        .order_by(col(Revision.number).desc())
    ).first()
    if older:
        return Breakdown.model_validate_json(older.breakdown)
    return series_cast(session, episode.account, episode.series)


def series_cast(session: Session, account: str, series: str) -> Breakdown | None:
    """Everybody known from the episodes of a series, as last seen or as last locked, in no scene."""
    rows = session.exec(
        select(Revision.breakdown)
        .join(Episode, col(Episode.id) == col(Revision.episode))
        .where(Episode.account == account, Episode.series == series, Revision.breakdown != "")
        .order_by(col(Revision.created))
    )
    cast: dict[str, Character] = {}
    for member in (one for row in rows for one in Breakdown.model_validate_json(row).cast):
        known = cast.get(member.id)
        if not known or member.locked or not known.locked:
            cast[member.id] = member
    return Breakdown(title="", cast=tuple(cast.values())) if cast else None


def film_parts(screenplay: Screenplay) -> tuple[str, str]:
    """Title and author as the title page has them, each on one line, empty when it has none."""
    page = {key.casefold(): " ".join(value.split()) for key, value in screenplay.title_page}
    return screenplay.title, page.get("author", page.get("authors", ""))
