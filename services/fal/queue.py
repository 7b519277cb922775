"""fal's queue: submit, status, result, cancel, upload and the list of what was asked.

Plain HTTP: fal-client retries ten times by itself, takes no http address and throws away the header that says what was
billed. Jobs are polled; webhooks are not used.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from services.fal.answers import VENDOR, failed, parsed, refused
from services.fal.ticket import Ticket
from services.guard import Line, line
from services.http import client, faults, fetch
from services.retry import PATIENCE, Patience
from studio.errors import Denied, Down, Garbled, Invalid, PolicyBlocked, StudioError, Unclear, VendorError

Matches = Callable[[Mapping[str, Any]], bool]
UNITS = "x-fal-billable-units"
_PAGES = 20  # of a hundred requests: more in a day and ours may be beyond them
_KEPT = 86_400  # seconds an uploaded picture stays at fal, whose files are public
_SLOWER, _SLOWEST = 1.3, 5.0  # polls come further apart, up to so many times the interval


@dataclass(frozen=True)
class FalHosts:
    """Where fal is asked; any conforming server may stand behind them."""

    queue: str = "https://queue.fal.run"
    rest: str = "https://rest.fal.ai"
    cdn: str = "https://v3.fal.media"
    api: str = "https://api.fal.ai/v1"


@dataclass(frozen=True)
class Progress:
    """What the queue says of a request."""

    done: bool
    error: str = ""
    begun: bool = False  # a model is at work on it


@dataclass(frozen=True)
class Result:
    """What a model answered; `units` as fal counts what it bills, None where it does not say.

    `made` is whether there was a result, even one that is gone by now.
    """

    body: dict[str, Any]
    units: float | None
    made: bool
    error: StudioError | None = None


class FalQueue:
    """One account at fal; safe to use from many threads.

    `interval` is in seconds between two questions about a request, `settles` replaces what each model's row says.
    """

    def __init__(
        self,
        key: str,
        hosts: FalHosts | None = None,
        *,
        interval: float = 2.0,
        settles: float | None = None,
        guard: Line | None = None,
        patience: Patience = PATIENCE,
    ) -> None:
        given = hosts or FalHosts()
        self.hosts = FalHosts(*(base.rstrip("/") for base in (given.queue, given.rest, given.cdn, given.api)))
        self.patience, self.settles = patience, settles
        self._line = guard or line(VENDOR)
        self._interval = interval
        self._http = client("", {"Authorization": f"Key {key}"}, seconds=120.0)
        self._bare = client("", {}, seconds=120.0)

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()
        self._bare.close()

    def submit(self, model: str, arguments: Mapping[str, Any]) -> Ticket:
        """Send a request; Unclear when it may have been accepted without an answer."""

        def send() -> Ticket:
            with faults(VENDOR, "submit", paid=True):
                # fal would run a job that broke ten times by itself, and this house asks again on its own terms.
                answer = self._http.post(f"{self.hosts.queue}/{model}", json=arguments, headers={"X-Fal-No-Retry": "1"})
            if error := refused(answer, "submit", paid=True):
                raise error
            try:
                body = parsed(answer, "submit")
            except Garbled as error:
                raise Unclear("fal's answer cannot be read", vendor=VENDOR, operation="submit", cause=error) from error
            return Ticket.given(body, model, self.hosts.queue)

        return self._line.ask("submit", send)

    def progress(self, ticket: Ticket) -> Progress:
        """Ask how far a request is; what cannot be understood is asked again, for the request goes on."""

        def get() -> Progress:
            with faults(VENDOR, "status"):
                answer = self._http.get(ticket.status)
            if error := refused(answer, "status", request=ticket.request):
                raise error
            try:
                return _progress(parsed(answer, "status"))
            except Garbled as error:
                raise Down(error.detail, vendor=VENDOR, operation="status", request=ticket.request) from error

        return self._line.ask("status", get)

    def polls(self) -> Iterator[None]:
        """Wait between questions about one request, a little longer each time."""
        wait = self._interval
        while True:
            self.patience.sleep(wait)
            wait = min(wait * _SLOWER, self._interval * _SLOWEST)
            yield

    def result(self, ticket: Ticket) -> Result:
        """Fetch what the model answered, with what was billed; its own failure is in the result's error."""

        def get() -> Result:
            with faults(VENDOR, "result"):
                answer = self._http.get(ticket.response)
            units = _units(answer)
            error = failed(answer, request=ticket.request)
            if isinstance(error, Garbled | Invalid | PolicyBlocked):
                return Result({}, units, answer.status_code == httpx.codes.NOT_FOUND, error)
            if error:
                raise error
            try:
                return Result(parsed(answer, "result", request=ticket.request), units, True)
            except Garbled as unreadable:
                return Result({}, units, True, unreadable)

        return self._line.ask("result", get)

    def charged(self, ticket: Ticket) -> float | None:
        """Look up how many units a request was billed; None when the account's bills are not to be seen, or not yet."""
        wanted = httpx.QueryParams({"request_id": ticket.request, "limit": "10"})
        with suppress(VendorError):
            answer = self._get(f"{self.hosts.api}/models/billing-events?{wanted}", "bills", ticket.request)
            events = parsed(answer, "bills", request=ticket.request).get("billing_events")
            told = [one for one in events or () if isinstance(one, dict) and one.get("request_id") == ticket.request]
            counts = [_number(one.get("output_units")) for one in told]
            known = [count for count in counts if count is not None]
            return sum(known) if known else None
        return None

    def cancel(self, ticket: Ticket) -> bool:
        """Call a request off; False when it was done or gone already."""

        def put() -> bool:
            with faults(VENDOR, "cancel"):
                answer = self._http.put(ticket.cancel)
            error = refused(answer, "cancel", request=ticket.request)
            if error and not isinstance(error, Invalid):
                raise error
            return error is None

        return self._line.ask("cancel", put, attempts=2)

    def upload(self, file: Path, name: str) -> str:
        """Put a picture on fal's CDN for a day under a name; gives its address."""

        def put() -> str:
            with faults(VENDOR, "upload"):
                asked = self._http.post(f"{self.hosts.rest}/storage/auth/token?storage_type=fal-cdn-v3", json={})
            if error := refused(asked, "upload"):
                raise error
            token = parsed(asked, "upload")
            headers = {
                "Authorization": f"{token.get('token_type', 'Bearer')} {token.get('token', '')}",
                "Content-Type": "image/png",
                "X-Fal-File-Name": name,
                "X-Fal-Object-Lifecycle": json.dumps({"expiration_duration_seconds": _KEPT}),
            }
            with faults(VENDOR, "upload"):
                # The token's own base_url is not followed: what was configured is.
                answer = self._bare.post(f"{self.hosts.cdn}/files/upload", content=file.read_bytes(), headers=headers)
            if error := refused(answer, "upload"):
                raise error
            url = parsed(answer, "upload").get("access_url")
            if not isinstance(url, str) or not url:
                raise Garbled("fal took a picture without saying where it is", vendor=VENDOR, operation="upload")
            return url

        return self._line.ask("upload", put)

    def find(self, model: str, matches: Matches) -> Ticket | None:
        """Look for a request of the last day whose input is ours, the newest; None when the whole list has none.

        Unclear when the list cannot be had, is too long, or keeps no inputs.
        """
        found: list[Mapping[str, Any]] = []
        blind = False
        for item in self._listed(model):
            given = item.get("json_input")
            if not isinstance(given, dict):
                blind = True
            elif matches(given):
                found.append(item)
        if found:
            newest = max(found, key=lambda item: str(item.get("sent_at") or item.get("started_at") or ""))
            return Ticket.built(model, str(newest["request_id"]), self.hosts.queue)
        if blind:
            raise self._unclear("fal's list of requests does not say what was asked")
        return None

    def fetch(self, url: str, file: Path, *, most: int) -> Path:
        """Download what a model made, from fal's own hosts."""
        homes = self._line.manners.homes(self.hosts.cdn, self.hosts.queue)
        return fetch(url, file, vendor=VENDOR, hosts=homes, most=most, patience=self.patience)

    def _get(self, url: str, operation: str, request: str) -> httpx.Response:
        def get() -> httpx.Response:
            with faults(VENDOR, operation):
                answer = self._http.get(url)
            if error := refused(answer, operation, request=request):
                raise error
            return answer

        return self._line.ask(operation, get)

    def _listed(self, model: str) -> Iterator[Mapping[str, Any]]:
        cursor = ""
        for _ in range(_PAGES):
            wanted = {"endpoint_id": model, "expand": "payloads", "limit": "100"} | (
                {"cursor": cursor} if cursor else {}
            )
            try:
                answer = self._get(
                    f"{self.hosts.api}/models/requests/by-endpoint?{httpx.QueryParams(wanted)}", "list", ""
                )
                page = parsed(answer, "list")
            except (Denied, Invalid, Garbled) as error:
                raise self._unclear("fal does not give its list of requests", error) from error
            yield from (item for item in page.get("items", ()) if isinstance(item, dict) and item.get("request_id"))
            cursor = str(page.get("next_cursor") or "")
            if not cursor:
                return
        raise self._unclear("fal's list of requests is too long to be read to its end")

    def _unclear(self, why: str, cause: object = None) -> Unclear:
        return Unclear(why, vendor=VENDOR, operation="list", cause=cause)


def _progress(body: Mapping[str, Any]) -> Progress:
    match body.get("status"):
        case "IN_QUEUE":
            return Progress(done=False)
        case "IN_PROGRESS":
            return Progress(done=False, begun=True)
        case "COMPLETED":
            return Progress(done=True, error=str(body.get("error") or body.get("error_type") or ""))
    raise Garbled(f"fal's queue says {str(body.get('status'))[:40]}", vendor=VENDOR, operation="status")


def _units(answer: httpx.Response) -> float | None:
    return _number(answer.headers.get(UNITS))


def _number(told: object) -> float | None:
    try:
        number = float(str(told))
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None
