"""The doctor on vendors: who is available, which setting is missing, who answers; no key is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.commands.vendors import endpoints, engines, pulses
from services.pinging import Heard, Pulse, listen
from services.settings import Settings
from tests.doubles.runpod import RunPodDouble
from tests.doubles.server import serving
from tests.doubles.vast import VastDouble


def test_without_keys_every_engine_says_what_is_missing(home: Path) -> None:
    found = {one.what: one for one in engines(Settings(studio_home=home), ())}
    assert all(one.well and not one.used for one in found.values())
    assert found["animator: kling-v4"].seen == "not available: FAL_KEY is not set"
    assert found["animator: svd-xt"].seen == "not available: RUNPOD_API_KEY and RUNPOD_ENDPOINT_ID are not set"


def test_a_key_makes_its_engines_available(home: Path) -> None:
    found = {one.what: one for one in engines(Settings(studio_home=home, fal_key="fal-secret"), ())}
    assert found["animator: kling-v4"].used
    assert "available at fal" in found["animator: kling-v4"].seen
    assert not any("fal-secret" in one.seen for one in found.values())


def test_who_answers_is_said_and_who_does_not(home: Path) -> None:
    with serving(VastDouble().app) as url:
        (well,) = pulses(listen(Settings(studio_home=home, vast_api_key="vast_double", vast_base_url=url)))
        (ill,) = pulses(listen(Settings(studio_home=home, vast_api_key="vast_wrong", vast_base_url=url)))
    assert (well.what, well.well) == ("vast: account", True)
    assert well.seen.endswith("a double on this machine")
    assert (ill.well, ill.seen) == (
        False,
        "denied: it does not accept the key: it answered 401; check VAST_API_KEY, a double on this machine",
    )


def test_an_engine_whose_model_is_gone_is_not_well_and_one_sentence_says_so(home: Path) -> None:
    heard = [Heard(vendor="groq", what="models", pulse=Pulse.WELL, models=("openai/gpt-oss-20b",))]
    found = {one.what: one for one in engines(Settings(studio_home=home, groq_api_key="k"), heard)}
    assert found["writer: groq-gpt-oss-20b"].well
    lost = found["writer: groq-gpt-oss-120b"]
    assert (lost.well, lost.used) == (False, True)
    assert lost.seen.startswith("groq has no model openai/gpt-oss-120b any more: choose another engine or set")


@pytest.mark.parametrize(("pools", "well"), [(("ADA_24",), True), (("ADA_24", "ADA_80_PRO"), False)])
def test_an_endpoint_on_dearer_cards_than_their_price_says_is_not_well(
    home: Path, pools: tuple[str, ...], well: bool
) -> None:
    double = RunPodDouble(workers=0)
    double.pods.pools = pools
    with serving(double.app) as url:
        given = {"runpod_api_key": double.key, "runpod_endpoint_id": "ep1", "runpod_mgmt_base_url": f"{url}/mgmt/v2"}
        found, shared = endpoints(Settings(studio_home=home, **given))
        silent = {**given, "runpod_mgmt_base_url": "http://127.0.0.1:9/v2"}
        assert list(endpoints(Settings(studio_home=home, **silent))) == []
    assert (found.what, found.well) == ("runpod: endpoint ep1", well)
    assert (shared.what, shared.well) == ("runpod: results of ep1", True)
    told = "no more than the price cards say" if well else "svd-xt is priced at $0.00031: add a card to"
    assert told in found.seen
    assert ("$0.00116 a second" in found.seen) != well
    assert double.books.total == 0


@pytest.mark.parametrize(("workers", "volumes", "well"), [(3, (), False), (1, (), True), (3, ("vol_1",), True)])
def test_workers_that_do_not_find_each_others_results_are_not_well(
    home: Path, workers: int, volumes: tuple[str, ...], well: bool
) -> None:
    double = RunPodDouble(workers=0, most_workers=workers)
    double.pods.volumes = volumes
    with serving(double.app) as url:
        given = {"runpod_api_key": double.key, "runpod_endpoint_id": "ep1", "runpod_mgmt_base_url": f"{url}/mgmt/v2"}
        _, shared = endpoints(Settings(studio_home=home, **given))
    assert shared.well == well
    assert ("made, and paid, twice" in shared.seen) != well


def test_without_an_endpoint_none_is_asked_what_it_costs(home: Path) -> None:
    assert list(endpoints(Settings(studio_home=home))) == []
