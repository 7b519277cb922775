"""Passwords that were stolen somewhere: a file of their SHA-1 hashes, sorted, is looked up, and nobody is asked.

Each line begins with a hash of 40 letters, as the downloader of Have I Been Pwned writes them; the file has some forty
gigabytes, of which a look reads as many lines as its size has binary digits.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import BinaryIO

_HASH = 40  # letters


class Breached:
    """Whether a password is in such a file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __call__(self, password: str) -> bool:
        """Look it up. OSError where the file cannot be read."""
        wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
        with self._file.open("rb") as lines:
            first, last = 0, self._file.stat().st_size
            while first < last:
                middle = (first + last) // 2
                found = _line(lines, middle)
                if found and found < wanted:
                    first = middle + 1
                else:
                    last = middle
            return _line(lines, first) == wanted


def _line(lines: BinaryIO, at: int) -> bytes:
    """The hash of the first line that begins at a place or after it; nothing behind the last one."""
    lines.seek(max(0, at - 1))
    if at:
        lines.readline()
    return lines.readline()[:_HASH].upper()
