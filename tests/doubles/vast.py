"""Vast.ai's double: offers, instances that begin at once, refusals as the vendor words them, and what was rented."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.doubles.cutting import Cut
from tests.doubles.server import Books, Fault, Schedule

_FILTERS = ("eq", "neq", "gt", "gte", "lt", "lte", "in", "notin")
_RENTED = {
    "image",
    "label",
    "disk",
    "env",
    "runtype",
    "target_state",
    "cancel_unavail",
    "price",
    "onstart",
    "client_id",
}
_PAGE = 25
OFFERS = (
    (101, "RTX 4090", 0.41),
    (102, "RTX 4090", 0.36),
    (103, "A100 PCIE", 0.92),
    (104, "H100 SXM", 2.10),
)


@dataclass
class VastDouble:
    """One account. `offers`: id, card, dollars an hour. `quota` searches are answered, then none until tomorrow."""

    schedule: Schedule = field(default_factory=Schedule)
    key: str = "vast_double"
    offers: tuple[tuple[int, str, float], ...] = OFFERS
    quota: int = 1000
    instances: dict[int, dict[str, Any]] = field(default_factory=dict)
    books: Books = field(default_factory=Books)

    def app(self, base: str) -> Starlette:
        """The console's API, whose paths end with a stroke."""
        return Starlette(
            routes=[
                Route("/api/v0/users/current/", self._account),
                Route("/api/v0/bundles/", self._search, methods=["POST"]),
                Route("/api/v0/asks/{id:int}/", self._rent, methods=["PUT"]),
                Route("/api/v1/instances/", self._list),
                Route("/api/v0/instances/{id:int}/", self._destroy, methods=["DELETE"]),
            ]
        )

    def run(self, number: int, minutes: float, *, gpu: float | None = 0.0, cpu: float = 1.0) -> None:
        """Let an instance be running for so many minutes, with this use of its card and processor in percent."""
        told = {"actual_status": "running", "cur_state": "running", "uptime_mins": minutes, "gpu_util": gpu}
        ports = {"8000/tcp": [{"HostIp": "0.0.0.0", "HostPort": "40001"}]}
        self.instances[number] |= {**told, "cpu_util": cpu, "public_ipaddr": "203.0.113.7", "ports": ports}

    async def _account(self, request: Request) -> Response:
        refused, _ = self._gate(request, "account")
        return refused or JSONResponse({"id": 7, "email": "studio@example.org", "balance": 0.0, "credit": 12.5})

    async def _search(self, request: Request) -> Response:
        refused, _ = self._gate(request, "search")
        if refused:
            return refused
        if self.books.asked["search"] > self.quota:
            said = {"success": False, "error": "search_quota_exceeded", "msg": "daily search quota used up"}
            return JSONResponse(said, status_code=429)
        asked = json.loads(await request.body())
        wrong = [name for name, rule in asked.items() if isinstance(rule, dict) and not set(rule) <= set(_FILTERS)]
        if wrong or asked.get("type") not in ("ondemand", "bid", "reserved"):
            return _error(400, "invalid_args", f"error 400/3500: {wrong}")
        names, most = asked["gpu_name"]["in"], asked["dph_total"]["lte"]
        found = [one for one in self.offers if one[1] in names and one[2] <= most]
        found.sort(key=lambda one: one[2])
        offers = [
            {"id": number, "ask_contract_id": number, "gpu_name": card, "dph_total": price, "reliability2": 0.99}
            for number, card, price in found[: asked.get("limit", 64)]
        ]
        return JSONResponse({"offers": offers})

    async def _rent(self, request: Request) -> Response:
        refused, fault = self._gate(request, "rent")
        if refused:
            return refused
        asked, number = json.loads(await request.body()), request.path_params["id"]
        if set(asked) - _RENTED or "image" not in asked:
            return _error(400, "invalid_args", f"error 400/3467: Invalid args: {sorted(set(asked) - _RENTED)}")
        offer = next((one for one in self.offers if one[0] == number), None)
        if offer is None or fault is Fault.EXPIRED:
            status = 410 if fault is Fault.EXPIRED else 404
            return _error(status, "no_such_ask", f"error {status}/3907: no_such_ask {number} is no longer available.")
        self.offers = tuple(one for one in self.offers if one[0] != number)
        made = number + 900_000
        self.instances[made] = {
            "id": made,
            "label": asked.get("label"),
            "actual_status": "loading",
            "cur_state": "running",
            "intended_status": "running",
            "gpu_name": offer[1],
            "dph_total": offer[2],
            "image_uuid": asked["image"],
            "uptime_mins": None,
            "gpu_util": None,
            "cpu_util": 0.0,
        }
        self.books.bill(str(made), round(offer[2] * 1_000_000))
        return Cut() if fault is Fault.LOST_AFTER else JSONResponse({"success": True, "new_contract": made})

    async def _list(self, request: Request) -> Response:
        refused, _ = self._gate(request, "list")
        if refused:
            return refused
        first = int(request.query_params.get("after_token") or 0)
        rows = [row for number, row in sorted(self.instances.items()) if number > first]
        page = rows[:_PAGE]
        more = str(page[-1]["id"]) if len(rows) > _PAGE else None
        counts = {"instances_found": len(page), "total_instances": len(self.instances)}
        return JSONResponse({"success": True, **counts, "next_token": more, "instances": page})

    async def _destroy(self, request: Request) -> Response:
        refused, _ = self._gate(request, "destroy")
        if refused:
            return refused
        gone = self.instances.pop(request.path_params["id"], None)
        return JSONResponse({"success": True}) if gone else _error(404, "not_found", "Instance not found")

    def _gate(self, request: Request, operation: str) -> tuple[Response | None, Fault | None]:
        self.books.ask(operation)
        if request.headers.get("authorization") != f"Bearer {self.key}" or "api_key" in request.query_params:
            return _error(401, "auth_error", "Invalid user key"), None
        can = (Fault.BUSY, Fault.DOWN, Fault.LOST_AFTER, Fault.EXPIRED)
        fault = self.schedule.next(operation, can=can)
        if fault is Fault.BUSY:  # plain text, and no header that says when
            return PlainTextResponse("API requests too frequent: endpoint threshold=4.5", status_code=429), fault
        return (PlainTextResponse("Bad Gateway", status_code=502), fault) if fault is Fault.DOWN else (None, fault)


def _error(status: int, code: str, why: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"success": False, "error": code, "msg": why}, status_code=status, headers=headers)
