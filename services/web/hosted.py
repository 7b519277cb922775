"""Hosted mode's door: the studio answers by its public name alone, its own pages alone may change anything, and
every answer tells the browser what it must not do with it. Who somebody is, routes and pages find out themselves.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable, Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from services.web.refusing import refusals

LEAD_ON = 'location.replace(document.getElementById("ts-onward").href)'  # what a page carries to go on by itself
PLATFORM = "/api/"
HEALTH = "/healthz"  # asked by probes, which know no name of it
_KINDS = {400: "ambiguous", 421: "another_name", 404: "inside", 403: "foreign_page"}  # as refusals are counted
_INSIDE = ("/_stcore/metrics", "/_stcore/agent")  # what Streamlit counts of itself, and its own way in for programs
_READS = frozenset({"GET", "HEAD"})
_FORWARDED = (b"forwarded", b"x-forwarded-", b"x-real-ip")
_PORTS = {"https": 443, "http": 80}
_YEAR = 31_536_000  # seconds
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # a link's token is told to nobody else
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class HostedDoor:
    """ASGI middleware before a studio at `url`. What comes to a path in `signed` proves by itself who sends it.

    Of what a websocket of somebody who was signed in says after their session has ended, `holds` tells whether it has,
    only what `redrawn` leaves of it is passed on: a page that is drawn anew, for whoever is there now. Browsers run
    the `scripts` that pages carry in their HTML, and no others. `films` is another origin they may play films from.
    """

    def __init__(
        self,
        app: ASGIApp,
        url: str,
        holds: Callable[[Scope], bool] = lambda _scope: False,
        *,
        proxies: Collection[str] = (),
        signed: Collection[str] = (),
        scripts: Collection[str] = (),
        films: str = "",
        redrawn: Callable[[bytes], bytes | None] = lambda _sent: None,
        count: Callable[[str], None] = refusals.count,
    ) -> None:
        self._app, self._holds, self._redrawn, self._count = app, holds, redrawn, count
        self._proxies, self._signed = frozenset(proxies), frozenset(signed)
        self._own = _origin(url)
        self._headers = _HEADERS | {"Content-Security-Policy": policy(self._own, scripts, films)}
        if self._own.startswith("https:"):
            self._headers["Strict-Transport-Security"] = f"max-age={_YEAR}; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass own requests on, answer others with why not (HTTP) or a refused handshake (websocket)."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        scope = _seen(scope, self._proxies)
        if why := self._refuses(scope):
            self._count(_KINDS[why[0]])
        if scope["type"] == "websocket" and why:
            await WebSocketClose(1008, why[1])(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._app(scope, await self._while_it_holds(scope, receive), send)
        else:
            answer = _refusal(*why) if why else self._app
            await answer(scope, receive, self._careful(send))

    def _refuses(self, scope: Scope) -> tuple[int, str] | None:
        """Status and sentence of why a request goes no further; None where it does."""
        headers, path = Headers(scope=scope), scope["path"]
        if _ambiguous(headers):
            return 400, "It cannot be told where this ends, or for whom it is."
        reads = scope["type"] == "http" and scope["method"] in _READS
        if reads and path == HEALTH:
            return None
        host = headers.get("host", "")
        if _origin(f"{urlsplit(self._own).scheme}://{host}") != self._own:
            return 421, "No studio is at this address."
        if path in self._signed:
            return None
        if path.startswith(_INSIDE):
            return 404, "Nothing is here."
        origin = headers.get("origin")
        if origin is None and not reads:
            same = headers.get("sec-fetch-site") == "same-origin"
            ours = scope["type"] == "http" and (same or path.startswith(PLATFORM))  # a program shows a token instead
        else:
            ours = origin is None or _origin(origin) == self._own
        # A picture or film embedded by a foreign page sends no Origin, but says where it comes from.
        site, mode = headers.get("sec-fetch-site"), headers.get("sec-fetch-mode")
        if not ours or (site == "cross-site" and not (reads and mode == "navigate")):
            return 403, "This studio answers its own pages only."
        return None

    async def _while_it_holds(self, scope: Scope, receive: Receive) -> Receive:
        if not await run_in_threadpool(self._holds, scope):
            return receive  # a stranger's, who has nothing to lose

        async def hear() -> Message:
            while True:
                message = await receive()
                if message["type"] != "websocket.receive" or await run_in_threadpool(self._holds, scope):
                    return message
                if (left := self._redrawn(message.get("bytes") or b"")) is not None:
                    return {"type": "websocket.receive", "bytes": left}

        return hear

    def _careful(self, send: Send) -> Send:
        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        return add


def policy(own: str, scripts: Collection[str], films: str = "") -> str:
    """What pages at this origin may load and run: what the studio itself serves, and of scripts written into a page
    these alone.

    Streamlit draws its parts from data and blob URLs, styles them in place and loads its own parts' code from blobs.
    """
    talk = f"ws{own.removeprefix('http')}"
    hashes = (b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in scripts)
    rules = {
        "default-src": "'none'",
        "script-src": " ".join(["'self' blob:", *(f"'sha256-{one}'" for one in hashes)]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "media-src": f"'self' data: blob: {films}".rstrip(),
        "font-src": "'self' data:",
        "connect-src": f"'self' {talk}",
        "worker-src": "'self' blob:",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _ambiguous(headers: Headers) -> bool:
    """Whether a proxy before us may have read a request otherwise than we do, where it ends or for whom it is."""
    return len(headers.getlist("host")) > 1 or ("transfer-encoding" in headers and "content-length" in headers)


def _refusal(status: int, why: str) -> Response:
    """Why a request goes no further; after one that could be read in two ways nothing more is heard on that line."""
    return PlainTextResponse(why, status, {"Connection": "close"} if status == 400 else None)


def _seen(scope: Scope, proxies: Collection[str]) -> Scope:
    """A request with the address of who sent it, as far as proxies that are believed say, and nothing else said so."""
    peer = (scope.get("client") or ("", 0))[0]
    told = Headers(scope=scope).getlist("x-forwarded-for") if peer in proxies else []
    chain = [one.strip() for one in ",".join(told).split(",") if one.strip()]
    sender = next((one for one in reversed(chain) if one not in proxies), peer)
    kept = [(name, value) for name, value in scope["headers"] if not name.startswith(_FORWARDED)]
    return {**scope, "headers": kept, "client": (sender if _is_address(sender) else peer, 0)}


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _origin(url: str) -> str:
    """Scheme, name and port of an address as browsers write an origin; empty for what is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if not parts.hostname or parts.username is not None or parts.path not in ("", "/") or parts.query or parts.fragment:
        return ""
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    told = "" if port in (None, _PORTS.get(parts.scheme)) else f":{port}"
    return f"{parts.scheme}://{name}{told}"
