"""Admitting: whose token a program shows, and what of its requests was answered before. It knows no request itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from studio.db import now
from studio.people import access, answers
from studio.people.access import Scope
from studio.people.answers import KeptAnswer
from studio.production.house import House


@dataclass(frozen=True)
class Bearer:
    """Whoever shows a token: the account, the token's id, what it may do, and the account's tier."""

    account: str
    token: str
    scopes: frozenset[Scope]
    tier: str


class Admission:
    """Lets programs in by their tokens."""

    def __init__(self, house: House, clock: Callable[[], datetime] = now) -> None:
        self._house, self._clock = house, clock

    def whose(self, token: str) -> Bearer | None:
        """Who shows this token; None for one that holds no more, or never did."""
        at = self._clock()
        with self._house.db.read() as session:
            found = access.holder(session, token, at=at)
        if found is None:
            return None
        if access.stale(found.seen, at=at):
            with self._house.db.write(of=None) as session:
                access.touch(session, found.id, at=at)
        scopes = frozenset(Scope(one) for one in found.scopes)
        return Bearer(account=found.account, token=found.id, scopes=scopes, tier=found.tier)

    def calls(self, bearer: Bearer) -> int | None:
        """How many requests a minute the tier of a bearer has; None for as many as they like."""
        return self._house.tiers.find(bearer.tier).calls

    def begin(self, bearer: Bearer, key: str, asked: str) -> KeptAnswer | None:
        """Take an idempotency key for what is asked; gives what was answered before, None where nothing was.

        Raises BadRequest where something else was asked with it, Conflict while that is being answered.
        """
        with self._house.db.write(of=bearer.account) as session:
            return answers.begin(session, bearer.account, key, asked, at=self._clock())

    def keep(self, bearer: Bearer, key: str, status: int, headers: dict[str, str], body: str) -> None:
        """Keep an answer for whoever asks again with this key."""
        with self._house.db.write(of=bearer.account) as session:
            answers.keep(session, bearer.account, key, status, headers, body)

    def break_off(self, bearer: Bearer, key: str) -> None:
        """Have a key be good for nothing more: nobody knows whether what was asked with it was begun."""
        with self._house.db.write(of=bearer.account) as session:
            answers.break_off(session, bearer.account, key)

    def let_go(self, bearer: Bearer, key: str) -> None:
        """Forget a key: what was asked with it came to nothing."""
        with self._house.db.write(of=bearer.account) as session:
            answers.let_go(session, bearer.account, key)
