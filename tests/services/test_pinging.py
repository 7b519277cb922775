"""Pings on the doubles: every vendor that is set is asked for nothing that costs, and no answer holds a key."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.pinging import Pulse, listen, near, wanted
from services.settings import Settings
from tests.doubles.cloud import cloud
from tests.doubles.server import Fault, Schedule, serving
from tests.doubles.stripe import StripeDouble
from tests.doubles.vast import VastDouble


def settings(home: Path, given: dict[str, str]) -> Settings:
    return Settings(studio_home=home, **{name.lower(): value for name, value in given.items()})


def test_without_keys_nobody_is_asked(home: Path) -> None:
    assert wanted(Settings(studio_home=home)) == ()
    assert listen(Settings(studio_home=home)) == ()


def test_every_vendor_answers_and_bills_nothing(home: Path) -> None:
    with cloud() as vendors:
        heard = listen(settings(home, vendors.settings))
    assert {(one.vendor, one.pulse, one.why) for one in heard} == {
        (name, Pulse.WELL, "") for name in ("groq", "elevenlabs", "runpod", "fal", "comfyui", "vast", "local-writer")
    }
    assert len(heard) == 9
    assert {one.vendor for one in heard if not one.double} == {"comfyui", "local-writer"}  # somebody's own, here
    assert vendors.total == 0


@pytest.mark.parametrize(("key", "pulse"), [("vast_double", Pulse.WELL), ("vast_other", Pulse.DENIED)])
def test_a_key_that_is_not_accepted_is_said_and_not_shown(home: Path, key: str, pulse: Pulse) -> None:
    with serving(VastDouble().app) as url:
        (heard,) = listen(settings(home, {"VAST_API_KEY": key, "VAST_BASE_URL": url}))
    assert heard.pulse is pulse
    assert key not in heard.model_dump_json()
    assert ("check VAST_API_KEY" in heard.why) is (pulse is Pulse.DENIED)


@pytest.mark.parametrize(
    ("key", "script", "pulse"),
    [
        ("sk_test_double", {}, Pulse.WELL),
        ("sk_live_other", {}, Pulse.DENIED),
        ("sk_test_double", {"balance": [Fault.DOWN]}, Pulse.DOWN),
    ],
    ids=["well", "another key", "down"],
)
def test_stripe_is_asked_for_the_balance(home: Path, key: str, script: dict[str, list[Fault]], pulse: Pulse) -> None:
    with serving((double := StripeDouble(Schedule(script))).app) as url:
        (heard,) = listen(settings(home, {"STRIPE_API_KEY": key, "STRIPE_API_BASE": url}))
    assert (heard.vendor, heard.what, heard.pulse, heard.double) == ("stripe", "balance", pulse, True)
    assert double.books.asked == {"balance": 1}


def test_a_vendor_that_is_broken_or_gone_is_down(home: Path) -> None:
    with serving(VastDouble(Schedule({"account": [Fault.DOWN]})).app) as url:
        given = settings(home, {"VAST_API_KEY": "vast_double", "VAST_BASE_URL": url})
        (broken,) = listen(given)
    (gone,) = listen(given)
    assert (broken.pulse, broken.why) == (Pulse.DOWN, "it answered 502")
    assert (gone.pulse, gone.why) == (Pulse.DOWN, "vast cannot be reached")


@pytest.mark.parametrize(
    ("given", "pulse", "why"),
    [
        ({"VAST_BASE_URL": "http://127.0.0.1:port", "VAST_API_KEY": "k"}, Pulse.AILING, "VAST_BASE_URL is no address"),
        ({"VAST_BASE_URL": "vast", "VAST_API_KEY": "k"}, Pulse.DOWN, "vast cannot be reached"),
        (
            {"VAST_BASE_URL": "http://127.0.0.1:9", "VAST_API_KEY": "clé"},
            Pulse.DENIED,
            "VAST_API_KEY has letters that no key has",
        ),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(home: Path, given: dict[str, str], pulse: Pulse, why: str) -> None:
    (heard,) = listen(settings(home, given))
    assert (heard.pulse, heard.why) == (pulse, why)


def test_an_endpoint_that_is_not_there_is_named_by_its_setting(home: Path) -> None:
    with cloud() as vendors:
        heard = listen(settings(home, vendors.settings | {"RUNPOD_ENDPOINT_ID": "ep9"}))
    (lost,) = [one for one in heard if one.what == "endpoint"]
    assert (lost.pulse, lost.why) == (Pulse.AILING, "it answered 404; check RUNPOD_ENDPOINT_ID")


def test_only_this_machine_has_doubles(home: Path) -> None:
    assert not near("groq", Settings(studio_home=home))
    assert near("groq", settings(home, {"GROQ_BASE_URL": "http://127.0.0.1:9"}))
    assert not near("local-writer", settings(home, {"LOCAL_WRITER_BASE_URL": "http://127.0.0.1:9"}))
