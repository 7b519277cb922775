"""Retaking: the takes of a subject side by side, which one is circled, and another one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import bindparam, func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from studio.desk.producing import Producing
from studio.desk.sources import check_episode, find_episode
from studio.desk.views import Progress, TakeView
from studio.desk.watching import Watching
from studio.errors import NotFound
from studio.production.delivering import thumb
from studio.production.film import Again, Choices
from studio.production.run import ACTIVE, Run
from studio.production.wants import wants
from studio.takes import shelf
from studio.takes.recipe import PICTURES
from studio.takes.take import OWN, Choice, Take, TakeState

_STRIDE = 1_000_003  # between the seeds of a subject's takes; a prime, so that no two films meet by a neat number


_there = (  # not whole takes: a speech has thousands of letters of words and mouths
    sqlalchemy.select(
        *map(col, (Choice.subject, Choice.circled, Take.fingerprint, Take.kind, Take.content, Take.suffix)),
        *map(col, (Take.engine, Take.cost_micros, Take.made, Take.asked)),
        func.coalesce(col(Take.recipe)["note"].as_string(), "").label("note"),
        func.coalesce(col(Take.measure)["seconds"].as_float(), 0.0).label("seconds"),
    )
    .join(Take, (col(Take.account) == col(Choice.account)) & (col(Take.fingerprint) == col(Choice.fingerprint)))
    .where(col(Choice.account) == bindparam("account"), col(Choice.episode) == bindparam("episode"))
    .where(col(Choice.subject).in_(bindparam("subjects", expanding=True)), col(Take.state) == TakeState.MADE)
    .order_by(col(Choice.id).desc())
)


class Retaking(Producing, Watching):
    """Chooses among takes and asks for others."""

    def takes(self, episode: str, subjects: Sequence[str]) -> dict[str, tuple[TakeView, ...]]:
        """Every take of each subject whose bytes are there, the newest first."""
        with self._house.db.read() as session:
            check_episode(session, self._account, episode)
            asked = {"account": self._account, "episode": episode, "subjects": list(subjects)}
            found = session.execute(_there, asked).all()
        shown: dict[str, tuple[TakeView, ...]] = dict.fromkeys(subjects, ())
        for row in found:
            shown[row.subject] += (_view(row),)
        return shown

    def circle(self, episode: str, subject: str, fingerprint: str) -> None:
        """Choose a take of a subject; NotFound when it has none such."""
        with self._house.db.write() as session:
            choice = self._choice(session, episode, fingerprint)
            if choice.subject != subject:
                raise NotFound(f"{subject} has no such take")
            shelf.circle(session, self._account, episode, subject, fingerprint)

    def make(self, episode: str, subjects: Sequence[str], choices: Choices) -> str | None:
        """Make what of these is missing or stale, with what they need; the run's id, None when all is there.

        Raises BadRequest for a subject the film has not.
        """
        return self._part(episode, choices.model_copy(update={"only": tuple(sorted(set(subjects)))}))

    def retake(self, episode: str, subjects: Sequence[str], choices: Choices, *, note: str = "") -> str | None:
        """Make another take of each of these, current or not; it is circled when it is there. The run's id."""
        asked = sorted(set(subjects))
        with self._house.db.read() as session:
            seed = find_episode(session, self._account, episode).seed
            again = {one: Again(seed=self._fresh_seed(session, episode, one, seed), note=note) for one in asked}
        return self._part(episode, choices.model_copy(update={"only": tuple(asked), "again": again}))

    def parts_under_way(self, episode: str) -> tuple[Progress, ...]:
        """The open runs that make a part of an episode, the oldest first."""
        with self._house.db.read() as session:
            query = select(Run).where(Run.account == self._account, Run.episode == episode, Run.part != "")
            found = session.exec(query.where(col(Run.state).in_(ACTIVE)).order_by(col(Run.created))).all()
        return tuple(self.progress(run.id) for run in found)

    def take_file(self, episode: str, fingerprint: str, *, small: bool = False) -> tuple[Path, str]:
        """A take's bytes, checked, and the suffix of its kind of file; `small` gives a picture's thumbnail.

        Raises NotFound when the episode has no such take.
        """
        with self._house.db.read() as session:
            self._choice(session, episode, fingerprint)
            take = session.get_one(Take, (self._account, fingerprint))
        if take.state != TakeState.MADE:
            raise NotFound("the take has no file")
        if small and take.kind in PICTURES:
            return thumb(self._house, take.content), ".jpg"
        return self._house.vault.open(take.content), take.suffix

    def _part(self, episode: str, choices: Choices) -> str | None:
        wants(self._film(episode, choices))
        return self.produce(episode, choices)

    def _choice(self, session: Session, episode: str, fingerprint: str) -> Choice:
        query = select(Choice).where(Choice.account == self._account, Choice.episode == episode)
        found = session.exec(query.where(Choice.fingerprint == fingerprint)).first()
        if found is None:
            raise NotFound("no such take")
        return found

    def _fresh_seed(self, session: Session, episode: str, subject: str, seed: int) -> int:
        """A seed that no take of a subject has had."""
        known = session.exec(
            _chosen().where(Choice.account == self._account, Choice.episode == episode, Choice.subject == subject)
        ).all()
        had = {shelf.made_of(take).seed for _, take in known} | {seed}
        return next(fresh for n in range(1, len(had) + 2) if (fresh := seed + n * _STRIDE) not in had)


def _chosen() -> Select[Choice, Take]:
    """Subjects' takes as pairs of choice and take."""
    same = (col(Take.account) == col(Choice.account)) & (col(Take.fingerprint) == col(Choice.fingerprint))
    return select(Choice, Take).join(Take, same)


def _view(row: Any) -> TakeView:
    return TakeView(
        fingerprint=row.fingerprint,
        kind=row.kind,
        content=row.content,
        suffix=row.suffix,
        engine=row.engine,
        note=row.note,
        own=row.engine == OWN,
        circled=row.circled,
        seconds=row.seconds,
        cost_micros=row.cost_micros,
        made=row.made or row.asked,
    )
