"""Pacing: how often a worker looks at each queue. A look costs three milliseconds of CPU, however little is there.

Only what somebody waits for is looked at often: takes made here, unless everything else is being made at vendors. The
queue of a vendor nobody has asked yet is not looked at; what comes up there is seen at the next heartbeat.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from studio.production.house import House
from studio.production.names import AHEAD, RUNS, TAKES, queue_at
from studio.production.queues import Depth, Room, depths, is_open, open_vendors_queue, shared

OpenOwn = Callable[[str, int, float], None]  # a queue, how much of it each worker runs, seconds between looks
OpenAt = Callable[[str, Room, float], None]  # a vendor, the room all workers have there, seconds between looks

OFTEN = 0.03  # seconds between looks, while takes are made here
SELDOM = 0.2  # while nothing is
_AT_VENDORS = 0.5  # what is made there takes longer
_FULL = 1.0  # a vendor with no room for another take, who has some waiting on its own queue
_RARELY = 2.0  # what nothing waits on: a vendor's, and takes made here while all there are are made at vendors
_UNUSED = 3.0  # what has had nothing to do for a while
_AT_ONCE = 8  # runs of one worker
_BEGUN = 2  # heartbeats after which what an eager worker was started for has begun
_RESTS = 5  # heartbeats without anything on a queue after which it is looked at less


class Pacing:
    """Keeps one worker's queues open with the room there is, and looks at them as often as they deserve."""

    def __init__(
        self,
        house: House,
        at_once: int,
        open_own: OpenOwn,
        open_at: OpenAt = open_vendors_queue,
        opened: Callable[[str], bool] = is_open,
        *,
        eager: bool,
    ) -> None:
        """An eager worker begins with one run that a person waits for; `opened` tells of a queue from earlier times."""
        self._house, self._at_once, self._eager, self._known = house, at_once, eager, opened
        self._open_own, self._open_one_at = open_own, open_at
        self._looks = 0
        self._rests: dict[str, int] = {}
        self._opened: dict[str, tuple[int | Room, float]] = {}  # the room and the seconds each queue has by now
        self._shared = False

    def open(self) -> None:
        """Make the queues known that every worker has: before the launch, which looks for new ones once a second."""
        self._open(RUNS, _AT_ONCE, OFTEN if self._eager else SELDOM)
        self._open(TAKES, self._at_once + AHEAD, OFTEN)

    def open_rooms(self) -> None:
        """Give the queue of every vendor that was ever asked the room there is now; after the launch."""
        self._shared = shared(self._house.db)
        for vendor, room in self._house.rooms.items():
            if self._known(queue_at(vendor)):
                self._open_at(vendor, room, _AT_VENDORS)

    def look(self, *, alone: bool) -> None:
        """Adapt to what is on the queues. Peers may have runs that come up soon; who was `alone` has begun the one."""
        self._shared = self._shared or shared(self._house.db)
        there = {depth.queue: depth for depth in depths(self._house.db)}
        for queue in (TAKES, *map(queue_at, self._house.rooms)):
            self._rests[queue] = 0 if queue in there else self._rests.get(queue, 0) + 1
        self._open(TAKES, self._at_once + AHEAD, self._own(there))
        for vendor, room in self._house.rooms.items():
            if queue_at(vendor) in self._opened or queue_at(vendor) in there:
                self._open_at(vendor, room, self._vendors(vendor, room, there))
        self._looks += 1
        if self._eager and self._looks >= _BEGUN:
            self._open(RUNS, _AT_ONCE, _UNUSED if alone else SELDOM)

    def _own(self, there: Mapping[str, Depth]) -> float:
        """How often for takes made here."""
        waits = TAKES in there and there[TAKES].waiting
        if any(queue_at(vendor) in there for vendor in self._house.rooms) and not waits:
            return _RARELY / self._house.waits.haste if self._rests[TAKES] > _RESTS else _AT_VENDORS
        return OFTEN if waits or self._rests[TAKES] <= _RESTS else SELDOM

    def _vendors(self, vendor: str, room: int, there: Mapping[str, Depth]) -> float:
        """How often for takes at a vendor; at a double everything passes faster."""
        queue = queue_at(vendor)
        if queue in there and there[queue].waiting:
            return _AT_VENDORS if there[queue].working < room else max(_AT_VENDORS, _FULL / self._house.waits.haste)
        often = _RARELY if self._rests[queue] <= _RESTS else _UNUSED
        return max(_AT_VENDORS, often / self._house.waits.haste)

    def _open(self, queue: str, at_once: int, often: float) -> None:
        if self._opened.get(queue) != (at_once, often):
            self._open_own(queue, at_once, often)
            self._opened[queue] = at_once, often

    def _open_at(self, vendor: str, room: int, often: float) -> None:
        """One account alone in the house may have all the room; with others it leaves some to them, always."""
        queue, share = queue_at(vendor), self._house.shares.get(vendor, 1.0) if self._shared else 1.0
        parted = Room.parted(room, self._house.rates.get(vendor), share)
        if self._opened.get(queue) != (parted, often):
            self._open_one_at(vendor, parted, often)
            self._opened[queue] = parted, often
