"""The seat at the desk: whose it is and the house it stands in. Every verb of the desk sits here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property

from sqlmodel import Session

from studio.errors import AssetMissing, Invalid
from studio.production.dispatch import Dispatch
from studio.production.film import Choices, Film
from studio.production.house import House
from studio.production.kept import check_room
from studio.production.latest import crew_of
from studio.production.looking import look
from studio.production.preparing import planned_film
from studio.production.survey import Survey
from studio.production.switching import casting
from studio.takes import shelf
from studio.takes.recipe import TakeKind
from studio.takes.roster import EngineCard


class Seat:
    """One account in one house; `at_once` takes are made at the same time by its worker.

    Seats of one process may share what leads to the workers: `dispatch` gives it.
    """

    def __init__(
        self, house: House, account: str, *, at_once: int = 2, dispatch: Callable[[], Dispatch] | None = None
    ) -> None:
        self._house, self._account, self._at_once = house, account, at_once
        self._to_workers = dispatch or (lambda: Dispatch(house.db))

    @cached_property
    def _dispatch(self) -> Dispatch:
        return self._to_workers()

    def _film(self, episode: str, choices: Choices) -> Film:
        """The film of an episode's newest script by its crew; NotFound when it is not this account's."""
        return planned_film(self._house, self._account, episode, self._crewed(episode, choices))

    def _crewed(self, episode: str, choices: Choices) -> Choices:
        """The choices with the episode's crew, unless they say who plays, and who stands in for whom."""
        crew = choices.crew
        if not crew:
            with self._house.db.read() as session:
                crew = crew_of(session, self._account, episode)
        return choices.model_copy(update={"crew": casting(self._house, crew)}) if crew else choices

    def _check_room(self, session: Session, more: int = 0) -> None:
        """Refuse to keep so many bytes more than there is room for: Conflict."""
        check_room(session, self._house, self._account, more)

    def _refuse_gone(self, engines: Iterable[str]) -> None:
        """Refuse what would be asked of an engine whose vendor has not its model any more: Invalid."""
        for name in dict.fromkeys(engines):
            if why := self._house.offers.gone(name):
                raise Invalid(why, vendor=self._house.roster.named(name).vendor, operation="models")

    def _in_vault(self, content: str) -> str:
        """A content that the vault has; AssetMissing where it is gone or damaged."""
        if not self._house.vault.intact(content):
            raise AssetMissing(f"{content[:12]} is not in the vault", cause=content)
        return content

    def _look(self, episode: str, film: Film) -> Survey:
        """How a film stands; what another episode has made just so and this one has not is circled here too."""
        found = look(self._house, self._account, episode, film)
        if not found.adopted:
            return found
        with self._house.db.read() as session:
            circled = shelf.circled(session, self._account, episode)
        fresh = {subject: made for subject, made in found.adopted.items() if subject not in circled}
        if not fresh:
            return found
        with self._house.db.write(of=self._account) as session:
            for subject, made in fresh.items():
                shelf.circle(session, self._account, episode, subject, made.fingerprint)
        return look(self._house, self._account, episode, film)

    def _plays(self, episode: str, kind: TakeKind) -> EngineCard:
        """Who makes a kind of take in an episode."""
        roster = self._house.roster
        first = roster.card(kind)
        crew = self._crewed(episode, Choices()).crew
        return roster.card(kind, crew.plays(first.role)) if crew else first
