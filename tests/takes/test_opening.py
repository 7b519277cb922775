from __future__ import annotations

from pathlib import Path

import pytest

from studio.errors import AssetMissing
from studio.takes.opening import opened
from studio.takes.vault import FolderVault


@pytest.fixture
def vault(tmp_path: Path) -> FolderVault:
    return FolderVault(tmp_path / "vault")


def kept(vault: FolderVault, tmp_path: Path, many: int) -> dict[str, str]:
    """So many contents by role, each of its own bytes."""
    found = {}
    for number in range(many):
        file = tmp_path / f"{number}.bin"
        file.write_text(f"take {number}")
        found[f"shot:{number}"] = vault.put(file)
    return found


@pytest.mark.parametrize("many", [0, 2, 60])
def test_every_role_has_its_bytes_in_the_order_asked(vault: FolderVault, tmp_path: Path, many: int) -> None:
    asked = kept(vault, tmp_path, many)
    found = opened(vault, asked)
    assert list(found) == list(asked)
    assert [file.read_text() for file in found.values()] == [f"take {number}" for number in range(many)]


@pytest.mark.parametrize("many", [2, 60])
def test_one_damaged_among_many_is_named(vault: FolderVault, tmp_path: Path, many: int) -> None:
    asked = kept(vault, tmp_path, many)
    broken = asked[f"shot:{many - 1}"]
    vault.place(broken).write_bytes(b"other bytes")
    with pytest.raises(AssetMissing, match=broken[:12]):
        opened(vault, asked)
