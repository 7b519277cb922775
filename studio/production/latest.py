"""The latest script of an episode: asked for in one question, and read only when it is another one than before."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy
from sqlalchemy import bindparam
from sqlmodel import Session, col

from studio.errors import NotFound
from studio.people.refusals import look_whose
from studio.production.house import House
from studio.production.remembering import Remembered
from studio.production.script import film_parts, ready_revision
from studio.story.breakdown import Breakdown
from studio.story.episode import Episode, Revision
from studio.story.fountain import read_fountain
from studio.takes.roster import Crew

_latest = (
    sqlalchemy.select(col(Episode.title), col(Episode.seed), col(Revision.id), col(Revision.number))
    .join(Revision, col(Revision.episode) == col(Episode.id))
    .where(col(Episode.id) == bindparam("episode"), col(Episode.account) == bindparam("account"))
    .add_columns((col(Revision.breakdown) != "").label("ready"))
    .order_by(col(Revision.number).desc())
    .limit(1)
)


@dataclass(frozen=True, eq=False)
class Script:
    """A revision as it was read: its text and breakdown, and what its title page says."""

    fountain: str
    breakdown: Breakdown
    title: str
    author: str


@dataclass(frozen=True)
class Latest:
    """An episode in its newest version; `title` is what the person calls it, empty where nobody did."""

    title: str
    seed: int
    number: int
    script: Script


_crew = sqlalchemy.select(col(Episode.crew)).where(
    col(Episode.id) == bindparam("episode"), col(Episode.account) == bindparam("account")
)

_scripts = Remembered[str, Script]()  # by revision, which never changes once it is broken down


def latest(house: House, account: str, episode: str) -> Latest:
    """An episode as it stands; writes and breaks down what is missing. NotFound when it is not this account's."""
    with house.db.read() as session:
        if known := script_as_it_is(session, account, episode):
            return known
        found = session.get(Episode, episode)
        if found is None or found.account != account:
            look_whose(session, account, Episode, episode)
            raise NotFound(f"no episode called {episode}")
    revision = ready_revision(house, account, episode)
    with house.db.read() as session:
        found = session.get_one(Episode, episode)
        return Latest(found.title, found.seed, revision.number, script_of(session, revision.id))


def script_as_it_is(session: Session, account: str, episode: str) -> Latest | None:
    """An episode as it stands; None while its newest version is not written or broken down."""
    row = session.execute(_latest, {"account": account, "episode": episode}).first()
    if row is None or not row.ready:
        return None
    return Latest(row.title, row.seed, row.number, script_of(session, row.id))


def script_of(session: Session, revision: str) -> Script:
    """The script of a revision that is broken down."""
    known = _scripts.find(revision)
    if known is None:
        row = session.get_one(Revision, revision)
        title, author = film_parts(read_fountain(row.fountain))
        known = Script(row.fountain, Breakdown.model_validate_json(row.breakdown), title, author)
        _scripts.keep(revision, known, len(known.breakdown.shots))
    return known


def crew_of(session: Session, account: str, episode: str) -> Crew | None:
    """Who was chosen to play in an episode; None where nobody was."""
    saved = session.execute(_crew, {"account": account, "episode": episode}).scalar()
    return Crew.model_validate(saved) if saved else None
