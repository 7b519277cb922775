"""Machines at RunPod: pods by their REST API v2, and how many workers an endpoint may have."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any

import httpx

from services.gpu.machine import Condition, Load, Machine, Wanted, named
from services.gpu.sheet import HostSheet, Machines
from services.guard import Line, line
from services.http import busy, client, faults
from services.retry import PATIENCE, Patience
from studio.errors import Busy, Denied, Down, Invalid, Spent, Unclear, VendorError

VENDOR = "runpod"
_CONDITIONS = {
    "PROVISIONING": Condition.COMING,
    "STARTING": Condition.COMING,
    "RUNNING": Condition.RUNNING,
    "EXITED": Condition.STOPPED,
    "ERROR": Condition.BROKEN,
}
# To a request that fits the contract: no such card now (or a broken rule), or not for this account.
_ELSEWHERE = (httpx.codes.BAD_REQUEST, httpx.codes.FORBIDDEN)
_SETTLES = 3.0  # seconds until a pod whose answer was lost is certainly in the list
_MICROS = 1_000_000
_PROXY = "https://{id}-{port}.proxy.runpod.net"


class Pods:
    """The pods of one account that carry our prefix. `base` is the management URL, `https://api.runpod.io/v2`."""

    name = "runpod"

    def __init__(
        self,
        key: str,
        base: str,
        host: HostSheet,
        rule: Machines,
        *,
        to: Line | None = None,
        patience: Patience = PATIENCE,
        proxy: str = _PROXY,
    ) -> None:
        """`host` says which cards are tried in which order, `rule` what a machine of ours is.

        `proxy` is where a pod's port is reached, with its {id} and {port}.
        """
        self._host, self._rule, self._patience, self._proxy = host, rule, patience, proxy
        self._line = to or line(VENDOR)
        self._http = client(base, {"Authorization": f"Bearer {key}"}, seconds=30.0)

    def machines(self) -> Sequence[Machine]:
        """Ours there, running or not."""
        found = _json(self._asked("pods", "GET", "/pods"), "pods").get("pods", [])
        ours = [pod for pod in found if str(pod.get("name", "")).startswith(self._rule.prefix)]
        return [self._machine(pod) for pod in ours if pod.get("status") != "TERMINATED"]

    def start(self, wanted: Wanted) -> Machine:
        """Rent a pod, card after card; the pod of this name when there is one. Busy when none of the cards is there.

        Creating is not idempotent: before it and after a lost answer the name is looked for in the list; Unclear when
        it is not there then, and asking once more begins with the list again.
        """
        there = named(self.machines(), wanted.name)
        if there:
            return there
        for gpu in self._host.gpus:
            try:
                answer = self._asked("create", "POST", "/pods", self._body(wanted, gpu), passed=_ELSEWHERE)
            except Unclear:
                self._patience.sleep(_SETTLES)
                there = named(self.machines(), wanted.name)
                if there:
                    return there
                raise
            if answer.status_code not in _ELSEWHERE:
                return self._machine(_json(answer, "create"))
        raise Busy("RunPod has none of the wanted cards now", vendor=VENDOR, operation="create")

    def end(self, machine: str) -> None:
        """Delete a pod for good; one that is gone already is done."""
        self._asked("terminate", "DELETE", f"/pods/{machine}", passed=(httpx.codes.NOT_FOUND,))

    def most_workers(self, endpoint: str) -> int | None:
        """How many workers a serverless endpoint may have; None when RunPod does not say now."""
        with suppress(VendorError):
            return _most(self._endpoint(endpoint))
        return None

    def shares(self, endpoint: str) -> bool | None:
        """Whether an endpoint's workers find each other's results: on a volume, or because there is one at the most.

        None when RunPod does not say now.
        """
        with suppress(VendorError):
            found = self._endpoint(endpoint)
            most = _most(found)
            return None if most is None else most <= 1 or bool(found.get("networkVolumes"))
        return None

    def rate(self, endpoint: str) -> int | None:
        """Micro-dollars a second of an endpoint's worker on the dearest card it may get; None when nobody says now."""
        with suppress(VendorError):
            gpu = self._endpoint(endpoint).get("gpu") or {}
            every = _json(self._asked("catalog", "GET", "/catalog/gpus"), "catalog").get("gpus") or []
            pools, without = gpu.get("pools") or [], gpu.get("excludedTypes") or []
            mine = [one for one in every if one.get("pool") in pools and one.get("id") not in without]
            hours = [hour for one in mine if (hour := (one.get("price") or {}).get("serverless"))]
            return round(max(hours) * (gpu.get("count") or 1) * _MICROS / 3600) if hours else None
        return None

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def _endpoint(self, endpoint: str) -> dict[str, Any]:
        return _json(self._asked("endpoint", "GET", f"/serverless/{endpoint}"), "endpoint")

    def _body(self, wanted: Wanted, gpu: str) -> dict[str, Any]:
        return {
            "name": wanted.name,
            "image": wanted.image,
            "cloud": "SECURE",
            "disk": self._rule.disk_gb,
            "gpu": {"id": gpu, "count": 1},
            "ports": [f"{self._rule.port}/http"],
            "env": dict(wanted.env),
        }

    def _machine(self, pod: Mapping[str, Any]) -> Machine:
        number, condition = str(pod.get("id", "")), _CONDITIONS.get(str(pod.get("status")), Condition.UNKNOWN)
        proxy = self._proxy.format(id=number, port=self._rule.port)
        return Machine(
            host=self.name,
            id=number,
            name=str(pod.get("name", "")),
            condition=condition,
            gpu=str((pod.get("gpu") or {}).get("id", "")),
            address=proxy if condition is Condition.RUNNING else "",
            micros_an_hour=round(float(pod.get("cost") or 0) * _MICROS),
            locked=bool(pod.get("locked")),
            load=_load(pod.get("runtime")),
        )

    def _asked(
        self,
        operation: str,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        passed: Collection[int] = (),
    ) -> httpx.Response:
        """Ask; only creating costs. An answer with one of the `passed` statuses is for the caller to judge."""
        paid = method == "POST"

        def once() -> httpx.Response:
            with faults(VENDOR, operation, paid=paid):
                answer = self._http.request(method, path, json=body)
            if answer.is_success or answer.status_code in passed:
                return answer
            raise _refused(answer, operation, paid=paid)

        return self._line.ask(operation, once)


def _most(endpoint: Mapping[str, Any]) -> int | None:
    workers = endpoint.get("workers")
    most = workers.get("max") if isinstance(workers, dict) else None
    return most if isinstance(most, int) else None


def _load(runtime: Any) -> Load:
    """How busy a pod says it is; nothing is known without a runtime, or of a card that is not in it."""
    told = runtime if isinstance(runtime, dict) else {}
    cards = [card.get("util") for card in told.get("gpus") or []]
    known = bool(cards) and all(isinstance(util, int | float) for util in cards)
    cpu = (told.get("cpu") or {}).get("util")
    return Load(uptime=told.get("uptime"), gpu=max(cards) if known else None, cpu=cpu)


def _json(answer: httpx.Response, operation: str) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError as error:
        raise _unread(operation, error) from error
    if not isinstance(found, dict):
        raise _unread(operation, found)
    return found


def _unread(operation: str, cause: object) -> VendorError:
    make = Unclear if operation == "create" else Down
    return make(f"RunPod's answer to {operation} cannot be read", vendor=VENDOR, operation=operation, cause=cause)


def _refused(answer: httpx.Response, operation: str, *, paid: bool) -> VendorError:
    status = answer.status_code
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return busy("RunPod takes no more requests now", answer.headers, vendor=VENDOR, operation=operation)
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        make: type[VendorError] = Unclear if paid else Down
        return make(f"RunPod answered {status}", vendor=VENDOR, operation=operation)
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return Denied("RunPod does not accept the key; check RUNPOD_API_KEY", vendor=VENDOR, operation=operation)
    if status == httpx.codes.PAYMENT_REQUIRED:
        return Spent("the account at RunPod has no money left", vendor=VENDOR, operation=operation)
    return Invalid(f"RunPod refused to {operation}: it answered {status}", vendor=VENDOR, operation=operation)
