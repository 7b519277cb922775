"""A server of one's own that speaks /v1/chat/completions, as Ollama and vLLM do: no list price, no ids of Groq's.

`holds` names the response formats it knows; another is refused as such servers do, so that a plainer one is asked for.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.doubles.cutting import Cut
from tests.doubles.groq import GroqDouble
from tests.doubles.server import Books, Fault, Schedule


@dataclass
class CompatibleDouble:
    """One model on one machine; `key` empty lets everybody in, `lists` is whether it keeps a list of its models."""

    schedule: Schedule = field(default_factory=Schedule)
    model: str = "llama3.1"
    key: str = ""
    holds: frozenset[str] = frozenset({"json_schema", "json_object"})
    lists: bool = True
    books: Books = field(default_factory=Books)
    bodies: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._mind = GroqDouble()

    def app(self, base: str) -> Starlette:
        """The server; where it stands is of no matter to it."""
        del base
        listed = [Route("/v1/models", self._models)] if self.lists else []
        return Starlette(routes=[*listed, Route("/v1/chat/completions", self._chat, methods=["POST"])])

    async def _models(self, request: Request) -> Response:
        self.books.ask("models")
        return self._shut(request) or JSONResponse({"object": "list", "data": [{"id": self.model, "object": "model"}]})

    def _shut(self, request: Request) -> Response | None:
        known = not self.key or request.headers.get("authorization") == f"Bearer {self.key}"
        return None if known else JSONResponse({"error": "unauthorized"}, 401)

    async def _chat(self, request: Request) -> Response:
        body = json.loads(await request.body())
        self.bodies.append(body)
        self.books.ask("chat")
        fault = self.schedule.next("chat")
        if shut := self._shut(request):
            return shut
        if body["model"] != self.model:
            return JSONResponse({"error": {"message": f"model '{body['model']}' not found"}}, 404)
        wanted = (body.get("response_format") or {}).get("type", "text")
        if wanted not in (*self.holds, "text"):
            return JSONResponse({"detail": f"response_format {wanted} is not supported"}, 400)
        match fault:
            case Fault.BUSY:
                return JSONResponse({"error": "busy"}, 429)
            case Fault.DOWN:
                return JSONResponse({"error": "loading"}, 503)
            case Fault.LOST_BEFORE | Fault.LOST_AFTER | Fault.TRUNCATED:
                return Cut()
        told = await run_in_threadpool(self._mind.written, body, fault)
        del told["x_groq"]
        if not body.get("stream"):
            return JSONResponse(told)
        return StreamingResponse(_chunks(told), media_type="text/event-stream")


async def _chunks(told: dict[str, Any]) -> Any:
    for word in told["choices"][0]["message"]["content"].split(" "):
        yield f"data: {json.dumps({'id': told['id'], 'choices': [{'index': 0, 'delta': {'content': word + ' '}}]})}\n\n"
    yield f"data: {json.dumps({'id': told['id'], 'choices': [{'index': 0, 'delta': {}, 'finish_reason': 'stop'}]})}\n\n"
    yield f"data: {json.dumps({'id': told['id'], 'choices': [], 'usage': told['usage']})}\n\n"
    yield "data: [DONE]\n\n"
