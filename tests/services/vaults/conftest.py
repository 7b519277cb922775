"""An S3-compatible store, and vaults in a bucket of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.vaults.address import read_address
from services.vaults.cache import Cache
from services.vaults.s3 import S3Vault
from services.vaults.store import S3Store
from tests.doubles.s3 import KEY, SECRET, Store, store

PART = 5 << 20  # bytes; S3 takes no smaller parts


@pytest.fixture(scope="session")
def running() -> Iterator[Store]:
    """A store that is started once."""
    with store() as made:
        yield made


@pytest.fixture
def s3(running: Store) -> Store:
    """A store that breaks nothing."""
    running.gate.calm()
    return running


class Place:
    """One bucket, which any number of machines can have a vault in."""

    def __init__(self, s3: Store, folder: Path) -> None:
        self.s3, self.bucket, self.folder = s3, s3.bucket(), folder

    def vault(self, machine: str = "one", *, most: int = 1 << 30, **more: float) -> S3Vault:
        """A machine's vault; requests are asked twice at most."""
        address = read_address(self.s3.vault_url(self.bucket))
        store = S3Store(address, KEY, SECRET, attempts=2, part=PART)
        return S3Vault(store, Cache(self.folder / machine, most), **more)

    def key(self, content: str) -> dict[str, str]:
        """Where a content lies in the bucket."""
        return {"Bucket": self.bucket, "Key": f"studio/{content[:2]}/{content}"}


@pytest.fixture
def place(s3: Store, tmp_path: Path) -> Place:
    """A new, empty bucket."""
    return Place(s3, tmp_path / "machines")


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A file that goes in one piece."""
    made = tmp_path / "film.mp4"
    made.write_bytes(b"moving pictures" * 1000)
    return made


@pytest.fixture
def long_film(tmp_path: Path) -> Path:
    """A file that goes in parts, the last one smaller."""
    made = tmp_path / "long.mp4"
    made.write_bytes(bytes(range(256)) * (PART // 256) * 2 + b"the end")
    return made
