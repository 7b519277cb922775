"""The words of an answer that are for the person, taken out of its JSON while that is still coming."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

_THOUGHT, _THOUGHT_OVER = "<think>", "</think>"
_HALF = re.compile(r"\\u[0-9a-fA-F]{0,3}$")  # a letter that has come in part


@dataclass
class Opening:
    """One string field of an answer, as far as it has come."""

    name: str
    words: str = ""
    _heard: str = field(default="", repr=False)
    _over: bool = False

    def add(self, part: str) -> bool:
        """Take in what came next; whether there are more words now."""
        if self._over:
            return False
        self._heard += part
        found = re.search(rf'"{self.name}"\s*:\s*"((?:[^"\\]|\\.)*)("?)', self._spoken(), re.DOTALL)
        if not found:
            return False
        before, self._over = self.words, bool(found[2])
        self.words = _read(found[1]) or before
        return self.words != before

    def _spoken(self) -> str:
        """What came without the thoughts some models say first."""
        _, over, said = self._heard.rpartition(_THOUGHT_OVER)
        return "" if not over and said.lstrip().startswith(_THOUGHT) else said


def _read(text: str) -> str:
    """The letters of a part of a JSON string; nothing where it ends within one."""
    try:
        read = str(json.loads(f'"{_HALF.sub("", text)}"', strict=False))
    except ValueError:
        return ""
    return read.encode("utf-8", "ignore").decode()  # of a letter in two halves the first alone is none
