"""Settings: read from the environment, and what cannot be used is named."""

from __future__ import annotations

import pytest
from dotenv import dotenv_values

from services.settings import ROOT, Settings
from studio.errors import BadRequest
from tests.journeys.studio import refused, run


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"studio_workers": "abc"}, "STUDIO_WORKERS: 'abc': input should be a valid integer"),
        ({"studio_workers": "0"}, "STUDIO_WORKERS: '0': input should be greater than or equal to 1"),
        ({"studio_port": "70000"}, "STUDIO_PORT: '70000': input should be less than or equal to 65535"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(given: dict[str, str], words: str) -> None:
    with pytest.raises(BadRequest, match=words):
        Settings(**given)


def test_a_bad_setting_ends_a_command_as_bad_input(environment: dict[str, str]) -> None:
    done = run(environment | {"STUDIO_WORKERS": "abc"}, "status")
    refused(done, "This cannot be used: STUDIO_WORKERS: 'abc': input should be a valid integer", 2)


@pytest.mark.parametrize(
    "given",
    [
        {"groq_base_url": "https://api.groq.com"},
        {"groq_api_key": "gsk_1"},
        {"comfyui_base_url": "http://192.168.1.7:8188"},
        {"fal_key": "a:b", "fal_queue_base_url": "http://127.0.0.1:1"},
        {"stripe_api_base": "http://127.0.0.1.evil.example"},
    ],
)
def test_a_test_environment_refuses_other_machines(given: dict[str, str]) -> None:
    with pytest.raises(BadRequest, match=r"(?s)_BASE(_URL)?: .* is not on this machine, and APP_ENV is test"):
        Settings(app_env="test", **given)
    assert Settings(**given).app_env == ""


def test_a_test_environment_takes_vendors_on_this_machine() -> None:
    assert Settings(app_env="test").groq_base_url == "https://api.groq.com"
    near = {"groq_api_key": "gsk_1", "groq_base_url": "http://127.0.0.1:9", "comfyui_base_url": "http://localhost:8188"}
    assert Settings(app_env="test", **near).secrets == ("gsk_1",)


def test_the_example_names_every_setting_with_its_default() -> None:
    told = dotenv_values(ROOT / ".env.example")
    assert list(told) == [name.upper() for name in Settings.model_fields]
    read = Settings(_env_file=ROOT / ".env.example").model_dump()
    assert read | {"studio_home": None} == Settings(_env_file=None).model_dump() | {"studio_home": None}


def test_a_key_is_not_shown_by_what_holds_it() -> None:
    assert "gsk_" not in repr(Settings(groq_api_key="gsk_1"))
