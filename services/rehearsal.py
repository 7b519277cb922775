"""Until when a vendor was played by a double in this studio: what was made then says nothing of the vendor."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from studio.errors import StorageError

_NAME = "doubles.json"


def rehearsed(home: Path) -> dict[str, datetime]:
    """The end of each vendor's last rehearsal; a file that cannot be read is a StorageError."""
    file = home / _NAME
    if not file.exists():
        return {}
    try:
        read: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
        return {vendor: datetime.fromisoformat(until) for vendor, until in read.items()}
    except (OSError, ValueError) as error:
        raise StorageError(f"{file} cannot be read", cause=error) from error


def rehearse(home: Path, played: Collection[str], until: datetime) -> None:
    """Write down that doubles play these vendors until then; StorageError when that cannot be written."""
    found = {vendor: end.isoformat() for vendor, end in rehearsed(home).items()}
    found |= dict.fromkeys(played, until.isoformat())
    part = home / f"{_NAME}.{uuid4().hex}"
    try:
        part.write_text(json.dumps(found, sort_keys=True), encoding="utf-8")
        part.replace(home / _NAME)
    except OSError as error:
        raise StorageError(f"{home / _NAME} cannot be written", cause=error) from error
