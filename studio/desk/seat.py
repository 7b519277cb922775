"""The seat at the desk: whose it is and the house it stands in. Every verb of the desk sits here."""

from __future__ import annotations

from functools import cached_property

from studio.production.dispatch import Dispatch
from studio.production.film import Choices, Film
from studio.production.house import House
from studio.production.preparing import planned_film


class Seat:
    """One account in one house; `at_once` takes are made at the same time by its worker."""

    def __init__(self, house: House, account: str, *, at_once: int = 2) -> None:
        self._house, self._account, self._at_once = house, account, at_once

    @cached_property
    def _dispatch(self) -> Dispatch:
        return Dispatch(self._house.db)

    def _film(self, episode: str, choices: Choices) -> Film:
        """The film of an episode's newest script; NotFound when it is not this account's."""
        return planned_film(self._house, self._account, episode, choices)
