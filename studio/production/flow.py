"""The flow of a run: which subject can be made now, what it is given, and what a failure means for the others.

Pure and replayable: the same answers in the same order lead to the same next steps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import Enum

from studio.production.wants import Need, Want


class _Missing(Enum):
    WAIT = "wait"
    NEVER = "never"


class Flow:
    """What is done (subject -> fingerprint), under way, failed and blocked in one run."""

    def __init__(self, wants: Iterable[Want], kept: Mapping[str, str], to_make: Iterable[str]) -> None:
        self._wants = {want.subject: want for want in wants}
        self.done = dict(kept)
        self._waiting = dict.fromkeys(to_make)
        self._under_way: set[str] = set()
        self.failed: set[str] = set()
        self.blocked: set[str] = set()
        self.spares: list[str] = []

    def ready(
        self, room: int, queues: Mapping[str, str] | None = None, full: Mapping[str, int] | None = None
    ) -> list[tuple[str, dict[str, str]]]:
        """Hand out subjects with what they are given (role -> fingerprint), in the film's order.

        At most `room` are on each of the `queues` (subject -> queue; all on one without), of which `full` are by now.
        """
        handed: list[tuple[str, dict[str, str]]] = []
        there, queues = Counter(full or {}), queues or {}
        for subject in list(self._waiting):
            queue = queues.get(subject, "")
            if there[queue] >= room:
                continue
            given = self._given(self._wants[subject])
            if given is _Missing.NEVER:
                self._drop(subject)
            elif isinstance(given, dict):
                del self._waiting[subject]
                self._under_way.add(subject)
                there[queue] += 1
                handed.append((subject, given))
        return handed

    def finish(self, subject: str, fingerprint: str | None) -> None:
        """Note how a handed subject ended: its take, or None when it failed."""
        self._under_way.discard(subject)
        if fingerprint is None:
            self.failed.add(subject)
        else:
            self.done[subject] = fingerprint

    def stop(self) -> None:
        """Hand nothing more out."""
        self._waiting.clear()

    @property
    def busy(self) -> bool:
        """Whether anything is waiting or under way."""
        return bool(self._waiting or self._under_way)

    def _given(self, want: Want) -> dict[str, str] | _Missing:
        given: dict[str, str] = {}
        for need in want.needs:
            found = self._fill(need)
            if isinstance(found, _Missing):
                return found
            if found:
                given[need.role] = found
        return given

    def _fill(self, need: Need) -> str | _Missing:
        """The take that fills a need, an empty string for an optional one that has none, or why there is none yet."""
        for subject in (need.subject, *need.instead):
            if subject in self.done:
                return self.done[subject]
            if self._comes(subject):
                return _Missing.WAIT
        return "" if need.optional else _Missing.NEVER

    def _comes(self, subject: str) -> bool:
        """Whether a take of this subject is still to come; a spare is called up by the asking."""
        if subject in self._waiting or subject in self._under_way:
            return True
        want = self._wants.get(subject)
        if want is None or not want.spare or subject in self.failed or subject in self.blocked:
            return False
        self.spares.append(subject)
        self._waiting[subject] = None
        return True

    def _drop(self, subject: str) -> None:
        del self._waiting[subject]
        self.blocked.add(subject)
