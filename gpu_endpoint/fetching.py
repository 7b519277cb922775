"""Brings a picture from an address in the open internet, and from nowhere else.

Every address a name stands for must be public, the connection goes to the address that was looked at, and a redirect
is held against the same rules.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import httpx

from gpu_endpoint.errors import FetchFailed, InvalidInput

Resolve = Callable[[str, int], Sequence[str]]
_HOPS = 3


def resolved(host: str, port: int) -> Sequence[str]:
    """The addresses a name stands for now."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@dataclass
class Fetcher:
    """Fetches small files. `most` is bytes, `seconds` the time all of a fetch may take."""

    most: int = 20_000_000
    seconds: float = 30.0
    resolve: Resolve = resolved
    transport: httpx.BaseTransport | None = None
    check: Callable[[], None] = field(default=lambda: None)

    def fetch(self, url: str) -> bytes:
        """The bytes at an https address; InvalidInput when it is not public, FetchFailed when they do not come."""
        until = time.monotonic() + self.seconds
        target = httpx.URL(url)
        with httpx.Client(transport=self.transport, timeout=self.seconds, trust_env=False) as client:
            for _ in range(_HOPS + 1):
                found = self._asked(client, target, until)
                if isinstance(found, bytes):
                    return found
                target = found
        raise FetchFailed("the picture's address leads on and on")

    def _asked(self, client: httpx.Client, url: httpx.URL, until: float) -> bytes | httpx.URL:
        """What is at an address, or where it leads."""
        at = self._public(url)
        # To the very address that was looked at: asked again, a name may stand for another one.
        host = url.netloc.decode("ascii")
        request = client.build_request(
            "GET", url.copy_with(host=at), headers={"Host": host}, extensions={"sni_hostname": url.host}
        )
        try:
            answer = client.send(request, stream=True)
            try:
                if answer.has_redirect_location:
                    return url.join(answer.headers["location"])
                return self._read(answer, until)
            finally:
                answer.close()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise FetchFailed("the picture did not come from its address") from error

    def _public(self, url: httpx.URL) -> str:
        """The address a URL leads to, if it is one of the open internet."""
        if url.scheme != "https" or not url.host or url.userinfo:
            raise InvalidInput("url: a picture's address begins with https:// and holds no password")
        try:
            found = self.resolve(url.host, url.port or 443)
        except (OSError, UnicodeError) as error:
            raise FetchFailed("the picture's address is not known") from error
        addresses = [ipaddress.ip_address(one.partition("%")[0]) for one in found]
        if not addresses or not all(_open(one) for one in addresses):
            raise InvalidInput("url: a picture's address must be a public one")
        return str(addresses[0])

    def _read(self, answer: httpx.Response, until: float) -> bytes:
        if answer.status_code != httpx.codes.OK:
            raise FetchFailed(f"the picture's address answered {answer.status_code}")
        data = bytearray()
        for part in answer.iter_bytes(65_536):
            self.check()
            data += part
            if len(data) > self.most:
                raise InvalidInput(f"url: a picture has at most {self.most} bytes")
            if time.monotonic() > until:
                raise FetchFailed("the picture took too long to come")
        return bytes(data)


def _open(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return address.is_global and not address.is_multicast and (inner is None or _open(inner))
