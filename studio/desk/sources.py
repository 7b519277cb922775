"""Sources: a pitch or a screenplay file becomes an episode; the same source again is the same episode."""

from __future__ import annotations

import hashlib

import sqlalchemy
from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from studio.errors import BadRequest, BadScript, NotFound
from studio.people.refusals import look_whose
from studio.production.script import revise
from studio.story.episode import Episode, Series
from studio.story.screenplay import Screenplay
from studio.story.titling import titled

SHORTEST, LONGEST = 20, 600  # seconds a writer can be asked for
_LONGEST_PITCH = 2_000_000  # characters taken in; the writer reads what matters of it
_TRIAL = "Ten scenes that show whether an animator keeps people and places as they are."
_there = sqlalchemy.select(col(Episode.id)).where(  # built once: most of what a page reads asks it
    col(Episode.id) == bindparam("episode"), col(Episode.account) == bindparam("account")
)


def pitch_episode(
    session: Session, account: str, text: str, *, title: str, seconds: int, seed: int, series: str
) -> Episode:
    """The episode of a pitch; BadScript for an empty one, BadRequest for a length nobody can write."""
    check_pitch(text, seconds)
    source = pitch_source(text, title=title, seconds=seconds, seed=seed)
    fresh = Episode(
        source=source, title=titled(title), pitch=_clean(text), seconds=seconds, seed=seed, account=account, series=""
    )
    return _opened(session, fresh, series)


def check_pitch(text: str, seconds: int) -> None:
    """Refuse an empty pitch (BadScript) and a length nobody can write (BadRequest)."""
    if not _clean(text):
        raise BadScript("the pitch is empty; a sentence about who wants what is enough")
    if not SHORTEST <= seconds <= LONGEST:
        raise BadRequest(f"{seconds} s; a pitch can become {SHORTEST} to {LONGEST} seconds", field="length")


def pitch_source(text: str, *, title: str, seconds: int, seed: int) -> str:
    """What tells a pitch's episode from others."""
    mark = hashlib.sha256(_clean(text).encode()).hexdigest()[:16]
    return f"pitch:{mark}:{seconds}:{seed}:{title}"


def script_source(source: str, seed: int) -> str:
    """What tells a screenplay file's episode from others; another seed is another production of it."""
    return f"file:{source}:{seed}" if seed else f"file:{source}"


def known(session: Session, account: str, source: str) -> Episode | None:
    """The episode of a source, if it was opened before."""
    return session.exec(select(Episode).where(Episode.account == account, Episode.source == source)).first()


def script_episode(
    session: Session, account: str, source: str, screenplay: Screenplay, *, title: str, seed: int, series: str
) -> Episode:
    """The episode of a screenplay file, with this screenplay as its newest revision."""
    fresh = Episode(source=script_source(source, seed), title=title, seconds=0, seed=seed, account=account, series="")
    episode = _opened(session, fresh, series)
    revise(session, account, episode, screenplay)
    episode.title = script_title(source, screenplay, title, episode.title)
    session.add(episode)
    return episode


def script_title(source: str, screenplay: Screenplay, asked: str, before: str) -> str:
    """The title of a file's episode: as asked, as its title page says, as it was called before, or the file's name."""
    name = titled(source.rsplit("/", 1)[-1].rsplit(".", 1)[0])
    return titled(asked) or screenplay.title or before or name or "Untitled"


def find_episode(session: Session, account: str, episode: str) -> Episode:
    """An episode of this account; NotFound otherwise."""
    found = session.get(Episode, episode)
    if found is None or found.account != account:
        look_whose(session, account, Episode, episode)
        raise NotFound(f"no episode called {episode}")
    return found


def check_episode(session: Session, account: str, episode: str) -> None:
    """Refuse an episode that is not this account's, with NotFound."""
    if session.execute(_there, {"account": account, "episode": episode}).first() is None:
        look_whose(session, account, Episode, episode)
        raise NotFound(f"no episode called {episode}")


def trial_episode(session: Session, account: str, engine: str, number: int) -> Episode:
    """The episode whose clips are a trial of an animator, the number-th of it; begun where it is not there."""
    fresh = Episode(
        source=f"trial:{engine}:{number}", title=f"Trial {number} of {engine}", pitch=_TRIAL, account=account, series=""
    )
    return _opened(session, fresh, "Trials")


def _opened(session: Session, fresh: Episode, series: str) -> Episode:
    """The episode of this source if there is one, removed or not, put into the series asked for; else the fresh one."""
    episode = known(session, fresh.account, fresh.source) or fresh
    episode.removed = None
    if series or not episode.series:
        episode.series = put_into(session, fresh.account, series).id
    session.add(episode)
    session.flush()
    return episode


def series_of(session: Session, account: str, title: str) -> Series | None:
    """The series of this title, if there is one; no title is no series."""
    query = select(Series).where(Series.account == account, Series.title == titled(title))
    return session.exec(query).first() if title else None


def put_into(session: Session, account: str, title: str) -> Series:
    """The series of this title; an episode nobody put into one has a series of its own."""
    found = series_of(session, account, title)
    if found:
        return found
    made = Series(account=account, title=titled(title))
    session.add(made)
    session.flush()
    return made


def _clean(text: str) -> str:
    return " ".join(text[:_LONGEST_PITCH].split())
