"""Every vault keeps bytes under their own hash and notices when they are not what they were."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from studio.errors import AssetMissing, RenderFailed
from studio.takes.vault import FolderVault, Vault, digest

NOWHERE = "ab" * 32


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "clip.mp4"
    made.write_bytes(b"moving pictures" * 1000)
    return made


def test_what_was_put_is_opened_by_its_hash(vault: Vault, file: Path) -> None:
    content = vault.put(file)
    assert content == digest(file)
    assert vault.open(content).read_bytes() == file.read_bytes()
    assert list(vault.contents()) == [content]
    assert vault.size(content) == file.stat().st_size
    assert vault.intact(content)


def test_a_file_that_is_not_given_away_stays_its_owner_s(vault: Vault, file: Path) -> None:
    content = vault.put(file)
    file.write_bytes(b"something else")
    assert digest(vault.open(content)) == content


def test_a_file_that_is_given_away_is_kept_as_well(vault: Vault, file: Path) -> None:
    before = file.read_bytes()
    assert vault.open(vault.put(file, move=True)).read_bytes() == before


def test_an_empty_file_is_a_content_too(vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    content = vault.put(tmp_path / "empty")
    assert vault.open(content).stat().st_size == vault.size(content) == 0


def test_damage_is_noticed_on_reading_and_mended_by_putting_again(vault: Vault, file: Path) -> None:
    content = vault.put(file)
    vault.discard(content)
    with pytest.raises(AssetMissing, match=content[:12]):
        vault.open(content)
    vault.put(file)
    assert vault.intact(content)
    assert vault.open(content).read_bytes() == file.read_bytes()


def test_a_file_that_rots_where_it_is_read_is_never_handed_out(vault: Vault, file: Path) -> None:
    """In a folder the bytes are lost; of a store they are fetched again."""
    content = vault.put(file)
    place = vault.open(content)
    place.write_bytes(place.read_bytes()[:-1] + b"!")
    with suppress(AssetMissing):
        assert digest(vault.open(content)) == content
    vault.put(file)
    assert digest(vault.open(content)) == content


def test_gone_bytes_are_missing_not_a_crash(vault: Vault, file: Path) -> None:
    content = vault.put(file)
    vault.discard(content)
    vault.discard(content)
    vault.discard(NOWHERE)
    assert not vault.intact(content)
    for one in (content, NOWHERE):
        with pytest.raises(AssetMissing) as missing:
            vault.open(one)
        assert missing.value.cause == one
    assert list(vault.contents()) == []


def test_tidying_takes_nothing_that_is_whole(vault: Vault, file: Path) -> None:
    content = vault.put(file)
    vault.tidy()
    assert list(vault.contents()) == [content]
    assert vault.open(content).read_bytes() == file.read_bytes()


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


def test_a_folder_keeps_the_same_bytes_once(tmp_path: Path, file: Path) -> None:
    vault = FolderVault(tmp_path / "vault")
    first = vault.put(file)
    before = vault.open(first).stat().st_ino
    assert vault.put(file) == first
    assert vault.open(first).stat().st_ino == before


def test_a_file_moved_into_a_folder_is_not_written_again(tmp_path: Path, file: Path) -> None:
    def copy(source: Path, target: Path) -> None:
        raise AssertionError("it was copied")

    vault = FolderVault(tmp_path / "vault", copy=copy)
    assert vault.intact(vault.put(file, move=True))
    assert not file.exists()


def test_damage_in_a_folder_is_mended_by_putting_again(tmp_path: Path, file: Path) -> None:
    vault = FolderVault(tmp_path / "vault")
    content = vault.put(file)
    vault.place(content).write_bytes(b"rot")
    assert not vault.intact(content)
    vault.put(file)
    assert vault.intact(content)


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
