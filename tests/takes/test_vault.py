"""The vault keeps bytes under their own hash and notices when they are not what they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.errors import AssetMissing, RenderFailed
from studio.takes.vault import FolderVault, digest


@pytest.fixture
def vault(tmp_path: Path) -> FolderVault:
    return FolderVault(tmp_path / "vault")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "clip.mp4"
    made.write_bytes(b"moving pictures" * 1000)
    return made


def test_what_was_put_is_opened_by_its_hash(vault: FolderVault, file: Path) -> None:
    content = vault.put(file)
    assert content == digest(file)
    assert vault.open(content).read_bytes() == file.read_bytes()
    assert list(vault.contents()) == [content]


def test_bytes_are_on_the_disk_before_they_have_their_name(tmp_path: Path, file: Path) -> None:
    root, seen = tmp_path / "vault", list[tuple[str, bool]]()
    target = FolderVault(root).place(digest(file))

    def settle(place: Path) -> None:
        seen.append((place.suffix or str(place.relative_to(root)), target.exists()))

    content = FolderVault(root, settle=settle).put(file)
    assert seen == [(".part", False), (content[:2], True), (".", True)]
    seen.clear()
    FolderVault(root, settle=settle).put(file)
    assert seen == []


def test_the_same_bytes_are_kept_once(vault: FolderVault, file: Path) -> None:
    first = vault.put(file)
    before = vault.open(first).stat().st_ino
    assert vault.put(file) == first
    assert vault.open(first).stat().st_ino == before


def test_a_moved_file_is_not_written_again(tmp_path: Path) -> None:
    def copy(source: Path, target: Path) -> None:
        raise AssertionError("it was copied")

    file = tmp_path / "film.mp4"
    file.write_bytes(b"a film")
    vault = FolderVault(tmp_path / "vault", copy=copy)
    content = vault.put(file, move=True)
    assert vault.open(content).read_bytes() == b"a film"
    assert not file.exists()


def test_damage_is_noticed_on_reading_and_mended_by_putting_again(vault: FolderVault, file: Path) -> None:
    content = vault.put(file)
    place = vault.place(content)
    place.write_bytes(place.read_bytes()[:-1] + b"!")
    with pytest.raises(AssetMissing, match=content[:12]):
        vault.open(content)
    vault.put(file)
    assert vault.intact(content)


def test_gone_bytes_are_missing_not_a_crash(vault: FolderVault, file: Path) -> None:
    content = vault.put(file)
    vault.discard(content)
    vault.discard(content)
    assert not vault.intact(content)
    with pytest.raises(AssetMissing):
        vault.open(content)


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, file: Path) -> None:
    """/dev/full answers every write as a full disk does."""
    vault = FolderVault(tmp_path / "full", copy=_fill)
    with pytest.raises(RenderFailed, match="No space left"):
        vault.put(file)
    assert list((tmp_path / "full").rglob("*.part")) == []
    assert list(vault.contents()) == []


def _fill(_source: Path, target: Path) -> None:
    target.write_bytes(b"half")
    with Path("/dev/full").open("wb") as full:
        full.write(b"x")
