"""Where a hook may be sent: to public addresses by https, and in local mode to this machine itself.

A name is looked up once for each call and the call goes to the address that was looked at, so that a name which leads
elsewhere a moment later leads nobody into our own network.
"""

from __future__ import annotations

import socket
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

import httpx

from services.http import LOOPBACK, NAME, Resolve, inward, places
from studio.errors import BadRequest, Down, Invalid
from studio.people.hooks import LONGEST

_NEAR = "127.0.0.1"


class Target(NamedTuple):
    """An address to post to, and the name it answers by."""

    url: httpx.URL
    host: str  # as the header has it, with a port
    name: str  # as its certificate has it


def check(url: str, *, near: bool) -> SplitResult:
    """Refuse what is no address of somebody's program (BadRequest); looks nothing up. `near` allows this machine."""
    try:
        parts, seen = urlsplit(url), httpx.URL(url)
        port = parts.port
    except (ValueError, httpx.InvalidURL) as error:
        raise _bad("it is no address") from error
    host = parts.hostname or ""
    if len(url) > LONGEST or not url.isascii() or any(one.isspace() for one in url) or "\\" in url:
        raise _bad(f"an address has at most {LONGEST} letters, and no spaces")
    if parts.username is not None or parts.fragment or host != seen.host or port == 0:
        raise _bad("an address here has no password, no fragment, and one name alone")
    if near and host in LOOPBACK and parts.scheme in ("http", "https"):
        return parts
    if parts.scheme != "https":
        raise _bad("it begins with https://")
    if not NAME.fullmatch(host):
        raise _bad("it names a host that everybody can reach")
    return parts


def welcome(url: str, *, near: bool, resolve: Resolve = socket.getaddrinfo) -> None:
    """Refuse an address that nothing could be sent to now, with BadRequest, before anything is promised."""
    try:
        find(url, near=near, resolve=resolve)
    except (Down, Invalid) as error:
        raise _bad(error.detail) from error


def find(url: str, *, near: bool, resolve: Resolve = socket.getaddrinfo) -> Target:
    """Where a call goes now. BadRequest and Invalid for where none may go, Down for a name that cannot be looked up."""
    parts = check(url, near=near)
    name = parts.hostname or ""
    if near and name in LOOPBACK:
        return Target(httpx.URL(url).copy_with(host=_NEAR), parts.netloc, name)
    found = places(name, resolve)
    if not found:
        raise Down(f"{name} cannot be looked up", vendor="hook", operation="resolve")
    if inward(found):
        raise Invalid(f"{name} leads into a network of its own", vendor="hook", operation="resolve")
    first = min(found, key=lambda one: (one.version, int(one)))
    return Target(httpx.URL(url).copy_with(host=str(first)), parts.netloc, name)


def _bad(why: str) -> BadRequest:
    return BadRequest(why, field="url")
