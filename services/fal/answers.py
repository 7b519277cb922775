"""What fal's answers mean: each status and error as an error of the studio. It asks nothing."""

from __future__ import annotations

from typing import Any

import httpx

from services.http import busy
from studio.errors import Denied, Down, Garbled, Invalid, PolicyBlocked, Spent, StudioError, Unclear

VENDOR = "fal"
REQUEST = "x-fal-request-id"
_GATEWAY = frozenset({502, 503, 504})
_POLICY = ("content_policy", "content checker", "nsfw", "moderation", "safety")
_BALANCE = "balance"  # what an account is locked for
_MOST = 300  # letters of a vendor's own words


def parsed(answer: httpx.Response, operation: str, *, request: str = "") -> dict[str, Any]:
    """The JSON object of an answer; Garbled when it is none."""
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Garbled("fal's answer is no JSON object", vendor=VENDOR, operation=operation, request=request)
    return body


def refused(answer: httpx.Response, operation: str, *, paid: bool = False, request: str = "") -> StudioError | None:
    """What an answer without success means, None for one with it.

    A 503 of the gateway in front took nothing on; any other 5xx to a paid request may have.
    """
    status = answer.status_code
    if status < httpx.codes.BAD_REQUEST:
        return None
    said = {"vendor": VENDOR, "operation": operation, "request": request or answer.headers.get(REQUEST, "")}
    why = f"fal answered {status}: {_words(answer)}"
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return busy(why, answer.headers, vendor=VENDOR, operation=operation, request=said["request"])
    if status == httpx.codes.PAYMENT_REQUIRED or (status == httpx.codes.FORBIDDEN and _BALANCE in why.casefold()):
        return Spent(why, **said)
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return Denied(f"{why.rstrip('.')}; check FAL_KEY", **said)
    if status < httpx.codes.INTERNAL_SERVER_ERROR:
        return blocked(answer) or Invalid(why, **said)
    if paid and not (status == httpx.codes.SERVICE_UNAVAILABLE and "nginx" in answer.text):
        return Unclear(why, **said)
    return Down(why, **said)


def failed(answer: httpx.Response, *, request: str) -> StudioError | None:
    """What the result's own answer means: the model's status, unless the gateway in front has trouble of its own."""
    status = answer.status_code
    if status == httpx.codes.NOT_FOUND:
        return Garbled("fal's result is not there any more", vendor=VENDOR, operation="result", request=request)
    of_the_model = status >= httpx.codes.INTERNAL_SERVER_ERROR and not (status in _GATEWAY and "nginx" in answer.text)
    if of_the_model:
        why = f"fal's model failed with {status}: {_words(answer)}"
        return Garbled(why, vendor=VENDOR, operation="result", request=request)
    return refused(answer, "result", request=request)


def blocked(answer: httpx.Response) -> PolicyBlocked | None:
    """The vendor's rules forbid it: its checker says so by type or in words."""
    if any(word in answer.text.casefold() for word in _POLICY):
        return PolicyBlocked(f"fal's content checker refused this: {_words(answer)}")
    return None


def _words(answer: httpx.Response) -> str:
    """The vendor's own words: `detail` is a text, or an array of {loc, msg, type}; never what we had sent."""
    try:
        detail = answer.json().get("detail", "")
    except (ValueError, AttributeError):
        detail = ""
    if isinstance(detail, list):
        detail = "; ".join(_one(item) for item in detail)
    return str(detail)[:_MOST] or answer.reason_phrase


def _one(item: object) -> str:
    if not isinstance(item, dict):
        return str(item)
    where = ".".join(str(part) for part in item.get("loc", ()) if part != "body")
    return f"{where}: {item.get('msg', '')}" if where else str(item.get("msg", ""))
