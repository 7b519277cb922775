"""Retaking: the takes of a subject side by side, which one is circled, and another one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import bindparam, func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from studio.db import now
from studio.desk.producing import Producing
from studio.desk.sources import check_episode, find_episode
from studio.desk.views import Progress, TakeView
from studio.desk.watching import Watching
from studio.errors import NotFound
from studio.money.counting import check
from studio.money.metering import scene_of
from studio.money.quote import Quote, QuoteSheet
from studio.money.tiers import Share
from studio.production import filmed, funding, runs
from studio.production.film import Again, Choices
from studio.production.papers import thumb
from studio.production.run import ACTIVE, Run
from studio.production.wants import wants
from studio.takes import shelf
from studio.takes.recipe import PICTURES
from studio.takes.take import OWN, Choice, Take, TakeState

_STRIDE = 1_000_003  # between the seeds of a subject's takes; a prime, so that no two films meet by a neat number


_there = (  # not whole takes: a speech has thousands of letters of words and mouths
    sqlalchemy.select(
        *map(
            col,
            (
                Choice.subject,
                Choice.circled,
                Choice.instead_of,
                Choice.why,
                Take.fingerprint,
                Take.kind,
                Take.content,
                Take.suffix,
            ),
        ),
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
        with self._house.db.write(of=self._account) as session:
            choice = self._choice(session, episode, fingerprint)
            if choice.subject != subject:
                raise NotFound(f"{subject} has no such take")
            shelf.circle(session, self._account, episode, subject, fingerprint)

    def make(self, episode: str, subjects: Sequence[str], choices: Choices) -> str | None:
        """Make what of these is missing or stale, with what they need; the run's id, None when all is there.

        Raises BadRequest for a subject the film has not.
        """
        return self._part(episode, choices.model_copy(update={"only": tuple(sorted(set(subjects)))}))

    def retake(
        self, episode: str, subjects: Sequence[str], choices: Choices, *, note: str = "", most: int | None = None
    ) -> str | None:
        """Make another take of each of these, current or not; it is circled when it is there. The run's id.

        `most` is in micro-dollars, as in produce.
        """
        return self._part(episode, self._anew(episode, subjects, choices, note), most)

    def price_of(self, episode: str, choices: Choices) -> Quote:
        """What a production would cost at vendors now."""
        return self._sheet(episode, choices).total

    def price_of_again(self, found: Sequence[str]) -> Quote:
        """What these runs would cost if they were started once more; what several of them need counts once."""
        with self._house.db.read() as session:
            before = [runs.find(session, self._account, run) for run in found]
        sheets = [self._sheet(one.episode, Choices.model_validate(one.order)) for one in before]
        rows = {row.subject: row for sheet in reversed(sheets) for row in sheet.rows}
        return QuoteSheet(rows=tuple(rows.values())).total

    def price_of_retake(self, episode: str, subjects: Sequence[str], choices: Choices) -> Quote:
        """What another take of each of these would cost at vendors, with what they need."""
        return self.price_of(episode, self._anew(episode, subjects, choices))

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
        take = self._made_take(episode, fingerprint)
        if small and take.kind in PICTURES:
            return thumb(self._house, take.content), ".jpg"
        return self._house.vault.open(take.content), take.suffix

    def take_content(self, episode: str, fingerprint: str) -> tuple[str, str]:
        """Which content a take is, for whoever gets it elsewhere, and its suffix; it is in the vault, and not fetched.

        Raises NotFound when the episode has no such take.
        """
        take = self._made_take(episode, fingerprint)
        return self._in_vault(take.content), take.suffix

    def _made_take(self, episode: str, fingerprint: str) -> Take:
        with self._house.db.read() as session:
            self._choice(session, episode, fingerprint)
            take = session.get_one(Take, (self._account, fingerprint))
        if take.state != TakeState.MADE:
            raise NotFound("the take has no file")
        return take

    def _check_retakes(self, episode: str, subjects: Sequence[str], choices: Choices) -> None:
        """Refuse what no tier has a retake left for, with TierLimit, before anything is changed for it."""
        with self._house.db.read() as session:
            tier = funding.tier_of(session, self._house, self._account)
            if filmed.covers(session, self._account, episode, choices):
                return
        if tier.limit(Share.RETAKES) is None:
            return
        rows = self._sheet(episode, self._anew(episode, subjects, choices)).rows
        scenes = {row.within for row in rows if row.subject in subjects and row.quote.ceiling and row.within}
        with self._house.db.read() as session:
            for scene in sorted(scenes):
                told = scene_of(episode, scene)
                check(session, self._account, tier, Share.RETAKES, at=now(), scene=told)

    def _part(self, episode: str, choices: Choices, most: int | None = None) -> str | None:
        wants(self._film(episode, choices))
        return self.produce(episode, choices, most=most)

    def _anew(self, episode: str, subjects: Sequence[str], choices: Choices, note: str = "") -> Choices:
        """The choices that make another take of each of these."""
        asked = sorted(set(subjects))
        with self._house.db.read() as session:
            seed = find_episode(session, self._account, episode).seed
            again = {one: Again(seed=self._fresh_seed(session, episode, one, seed), note=note) for one in asked}
        return choices.model_copy(update={"only": tuple(asked), "again": again})

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
        instead_of=row.instead_of,
        why=row.why,
        note=row.note,
        own=row.engine == OWN,
        circled=row.circled,
        seconds=row.seconds,
        cost_micros=row.cost_micros,
        made=row.made or row.asked,
    )
