"""Room at vendors: as data says, and at RunPod so many takes that none of its workers waits for ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.guard import vendors
from services.rooms import Rooms
from services.settings import ROOT, Settings
from studio.takes.roster import Roster
from tests.doubles.runpod import RunPodDouble
from tests.doubles.server import serving

GIVEN = ("RUNPOD_API_KEY", "RUNPOD_ENDPOINT_ID", "RUNPOD_ENDPOINT_ID_SKYREELS")
ROSTER = Roster.load(ROOT / "data" / "crew.toml", GIVEN)


def settings(home: Path, **more: object) -> Settings:
    given = {"runpod_api_key": "rpa_double", "runpod_endpoint_id": "ep1", **more}
    return Settings(_env_file=None, studio_home=home, **given)


@pytest.mark.parametrize(("workers", "room"), [(7, 10), (1, 2), (0, 1)])
def test_an_endpoint_has_room_for_half_as_many_takes_again_as_workers(home: Path, workers: int, room: int) -> None:
    double = RunPodDouble(most_workers=workers)
    with serving(double.app) as url:
        rooms = Rooms(settings(home, runpod_mgmt_base_url=f"{url}/mgmt/v2"), ROSTER)
        assert dict(rooms) == {"runpod": vendors()["runpod"].takes}
        rooms.look()
        assert dict(rooms) == {"runpod": room}
    double.close()


@pytest.mark.parametrize(("second", "room"), [(3, 12), (None, 10)])
def test_two_endpoints_have_room_for_both_and_what_is_not_said_changes_nothing(
    home: Path, second: int | None, room: int
) -> None:
    told = {"ep1": 5, "ep2": second}
    rooms = Rooms(settings(home, runpod_endpoint_id_skyreels="ep2"), ROSTER, most=told.get)
    rooms.look()
    assert rooms["runpod"] == room


def test_without_a_key_nobody_is_asked(home: Path) -> None:
    def nobody(endpoint: str) -> int | None:
        raise AssertionError(endpoint)

    rooms = Rooms(Settings(_env_file=None, studio_home=home), Roster.load(ROOT / "data" / "crew.toml"), most=nobody)
    rooms.look()
    assert len(rooms) == 0
