"""Bodies counted as they come, whatever their head says, and read whole where a page of our own posts them."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive


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
