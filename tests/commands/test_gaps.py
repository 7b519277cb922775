"""Who asks for the cloud crew and has not every key is told who plays instead, and what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.commands.gaps import gaps
from services.settings import Settings
from tests.journeys.studio import run, short_script

EVERY = {"groq_api_key": "k", "elevenlabs_api_key": "k", "fal_key": "k:s"}


@pytest.mark.parametrize(
    ("crew", "given", "roles"),
    [
        ("cloud", EVERY, []),
        ("cloud", {"groq_api_key": "k"}, ["painter", "animator", "voice"]),
        ("cloud,switch", {"groq_api_key": "k", "fal_key": "k:s"}, ["voice"]),
        ("cloud,voice=offline", {"groq_api_key": "k", "fal_key": "k:s"}, []),
        ("voice=offline,cloud", {"groq_api_key": "k", "fal_key": "k:s"}, ["voice"]),
        ("voice=cloud", {}, ["voice"]),
        ("offline", {}, []),
        ("painter=flux-2", {}, []),  # that is refused, with the setting
    ],
)
def test_a_role_that_no_vendor_plays_is_named(home: Path, crew: str, given: dict[str, str], roles: list[str]) -> None:
    told = list(gaps(crew, Settings(_env_file=None, studio_home=home, **given)))
    assert [one.split()[1] for one in told] == roles


def test_the_settings_are_named(home: Path) -> None:
    (told,) = gaps("painter=cloud", Settings(_env_file=None, studio_home=home))
    assert "keyframe-klein-4b needs RUNPOD_API_KEY and RUNPOD_ENDPOINT_ID, or what another painter needs" in told


@pytest.mark.parametrize("command", ["plan", "draft"])
def test_plan_and_draft_say_so(environment: dict[str, str], tmp_path: Path, command: str) -> None:
    script = tmp_path / "key.fountain"
    script.write_text(short_script())
    more = ["--out", str(tmp_path / "out")] if command == "draft" else []
    bare = {key: value for key, value in environment.items() if not key.endswith(("_KEY", "_URL", "_ID"))}
    done = run(bare, command, str(script), "--crew", "cloud", *more)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("is the offline one") == 4
