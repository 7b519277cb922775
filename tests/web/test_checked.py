"""The web process's vault checks a file once, and again when it has changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from services.web.checked import CheckedOnce
from studio.errors import AssetMissing
from studio.takes.vault import FolderVault


@pytest.fixture
def vault(tmp_path: Path) -> CheckedOnce:
    """A vault in a folder."""
    return CheckedOnce(FolderVault(tmp_path / "vault"))


@pytest.fixture
def film(tmp_path: Path, vault: CheckedOnce) -> str:
    """A content that was opened once."""
    file = tmp_path / "film"
    file.write_bytes(b"a film")
    content = vault.put(file)
    assert vault.open(content).read_bytes() == b"a film"
    return content


def test_an_unchanged_file_is_not_read_again(vault: CheckedOnce, film: str) -> None:
    file = vault.open(film)
    before = file.stat()
    file.write_bytes(b"a liar")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert vault.open(film) == file
    assert vault.intact(film)


def test_a_changed_file_is_found_out(vault: CheckedOnce, film: str) -> None:
    vault.open(film).write_bytes(b"rot, longer")
    assert not vault.intact(film)
    with pytest.raises(AssetMissing):
        vault.open(film)


def test_a_file_that_went_is_missed(vault: CheckedOnce, film: str) -> None:
    vault.open(film).unlink()
    assert not vault.intact(film)
    with pytest.raises(AssetMissing):
        vault.open(film)
    vault.discard(film)
    assert list(vault.contents()) == []
