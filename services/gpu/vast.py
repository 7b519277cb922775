"""Machines at Vast.ai, rented by the second from whoever has the card: five calls of plain HTTP.

The vendor's package cannot be installed beside RunPod's, and would rent again after an answer that was lost.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import httpx

from services.gpu.machine import Condition, Load, Machine, Wanted, named
from services.gpu.sheet import HostSheet, Machines
from services.guard import Line, line
from services.http import busy, client, faults
from services.retry import PATIENCE, Patience
from studio.errors import Busy, Denied, Down, Invalid, Unclear, VendorError

VENDOR = "vast"
_CONDITIONS = {
    "created": Condition.COMING,
    "loading": Condition.COMING,
    "running": Condition.RUNNING,
    "stopped": Condition.STOPPED,
    "exited": Condition.STOPPED,
    "frozen": Condition.STOPPED,
    "offline": Condition.UNKNOWN,
}
_GONE = (httpx.codes.NOT_FOUND, httpx.codes.GONE)  # the offer, or the machine
_SETTLES = 5.0  # seconds until a machine whose answer was lost is certainly in the list
_OFFERS = 4  # the cheapest, tried one after the other
_PAGE = 25
_QUOTA = "search_quota_exceeded"
_THRESHOLD = re.compile(r"threshold=(\d+(?:\.\d+)?)")
_MICROS = 1_000_000


class Vast:
    """The machines of one account whose label begins with our prefix. `base` is `https://console.vast.ai`."""

    name = "vast"

    def __init__(
        self,
        key: str,
        base: str,
        host: HostSheet,
        rule: Machines,
        *,
        to: Line | None = None,
        patience: Patience = PATIENCE,
    ) -> None:
        """`host` says which cards are wanted at what price, `rule` what a machine of ours is."""
        self._host, self._rule, self._patience = host, rule, patience
        self._line = to or line(VENDOR)
        self._http = client(base, {"Authorization": f"Bearer {key}"}, seconds=60.0)

    def credit(self) -> float:
        """Dollars left in the account; asking is free and shows that the key is good."""
        found = _json(self._asked("account", "GET", "/api/v0/users/current/"), "account")
        return float(found.get("credit") or found.get("balance") or 0.0)

    def machines(self) -> Sequence[Machine]:
        """Ours there, running or not."""
        rows: list[dict[str, Any]] = []
        token = ""
        while True:
            page = {"limit": _PAGE, "select_filters": "{}", "order_by": json.dumps([{"col": "id", "dir": "asc"}])}
            page |= {"after_token": token} if token else {}
            found = _json(self._asked("list", "GET", "/api/v1/instances/", params=page), "list")
            rows += found.get("instances", [])
            token = str(found.get("next_token") or "")
            if not token:
                ours = [row for row in rows if str(row.get("label") or "").startswith(self._rule.prefix)]
                return [self._machine(row) for row in ours]

    def start(self, wanted: Wanted) -> Machine:
        """Rent the cheapest that fits, offer after offer; the machine of this label when there is one.

        Renting is not idempotent: before it and after a lost answer the label is looked for in the list, for the offer
        is gone then because it is ours; Unclear when it is not there. Busy when nothing can be rented.
        """
        there = named(self.machines(), wanted.name)
        if there:
            return there
        for offer in self._offers():
            path = f"/api/v0/asks/{offer['id']}/"
            try:
                answer = self._asked("rent", "PUT", path, self._body(wanted), paid=True, passed=_GONE)
            except Unclear:
                self._patience.sleep(_SETTLES)
                there = named(self.machines(), wanted.name)
                if there:
                    return there
                raise
            if answer.status_code not in _GONE:
                number = str(_json(answer, "rent").get("new_contract", ""))
                gpu, price = str(offer.get("gpu_name", "")), _micros(offer.get("dph_total"))
                coming = Condition.COMING
                return Machine(
                    host=VENDOR, id=number, name=wanted.name, condition=coming, gpu=gpu, micros_an_hour=price
                )
        raise Busy("nobody at Vast rents out one of the wanted cards now", vendor=VENDOR, operation="rent")

    def end(self, machine: str) -> None:
        """Destroy a machine, disk and all, which alone ends every charge; one that is gone already is done."""
        self._asked("destroy", "DELETE", f"/api/v0/instances/{machine}/", passed=_GONE)

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def _offers(self) -> list[dict[str, Any]]:
        """The cheapest offers, cards in order of preference."""
        asked = {
            "verified": {"eq": True},
            "rentable": {"eq": True},
            "gpu_name": {"in": list(self._host.gpus)},
            "num_gpus": {"in": [1]},
            "reliability": {"gte": self._host.reliability},
            "dph_total": {"lte": self._host.dollars_an_hour},
            "order": [["dph_total", "asc"], ["reliability", "desc"]],
            "type": "ondemand",
            "limit": _OFFERS * len(self._host.gpus),
            "allocated_storage": float(self._rule.disk_gb),
        }
        answer = self._asked("search", "POST", "/api/v0/bundles/", asked)
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise Busy("Vast answers no more searches today", vendor=VENDOR, operation="search")
        found = _json(answer, "search").get("offers", [])
        order = {name: place for place, name in enumerate(self._host.gpus)}
        offers = [one for one in found if isinstance(one, dict) and one.get("gpu_name") in order and "id" in one]
        return sorted(offers, key=lambda one: order[one["gpu_name"]])[:_OFFERS]

    def _body(self, wanted: Wanted) -> dict[str, Any]:
        flags = [word for name, value in wanted.env.items() for word in ("-e", shlex.quote(f"{name}={value}"))]
        return {
            "image": wanted.image,
            "label": wanted.name,
            "disk": float(self._rule.disk_gb),
            "env": " ".join([*flags, "-p", f"{self._rule.port}:{self._rule.port}"]),
            "runtype": "args",
            "target_state": "running",
            "cancel_unavail": True,
        }

    def _machine(self, row: Mapping[str, Any]) -> Machine:
        minutes = row.get("uptime_mins")
        load = Load(uptime=None if minutes is None else minutes * 60, gpu=row.get("gpu_util"), cpu=row.get("cpu_util"))
        return Machine(
            host=VENDOR,
            id=str(row.get("id", "")),
            name=str(row.get("label") or ""),
            condition=_CONDITIONS.get(str(row.get("actual_status") or "created"), Condition.UNKNOWN),
            gpu=str(row.get("gpu_name", "")),
            address=self._address(row),
            micros_an_hour=_micros(row.get("dph_total")),
            load=load,
        )

    def _address(self, row: Mapping[str, Any]) -> str:
        published = (row.get("ports") or {}).get(f"{self._rule.port}/tcp") or []
        port = published[0].get("HostPort") if published else None
        return f"http://{row['public_ipaddr']}:{port}" if port and row.get("public_ipaddr") else ""

    def _asked(
        self,
        operation: str,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        params: Mapping[str, Any] | None = None,
        paid: bool = False,
        passed: Collection[int] = (),
    ) -> httpx.Response:
        def once() -> httpx.Response:
            with faults(VENDOR, operation, paid=paid):
                answer = self._http.request(method, path, json=body, params=params)
            # A day's quota is for the caller: waited for here, nothing else could be asked of Vast until midnight.
            if answer.is_success or answer.status_code in passed or _QUOTA in answer.text:
                return answer
            raise _refused(answer, operation, paid=paid)

        return self._line.ask(operation, once)


def _micros(dollars: Any) -> int:
    return round(float(dollars or 0) * _MICROS)


def _json(answer: httpx.Response, operation: str) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        found = None
    if isinstance(found, dict) and found.get("success") is not False:
        return found
    make = Unclear if operation == "rent" else Down
    raise make(f"Vast's answer to {operation} cannot be read", vendor=VENDOR, operation=operation)


def _refused(answer: httpx.Response, operation: str, *, paid: bool) -> VendorError:
    status = answer.status_code
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return _hurried(answer, operation)
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        make: type[VendorError] = Unclear if paid else Down
        return make(f"Vast answered {status}", vendor=VENDOR, operation=operation)
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return Denied("Vast does not accept the key; check VAST_API_KEY", vendor=VENDOR, operation=operation)
    return Invalid(f"Vast refused to {operation}: it answered {status}", vendor=VENDOR, operation=operation)


def _hurried(answer: httpx.Response, operation: str) -> Busy:
    """A 429 is often plain text that names the seconds between two calls."""
    error = busy("Vast takes no more requests now", answer.headers, vendor=VENDOR, operation=operation)
    seconds = _THRESHOLD.search(answer.text)
    if error.after is None and seconds:
        error.after = min(60.0, float(seconds.group(1)))
    return error
