"""Endpoints whose cards cost more than their engines are priced at are named, with what to do; others are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.settings import Settings
from services.tariffs import dear

SKYREELS = "skyreels-v2-df-1.3b-540p"


def settings(home: Path) -> Settings:
    given = {"runpod_api_key": "rpa_x", "runpod_endpoint_id": "ep1", "runpod_endpoint_id_skyreels": "ep2"}
    return Settings(_env_file=None, studio_home=home, **given)


@pytest.mark.parametrize(("taken", "named"), [
    ({"ep1": 310, "ep2": 1160}, []),
    ({"ep1": 319, "ep2": 300}, []),  # lists round, and who pays less is told nothing
    ({"ep1": 340, "ep2": 1160}, ["ep1"]),
    ({"ep1": 1160, "ep2": 1550}, ["ep1", "ep2"]),
    ({"ep1": None, "ep2": None}, []),  # RunPod does not say now
])  # fmt: skip
def test_who_takes_more_than_the_price_cards_say_is_named(
    home: Path, taken: dict[str, int | None], named: list[str]
) -> None:
    said = dear(settings(home), lambda _settings, endpoint: taken[endpoint])
    assert [one.partition(":")[0] for one in said] == [f"endpoint {name}" for name in named]


def test_the_engines_it_is_about_are_named_with_both_prices(home: Path) -> None:
    _, said = dear(settings(home), lambda _settings, _endpoint: 1_550)
    assert said.startswith("endpoint ep2: its dearest card takes $0.00155 a second, and ")
    assert f"{SKYREELS} is priced at $0.00116" in said
    assert "svd-xt" not in said
    assert said.endswith("add a card to data/prices.toml, or choose other cards for the endpoint")


def test_without_an_endpoint_nobody_is_asked(home: Path) -> None:
    assert dear(Settings(_env_file=None, studio_home=home), lambda *_: pytest.fail("asked")) == ()
