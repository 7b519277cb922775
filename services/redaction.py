"""What must not be read anywhere: keys, taken out of a text and out of every record of a log."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection
from urllib.parse import quote

_MARK = "[key]"
# A header or field that carries a key, however it is written down: as a header line, in a dictionary, in bytes.
_HEADER = re.compile(
    r"""(?ix) ((?:proxy-)?authorization|(?:xi-|x-)?api[-_]key|stripe-signature)
    (['"]?\s*[:=,]\s*(?:b?['"])?) (?!\[key\]) (?:(?:bearer|key|basic|token)\s+)? [^\s'",;)}\]]+"""
)
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+(?!\[key\])[\w.~+/=-]{8,}")
_SHAPED = re.compile(r"\b(?:gsk|sk|rk|rpa|whsec|tfs)_[A-Za-z0-9_-]{8,}")  # as the vendors' keys begin


class Redaction(logging.Filter):
    """Takes configured secrets, and whatever looks like a key in a header, out of records before they are written."""

    def __init__(self, secrets: Collection[str] = ()) -> None:
        super().__init__()
        written = {form for secret in secrets if secret for form in (secret, quote(secret, safe=""))}
        longest_first = sorted(written, key=lambda one: (-len(one), one))
        self._known = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def redact(self, text: str) -> str:
        """The text with a mark wherever a key was."""
        if self._known:
            text = self._known.sub(_MARK, text)
        text = _HEADER.sub(rf"\1\2{_MARK}", text)
        return _SHAPED.sub(_MARK, _BEARER.sub(rf"\1 {_MARK}", text))

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through without its keys: message, traceback and stack."""
        record.msg, record.args = self.redact(_said(record)), None
        if record.exc_info and not record.exc_text:
            record.exc_text = _TRACE.formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self.redact(record.exc_text)
        if record.stack_info:
            record.stack_info = self.redact(record.stack_info)
        return True


def _said(record: logging.LogRecord) -> str:
    """The message; one whose arguments do not fit it is told as it was called."""
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return f"{record.msg} {record.args!r}"


_TRACE = logging.Formatter()
