"""Serverless jobs of one RunPod endpoint: eight operations, what their answers mean, and nothing of pictures.

The vendor's own client hides failed jobs and retries by itself, so this is plain HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from services.doubt import in_doubt
from services.gpu.answers import Health, Status
from services.guard import Line, line
from services.http import busy, client, faults
from studio.errors import Denied, Down, Garbled, Invalid, Spent, Unclear, VendorError
from studio.takes.recipe import canonical

VENDOR = "runpod"
R = TypeVar("R", bound=BaseModel)
Check = Callable[[], None]
Job = Mapping[str, Any] | bytes  # `input` and `policy`, or their JSON where somebody has it at hand
_JSON = {"Content-Type": "application/json"}
_DENIED = (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN)


class JobClient(Protocol):
    """What jobs are asked for through: an endpoint, or a machine of our own that does as one."""

    endpoint: str
    hired: bool  # whether a machine that we rent by the hour does them

    def run(self, job: Job, check: Check | None = None) -> str:
        """Submit a job and give its id."""
        ...

    def status(self, ticket: str, check: Check | None = None) -> Status:
        """How a job stands."""
        ...

    def cancel(self, ticket: str) -> Status:
        """Call a job off."""
        ...

    def health(self) -> Health:
        """Count jobs and workers."""
        ...

    def close(self) -> None:
        """Give the connections back."""
        ...


class Jobs:
    """One endpoint. `base` is the jobs' URL, `https://api.runpod.ai/v2`."""

    hired = False

    def __init__(self, key: str, endpoint: str, base: str, *, to: Line | None = None, seconds: float = 30.0) -> None:
        """Speak to this endpoint with this key; `seconds` until an answer, `to` another line than the process's."""
        self.endpoint = endpoint
        self._line = to or line(VENDOR)
        self._http = client(f"{base.rstrip('/')}/{endpoint}", {"Authorization": f"Bearer {key}"}, seconds=seconds)

    def run(self, job: Job, check: Check | None = None) -> str:
        """Submit a job (`input`, `policy`) and give its id.

        Nothing is sent twice after an answer that was lost (Unclear), with one exception, once: every job of ours
        carries a `job_key`, and our worker keeps the result under it and never computes the same key again. So the
        same job may be submitted once more: whichever of the two comes second is answered from the first one's
        result, which also names the first, so that it is booked. Unclear when the second is not accepted, or lost too.
        """
        try:
            return self._submitted(job, check)
        except Unclear:
            with in_doubt(VENDOR):
                return self._submitted(job, check)

    def status(self, ticket: str, check: Check | None = None) -> Status:
        """How a job stands; Garbled when the vendor has it no more: 30 minutes after its end, or past its ttl.

        `check` is asked now and then while the vendor is waited for, and raises when nobody wants the job any more.
        """
        return self._asked("status", "GET", f"/status/{ticket}", Status, ticket, check=check)

    def cancel(self, ticket: str) -> Status:
        """Call a job off; it is paid for as far as it got."""
        return self._asked("cancel", "POST", f"/cancel/{ticket}", Status, ticket)

    def retry(self, ticket: str) -> Status:
        """Have a failed or timed out job done again, under the same id and with the same input."""
        return self._asked("retry", "POST", f"/retry/{ticket}", Status, ticket, paid=True)

    def health(self) -> Health:
        """Count the endpoint's jobs and workers; free."""
        return self._asked("health", "GET", "/health", Health)

    def purge(self) -> int:
        """Drop what waits in the queue; give how many jobs that were."""
        return self._asked("purge", "POST", "/purge-queue", _Purged).removed

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def _submitted(self, job: Job, check: Check | None) -> str:
        return self._asked("run", "POST", "/run", Status, body=job, paid=True, check=check).id

    def _asked(
        self,
        operation: str,
        method: str,
        path: str,
        read: type[R],
        ticket: str = "",
        *,
        body: Job | None = None,
        paid: bool = False,
        check: Check | None = None,
    ) -> R:
        content = body if body is None or isinstance(body, bytes) else canonical(body)
        headers = _JSON if content else None

        def once() -> R:
            with faults(VENDOR, operation, paid=paid):
                answer = self._http.request(method, path, content=content, headers=headers)
            if answer.status_code != httpx.codes.OK:
                raise _refused(answer, operation, ticket, paid=paid)
            return _understood(answer, operation, ticket, read, paid=paid)

        return self._line.ask(operation, once, check=check)


class _Purged(BaseModel):
    removed: int = 0


def _refused(answer: httpx.Response, operation: str, ticket: str, *, paid: bool) -> VendorError:
    """What a status means. After a 5xx to a submission nobody knows whether the job is in the queue."""
    status = answer.status_code
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return busy("RunPod takes no more requests now", answer.headers, vendor=VENDOR, operation=operation)
    make: Callable[..., VendorError] = Invalid
    detail = f"RunPod refused the request: it answered {status}"
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        make, detail = (Unclear if paid else Down), f"RunPod answered {status}"
    elif status in _DENIED:
        make, detail = Denied, "RunPod does not accept the key for this endpoint; check RUNPOD_API_KEY"
    elif status == httpx.codes.PAYMENT_REQUIRED:
        make, detail = Spent, "the account at RunPod has no money left"
    elif status == httpx.codes.NOT_FOUND:
        make = Garbled if ticket else Invalid
        detail = (
            f"RunPod does not have the job {ticket} any more: it ended 30 minutes ago, or waited for too long"
            if ticket
            else "RunPod has no endpoint of this id; check RUNPOD_ENDPOINT_ID (SkyReels: RUNPOD_ENDPOINT_ID_SKYREELS)"
        )
    return make(detail, vendor=VENDOR, operation=operation, request=ticket)


def _understood(answer: httpx.Response, operation: str, ticket: str, read: type[R], *, paid: bool) -> R:
    try:
        return read.model_validate_json(answer.content)
    except ValidationError as error:
        # A question can be put again; of a submission nobody knows the job's id now.
        make = Unclear if paid else Down
        detail = f"RunPod's answer to {operation} cannot be read"
        raise make(detail, vendor=VENDOR, operation=operation, request=ticket, cause=error.error_count()) from None
