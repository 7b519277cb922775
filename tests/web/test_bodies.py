"""Bodies that never come whole."""

from __future__ import annotations

import asyncio

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from services.web.bodies import posted


@pytest.mark.parametrize("before", [[], [{"type": "http.request", "body": b"{", "more_body": True}]])
def test_who_leaves_in_the_middle_of_a_post_is_nobody_s_accident(before: list[Message]) -> None:
    said = [*before, {"type": "http.disconnect"}]

    async def receive() -> Message:
        return said.pop(0)

    request = Request({"type": "http", "method": "POST", "headers": [(b"content-type", b"application/json")]}, receive)
    with pytest.raises(HTTPException) as refused:
        asyncio.run(posted(request, "application/json", "JSON is expected.", 99, "Too large."))
    assert refused.value.status_code == 400
