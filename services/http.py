"""Outgoing HTTP: a client with the house's manners, what its faults mean, and downloads that cannot surprise.

Statuses are translated in each vendor's own file; what went wrong below HTTP means the same everywhere and is
translated here. No client retries or follows redirects by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from services.retry import retrying
from studio.errors import Busy, Down, Garbled, Unclear

AGENT = "TrashFireStudio/0.1"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_CHUNK = 1 << 16
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


def client(base: str, headers: Mapping[str, str], *, seconds: float = 60.0) -> httpx.Client:
    """An HTTP client of one vendor: `seconds` until an answer, 5 to connect; the environment's proxies are not used."""
    return httpx.Client(
        base_url=base,
        headers={"User-Agent": AGENT, **headers},
        timeout=httpx.Timeout(seconds, connect=5.0),
        follow_redirects=False,
        trust_env=False,
    )


@contextmanager
def faults(vendor: str, operation: str, *, paid: bool = False) -> Iterator[None]:
    """Say what a transport's fault means: a paid request that left is Unclear, anything else is Down."""
    try:
        yield
    except _UNSENT as error:
        raise Down(f"{vendor} cannot be reached", vendor=vendor, operation=operation, cause=error) from error
    except httpx.TransportError as error:
        kind = Unclear if paid else Down
        raise kind(f"{vendor} gave no answer", vendor=vendor, operation=operation, cause=error) from error


def fetch(url: str, file: Path, *, vendor: str, hosts: Collection[str], most: int, seconds: float = 120.0) -> Path:
    """Download a vendor's result: only from its own hosts, at most `most` bytes, going on where a cut one stopped.

    A host that begins with a dot allows its subdomains. Garbled for another host, too much or too little.
    """
    _check_host(url, vendor, hosts)
    part = file.with_name(file.name + ".part")
    with client("", {}, seconds=seconds) as http:
        for attempt in retrying(attempts=5, seconds=seconds * 2):
            with attempt, faults(vendor, "download"):
                _go_on(http, url, part, vendor, most)
    return part.replace(file)


def _check_host(url: str, vendor: str, hosts: Collection[str]) -> None:
    parts = urlsplit(url)
    host = parts.hostname or ""
    known = any(host == one or (one.startswith(".") and host.endswith(one)) for one in hosts)
    if not known or (parts.scheme != "https" and host not in _LOOPBACK):
        raise Garbled(f"{vendor}'s result lies at {host or 'no host'}, which is not one of its own", vendor=vendor)


def _go_on(http: httpx.Client, url: str, part: Path, vendor: str, most: int) -> None:
    """Fetch what is missing of a file; the part on disk is kept when the connection ends."""
    have = part.stat().st_size if part.exists() else 0
    with http.stream("GET", url, headers={"Range": f"bytes={have}-"} if have else {}) as answer:
        if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            part.unlink()
            raise Down(f"{vendor}'s result changed while it was fetched", vendor=vendor, operation="download")
        _check_status(answer, vendor)
        if answer.status_code != httpx.codes.PARTIAL_CONTENT:
            have = 0
        expected = have + int(answer.headers.get("content-length", 0))
        if expected > most:
            raise Garbled(f"{vendor}'s result has {expected} bytes, more than {most}", vendor=vendor)
        with part.open("ab" if have else "wb") as out:
            for chunk in answer.iter_raw(_CHUNK):
                have += len(chunk)
                if have > most:
                    raise Garbled(f"{vendor}'s result has more than {most} bytes", vendor=vendor)
                out.write(chunk)
    if expected and have < expected:
        raise Down(f"{vendor}'s result ended after {have} of {expected} bytes", vendor=vendor, operation="download")


def _check_status(answer: httpx.Response, vendor: str) -> None:
    status = answer.status_code
    if status == httpx.codes.TOO_MANY_REQUESTS:
        raise Busy(f"{vendor} answered {status}", vendor=vendor, operation="download")
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise Down(f"{vendor} answered {status}", vendor=vendor, operation="download")
    if status not in (httpx.codes.OK, httpx.codes.PARTIAL_CONTENT):
        raise Garbled(f"{vendor}'s result is not there any more: it answered {status}", vendor=vendor)
