"""Brings a picture or a film from an address in the open internet, and from nowhere else.

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

    def fetch(self, url: str, most: int = 0) -> bytes:
        """The bytes at an https address, at most as many as said here or as usual.

        InvalidInput when it is not public or there are more, FetchFailed when they do not come.
        """
        until, most = time.monotonic() + self.seconds, most or self.most
        target = httpx.URL(url)
        with httpx.Client(transport=self.transport, timeout=self.seconds, trust_env=False) as client:
            for _ in range(_HOPS + 1):
                found = self._asked(client, target, until, most)
                if isinstance(found, bytes):
                    return found
                target = found
        raise FetchFailed("the file's address leads on and on")

    def _asked(self, client: httpx.Client, url: httpx.URL, until: float, most: int) -> bytes | httpx.URL:
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
                return self._read(answer, until, most)
            finally:
                answer.close()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise FetchFailed("the file did not come from its address") from error

    def _public(self, url: httpx.URL) -> str:
        """The address a URL leads to, if it is one of the open internet."""
        if url.scheme != "https" or not url.host or url.userinfo:
            raise InvalidInput("url: a file's address begins with https:// and holds no password")
        try:
            found = self.resolve(url.host, url.port or 443)
        except (OSError, UnicodeError) as error:
            raise FetchFailed("the file's address is not known") from error
        addresses = [ipaddress.ip_address(one.partition("%")[0]) for one in found]
        if not addresses or not all(_open(one) for one in addresses):
            raise InvalidInput("url: a file's address must be a public one")
        return str(addresses[0])

    def _read(self, answer: httpx.Response, until: float, most: int) -> bytes:
        if answer.status_code != httpx.codes.OK:
            raise FetchFailed(f"the file's address answered {answer.status_code}")
        data = bytearray()
        for part in answer.iter_bytes(65_536):
            self.check()
            data += part
            if len(data) > most:
                raise InvalidInput(f"url: a file has at most {most} bytes")
            if time.monotonic() > until:
                raise FetchFailed("the file took too long to come")
        return bytes(data)


def _open(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return address.is_global and not address.is_multicast and (inner is None or _open(inner))
