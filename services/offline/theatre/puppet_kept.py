"""What has been made once and may be asked for again: the latest few, by key."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Keeps the `limit` things asked for last and forgets the others."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._made: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The thing of a key, made now if it is not there."""
        if key not in self._made:
            self._made[key] = make()
            if len(self._made) > self.limit:
                self._made.popitem(last=False)
        self._made.move_to_end(key)
        return self._made[key]

    @property
    def things(self) -> tuple[T, ...]:
        """What is kept."""
        return tuple(self._made.values())
