"""Seats: how many requests of a process are answered at the same time, and how many of those may be one account's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import CapacityLimiter

ALL, OF_ONE = 8, 6


class Seats:
    """The seats of one event loop. Somebody whose requests take long leaves the last few to others."""

    def __init__(self) -> None:
        self._all = CapacityLimiter(ALL)
        self.held: dict[str, CapacityLimiter] = {}  # by account, while one of its requests is here

    @asynccontextmanager
    async def one(self, account: str) -> AsyncIterator[None]:
        """A seat for one request of an account, as soon as there is one."""
        mine = self.held.setdefault(account, CapacityLimiter(OF_ONE))
        try:
            async with mine, self._all:
                yield
        finally:
            if not (mine.borrowed_tokens or mine.statistics().tasks_waiting):
                self.held.pop(account, None)
