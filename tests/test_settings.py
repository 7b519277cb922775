"""Settings: read from the environment, and what cannot be used is named."""

from __future__ import annotations

import pytest

from services.settings import Settings
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
