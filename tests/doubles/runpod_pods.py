"""RunPod's management API (REST v2) as far as the studio uses it: pods, one endpoint's limits, the GPU catalog."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.doubles.cutting import Cut
from tests.doubles.server import Books, Fault, Schedule

_KNOWN = {
    *("name", "image", "templateId", "cloud", "disk", "gpu", "cpu", "ports", "env", "mounts", "args", "registry"),
    *("dataCenterIds", "globalNetworking", "startSsh", "startJupyter"),
}
_ACTIONS = {"RUNNING": ["stop", "restart", "terminate"], "EXITED": ["start", "terminate"]}
_QUOTA = {
    "RateLimit": '"per-minute";r=59;t=60, "per-hour";r=2999;t=3600, "per-day";r=49999;t=86400',
    "RateLimit-Policy": '"per-minute";q=60;w=60, "per-hour";q=3000;w=3600, "per-day";q=50000;w=86400',
}
_CATALOG = (  # what a worker of a pool costs an hour; a card in no pool has no such price
    ("NVIDIA GeForce RTX 4090", "ADA_24", 24, {"serverless": 1.116}),
    ("NVIDIA L40S", "ADA_48_PRO", 48, {"serverless": 1.908}),
    ("NVIDIA A100 80GB PCIe", "AMPERE_80", 80, {"serverless": 2.736}),
    ("NVIDIA H100 80GB HBM3", "ADA_80_PRO", 80, {"serverless": 4.176}),
    ("NVIDIA RTX A2000", None, 6, {}),
)
STOCK = ("NVIDIA GeForce RTX 4090", "NVIDIA L40S", "NVIDIA A100 80GB PCIe")


@dataclass
class PodsDouble:
    """The pods of an account. `stock` is which GPUs can be had now."""

    books: Books
    schedule: Schedule
    key: str
    most_workers: Mapping[str, int]
    stock: tuple[str, ...] = STOCK
    pools: tuple[str, ...] = ("ADA_24",)  # an endpoint's cards
    without: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ("vol_studio",)
    pods: dict[str, dict[str, Any]] = field(default_factory=dict)
    hung: list[str] = field(default_factory=list)  # ids whose answer was lost

    def routes(self, at: str) -> list[Route]:
        """The API under a path."""
        return [
            Route(f"{at}/pods", self._list),
            Route(f"{at}/pods", self._create, methods=["POST"]),
            Route(f"{at}/pods/{{id}}", self._get),
            Route(f"{at}/pods/{{id}}", self._delete, methods=["DELETE"]),
            Route(f"{at}/pods/{{id}}/action", self._action, methods=["POST"]),
            Route(f"{at}/serverless/{{id}}", self._endpoint),
            Route(f"{at}/catalog/gpus", self._catalog),
        ]

    def run(self, number: str, uptime: int, *, gpu: float = 0.0, cpu: float = 1.0, locked: bool = False) -> None:
        """Let a pod be running for so many seconds, with this use of its card and processor in percent."""
        gpus = [{"id": "GPU-0", "util": gpu, "memoryUtil": 12.0}]
        runtime = {"uptime": uptime, "gpus": gpus, "cpu": {"util": cpu}, "memory": {"util": 10.0}, "ports": []}
        self.pods[number] |= {"status": "RUNNING", "runtime": runtime, "locked": locked, "cost": 0.44}
        self.pods[number] |= {"actions": _ACTIONS["RUNNING"], "startedAt": "2026-11-20T10:00:00Z"}

    async def _list(self, request: Request) -> Response:
        return self._gate(request, "pods")[0] or _ok({"pods": list(self.pods.values())})

    async def _create(self, request: Request) -> Response:
        refused, fault = self._gate(request, "create")
        if refused:
            return refused
        asked = json.loads(await request.body())
        unknown = sorted(set(asked) - _KNOWN)
        if unknown or "name" not in asked or ("gpu" in asked) == ("cpu" in asked):
            return _problem(422, "Unprocessable Entity", f"additional properties {unknown} not allowed")
        if asked["gpu"]["id"] not in self.stock:
            return _problem(400, "Bad Request", "There are no instances currently available")
        pod = self._made(asked)
        if fault is Fault.LOST_AFTER:
            self.hung.append(pod["id"])
            return Cut()
        return _ok(pod, 201)

    async def _get(self, request: Request) -> Response:
        refused, _ = self._gate(request, "pod")
        return refused or self._found(request)

    async def _delete(self, request: Request) -> Response:
        refused, _ = self._gate(request, "terminate")
        if refused:
            return refused
        gone = self.pods.pop(request.path_params["id"], None)
        return Response(status_code=204, headers=_QUOTA) if gone else _problem(404, "Not Found", "pod not found")

    async def _action(self, request: Request) -> Response:
        refused, _ = self._gate(request, "action")
        pod = self.pods.get(request.path_params["id"])
        if refused or pod is None:
            return refused or _problem(404, "Not Found", "pod not found")
        action = json.loads(await request.body()).get("action")
        if action not in pod["actions"]:
            return _problem(409, "Conflict", "the action is not valid for the pod's status")
        if action == "terminate":
            del self.pods[pod["id"]]
            return Response(status_code=204, headers=_QUOTA)
        pod |= {"status": "EXITED", "runtime": None, "cost": 0.0, "actions": _ACTIONS["EXITED"]}
        return _ok(pod)

    async def _endpoint(self, request: Request) -> Response:
        refused, _ = self._gate(request, "endpoint")
        number = request.path_params["id"]
        if refused or number not in self.most_workers:
            return refused or _problem(404, "Not Found", "endpoint not found")
        endpoint = {"id": number, "name": "studio", "type": "QUEUE", "image": "trashfire/gpu-endpoint:1", "args": ""}
        endpoint |= {"disk": 80, "ports": [], "env": {}, "registry": None, "timeout": 600000, "flashboot": "OFF"}
        jobs = {"run": "run", "runSync": "runsync", "purgeQueue": "purge-queue", "health": "health"}
        jobs |= {name: f"{name}/{{job_id}}" for name in ("status", "stream", "cancel", "retry")}
        urls = {name: f"https://api.runpod.ai/v2/{number}/{path}" for name, path in jobs.items()}
        endpoint |= {"requestUrls": urls}
        cards = {"pools": list(self.pools), "excludedTypes": list(self.without), "count": 1}
        endpoint |= {"gpu": {**cards, "allowedCudaVersions": [], "minCudaVersion": None}}
        endpoint |= {"workers": {"min": 0, "max": self.most_workers[number], "idleTimeout": 5}}
        endpoint |= {"scaling": {"type": "QUEUE_DELAY", "queueDelay": 4}, "createdAt": "2026-11-01T10:00:00Z"}
        return _ok(endpoint | {"dataCenterIds": [], "networkVolumes": list(self.volumes)})

    async def _catalog(self, request: Request) -> Response:
        refused, _ = self._gate(request, "catalog")
        shared = {
            "manufacturer": "NVIDIA",
            "secure": True,
            "community": True,
            "maxCount": {"secure": 8, "community": 4},
        }
        pods = {"secure": 0.69, "community": 0.44}
        gpus = [
            {"id": name, "name": name, "pool": pool, "memory": memory, "price": {**pods, **hour}, **shared}
            for name, pool, memory, hour in _CATALOG
        ]
        return refused or _ok({"gpus": gpus})

    def _found(self, request: Request) -> Response:
        pod = self.pods.get(request.path_params["id"])
        return _ok(pod) if pod else _problem(404, "Not Found", "pod not found")

    def _made(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        number = f"pod{self.books.asked['create']:04d}"
        pod = {"id": number, "name": asked["name"], "image": asked["image"], "args": "", "disk": asked.get("disk", 20)}
        pod |= {"ports": asked.get("ports", []), "env": asked.get("env", {}), "registry": None, "mounts": {}}
        pod |= {"status": "PROVISIONING", "actions": ["stop", "terminate"], "gpu": dict(asked["gpu"])}
        pod |= {"cloud": asked.get("cloud", "SECURE"), "dataCenterId": "US-KS-2", "cudaVersion": None}
        pod |= {"ssh": {"proxy": None, "direct": None}, "template": None, "cost": 0.44, "locked": False}
        pod |= {"globalNetworking": {"enabled": False}, "runtime": None, "startedAt": None}
        pod |= {"createdAt": "2026-11-20T09:58:00Z"}
        self.pods[number] = pod
        return pod

    def _gate(self, request: Request, operation: str) -> tuple[Response | None, Fault | None]:
        self.books.ask(operation)
        if request.headers.get("authorization") != f"Bearer {self.key}":
            return _problem(401, "Unauthorized", "invalid API key"), None
        fault = self.schedule.next(operation, can=(Fault.BUSY, Fault.DOWN, Fault.LOST_AFTER))
        if fault is Fault.BUSY:
            return _problem(429, "Too Many Requests", "rate limit exceeded", {"Retry-After": "1"}), fault
        return (_problem(503, "Service Unavailable", "try again"), fault) if fault is Fault.DOWN else (None, fault)


def _ok(body: Any, status: int = 200) -> JSONResponse:
    return JSONResponse(body, status_code=status, headers=_QUOTA)


def _problem(status: int, title: str, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    body = {"title": title, "status": status, "detail": detail}
    kind = "application/problem+json"
    return JSONResponse(body, status_code=status, headers={**_QUOTA, **(headers or {})}, media_type=kind)
