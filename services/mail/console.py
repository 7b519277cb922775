"""Mail of a studio on one's own machine: it is shown where the studio was started, and leaves it never."""

from __future__ import annotations

import sys
from typing import TextIO

from studio.people.mail import Message


class ConsoleMail:
    """Shows mail; its links are good, so a hosted studio never has it."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    def send(self, message: Message) -> None:
        """Show a message."""
        stream = self._stream or sys.stderr
        stream.write(f"\nMail to {message.to}\n{message.subject}\n\n{message.text}\n")
        stream.flush()
