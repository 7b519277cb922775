"""A ledger on both kinds of database."""

from __future__ import annotations

import pytest

from studio.db import Database


@pytest.fixture
def ledger(db: Database) -> Database:
    """A migrated database with the owner in it."""
    return db
