"""Codes of an app, by time (RFC 6238): six figures, new every thirty seconds, from a secret both sides know."""

from __future__ import annotations

import hmac
from base64 import b32encode
from datetime import datetime
from hashlib import sha1
from secrets import token_bytes
from urllib.parse import quote, urlencode

_SECONDS, _FIGURES, _BYTES = 30, 6, 20
_WINDOW = (0, -1, 1)  # steps by which a telephone's clock may be off, the likeliest first


def fresh_secret() -> bytes:
    """A secret of 160 bits, which is what apps expect."""
    return token_bytes(_BYTES)


def written(secret: bytes) -> str:
    """A secret as apps take it, to be typed where no picture can be read."""
    return b32encode(secret).decode()


def address(secret: bytes, whose: str, house: str) -> str:
    """The address a picture for an app carries."""
    told = {"secret": written(secret), "issuer": house, "digits": _FIGURES, "period": _SECONDS, "algorithm": "SHA1"}
    return f"otpauth://totp/{quote(f'{house}:{whose}')}?{urlencode(told, quote_via=quote)}"


def code(secret: bytes, step: int, figures: int = _FIGURES) -> str:
    """The code of a step: of so many half minutes since 1970."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), sha1)
    at = mac[-1] & 0xF
    number = int.from_bytes(mac[at : at + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**figures).zfill(figures)


def step_of(at: datetime) -> int:
    """The step of a moment."""
    return int(at.timestamp()) // _SECONDS


def matching(secret: bytes, typed: str, *, after: int, at: datetime) -> int | None:
    """The step a code is of, later than the last that was used; None when it is not good now."""
    plain = "".join(typed.split())
    now = step_of(at)
    good = [now + off for off in _WINDOW if hmac.compare_digest(code(secret, now + off).encode(), plain.encode())]
    return next((step for step in good if step > after), None)
