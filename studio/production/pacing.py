"""Pacing: how often a worker looks at each queue. A look costs one to three milliseconds, however little there is.

Only what somebody waits for is looked at often: takes made here, unless everything else is being made at vendors. The
queue of a vendor nobody has asked yet, or lately, is not looked at; what comes up there is seen at the next heartbeat,
which comes at once where it was put there by this process. While nothing changes, the looks grow rarer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from studio.production.executors import BEAT
from studio.production.house import House
from studio.production.names import AHEAD, FREE_RUNS, RUNS, TAKES, queue_at
from studio.production.queues import Depth, Room, away, close_vendors_queue, depths, is_open, open_vendors_queue, shared

# A queue, how much of it each worker runs, how much of that is one account's at most, seconds between looks
OpenOwn = Callable[[str, int, int | None, float], None]
OpenAt = Callable[[str, Room, float], None]  # a vendor, the room all workers have there, seconds between looks

OFTEN = 0.05  # seconds between looks, while takes are made here; what this process puts there is seen at once
SELDOM = 0.2  # while nothing is
_AT_VENDORS = 0.5  # what is made there takes longer
# What this process puts on a queue, and where it makes room, is seen at once; the following is for what others do.
_FULL = 3.0  # a vendor with no room for another take, who has some waiting on its own queue
_RARELY = 4.0  # takes made here while all there are are made at vendors
_UNUSED = 6.0  # what has had nothing to do for a while, and a vendor with no room while nothing changes there
_ALONE = 10.0  # runs, for who was begun for one and has no peers
_AT_ONCE, _AWAY = 8, 24  # runs of one worker; those beside them, at most, that wait for their writer or casting
_SHARED = 2  # times as many runs where a house has several accounts, of which one has a quarter: they may take hours
_BEGUN = 2  # heartbeats after which what an eager worker was started for has begun
_RESTS, _RESTED = 5, 1  # heartbeats without anything on a queue after which it is looked at less; beside vendors
_CLOSES = 15  # the same after which a vendor's is not looked at any more
_QUIET = 2 * BEAT  # seconds between heartbeats while all there is to do is done at vendors


class Pacing:
    """Keeps one worker's queues open with the room there is, and looks at them as often as they deserve."""

    def __init__(
        self,
        house: House,
        at_once: int,
        open_own: OpenOwn,
        open_at: OpenAt = open_vendors_queue,
        opened: Callable[[str], bool] = is_open,
        close_at: Callable[[str], None] = close_vendors_queue,
        *,
        eager: bool,
    ) -> None:
        """An eager worker begins with one run that a person waits for; `opened` tells of a queue from earlier times."""
        self._house, self._at_once, self._eager, self._known = house, at_once, eager, opened
        self._open_own, self._open_one_at, self._close_at = open_own, open_at, close_at
        self._looks = 0
        self._there: dict[str, Depth] = {}  # what was on the queues at the last look
        self._rests: dict[str, int] = {}
        self._opened: dict[str, tuple[object, float]] = {}  # the room and the seconds each queue has by now
        self._shared = False

    def open(self) -> None:
        """Make the queues known that every worker has: before the launch, which looks for them."""
        self._look_who()
        self._open_runs(0, SELDOM)
        self._open_takes(OFTEN)

    def open_rooms(self) -> None:
        """Give the queue of every vendor that was ever asked the room there is now; after the launch."""
        for vendor, room in self._house.rooms.items():
            if self._known(queue_at(vendor)):
                self._open_at(vendor, room, _AT_VENDORS)

    def look(self, *, alone: bool) -> None:
        """Adapt to what is on the queues. Peers may have runs that come up soon; who was `alone` has begun the one."""
        self._look_who()
        before, there = self._there, {depth.queue: depth for depth in depths(self._house.db)}
        self._there = there
        for queue in (TAKES, *map(queue_at, self._house.rooms)):
            if queue != TAKES and queue in there and self._rests.get(queue):
                self._opened.pop(queue, None)  # a peer may have closed it meanwhile
            self._rests[queue] = 0 if queue in there else self._rests.get(queue, 0) + 1
        self._open_takes(self._own(there))
        for vendor, room in self._house.rooms.items():
            queue = queue_at(vendor)
            if queue in there or (queue in self._opened and self._rests[queue] <= _CLOSES):
                changed = before.get(queue) != there.get(queue)
                self._open_at(vendor, room, self._vendors(vendor, room, there, changed=changed))
            elif queue in self._opened:
                self._close_at(vendor)
                del self._opened[queue]
        self._looks += 1
        often = self._opened[RUNS][1]
        if self._eager and self._looks >= _BEGUN:
            often = _ALONE if alone else SELDOM
        waiting = min(away(self._house.db), _AWAY) if RUNS in there and there[RUNS].waiting else 0
        self._open_runs(waiting, often)

    @property
    def later(self) -> bool:
        """Whether takes were seen that come up later."""
        return any(depth.later for depth in self._there.values())

    @property
    def pause(self) -> float:
        """Seconds until the next look. Elsewhere than in a file peers count on hearing of each other every BEAT."""
        own = self._there.get(TAKES)
        at_vendors = any(queue_at(vendor) in self._there for vendor in self._house.rooms)
        quiet = self._house.db.local and at_vendors and not (own or self.later)
        return max(BEAT, _QUIET / self._house.waits.haste) if quiet else BEAT

    def closed(self, queue: str) -> bool:
        """Whether this worker does not look at a queue."""
        return queue not in self._opened

    def _look_who(self) -> None:
        """See whether others have come; who is not alone any more stays so."""
        if not self._shared:
            with self._house.db.read() as session:
                self._shared = shared(session)

    def _own(self, there: Mapping[str, Depth]) -> float:
        """How often for takes made here; where others are made at vendors, the few that come up all go at one look."""
        waiting = there[TAKES].waiting if TAKES in there else 0
        if any(queue_at(vendor) in there for vendor in self._house.rooms) and waiting <= self._at_once:
            rests = self._rests[TAKES]
            often = _UNUSED if rests > _RESTS else _RARELY if rests > _RESTED else _FULL
            return max(OFTEN, often / self._house.waits.haste)
        return OFTEN if waiting or self._rests[TAKES] <= _RESTS else SELDOM

    def _vendors(self, vendor: str, room: int, there: Mapping[str, Depth], *, changed: bool) -> float:
        """How often for takes at a vendor; at a double everything passes faster."""
        queue = queue_at(vendor)
        often = _RARELY if self._rests[queue] <= _RESTS else _UNUSED
        if queue in there and there[queue].waiting:
            if there[queue].working < room:
                return _AT_VENDORS
            often = _FULL if changed else _UNUSED
        return max(_AT_VENDORS, often / self._house.waits.haste)

    def _open_runs(self, waiting: int, often: float) -> None:
        """Room for runs, and for as many more as wait for their writer or casting.

        Who never paid has some besides: people with many accounts take it from their like, never from who pays.
        """
        if self._shared:
            self._open(RUNS, _AT_ONCE * _SHARED + waiting, (_AT_ONCE * _SHARED + waiting) // 4, often)
            self._open(FREE_RUNS, _AT_ONCE, _AT_ONCE // 4, often)
        else:
            self._open(RUNS, _AT_ONCE + waiting, None, often)

    def _open_takes(self, often: float) -> None:
        """Room for takes. One account may have every process, but the take that comes next is another's then."""
        self._open(TAKES, self._at_once + AHEAD, self._at_once if self._shared else None, often)

    def _open(self, queue: str, at_once: int, each: int | None, often: float) -> None:
        if self._opened.get(queue) != ((at_once, each), often):
            self._open_own(queue, at_once, each, often)
            self._opened[queue] = (at_once, each), often

    def _open_at(self, vendor: str, room: int, often: float) -> None:
        """One account alone in the house may have all the room; with others it leaves some to them, always."""
        queue, share = queue_at(vendor), self._house.shares.get(vendor, 1.0) if self._shared else 1.0
        parted = Room.parted(room, self._house.rates.get(vendor), share)
        if self._opened.get(queue) != (parted, often):
            self._open_one_at(vendor, parted, often)
            self._opened[queue] = parted, often
