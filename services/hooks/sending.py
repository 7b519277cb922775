"""Sending hooks: a worker's chore posts what is due, signed, and puts off what did not arrive.

Nobody waits long for an address that does not answer: each call has some seconds, and all of a turn go at once.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import socket
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

import httpx

from services.hooks.target import find
from services.http import AGENT, Resolve, authorities
from studio.db import Database, now
from studio.errors import BadRequest, Invalid, StudioError
from studio.people import hooks
from studio.people.hooks import Hook, HookCall

log = logging.getLogger(__name__)
_SECONDS = 15.0  # for one call, from looking its name up to its status
_TURN, _OF_ONE = 32, 4  # calls of a turn, and of one hook in it
_GONE = 410


class _Outcome(NamedTuple):
    """What became of a call: the status that was answered, why it did not arrive, and whether it is of no use again."""

    status: int
    why: str = ""
    final: bool = False


def signature(secret: str, body: bytes, at: int) -> str:
    """What is said of a body sent at a moment (Unix seconds), as the header has it."""
    found = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={found}"


def send_due(
    db: Database, *, near: bool, clock: Callable[[], datetime] = now, resolve: Resolve = socket.getaddrinfo
) -> int:
    """Send the calls that are due; gives how many arrived."""
    at = clock()
    with db.read() as session:
        waiting = hooks.due(session, at=at, most=_TURN, each=_OF_ONE)
    if not waiting:
        return 0
    with db.write() as session:
        taken = [found for one in waiting if (found := hooks.claim(session, one, at=at))]
    if not taken:
        return 0
    outcomes = asyncio.run(_send(taken, at, near, resolve))
    for (call, _hook), outcome in zip(taken, outcomes, strict=True):
        with db.write(of=call.account) as session:
            hooks.ended(session, call, outcome.status, outcome.why, at=clock(), final=outcome.final)
        log.info("hook.called id=%s event=%s tries=%d status=%d", call.id, call.event, call.tries, outcome.status)
    return sum(not one.why for one in outcomes)


async def _send(
    taken: Sequence[tuple[HookCall, Hook]], at: datetime, near: bool, resolve: Resolve
) -> Sequence[_Outcome]:
    timeout = httpx.Timeout(_SECONDS, connect=5.0)
    async with httpx.AsyncClient(
        timeout=timeout, follow_redirects=False, trust_env=False, verify=authorities()
    ) as http:
        return await asyncio.gather(*(_post(http, call, hook, at, near, resolve) for call, hook in taken))


async def _post(
    http: httpx.AsyncClient, call: HookCall, hook: Hook, at: datetime, near: bool, resolve: Resolve
) -> _Outcome:
    """Post one call; what is answered beside the status is not read."""
    body = call.body.encode()
    try:
        async with asyncio.timeout(_SECONDS):
            target = await asyncio.to_thread(find, hook.url, near=near, resolve=resolve)
            headers = {
                "Host": target.host,
                "User-Agent": AGENT,
                "Content-Type": "application/json",
                "Studio-Event": str(call.event),
                "Studio-Call": call.id,
                "Studio-Signature": signature(hook.secret, body, int(at.timestamp())),
            }
            extensions = {"sni_hostname": target.name}
            async with http.stream("POST", target.url, content=body, headers=headers, extensions=extensions) as answer:
                status = answer.status_code
    except (BadRequest, Invalid) as error:
        return _Outcome(0, error.detail, final=True)
    except StudioError as error:
        return _Outcome(0, error.detail)
    except TimeoutError:
        return _Outcome(0, f"no answer within {_SECONDS:.0f} seconds")
    except httpx.HTTPError as error:
        return _Outcome(0, f"it cannot be reached: {type(error).__name__}")
    if 200 <= status < 300:
        return _Outcome(status)
    return _Outcome(status, f"it answered {status}", final=status == _GONE)
