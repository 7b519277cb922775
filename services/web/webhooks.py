"""Where the payment service says that something happened. A notice is checked, kept and acted on later, by a worker.

Whoever posts here is a stranger: without a signature of these very bytes, not older than five minutes, nothing is read.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from functools import cache

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from studio.errors import BadRequest, Invalid, StorageError
from studio.people.paying import Till

log = logging.getLogger(__name__)
PATH = "/webhooks/stripe"
MOST = 512 * 1024  # bytes of a notice
_SIGNATURE = "stripe-signature"


class Heard(Counter[str]):
    """What came in by this process: how many notices were new, known, refused and too large."""


heard = Heard()


def webhooks(till: Callable[[], Till | None]) -> list[BaseRoute]:
    """The route, in a house that takes money; 404 in one that takes none."""
    opened = cache(till)

    async def hear(request: Request) -> Response:
        return await _hear(opened, request)

    return [Route(PATH, hear, methods=["POST"])]


async def _hear(till: Callable[[], Till | None], request: Request) -> Response:
    found = await run_in_threadpool(till)
    if found is None:
        return PlainTextResponse("Nothing is sold here.", 404)
    try:
        body = await _read(request)
    except ClientDisconnect:
        return _told("cut", 400)
    if body is None:
        return _told("large", 413)
    try:
        new = await run_in_threadpool(found.hear, body, request.headers.get(_SIGNATURE, ""))
    except (Invalid, BadRequest) as error:
        if _worth_a_line(heard["refused"] + 1):
            log.warning("webhook.refused times=%d %s", heard["refused"] + 1, error)
        return _told("refused", 400)
    except StorageError as error:
        log.warning("webhook.not_kept %s", error)
        return _told("failed", 503)  # it is sent again
    return _told("new" if new else "known", 200)


def _worth_a_line(times: int) -> bool:
    """Whether to write down what was refused so often: the first, the tenth, the hundredth. Anybody may post here, and
    a line for each would push all others out of the log.
    """
    return str(times).rstrip("0") == "1"


async def _read(request: Request) -> bytes | None:
    """The body as it came, to the byte; None when it is too large, of which no more is read."""
    said = request.headers.get("content-length", "0")
    if not said.isdigit() or int(said) > MOST:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST:
            return None
    return bytes(body)


def _told(what: str, status: int) -> Response:
    heard[what] += 1
    return PlainTextResponse(what, status)
