"""Hooks: addresses of an account's own programs that are told what happens. A worker sends; this keeps what is to go.

What is told is written down in the transaction in which it happens, so that nothing is told that did not, and nothing
that did is forgotten. A call is sent at least once; its id is the same each time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, String
from sqlmodel import Field, Session, SQLModel, col, delete, func, select, tuple_, update

from studio.db import Moment
from studio.errors import BadRequest, Conflict, NotFound
from studio.people.account import Account, State
from studio.people.refusals import look_whose
from studio.people.tokens import fresh
from studio.story.episode import fresh_id

MOST = 10  # hooks of one account
LONGEST = 2_000  # letters of an address
TRIES = 12  # about a day
PINGED = 20  # calls that wait for a hook before nobody may try it any more
_FIRST, _LONGEST = timedelta(seconds=10), timedelta(hours=4)  # until it is tried again; four times as long each time
_TURN = timedelta(minutes=2)  # a worker has for sending one before another takes over
KEPT = timedelta(days=30)


class Event(StrEnum):
    """What a hook can be told."""

    DONE = "run.done"
    FAILED = "run.failed"
    CANCELLED = "run.cancelled"
    PING = "ping"  # somebody wanted to see whether it arrives; every hook is told


class CallState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    DROPPED = "dropped"  # it was refused too often, or cannot be sent


class Hook(SQLModel, table=True):
    """An address, what it is told, and the secret its calls are signed with."""

    id: str = Field(default_factory=fresh_id, primary_key=True)
    account: str = Field(foreign_key="account.id", index=True)
    url: str
    secret: str
    events: list = Field(sa_column=Column(JSON, nullable=False))  # type: ignore[type-arg]
    created: datetime = Field(sa_type=Moment)


class HookCall(SQLModel, table=True):
    """Something a hook is told; `status` is what its address answered last, 0 for nothing."""

    __table_args__ = (Index("ix_hookcall_due", "state", "due"),)

    id: str = Field(default_factory=fresh_id, primary_key=True)
    hook: str = Field(foreign_key="hook.id", index=True)
    account: str = Field(foreign_key="account.id", index=True)
    event: Event = Field(sa_type=String)
    body: str
    state: CallState = Field(default=CallState.WAITING, sa_type=String)
    tries: int = 0
    status: int = 0
    error: str = ""
    asked: datetime = Field(sa_type=Moment)
    due: datetime = Field(sa_type=Moment)  # not before


def add(session: Session, account: str, url: str, events: Sequence[Event], *, at: datetime) -> Hook:
    """A new hook; BadRequest when there are too many. Whether its address may be asked, the caller has seen to."""
    if len(listed(session, account)) >= MOST:
        raise BadRequest(f"there are {MOST} hooks; remove one first", field="url")
    told = [one.value for one in Event if one in events and one is not Event.PING]
    if not told:
        raise BadRequest("name at least one event", field="events")
    hook = Hook(account=account, url=url, secret=f"whsec_{fresh()}", events=told, created=at)
    session.add(hook)
    return hook


def listed(session: Session, account: str) -> Sequence[Hook]:
    """The hooks of an account, the newest first."""
    query = select(Hook).where(Hook.account == account)
    return session.exec(query.order_by(col(Hook.created).desc(), col(Hook.id))).all()


def find(session: Session, account: str, hook: str) -> Hook:
    """A hook of this account; NotFound otherwise."""
    found = session.get(Hook, hook)
    if found is None or found.account != account:
        look_whose(session, account, Hook, hook)
        raise NotFound(f"no hook called {hook}")
    return found


def remove(session: Session, account: str, hook: str) -> None:
    """Tell an address nothing more; NotFound when it is not this account's."""
    found = find(session, account, hook)
    session.exec(delete(HookCall).where(col(HookCall.hook) == hook))
    session.delete(found)


def remove_all(session: Session, account: str) -> None:
    """Tell no address of an account anything more."""
    for table in (HookCall, Hook):
        session.exec(delete(table).where(col(table.account) == account))


def tell(session: Session, account: str, event: Event, about: Mapping[str, Any], *, at: datetime) -> None:
    """Have every hook of an account that listens told of something; call in the write session of what happened."""
    for hook in session.exec(select(Hook).where(Hook.account == account)):
        if event.value in hook.events:
            put(session, hook, event, about, at=at)


def put(session: Session, hook: Hook, event: Event, about: Mapping[str, Any], *, at: datetime) -> HookCall:
    """Have one hook told of something."""
    call = HookCall(hook=hook.id, account=hook.account, event=event, body="", asked=at, due=at)
    told = {"id": call.id, "event": event.value, "at": at.isoformat(), "data": dict(about)}
    call.body = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    session.add(call)
    return call


def ping(session: Session, hook: Hook, *, at: datetime) -> HookCall:
    """Have one hook told that somebody wants to see whether it hears; Conflict while many calls wait for it already."""
    waits = select(func.count()).where(HookCall.hook == hook.id, HookCall.state == CallState.WAITING)
    if session.exec(waits).one() >= PINGED:
        raise Conflict(f"{PINGED} calls wait to be sent to this hook; see how they go first")
    return put(session, hook, Event.PING, {"hook": hook.id}, at=at)


def calls(
    session: Session, account: str, hook: str, *, most: int, past: tuple[datetime, str] | None = None
) -> Sequence[HookCall]:
    """What a hook was told, the newest first, after the one that was `past` (when it was asked, and its id)."""
    query = select(HookCall).where(HookCall.account == account, HookCall.hook == hook)
    if past:
        query = query.where(tuple_(col(HookCall.asked), col(HookCall.id)) < past)
    return session.exec(query.order_by(col(HookCall.asked).desc(), col(HookCall.id).desc()).limit(most)).all()


def again(session: Session, account: str, hook: str, call: str, *, at: datetime) -> HookCall:
    """Send a call once more, however it ended; NotFound when the hook has none such."""
    found = session.get(HookCall, call)
    if found is None or found.account != account or found.hook != hook:
        look_whose(session, account, HookCall, call)
        raise NotFound(f"no call {call} of this hook")
    found.state, found.tries, found.due, found.error = CallState.WAITING, 0, at, ""
    session.add(found)
    return found


def due(session: Session, *, at: datetime, most: int, each: int) -> Sequence[str]:
    """The ids of calls to be sent now, the longest waiting first, not more than `each` of one hook.

    Those of an account that was suspended wait until it is open again.
    """
    place = func.row_number().over(partition_by=col(HookCall.hook), order_by=col(HookCall.due)).label("place")
    waiting = (
        select(HookCall.id, HookCall.due, place)
        .join(Account, col(Account.id) == col(HookCall.account))
        .where(HookCall.state == CallState.WAITING, col(HookCall.due) <= at, Account.state == State.OPEN)
    )
    ranked = waiting.subquery("ranked")
    query = select(ranked.c.id).where(ranked.c.place <= each)
    return session.exec(query.order_by(ranked.c.due).limit(most)).all()


def claim(session: Session, call: str, *, at: datetime) -> tuple[HookCall, Hook] | None:
    """Take a call's turn, so that of two workers one sends it; None when it is another's, or gone."""
    mine = update(HookCall).where(
        col(HookCall.id) == call, col(HookCall.state) == CallState.WAITING, col(HookCall.due) <= at
    )
    taken = mine.values(due=at + _TURN, tries=HookCall.tries + 1).execution_options(synchronize_session=False)
    if not session.exec(taken).rowcount:
        return None
    found = session.get_one(HookCall, call, populate_existing=True)
    return found, session.get_one(Hook, found.hook)


def ended(session: Session, call: HookCall, status: int, why: str, *, at: datetime, final: bool = False) -> None:
    """Write down how sending went: without a `why` it arrived, else it is tried again later, unless that is `final`."""
    wait = min(_FIRST * 4 ** (call.tries - 1), _LONGEST)
    values: dict[str, Any] = {"status": status, "error": why}
    if not why:
        values["state"] = CallState.SENT
    elif final or call.tries >= TRIES:
        values["state"] = CallState.DROPPED
    else:
        values["due"] = at + wait
    changed = update(HookCall).where(col(HookCall.id) == call.id).values(**values)
    session.exec(changed.execution_options(synchronize_session=False))


def prune(session: Session, *, at: datetime) -> None:
    """Forget calls that ended long ago."""
    over = col(HookCall.state) != CallState.WAITING
    session.exec(delete(HookCall).where(over, col(HookCall.asked) < at - KEPT))
