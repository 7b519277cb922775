"""Hooking: where an account's own programs are told what happens, what they were told, and telling it again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from studio.db import now
from studio.desk.seat import Seat
from studio.people import hooks
from studio.people.hooks import CallState, Event, Hook, HookCall
from studio.story.noun import Noun


class HookView(Noun):
    """A hook as its owner sees it; never its secret."""

    id: str
    url: str
    events: tuple[Event, ...]
    created: datetime


class NewHook(Noun):
    """A hook with the secret its calls are signed with, which is shown once."""

    view: HookView
    secret: str


class CallView(Noun):
    """Something a hook was told, and how that went; `status` is the last answer's, 0 for none."""

    id: str
    event: Event
    state: CallState
    tries: int
    status: int
    error: str
    asked: datetime
    due: datetime
    body: str


class Hooking(Seat):
    """Keeps hooks."""

    def new_hook(self, url: str, events: Sequence[Event]) -> NewHook:
        """Have an address told of events; whether it may be asked at all, the caller has seen to.

        Raises BadRequest for no event, or too many hooks.
        """
        with self._house.db.write(of=self._account) as session:
            row = hooks.add(session, self._account, url, events, at=now())
            return NewHook(view=_view(row), secret=row.secret)

    def hooks(self) -> tuple[HookView, ...]:
        """The hooks of this account, the newest first."""
        with self._house.db.read() as session:
            return tuple(map(_view, hooks.listed(session, self._account)))

    def drop_hook(self, hook: str) -> None:
        """Tell an address nothing more; NotFound when it is not this account's."""
        with self._house.db.write(of=self._account) as session:
            hooks.remove(session, self._account, hook)

    def hook_calls(
        self, hook: str, *, most: int = 50, past: tuple[datetime, str] | None = None
    ) -> tuple[CallView, ...]:
        """What a hook was told, the newest first; NotFound when it is not this account's."""
        with self._house.db.read() as session:
            hooks.find(session, self._account, hook)
            return tuple(map(_called, hooks.calls(session, self._account, hook, most=most, past=past)))

    def replay(self, hook: str, call: str) -> CallView:
        """Have a hook told something once more, under the same id; NotFound when it was never told it."""
        with self._house.db.write(of=self._account) as session:
            return _called(hooks.again(session, self._account, hook, call, at=now()))

    def ping(self, hook: str) -> CallView:
        """Have a hook told that somebody wants to see whether it hears; Conflict while many calls wait for it already.

        NotFound when it is not this account's.
        """
        with self._house.db.write(of=self._account) as session:
            return _called(hooks.ping(session, hooks.find(session, self._account, hook), at=now()))


def _view(row: Hook) -> HookView:
    return HookView(id=row.id, url=row.url, events=tuple(map(Event, row.events)), created=row.created)


def _called(row: HookCall) -> CallView:
    return CallView(**{name: getattr(row, name) for name in CallView.model_fields})
