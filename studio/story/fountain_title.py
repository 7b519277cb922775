"""The title page of a Fountain file, both ways; it does not know what the keys mean."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

_KEY = re.compile(r"[^\s:.!@>#=~\[/(\\][^:\n]*:")
_INDENTED = re.compile(r" {3,}|[ ]*\t")
_WORDS = Path(__file__).parents[2] / "data" / "words" / "titlepage.toml"
_KNOWN_KEYS = frozenset(key.strip() for key in tomllib.loads(_WORDS.read_text("utf-8"))["keys"].split(","))


def title_page(source: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """Part the title page, as pairs of key and value, from the body of a Fountain source."""
    lines = source.lstrip("\n").split("\n")
    pairs: list[tuple[str, list[str]]] = []
    count = 0
    for count, line in enumerate(lines):  # noqa: B007
        if not line.strip():
            break
        if pairs and _INDENTED.match(line):
            pairs[-1][1].append(line.strip())
        elif _KEY.match(line):
            key, _, value = line.partition(":")
            pairs.append((key.strip(), [value.strip()]))
        else:
            return (), source
    else:
        count += 1
    if not any(key.casefold() in _KNOWN_KEYS for key, _ in pairs):
        return (), source
    page = tuple((key, "\n".join(value for value in values if value)) for key, values in pairs)
    return page, "\n".join(lines[count:])


def write_title_page(pairs: tuple[tuple[str, str], ...]) -> str:
    """Write a title page; one with no key Fountain readers know gets an empty title to be recognised by."""
    lines: list[str] = []
    for key, value in pairs:
        values = [line.strip() for line in value.splitlines() if line.strip()]
        if len(values) > 1:
            lines += [f"{key}:", *(f"    {line}" for line in values)]
        else:
            lines.append(f"{key}: {''.join(values)}".rstrip())
    page = "".join(f"{line}\n" for line in lines)
    return page if not page or title_page(page)[0] else f"Title:\n{page}"
