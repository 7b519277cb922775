"""Mail: what a message is, who sends it, and what keeps one from carrying headers of somebody else's."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Protocol

from studio.errors import BadRequest


@dataclass(frozen=True)
class Message:
    """A mail in plain text; `id` is the same however often it is sent. BadRequest for a header of several lines."""

    id: str
    to: str
    subject: str
    text: str

    def __post_init__(self) -> None:
        """Refuse control characters and line breaks of any kind where they would begin a header."""
        for name in ("id", "to", "subject"):
            value: str = getattr(self, name)
            if not value or any(unicodedata.category(letter) in ("Cc", "Cf", "Zl", "Zp") for letter in value):
                raise BadRequest("a mail's header has one line of plain letters", field=name)


class Mail(Protocol):
    """Whoever sends mail."""

    def send(self, message: Message) -> None:
        """Hand a message over; raises Down or Busy when it may be tried again, Denied or Invalid when not."""
        ...
