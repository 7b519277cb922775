"""A house whose vendors are doubles; who works in it, and for whom, is each test's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.building import build_house
from services.remotes import SetRemotes
from services.settings import Settings
from studio.production.house import House
from tests.doubles.cloud import Cloud
from tests.mould import moulded


def settings_of(vendors: Cloud, home: Path, **more: str) -> Settings:
    """Settings that lead to these vendors, in a runtime folder; `more` are others, as fields."""
    given = {name.lower(): value for name, value in vendors.settings.items()}
    return Settings(_env_file=None, studio_home=home, **given | more)


@contextmanager
def at_doubles(vendors: Cloud, home: Path, **more: str) -> Iterator[House]:
    """Build a house that asks these vendors and leave it at the end of the block."""
    moulded(home)
    built = build_house(settings_of(vendors, home, **more))
    try:
        yield built
    finally:
        if isinstance(built.remotes, SetRemotes):
            built.remotes.close()
        built.db.close()
