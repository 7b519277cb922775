"""A worker's chores for founders: each minute is written down as it was, and alarms are looked for where it matters."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.founding import feel, founding_chores
from services.settings import Settings
from studio.errors import AssetMissing
from studio.production.house import House
from studio.production.pulse import Uptime, forget, uptime
from studio.takes.vault import FolderVault
from tests.web.rows import house_at

NOON = datetime(2026, 12, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Lost(FolderVault):
    """A vault that is away."""

    def intact(self, content: str) -> bool:
        raise AssetMissing("the bucket does not answer")


@pytest.fixture
def house(home: Path) -> House:
    return house_at(home)


def test_a_minute_is_well_when_the_vault_answers_and_down_when_nobody_wrote(house: House, tmp_path: Path) -> None:
    feel(house, NOON)
    feel(replace(house, vault=Lost(tmp_path)), NOON + MINUTE)
    feel(house, NOON + 2 * MINUTE + timedelta(seconds=40))
    feel(replace(house, vault=Lost(tmp_path)), NOON + 2 * MINUTE)  # another worker, which sees it worse
    with house.db.read() as session:
        found = uptime(session, NOON - MINUTE, NOON + 4 * MINUTE)
        assert found == Uptime(minutes=4, well=2, since=NOON)
        assert uptime(session, NOON - 9 * MINUTE, NOON).share is None
    with house.db.write() as session:
        forget(session, at=NOON + timedelta(days=401))
    with house.db.read() as session:
        assert uptime(session, NOON, NOON + MINUTE).since is None
    house.db.close()


def test_only_who_has_something_to_watch_watches(house: House, home: Path) -> None:
    alone = Settings(_env_file=None, studio_home=home)
    assert founding_chores(alone, house) == ()
    hosted = alone.model_copy(update={"studio_mode": "hosted"})
    chores = {one.name: one for one in founding_chores(hosted, house)}
    assert set(chores) == {"pulse", "alarms", "old minutes"}
    for one in chores.values():
        one.work()
    with house.db.read() as session:
        assert uptime(session, datetime(2026, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)).well == 1
    house.db.close()
