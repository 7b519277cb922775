"""Which vault the settings name, and what they are told when they name none that can be used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from services.commands import looks
from services.health import Health, Part
from services.settings import Settings
from services.vaults.address import Address, read_address
from services.vaults.opening import open_vault
from studio.db import Database
from studio.errors import BadRequest, KeyMissing, VaultDown
from studio.takes.vault import FolderVault
from tests.doubles.s3 import KEY, SECRET, Store, refusal
from tests.services.vaults.conftest import Place
from tests.until import until


def settings(home: Path, url: str = "", key: str = KEY) -> Settings:
    keys = {"aws_access_key_id": key, "aws_secret_access_key": SECRET}
    return Settings(_env_file=None, studio_home=home, studio_vault_url=url, **keys)


def test_without_an_address_it_is_a_folder(tmp_path: Path) -> None:
    assert isinstance(open_vault(settings(tmp_path)), FolderVault)


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("s3://films", Address("films", "", "", "us-east-1", 20_000_000_000)),
        ("s3://films/a/b/?region=eu-west-1&cache=0.5", Address("films", "a/b/", "", "eu-west-1", 500_000_000)),
        (
            "s3://my.films/x?endpoint=http://store:9000/",
            Address("my.films", "x/", "http://store:9000", "us-east-1", 20_000_000_000),
        ),
        (
            "s3://films?public=https://media.example.com/",
            Address("films", "", "", "us-east-1", 20_000_000_000, "https://media.example.com"),
        ),
    ],
)
def test_an_address_is_read(url: str, read: Address) -> None:
    assert read_address(url) == read


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://films.example.com", "s3://bucket"),
        ("s3://", "s3://bucket"),
        ("s3://Films", "small letters"),
        ("s3://key:secret@films", "AWS_ACCESS_KEY_ID"),
        ("s3://films/../others", "folder cannot be used"),
        ("s3://films/a%0Ab", "folder cannot be used"),
        ("s3://films?endpoint=store:9000", "endpoint should be https"),
        ("s3://films?endpoint=http://me:pw@store", "endpoint should be https"),
        ("s3://films?cache=lots", "cache is a number of GB"),
        ("s3://films?cache=0", "cache is a number of GB"),
        ("s3://films?zone=a", "zone is not known"),
        ("s3://films?public=media.example.com", "public should be https"),
        ("s3://films?public=http://media.example.com", "public should be https"),
        ("s3://films?public=https://me:pw@media.example.com", "public should be https"),
        ("s3://films?public=https://media.example.com/films", "public should be https"),
        ("s3://films?", None),
        ("s3://films?region", "cannot be read"),
        ("s3://[films", "cannot be read"),
    ],
)
def test_an_address_that_cannot_be_used_names_the_setting(url: str, why: str | None) -> None:
    if why is None:
        assert read_address(url).bucket == "films"
        return
    with pytest.raises(BadRequest, match=why) as wrong:
        read_address(url)
    assert wrong.value.field == "STUDIO_VAULT_URL"
    assert "pw@" not in str(wrong.value)


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing, match="needs AWS_ACCESS_KEY_ID"):
        open_vault(settings(tmp_path, "s3://films", key=""))


def test_opening_asks_nobody_and_loads_nothing(tmp_path: Path) -> None:
    """The store's client takes half a second to load; a page that only looks at rows never needs it."""
    asked = (
        "import sys; from pathlib import Path; from services.settings import Settings;"
        "from services.vaults.opening import open_vault;"
        "open_vault(Settings(_env_file=None, studio_home=Path(sys.argv[1]), studio_vault_url='s3://films',"
        "aws_access_key_id='a', aws_secret_access_key='b')); print('boto3' in sys.modules, 'botocore' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", asked, str(tmp_path)], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["False", "False"]


def test_the_doctor_tries_the_store_and_leaves_nothing_there(place: Place, tmp_path: Path) -> None:
    given = settings(tmp_path, place.s3.vault_url(place.bucket))
    assert looks.vault(given) == f"s3://{place.bucket}/studio"
    assert list(place.vault().contents()) == []
    place.s3.gate.trouble = lambda _environ: refusal("403 Forbidden", "InvalidAccessKeyId")
    found = looks.Look("vault", lambda: looks.vault(given)).find()
    assert not found.well
    assert "AWS_ACCESS_KEY_ID" in found.seen


def test_health_says_that_the_store_does_not_let_us_in(place: Place, db: Database, home: Path, s3: Store) -> None:
    given = settings(home, s3.vault_url(place.bucket))

    def seen() -> tuple[bool, str]:
        """What is said of the vault once it was looked into: who asks first may wait for the store's client to load."""
        health = Health(given, db, ask=lambda _settings: ())

        def looked() -> list[Part]:
            return [one for one in health.report().parts if one.name == "vault" and one.why != "it does not answer"]

        until(looked)
        (part,) = looked()
        return part.well, part.why

    assert seen() == (True, "")
    s3.gate.trouble = lambda _environ: refusal("403 Forbidden", "AccessDenied")
    well, why = seen()
    assert not well
    assert "AWS_ACCESS_KEY_ID" in why
    assert not (home / "vault").exists()


def test_a_wrong_place_is_no_lost_vault(place: Place, tmp_path: Path) -> None:
    with pytest.raises(VaultDown, match="STUDIO_VAULT_URL"):
        open_vault(settings(tmp_path, place.s3.vault_url("another-bucket"))).intact("ab" * 32)
