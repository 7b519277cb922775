"""What a job can be refused with: one class for each code of the wire, with a sentence that holds no path."""

from __future__ import annotations

import json
from typing import Any

_LONGEST = 300  # letters of a message on the wire


class Refusal(Exception):
    """A coded answer instead of a picture. `more` are fields of the wire's error: job, predicted_ms, fits."""

    code = "internal"

    def __init__(self, message: str, **more: Any) -> None:
        super().__init__(message)
        self.message, self.more = message[:_LONGEST], {key: value for key, value in more.items() if value is not None}

    def told(self) -> dict[str, Any]:
        """The refusal as a document of the wire."""
        return {"code": self.code, "message": self.message, **self.more}

    def text(self) -> str:
        """The refusal as the JSON text that a failed job's error is."""
        return json.dumps(self.told())


class InvalidInput(Refusal):
    """The job asks for what no engine makes; `fits` may offer the nearest that does."""

    code = "invalid_input"


class UnknownEngine(Refusal):
    """The registry has no engine of this name."""

    code = "unknown_engine"


class NotInstalled(Refusal):
    """The registry has the engine, but its package or its weights are not here."""

    code = "not_installed"


class OutOfMemory(Refusal):
    """The card has no room for the job; `fits` says what would fit."""

    code = "out_of_memory"


class TooExpensive(Refusal):
    """The job would take longer than its caller allows; `predicted_ms` says how long."""

    code = "too_expensive"


class FetchFailed(Refusal):
    """A picture could not be fetched from its address."""

    code = "fetch_failed"


class UploadFailed(Refusal):
    """The result could not be handed over."""

    code = "upload_failed"


class Cancelled(Refusal):
    """The job was called off."""

    code = "cancelled"


class InHand(Refusal):
    """Another job is at work on the same key; `job` names it."""

    code = "in_hand"


class Internal(Refusal):
    """Anything else; what it was stays in the worker's log."""

    code = "internal"
