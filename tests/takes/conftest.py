"""The vaults there are: whoever asks for `vault` is tested on each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.settings import Settings
from services.vaults.opening import open_vault
from studio.takes.vault import Vault
from tests.doubles.s3 import KEY, SECRET, Store, store


@pytest.fixture(scope="session")
def s3() -> Iterator[Store]:
    """An S3-compatible store."""
    with store() as made:
        yield made


@pytest.fixture(params=["folder", "s3"])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Vault:
    """A vault as the settings name it."""
    url = ""
    if request.param == "s3":
        found: Store = request.getfixturevalue("s3")
        found.gate.calm()
        url = found.vault_url(found.bucket())
    return open_vault(
        Settings(
            _env_file=None, studio_home=tmp_path / "studio", studio_vault_url=url,
            aws_access_key_id=KEY, aws_secret_access_key=SECRET,
        )
    )  # fmt: skip
