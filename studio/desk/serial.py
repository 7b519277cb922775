"""Serial: the episodes of a series and whom they know, an episode put into one, and a look given to the others."""

from __future__ import annotations

import json
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import BindParameter, bindparam, select
from sqlmodel import col

from studio.desk.revising import Revising
from studio.desk.sources import find_episode, put_into
from studio.errors import BadRequest, NotFound
from studio.people.refusals import look_whose
from studio.production.house import House
from studio.story import designing
from studio.story.breakdown import Breakdown
from studio.story.cast import Character
from studio.story.episode import Episode, Revision, Series
from studio.story.noun import Noun

_LONGEST = 80  # letters of a series' title


class Sibling(Noun):
    """Another episode: its id and title, and the ids of whoever is in it; a locked look is its own."""

    id: str
    title: str
    cast: tuple[str, ...] = ()
    locked: tuple[str, ...] = ()


class SeriesView(Noun):
    """The series an episode is in: no title when it stands alone."""

    title: str
    others: tuple[Sibling, ...] = ()

    def knowing(self, character: str) -> tuple[Sibling, ...]:
        """The other episodes somebody is in."""
        return tuple(one for one in self.others if character in one.cast)


_account: BindParameter[str] = bindparam("account")
_episode: BindParameter[str] = bindparam("episode")
_broken = select(col(Revision.id)).where(col(Revision.episode) == col(Episode.id), col(Revision.breakdown) != "")
_newest = _broken.order_by(col(Revision.number).desc()).limit(1).correlate(Episode).scalar_subquery()
_own = (
    select(col(Series.id), col(Series.title))
    .join(Episode, col(Episode.series) == col(Series.id))
    .where(col(Episode.account) == _account, col(Episode.id) == _episode)
)
_each = select(col(Episode.id), col(Episode.title)).where(col(Episode.account) == _account, col(Episode.id) != _episode)
_siblings = (
    _each.add_columns(_newest.label("revision"))
    .where(col(Episode.series) == bindparam("series"), col(Episode.removed).is_(None))
    .order_by(col(Episode.created))
)
_others = _each.where(_broken.correlate(Episode).exists()).order_by(col(Episode.created).desc())
_titles = (
    select(col(Series.title))
    .where(col(Series.account) == _account, col(Series.title) != "")
    .order_by(col(Series.title))
)


class Serial(Revising):
    """Joins episodes."""

    def series(self, episode: str) -> SeriesView:
        """The series of an episode with its other episodes, the oldest first."""
        with self._house.db.read() as session:
            asked = {"account": self._account, "episode": episode}
            own = session.execute(_own, asked).first()
            if own is None:
                look_whose(session, self._account, Episode, episode)
                raise NotFound(f"no episode called {episode}")
            others = session.execute(_siblings, asked | {"series": own.id}).all()
        casts = [_known(self._house, one.revision) if one.revision else ((), ()) for one in others]
        rows = zip(others, casts, strict=True)
        return SeriesView(title=own.title, others=tuple(_sibling(row, cast, locked) for row, (cast, locked) in rows))

    def all_series(self) -> tuple[str, ...]:
        """The titles of this account's series."""
        with self._house.db.read() as session:
            return tuple(session.scalars(_titles, {"account": self._account}))

    def join(self, episode: str, title: str) -> None:
        """Put an episode into the series of this title, which is begun if there is none; no title takes it out.

        Whoever is in the episode keeps their looks; who first appears later comes as the series knows them.
        """
        title = " ".join(title.split())
        if len(title) > _LONGEST:
            raise BadRequest(f"at most {_LONGEST} letters", field="series")
        with self._house.db.write(of=self._account) as session:
            row = find_episode(session, self._account, episode)
            if session.get_one(Series, row.series).title != title:
                row.series = put_into(session, self._account, title).id
                session.add(row)

    def others(self, episode: str) -> tuple[Sibling, ...]:
        """This account's other episodes that have a script, the newest first, without their casts."""
        with self._house.db.read() as session:
            rows = session.execute(_others, {"account": self._account, "episode": episode}).all()
        return tuple(_sibling(row) for row in rows)

    def share(self, episode: str, character: str) -> tuple[str, ...]:
        """Give a character's look and voice to every other episode of the series that knows them and has not locked
        them, each as a version of its own; gives the titles of those episodes. NotFound for nobody.
        """
        mine = self.story(episode)
        if character not in {member.id for member in mine.breakdown.cast}:
            raise NotFound(f"nobody called {character} is in {mine.title}")
        member = mine.breakdown.character(character)
        told = []
        for other in self.series(episode).knowing(character):
            if character in other.locked:
                continue
            what = f"{member.called}: as in {mine.title}"
            self._change(other.id, what, self.story(other.id).number, partial(_as, member))
            told.append(other.title)
        return tuple(told)


def _as(member: Character, breakdown: Breakdown) -> Breakdown:
    return designing.adopt(breakdown, member.id, member)


def _sibling(row: Any, cast: tuple[str, ...] = (), locked: tuple[str, ...] = ()) -> Sibling:
    return Sibling(id=row.id, title=row.title or "Untitled", cast=cast, locked=locked)


@lru_cache(maxsize=256)
def _known(house: House, revision: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who is in a revision, and whose look is locked there; once broken down a revision never changes."""
    with house.db.read() as session:
        cast = json.loads(session.get_one(Revision, revision).breakdown)["cast"]
    return tuple(one["id"] for one in cast), tuple(one["id"] for one in cast if one.get("locked"))
