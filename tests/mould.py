"""A migrated database that tests begin with a copy of; it is made once in a process and gone with it."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from studio.db import Database
from studio.production.dispatch import Dispatch


@cache
def mould() -> Path:
    """The database, with the tables of the durable workflows and not a row in ours."""
    folder = Path(tempfile.mkdtemp(prefix="mould-"))
    atexit.register(shutil.rmtree, folder)
    made = Database(f"sqlite:///{folder / 'studio.db'}")
    made.migrate()
    Dispatch(made).close()
    made.close()
    return folder / "studio.db"


def moulded(home: Path) -> Path:
    """Give a runtime folder a database unless it has one; gives the file."""
    file = home / "studio.db"
    if not file.exists():
        home.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(mould(), file)
    return file
