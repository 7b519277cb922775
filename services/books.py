"""The books' standing: whether the whole ledger adds up, found by a worker once an hour and read by the health page."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from pydantic import NonNegativeInt, ValidationError

from studio.db import Database, now
from studio.errors import LedgerBroken, StorageError
from studio.money.checking import check
from studio.money.sums import overrun
from studio.story.noun import Noun

log = logging.getLogger(__name__)
_NAME = "books.json"
_LATELY = timedelta(days=30)


class Standing(Noun):
    """What was found at a time: what is wrong, if anything, and what takes cost above their holds in 30 days."""

    at: datetime
    wrong: str = ""
    overrun_micros: NonNegativeInt = 0


def look_over(db: Database, home: Path) -> Standing:
    """Check every movement, pot and hold and write down what was found; StorageError where that cannot be done."""
    at, wrong = now(), ""
    with db.read() as session:
        try:
            check(session)
        except LedgerBroken as error:
            wrong = error.detail
            log.error("books.broken %s", wrong)
        found = Standing(at=at, wrong=wrong, overrun_micros=overrun(session, since=at - _LATELY))
    part = home / f"{_NAME}.{uuid4().hex}"
    try:
        part.write_text(found.model_dump_json(), encoding="utf-8")
        part.replace(home / _NAME)
    except OSError as error:
        raise StorageError(f"{home / _NAME} cannot be written", cause=error) from error
    return found


def standing(home: Path) -> Standing | None:
    """What was found last; None before anything was. StorageError for a file that cannot be read."""
    try:
        return Standing.model_validate_json((home / _NAME).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        raise StorageError(f"{home / _NAME} cannot be read", cause=error) from error
