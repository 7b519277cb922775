"""What ElevenLabs' refusals mean, as the house's errors. The vendor has two shapes of them, and old names for some."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.http import busy
from studio.errors import Denied, Down, Garbled, Invalid, PolicyBlocked, Spent, StudioError, Unclear, VendorError

VENDOR = "elevenlabs"
CROWDED = frozenset({"concurrent_limit_exceeded", "too_many_concurrent_requests"})
_SPENT = frozenset({"insufficient_credits", "quota_exceeded", "payment_required"})
_FORBIDDEN = re.compile(r"policy|moderat|prohibited|safety")
_MOST = 300  # letters of the vendor's own words
_KINDS: dict[int, type[VendorError]] = {
    400: Invalid, 401: Denied, 402: Denied, 403: Denied, 404: Invalid, 405: Invalid, 409: Down, 413: Invalid,
    422: Invalid, 425: Down,
}  # fmt: skip


@dataclass(frozen=True)
class Refusal:
    """An answer that is none: its status, headers in lower case, the body, and the operation it answers."""

    operation: str
    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def code(self) -> str:
        """The vendor's name for it; `status` in older answers."""
        detail = _detail(self.body)
        return str(detail.get("code") or detail.get("status") or "") if isinstance(detail, dict) else ""

    @property
    def request(self) -> str:
        """The vendor's id of the request."""
        detail = _detail(self.body)
        told = detail.get("request_id") if isinstance(detail, dict) else ""
        return str(told or self.headers.get("request-id", ""))

    @property
    def words(self) -> str:
        """What the vendor says of it, in a line."""
        detail = _detail(self.body)
        if isinstance(detail, dict):
            return str(detail.get("message") or self.code)[:_MOST]
        if isinstance(detail, list):
            return "; ".join(_field(one) for one in detail)[:_MOST]
        return str(detail or "")[:_MOST]


def error(refusal: Refusal, *, paid: bool) -> StudioError:
    """The house's error for a refusal; `paid` is whether it answers something that costs money."""
    said = _sentence(refusal)
    if refusal.status == 429:
        return busy(said, refusal.headers, vendor=VENDOR, operation=refusal.operation, request=refusal.request)
    if _FORBIDDEN.search(refusal.code):
        return PolicyBlocked(said)
    return _kind(refusal, paid)(said, vendor=VENDOR, operation=refusal.operation, request=refusal.request)


def _kind(refusal: Refusal, paid: bool) -> type[VendorError]:
    if refusal.status >= 500 or refusal.status == 408:
        # The vendor's own words say that it failed; anybody else's leave open what became of the request.
        return Unclear if paid and not refusal.code else Down
    if refusal.status < 300:
        return Unclear if paid else Garbled
    if _spent(refusal):
        return Spent
    return _KINDS.get(refusal.status, Invalid)


def _sentence(refusal: Refusal) -> str:
    if _spent(refusal):
        return f"the ElevenLabs account has no credits left: {refusal.words}".rstrip(": ")
    if refusal.code in CROWDED:
        return "ElevenLabs speaks for as many of ours at once as the plan allows"
    said = f"ElevenLabs answered {refusal.status}: {refusal.words}".rstrip(": ")
    return f"{said.rstrip('.')}; check ELEVENLABS_API_KEY" if refusal.status in (401, 403) else said


def _spent(refusal: Refusal) -> bool:
    return refusal.code in _SPENT or refusal.status == 402


def _detail(body: Any) -> Any:
    return body.get("detail") if isinstance(body, dict) else None


def _field(one: Any) -> str:
    if not isinstance(one, dict):
        return str(one)
    place = ".".join(str(part) for part in one.get("loc", ()) if part != "body")
    return f"{place}: {one.get('msg', '')}".strip(": ")
