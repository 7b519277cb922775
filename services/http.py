"""Outgoing HTTP: a client with the house's manners, what its faults mean, and downloads that cannot surprise.

Statuses are translated in each vendor's own file; what went wrong below HTTP means the same everywhere and is
translated here. No client retries or follows redirects by itself.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

import httpx

from services.retry import PATIENCE, Patience, retrying
from studio.errors import Busy, Down, Garbled, Unclear

AGENT = "TrashFireStudio/0.1"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
NAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*")
Place = IPv4Address | IPv6Address
Resolve = Callable[[str, None], Iterable[tuple[Any, ...]]]  # as socket.getaddrinfo
_TRANSLATED, _TUNNELLED = IPv6Network("64:ff9b::/96"), IPv6Network("2002::/16")
_GIVEN_OUT = IPv6Network("2000::/3")
_HOPS = 3  # redirects between a vendor's own hosts
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


def client(base: str, headers: Mapping[str, str], *, seconds: float = 60.0) -> httpx.Client:
    """An HTTP client of one vendor: `seconds` until an answer, 5 to connect; the environment's proxies are not used."""
    return httpx.Client(
        base_url=base,
        headers={"User-Agent": AGENT, **headers},
        timeout=httpx.Timeout(seconds, connect=5.0),
        follow_redirects=False,
        trust_env=False,
        verify=authorities(),
    )


@cache
def authorities() -> ssl.SSLContext:
    """Whom all clients of this process trust: reading it anew takes a fiftieth of a second each time."""
    return httpx.create_ssl_context(trust_env=False)


@contextmanager
def faults(vendor: str, operation: str, *, paid: bool = False) -> Iterator[None]:
    """Say what a transport's fault means: a paid request that left is Unclear, anything else is Down."""
    try:
        yield
    except _UNSENT as error:
        raise Down(f"{vendor} cannot be reached", vendor=vendor, operation=operation, cause=error) from error
    except (httpx.TransportError, httpx.DecodingError) as error:
        kind = Unclear if paid else Down
        raise kind(f"{vendor} gave no answer", vendor=vendor, operation=operation, cause=error) from error


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds an answer asks us to wait, at any length: `retry-after-ms`, or `retry-after` in seconds or as a date.

    Names are looked up in lower case; httpx's own headers know no case. None when nothing usable is said.
    """
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        told = headers.get(name, "").strip()
        try:
            seconds = float(told) / unit if told else None
        except ValueError:
            seconds = _until(told)
        if seconds is not None and 0 <= seconds < float("inf"):
            return seconds
    return None


def _until(date: str) -> float | None:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def busy(detail: str, headers: Mapping[str, str], *, vendor: str, operation: str, request: str = "") -> Busy:
    """A Busy that knows how long the vendor asks us to wait."""
    error = Busy(detail, vendor=vendor, operation=operation, request=request)
    error.after = retry_after(headers)
    return error


def fetch(
    url: str,
    file: Path,
    *,
    vendor: str,
    hosts: Collection[str],
    most: int,
    seconds: float = 120.0,
    patience: Patience = PATIENCE,
    advice: str = "",
    resolve: Resolve = socket.getaddrinfo,
) -> Path:
    """Download a vendor's result: only from its own hosts, at most `most` bytes, going on where a cut one stopped.

    `hosts` are names, with a leading dot for subdomains, or whole base URLs (Manners.homes); of one that ends with a
    slash only what lies below it. A name must lead to public addresses, which `resolve` finds. All attempts together
    take twice `seconds` at the most. Garbled for another host, with `advice` in its sentence, too much, nothing at
    all, or a result that is gone.
    """
    _check_host(url, vendor, hosts, advice, resolve)
    part = file.with_name(file.name + ".part")
    with client("", {"Accept-Encoding": "identity"}, seconds=seconds) as http:
        download = _Download(http, url, part, vendor, hosts, most, patience.clock() + seconds * 2, patience, resolve)
        try:
            for attempt in retrying(attempts=5, seconds=seconds * 2, patience=patience):
                with attempt, faults(vendor, "download"):
                    download.go_on()
        except Garbled:
            part.unlink(missing_ok=True)
            raise
    return part.replace(file)


def _check_host(url: str, vendor: str, hosts: Collection[str], advice: str, resolve: Resolve) -> None:
    """Refuse an address that is not the vendor's (Garbled), however it is written and wherever its name leads."""
    try:
        parts, seen = urlsplit(url), httpx.URL(url).host
    except (ValueError, httpx.InvalidURL) as error:
        raise Garbled(f"{vendor}'s result lies at no address", vendor=vendor, cause=error) from error
    host = parts.hostname or ""
    named = any(host == one or (one.startswith(".") and host.endswith(one)) for one in hosts)
    safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    own = any(_below(parts, urlsplit(one)) for one in hosts if "://" in one)
    if not (own or (named and safe and host == seen and (host in LOOPBACK or NAME.fullmatch(host)))):
        told = f"{vendor}'s result lies at {host or 'no host'}, which is not one of its own"
        raise Garbled(f"{told}{advice}", vendor=vendor)
    if not own and host not in LOOPBACK and inward(places(host, resolve)):
        raise Garbled(f"{vendor}'s result lies at {host}, a name that leads into our own network", vendor=vendor)


def places(host: str, resolve: Resolve) -> frozenset[Place]:
    """The addresses a name leads to; none of what cannot be looked up."""
    try:
        found = {str(one[4][0]) for one in resolve(host, None)}
    except OSError:
        return frozenset()
    return frozenset(ip_address(one.partition("%")[0]) for one in found)


def inward(found: Iterable[Place]) -> bool:
    """Whether any of these addresses is not a public one, or leads by another one's name to what is not."""
    return any(not (one.is_global and _public(one)) or one.is_multicast for one in map(_meant, found))


def _meant(place: Place) -> Place:
    """The address of IPv4 that an address of IPv6 stands for where networks are translated, else itself."""
    return IPv4Address(int(place) & 0xFFFFFFFF) if place in _TRANSLATED else place


def _public(place: Place) -> bool:
    """Whether an address is one of those that are given out; what carries one of IPv4 through IPv6 is none."""
    return isinstance(place, IPv4Address) or (place in _GIVEN_OUT and place not in _TUNNELLED)


def _below(url: SplitResult, base: SplitResult) -> bool:
    """Whether an address lies at a base, or below it where the base ends with a slash."""
    same = (url.scheme, url.netloc) == (base.scheme, base.netloc)
    climbs = ".." in unquote(url.path).split("/")
    return same and (not base.path.endswith("/") or (url.path.startswith(base.path) and not climbs))


@dataclass
class _Download:
    """A file on its way; what is on disk stays there when the connection ends."""

    http: httpx.Client
    url: str
    part: Path
    vendor: str
    hosts: Collection[str]
    most: int
    until: float
    patience: Patience
    resolve: Resolve
    tag: str = ""  # of the content whose beginning is on disk

    def go_on(self) -> None:
        """Fetch what is missing."""
        url = self.url
        for _ in range(_HOPS + 1):
            with self.http.stream("GET", url, headers=self._wanted()) as answer:
                if not answer.has_redirect_location:
                    self._take(answer)
                    return
                location = answer.headers["location"]
            url = urljoin(url, location)
            _check_host(url, self.vendor, self.hosts, "", self.resolve)
        raise Garbled(f"{self.vendor}'s result was sent around more than {_HOPS} times", vendor=self.vendor)

    def _have(self) -> int:
        return self.part.stat().st_size if self.part.exists() else 0

    def _wanted(self) -> dict[str, str]:
        have = self._have()
        same = {"If-Range": self.tag} if self.tag else {}
        return {"Range": f"bytes={have}-", **same} if have else {}

    def _take(self, answer: httpx.Response) -> None:
        if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            self.part.unlink(missing_ok=True)
            raise self._ended("changed while it was fetched")
        self._check_status(answer)
        have = self._have() if answer.status_code == httpx.codes.PARTIAL_CONTENT else 0
        told = answer.headers.get("content-length", "")
        expected = have + int(told) if told.isdecimal() else 0
        if expected > self.most:
            raise Garbled(f"{self.vendor}'s result has {expected} bytes, more than {self.most}", vendor=self.vendor)
        tag = answer.headers.get("etag", "")
        self.tag = "" if tag.startswith("W/") else tag
        have = self._write(answer, have)
        if have < expected:
            raise self._ended(f"ended after {have} of {expected} bytes")
        if not have:
            raise Garbled(f"{self.vendor}'s result is empty", vendor=self.vendor)

    def _write(self, answer: httpx.Response, have: int) -> int:
        with self.part.open("ab" if have else "wb") as out:
            for chunk in answer.iter_raw():
                have += len(chunk)
                if have > self.most:
                    raise Garbled(f"{self.vendor}'s result has more than {self.most} bytes", vendor=self.vendor)
                if self.patience.clock() > self.until:
                    raise self._ended("comes too slowly")
                out.write(chunk)
        return have

    def _check_status(self, answer: httpx.Response) -> None:
        status = answer.status_code
        if status == httpx.codes.TOO_MANY_REQUESTS:
            raise busy(f"{self.vendor} answered {status}", answer.headers, vendor=self.vendor, operation="download")
        if status >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise Down(f"{self.vendor} answered {status}", vendor=self.vendor, operation="download")
        if status not in (httpx.codes.OK, httpx.codes.PARTIAL_CONTENT):
            raise Garbled(f"{self.vendor}'s result is not there any more: it answered {status}", vendor=self.vendor)

    def _ended(self, why: str) -> Down:
        return Down(f"{self.vendor}'s result {why}", vendor=self.vendor, operation="download")
