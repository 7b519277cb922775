"""Where somebody goes on after signing in: a page of our own and nowhere else."""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit

HOME = "/"
_LONGEST = 2_000  # letters


def onward(asked: str) -> str:
    """A path of our own as it was asked for, Home for everything else."""
    ours = asked.startswith("/") and not asked.startswith(("//", "/auth/")) and len(asked) <= _LONGEST
    odd = "\\" in asked or any(unicodedata.category(letter)[0] in "CZ" for letter in asked)
    if not ours or odd:
        return HOME
    try:
        parts = urlsplit(asked)
    except ValueError:
        return HOME
    return HOME if parts.scheme or parts.netloc else asked
