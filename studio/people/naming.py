"""What somebody is called: one line of letters that no browser or mail takes for anything else."""

from __future__ import annotations

import unicodedata

from studio.errors import BadRequest

_LONGEST = 80  # letters


def called(name: str) -> str:
    """A name, trimmed and of one line; BadRequest when there is none or it is too long."""
    found = one_line(name)
    if not found:
        raise BadRequest("say what to call you", field="name")
    if len(found) > _LONGEST:
        raise BadRequest(f"use at most {_LONGEST} letters", field="name")
    return found


def one_line(text: str) -> str:
    """A text in one line, without letters that nobody sees."""
    kept = (letter if unicodedata.category(letter)[0] != "C" else " " for letter in unicodedata.normalize("NFC", text))
    return " ".join("".join(kept).split())
