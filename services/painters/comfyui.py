"""Painters at a ComfyUI of one's own: looks, plates and boards by the workflows in data/comfyui*.json, for nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import httpx

from services.doubt import in_doubt
from services.guard import Line, line
from services.http import busy, client, faults, fetch
from services.painters.picture import kept, png, wanted
from services.painters.references import references, small, told
from services.painters.workflow import Installed, workflow
from services.prompting import avoided
from services.retry import PATIENCE, Patience
from services.tasks import Do, here
from studio.crew import Errand, Order, Product
from studio.errors import Busy, Conflict, Denied, Down, Garbled, Invalid, VendorError
from studio.money.usage import Usage

VENDOR = "comfyui"
_MOST = 64 << 20  # bytes of a picture
_LONGEST = 1800.0  # seconds of one wait; the ticket stays
_SAID = 300  # letters of the server's own words


class ComfyPainter:
    """A Remote that paints at one ComfyUI; `interval` is in seconds between two questions about a picture.

    A picture's job has an id of its own making, so one whose answer was lost is found again.
    """

    def __init__(
        self,
        base: str,
        *,
        name: str = "comfyui",
        version: str = "1",
        interval: float = 1.0,
        guard: Line | None = None,
        patience: Patience = PATIENCE,
        do: Do = here,
    ) -> None:
        self._name, self._version, self._workflow, self._do = name, version, workflow(name), do
        self._base, self._interval, self._patience = base.rstrip("/"), interval, patience
        self._line = guard or line(VENDOR)
        self._http = client(self._base, {})

    @property
    def name(self) -> str:
        """As on its takes."""
        return self._name

    @property
    def version(self) -> str:
        """Raised with the workflow, words included."""
        return self._version

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def make(self, order: Order, errand: Errand) -> Product:
        """Paint one still and keep it as a PNG of the size that was asked for."""
        prompt, width, height = wanted(order.recipe)
        pictures = references(order, self._workflow.most)
        job = errand.ticket or str(UUID(errand.key[:32]))
        if not errand.ticket:
            if not (errand.doubtful and self._known(job)):
                errand.check()
                self._send(job, errand.key, told(prompt, pictures), (width, height), [one.file for one in pictures])
            errand.sent(job)
        found = self._waited(job, errand)
        errand.billed(Usage(vendor=VENDOR, model=VENDOR, request=job, quantities={"images": 1}))
        url = f"{self._base}/view?{urlencode(_image(found, self._workflow.image, job))}"
        homes = self._line.manners.homes(self._base)
        source = order.folder / "comfyui.picture"
        fetch(url, source, vendor=VENDOR, hosts=homes, most=_MOST, patience=self._patience)
        out = order.folder / f"{order.recipe.kind}.png"
        return self._do(partial(kept, source, (width, height), out, vendor=VENDOR, request=job))

    def installed(self) -> dict[str, str]:
        """The server's models by their places in the workflow; Invalid says which one it does not have."""
        return {place: self._model(one) for place, one in self._workflow.models.items()}

    def _send(self, job: str, key: str, prompt: str, size: tuple[int, int], pictures: Sequence[Path]) -> None:
        across, down = self._workflow.size.nearest(*size)
        given: dict[str, str | int] = {
            **self.installed(),
            "prompt": prompt,
            "avoided": avoided(),
            "width": across,
            "height": down,
            "seed": int(key[:12], 16),
            "name": f"studio-{key[:16]}",
        }
        graph = self._workflow.filled(given, [self._uploaded(one) for one in pictures])
        self._ask("POST", "/prompt", {"prompt_id": job, "client_id": "studio", "prompt": graph})

    def _model(self, wanted: Installed) -> str:
        """The first fitting model the server has."""
        told = self._ask("GET", f"/object_info/{wanted.node}")
        for name in _listed(told.get(wanted.node), wanted.input):
            if wanted.like in name.casefold():
                return name
        raise Invalid(f"this ComfyUI has {wanted.missing}", vendor=VENDOR, operation="object_info")

    def _uploaded(self, file: Path) -> str:
        """Give the server a picture, under the name its content has; gives how a workflow names it."""
        content = png(small(file))
        name = f"{hashlib.sha256(content).hexdigest()[:32]}.png"
        where = {"type": "input", "subfolder": "studio", "overwrite": "true"}
        told = self._ask("POST", "/upload/image", data=where, files={"image": (name, content, "image/png")})
        if not told.get("name"):
            raise Garbled("ComfyUI took a picture without saying where it is", vendor=VENDOR, operation="upload")
        return "/".join(str(one) for one in (told.get("subfolder"), told["name"]) if one)

    def _known(self, job: str) -> bool:
        with in_doubt(VENDOR):
            return job in self._ask("GET", f"/history/{job}") or self._queued(job)

    def _queued(self, job: str) -> bool:
        queue = self._ask("GET", "/queue")
        entries = [*queue.get("queue_running", ()), *queue.get("queue_pending", ())]
        return any(job in entry[:2] for entry in entries if isinstance(entry, list))

    def _waited(self, job: str, errand: Errand) -> dict[str, Any]:
        """Wait for the job; Garbled when it failed, or the server, started anew, knows of none."""
        until = self._patience.clock() + _LONGEST
        missed = False
        while not (entry := self._ask("GET", f"/history/{job}").get(job)):
            try:
                errand.check()
            except Conflict:
                self._call_off(job)
                raise
            queued = self._queued(job)
            if missed and not queued:  # twice: it may have ended between the two questions
                raise Garbled(
                    "ComfyUI knows nothing of this picture any more", vendor=VENDOR, operation="history", request=job
                )
            missed = not queued
            if self._patience.clock() >= until:
                raise Busy("ComfyUI is still at work on this", vendor=VENDOR, operation="history", request=job)
            self._patience.sleep(self._interval)
        if not isinstance(entry, dict) or entry.get("status", {}).get("status_str") != "success":
            why = _failure(entry)
            raise Garbled(f"ComfyUI failed: {why}", vendor=VENDOR, operation="history", request=job)
        return entry

    def _call_off(self, job: str) -> None:
        with suppress(VendorError):
            self._ask("POST", "/queue", {"delete": [job]})
            self._ask("POST", "/interrupt", {"prompt_id": job})

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None, **form: Any) -> dict[str, Any]:
        """An answer's JSON, asked again while the server is busy or down: a picture twice costs nothing."""
        operation = path.split("/")[1]

        def ask() -> dict[str, Any]:
            with faults(VENDOR, operation):
                answer = self._http.request(method, path, json=body, **form)
            _check(answer, operation)
            if not answer.content:
                return {}
            try:
                read = answer.json()
            except ValueError:
                read = None
            if not isinstance(read, dict):
                raise Garbled("ComfyUI's answer is no JSON object", vendor=VENDOR, operation=operation)
            return read

        return self._line.ask(operation, ask)


def _check(answer: httpx.Response, operation: str) -> None:
    status = answer.status_code
    if status < httpx.codes.BAD_REQUEST:
        return
    why = f"ComfyUI answered {status}: {_words(answer)}"
    if status == httpx.codes.TOO_MANY_REQUESTS:
        raise busy(why, answer.headers, vendor=VENDOR, operation=operation)
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise Down(why, vendor=VENDOR, operation=operation)
    kind = Denied if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN) else Invalid
    raise kind(why, vendor=VENDOR, operation=operation)


def _words(answer: httpx.Response) -> str:
    """What the server says is wrong with a workflow: its error, and that of the first node."""
    try:
        told = answer.json()
    except ValueError:
        return answer.reason_phrase
    error = told.get("error", {}) if isinstance(told, dict) else {}
    nodes = told.get("node_errors", {}) if isinstance(told, dict) else {}
    said = [error.get("message", "") if isinstance(error, dict) else str(error)]
    if isinstance(nodes, dict):
        said += [str(one.get("details", "")) for node in nodes.values() for one in node.get("errors", ())]
    return "; ".join(one for one in said if one)[:_SAID] or answer.reason_phrase


def _failure(entry: object) -> str:
    """What the server says of a job that failed."""
    messages = entry.get("status", {}).get("messages", []) if isinstance(entry, dict) else []
    for message in messages:
        match message:
            case ["execution_error", {"exception_message": str(said)}]:
                return said[:_SAID].strip()
            case ["execution_interrupted", _]:
                return "it was interrupted"
    return "it does not say why"


def _listed(node: object, wanted: str) -> Iterator[str]:
    """The choices of a node's input, in either form servers give them."""
    match node:
        case {"input": {"required": {**inputs}}}:
            match inputs.get(wanted):
                case [[*names], *_] | [str(), {"options": [*names]}, *_]:
                    yield from (str(one) for one in names)


def _image(entry: dict[str, Any], node: str, job: str) -> dict[str, str]:
    """Which file the picture is that a node saved."""
    match entry.get("outputs", {}).get(node):
        case {"images": [{"filename": str(name), **rest}, *_]}:
            return {
                "filename": name,
                "subfolder": str(rest.get("subfolder", "")),
                "type": str(rest.get("type", "output")),
            }
    raise Garbled("ComfyUI made no picture", vendor=VENDOR, operation="history", request=job)
