"""Bodies counted as they come, whatever their head says, and read whole where a page of our own posts them."""

from __future__ import annotations

from asyncio import timeout
from time import monotonic

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive

SLOWEST = 16 << 10  # bytes a second: a telephone at the edge of its net is faster
PATIENCE = 30.0  # seconds


def counted(receive: Receive, most: int, why: str) -> Receive:
    """The same body; HTTPException 413 with this sentence as soon as it is larger than so many bytes."""
    seen = 0

    async def hear() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise HTTPException(413, why)
        return message

    return hear


def steady(receive: Receive, why: str, patience: float = PATIENCE, slowest: int = SLOWEST) -> Receive:
    """The same body; HTTPException 408 with this sentence when nothing of it comes for `patience` seconds, or when
    after them it comes slower than so many bytes a second.
    """
    begun, seen, more = monotonic(), 0, True

    async def hear() -> Message:
        nonlocal seen, more
        left = begun + patience + seen / slowest - monotonic()
        try:
            async with timeout(min(patience, left) if more else None):  # what comes after a body is the browser's end
                message = await receive()
        except TimeoutError as error:
            raise HTTPException(408, why, {"Connection": "close"}) from error
        seen, more = seen + len(message.get("body", b"")), message.get("more_body", False)
        return message

    return hear


async def posted(request: Request, kind: str, wanted: str, most: int, too_large: str) -> bytes:
    """The body of this media type; HTTPException 415 with `wanted` for another type, 413 with `too_large`,
    400 for one that breaks off.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != kind:
        raise HTTPException(415, wanted)
    body = b""
    try:
        async for block in request.stream():
            body += block
            if len(body) > most:
                raise HTTPException(413, too_large)
    except ClientDisconnect as error:
        raise HTTPException(400, "This broke off.") from error
    return body
