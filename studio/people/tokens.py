"""Tokens nobody can guess, and what is kept of them: a digest, from which none can be had back."""

from __future__ import annotations

import hashlib
import hmac
from secrets import token_urlsafe

_BYTES = 32  # 256 bits


def fresh() -> str:
    """A new token, safe in an address."""
    return token_urlsafe(_BYTES)


def digest(token: str) -> str:
    """What is kept of a token: SHA-256. It needs no salt, for a token cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyed(key: bytes, *parts: str) -> str:
    """A digest of what could be guessed, worth nothing without the key."""
    return hmac.new(key, "\x00".join(parts).encode(), hashlib.sha256).hexdigest()
