"""Cookies of the doors: who is signed in, which browser it is, and the nonce that ties a sign-in to it.

None can be read by a page's scripts, and none goes along with what another site posts. By https their names begin
with `__Host-`: browsers take such a one from this very host alone, so that no other name of its domain can plant one.
"""

from __future__ import annotations

import re
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from studio.people.devices import KEPT
from studio.people.signing import ABSOLUTE
from studio.people.tokens import fresh

SID, DEVICE, NONCE = "sid", "device", "nonce"
_FOR = {SID: ABSOLUTE, DEVICE: KEPT, NONCE: timedelta(days=30)}
_TOKEN = re.compile(r"[\w-]{43}", re.ASCII)


def give(answer: Response, name: str, value: str, *, secure: bool) -> None:
    """Have the browser keep a cookie."""
    kept = int(_FOR[name].total_seconds())
    answer.set_cookie(
        named(name, secure=secure), value, max_age=kept, path="/", secure=secure, httponly=True, samesite="lax"
    )


def take(answer: Response, *names: str, secure: bool) -> None:
    """Have the browser forget cookies."""
    for name in names:
        answer.delete_cookie(named(name, secure=secure), path="/", secure=secure, httponly=True, samesite="lax")


def named(name: str, *, secure: bool) -> str:
    """What a cookie is called in the browser."""
    return f"__Host-{name}" if secure else name


def held(request: Request, name: str, *, secure: bool) -> str:
    """What the browser holds under a name, if it is a token at all."""
    value = request.cookies.get(named(name, secure=secure), "")
    return value if _TOKEN.fullmatch(value) else ""


def nonce(request: Request, *, secure: bool) -> str:
    """The browser's nonce, a new one where it has none."""
    return held(request, NONCE, secure=secure) or fresh()
