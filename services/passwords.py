"""Passwords are hashed with bcrypt, as streamlit-authenticator's hasher does: each reads what the other wrote.

The hasher itself comes with all of Streamlit, which a worker and the command line do without. bcrypt reads 72 bytes at
most and stops at a zero byte: it is given the base64 of the password's SHA-256, which has 44 and none of those.
"""

from __future__ import annotations

import hashlib
import unicodedata
from base64 import b64encode
from functools import cached_property
from secrets import token_urlsafe

import bcrypt


class Bcrypt:
    """The hasher; `rounds` is the power of two of its work, about a quarter of a second at 12."""

    def __init__(self, rounds: int = 12) -> None:
        self._rounds = rounds

    def hash(self, password: str) -> str:
        """What is kept of a password."""
        return bcrypt.hashpw(_short(password), bcrypt.gensalt(self._rounds)).decode()

    def matches(self, password: str, hashed: str) -> bool:
        """Whether it is the password; of no hash it never is, and it takes as long to say so."""
        same = bcrypt.checkpw(_short(password), (hashed or self._nobodys).encode())
        return same and bool(hashed)

    def stale(self, hashed: str) -> bool:
        """Whether its work is less than what is done now."""
        return int(hashed.split("$")[2]) < self._rounds

    @cached_property
    def _nobodys(self) -> str:
        return self.hash(token_urlsafe())


def _short(password: str) -> bytes:
    """However long a password is and however its letters are written, 44 letters that stand for it alone."""
    plain = unicodedata.normalize("NFKC", password)
    return b64encode(hashlib.sha256(plain.encode()).digest())
