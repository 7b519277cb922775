"""Crediting: what an account has of film credits, what holds them, and every movement of them. It grants none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, select

from studio.db import now
from studio.desk.seat import Seat
from studio.desk.sources import check_episode
from studio.errors import NotFound
from studio.money.films import Films
from studio.money.leftover import leftovers
from studio.money.lots import GRACE, NOTICE, Wallet
from studio.money.minutes import FilmOrder, MinuteState, find_order, minutes, owing
from studio.money.packs import Pack
from studio.money.relating import Expiring, Line, standing, statement
from studio.money.reserving import check_free
from studio.production import filmed, runs
from studio.production.film import Choices, mark
from studio.story.episode import Episode
from studio.story.noun import Noun


class HeldFilm(Noun):
    """A film that holds credits, in micro-dollars."""

    episode: str
    title: str
    micros: int


class CreditsView(Noun):
    """What an account has, in micro-dollars; `soon` expires within the time in which somebody is told."""

    free: int
    held: int
    owed: int
    films: tuple[HeldFilm, ...]
    expiring: tuple[Expiring, ...]
    soon: tuple[Expiring, ...]


class FilmPaid(Noun):
    """A format of an episode that is made for credits: what it was ordered at, what is paid of that and held."""

    film: str  # the order
    frame: str
    quality: str
    credits: int
    paid: int
    held: int


class LeftView(Noun):
    """The credits somebody has who may leave; of packs paid within `days`, so many are paid back with `micros`."""

    days: int = 0
    credits: int = 0
    back: int = 0
    micros: int = 0

    @property
    def lost(self) -> int:
        """How many are given up."""
        return self.credits - self.back


class Crediting(Seat):
    """Tells of credits."""

    def film_qualities(self) -> tuple[str, ...]:
        """The qualities of films, the cheapest first; none where no films are sold."""
        films = self._house.films
        return tuple(one.name for one in sorted(films.quality, key=lambda one: one.times)) if films else ()

    def film_promises(self) -> Mapping[str, str]:
        """What holds of every film for credits, by what it is about; nothing where none are sold."""
        if self._house.films is None:
            return {}
        days = {"grace": GRACE.days, "refund_days": self._house.films.refund_days}
        return {name: one.format(**days) for name, one in self._house.films.promises.items()}

    def films_of(self, episode: str) -> tuple[FilmPaid, ...]:
        """The formats of an episode that credits pay for; none that was called off with nothing made."""
        with self._house.db.read() as session:
            check_episode(session, self._account, episode)
            mine = select(FilmOrder).where(FilmOrder.account == self._account, FilmOrder.episode == episode)
            found = [
                (film, minutes(session, film.id).values()) for film in session.exec(mine.order_by(FilmOrder.frame))
            ]
        return tuple(
            FilmPaid(
                film=film.id,
                frame=film.frame,
                quality=film.quality,
                credits=film.price.credits,
                paid=sum(one.paid for one in parts) // film.credit,
                held=sum(one.micros for one in parts if one.state == MinuteState.HELD) // film.credit,
            )
            for film, parts in found
            if any(one.state != MinuteState.RELEASED for one in parts)
        )

    def film_pays(self, episode: str, choices: Choices) -> bool:
        """Whether a film pays for another take of an episode made so: that takes no credits beside its quote."""
        with self._house.db.read() as session:
            check_episode(session, self._account, episode)
            sold = self._house.films is not None
            return sold and filmed.pays(session, self._account, episode, mark(choices)) is not None

    def credits_again(self, found: Sequence[str]) -> int | None:
        """How many credits starting these runs once more would hold at the most; None where a plan pays for one."""
        owed: dict[str, int] = {}
        with self._house.db.read() as session:
            for one in (runs.find(session, self._account, run) for run in found):
                whole = bool(Choices.model_validate(one.order).film) and not one.part
                if not whole and filmed.payer(session, one) is None:
                    return None
                film = find_order(session, self._account, one.episode, one.frame)
                if film and whole:
                    owed[film.id] = sum(owing(session, film).values()) // film.credit
        return sum(owed.values())

    def credits_left(self) -> LeftView:
        """What becomes of the account's credits when it is deleted: what is paid back, and how many are given up."""
        films, at = self._house.films, now()
        if films is None or self._house.payments is None:
            return LeftView()
        with self._house.db.read() as session:
            has, back = (
                standing(session, self._account, at=at),
                leftovers(session, self._account, films.refund_days, at=at),
            )
        there = (has.free + has.held) // films.credit_micros
        return LeftView(
            days=films.refund_days,
            credits=there,
            back=sum(one.credits for one in back),
            micros=sum(one.micros for one in back),
        )

    def film_packs(self) -> tuple[Pack, ...]:
        """The packs that credits come in, also where nobody can pay for them."""
        return self._house.films.pack if self._house.films else ()

    def credits(self) -> CreditsView | None:
        """What the account has of credits; None where no films are sold."""
        if self._house.films is None:
            return None
        at = now()
        with self._house.db.read() as session:
            found, orders = standing(session, self._account, at=at), self._orders(session)
        held = (HeldFilm(episode=orders[one.film][0], title=orders[one.film][1], micros=one.micros)
                for one in found.holders)  # fmt: skip
        soon = tuple(one for one in found.expiring if one.at <= at + NOTICE)
        told = {"free": found.free, "held": found.held, "owed": found.owed}
        return CreditsView(**told, films=tuple(held), expiring=found.expiring, soon=soon)

    def credit_statement(self) -> tuple[Line, ...]:
        """Every movement of the account's credits, the newest first; none where no films are sold."""
        if self._house.films is None:
            return ()
        with self._house.db.read() as session:
            titles = {film: title for film, (_, title) in self._orders(session).items()}
            return statement(session, self._account, titles, self._house.films.credit_micros)

    def _films(self) -> Films:
        if self._house.films is None:
            raise NotFound("this studio sells no films for credits")
        return self._house.films

    def _orders(self, session: Session) -> dict[str, tuple[str, str]]:
        """The account's orders: the episode of each and its title."""
        query = select(FilmOrder.id, Episode.id, Episode.title).join(Episode, col(FilmOrder.episode) == col(Episode.id))
        found = session.exec(query.where(FilmOrder.account == self._account))
        return {film: (episode, title or "Untitled") for film, episode, title in found}

    def _check_free(self, micros: int) -> None:
        """Raise what holding so much would, before anything is changed for it."""
        with self._house.db.read() as session:
            has = standing(session, self._account, at=now())
        check_free(Wallet(account=self._account, micros=has.free, held=has.held, owed=has.owed), micros)
