"""A model that fal takes more for than our price card says is named with both prices; what is on the card is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.commands.vendors import lists
from services.fal.listing import UnitPrice
from services.health import taken
from services.pricelists import dearer
from services.settings import Settings
from tests.doubles.fal import FalDouble
from tests.doubles.server import serving

KLING, SOUNDING, BOARD = (
    "kling/v4/image-to-video",
    "fal-ai/kling-video/v3/standard/image-to-video",
    "fal-ai/flux-2/edit",
)


def settings(home: Path, url: str = "", key: str = "k:s") -> Settings:
    return Settings(_env_file=None, studio_home=home, fal_key=key, fal_api_base_url=f"{url}/api/v1")


@pytest.mark.parametrize(("row", "named"), [
    ((KLING, "second", 157_000), False),
    ((KLING, "second", 161_000), False),  # lists round
    ((KLING, "second", 100_000), False),  # who pays less is told nothing
    ((KLING, "second", 235_000), False),  # of 1080p, which is on the card too
    ((SOUNDING, "second", 126_000), False),  # with sound
    ((KLING, "second", 199_000), True),
    ((BOARD, "megapixel", 24_000), True),
    ((KLING, "image", 900_000), False),  # in a unit that no card of ours counts
    (("somebody/else", "second", 900_000), False),
])  # fmt: skip
def test_who_takes_more_than_the_price_card_says_is_named(home: Path, row: tuple[str, str, int], named: bool) -> None:
    model, unit, micros = row
    found = dearer(settings(home), lambda *_: [UnitPrice(model=model, unit=unit, micros=micros)])
    assert bool(found) is named


def test_the_doctor_and_the_health_page_hear_of_it_from_the_vendors_own_list(home: Path) -> None:
    double = FalDouble()
    with serving(double.app) as url:
        same = list(lists(settings(home, url, double.key)))
        assert {one.well for one in same} == {True}
        assert {one.what.removeprefix("fal: price of ") for one in same} >= {KLING, SOUNDING, BOARD}
        double.raised[KLING] = "0.199"
        (ill,) = [one for one in lists(settings(home, url, double.key)) if not one.well]
        told = taken(settings(home, url, double.key))
    assert told == {"runpod": (), "fal": (ill.seen,)}
    assert ill.seen.startswith(f"fal's list has $0.199 a second for {KLING}, and its price card $0.157: add a card")


def test_who_does_not_answer_is_no_price(home: Path) -> None:
    double = FalDouble()
    with serving(double.app) as url:
        assert dearer(settings(home, url, "wrong:key")) == ()
        assert list(lists(settings(home, url, "wrong:key"))) == []


def test_without_a_key_nobody_is_asked(home: Path) -> None:
    assert dearer(Settings(_env_file=None, studio_home=home), lambda *_: pytest.fail("asked")) == ()
