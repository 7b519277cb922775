"""Problems: what went wrong, as RFC 9457 has programs told, from the studio's own errors and their sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from math import ceil
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from services.notices import accident, outside, sentence
from services.web import visitors
from studio import errors
from studio.errors import BadRequest, BadScript, Busy, Retry, StudioError, TooManyTries

TYPE = "application/problem+json"
_KIND = "urn:trashfire:problem:"
_SHOWN = 20  # fields of a body that are named
# The nearest class above an error decides.
_STATUS: Mapping[type[StudioError], int] = {
    errors.StudioError: 500,
    errors.Refused: 422,
    errors.NotSignedIn: 401,
    errors.BadCredentials: 401,
    errors.TooManyTries: 429,
    errors.TooManyCalls: 429,
    errors.LinkSpent: 410,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.TierLimit: 402,
    errors.BudgetReached: 402,
    errors.InsufficientFunds: 402,
    errors.NotSold: 409,
    errors.VendorError: 502,
    errors.Busy: 503,
    errors.Down: 503,
    errors.KeyMissing: 409,
    errors.Gone: 409,
    errors.Unreadable: 422,
    errors.AssetMissing: 410,
    errors.VaultDown: 503,
    errors.StorageError: 503,
}


class FieldProblem(BaseModel):
    """A field that cannot be used, and why."""

    model_config = ConfigDict(extra="forbid")

    field: str = Field(examples=["body.quality"])
    why: str = Field(examples=["Input should be 'low' or 'high'"])


class Problem(BaseModel):
    """What went wrong. `code` is stable; `detail` is for people."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(examples=[f"{_KIND}not_found"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(ge=400, le=599, examples=[404])
    detail: str = Field(examples=["Not found: no episode called 4f1c."])
    code: str = Field(examples=["not_found"])
    retry: Retry = Field(description="whether asking again can help: never, later or now")
    field: str | None = Field(None, description="the field to blame")
    line: int | None = Field(None, description="the line of a screenplay to blame")
    errors: list[FieldProblem] | None = Field(None, description="every field of a request that cannot be used")
    reference: str | None = Field(None, description="by which the operator finds it in the log")


def status_of(error: type[StudioError]) -> int:
    """The HTTP status of an error."""
    return next(_STATUS[kind] for kind in error.__mro__ if kind in _STATUS)


def problem(error: StudioError) -> Response:
    """An error of the studio."""
    status, headers = status_of(type(error)), {}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, TooManyTries):
        headers["Retry-After"] = str(max(1, ceil(error.after)))
    elif isinstance(error, Busy) and error.after:
        headers["Retry-After"] = str(ceil(error.after))
    more: dict[str, Any] = {}
    if isinstance(error, BadRequest) and error.field:
        more["field"] = error.field
    if isinstance(error, BadScript) and error.line:
        more["line"] = error.line
    words = (visitors.hosted() and outside(type(error).__name__)) or sentence(error)
    return _told(status, error.code, words, retry=error.retry, headers=headers, **more)


def refused(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """What the protocol itself refuses: no such route or method, too large a body."""
    code = HTTPStatus(status).name.lower()
    return _told(status, code, detail, retry=Retry.NEVER, headers=headers)


def unread(found: Sequence[Any]) -> Response:
    """Fields of a request that cannot be used, as pydantic names them; their values are not told back."""
    named = [{"field": ".".join(map(str, one["loc"])), "why": str(one["msg"])} for one in found[:_SHOWN]]
    detail = sentence(BadRequest(named[0]["why"], field=named[0]["field"])) if named else "This cannot be used."
    return _told(422, BadRequest.code, detail, retry=Retry.NEVER, errors=named)


def unforeseen(reference: str) -> Response:
    """What nobody foresaw."""
    return _told(500, "unforeseen", accident(reference), retry=Retry.LATER, reference=reference)


def _told(
    status: int, code: str, detail: str, *, retry: Retry, headers: Mapping[str, str] | None = None, **more: Any
) -> Response:
    told = {"type": f"{_KIND}{code}", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return JSONResponse({**told, "code": code, "retry": retry.value, **more}, status, dict(headers or {}), TYPE)
