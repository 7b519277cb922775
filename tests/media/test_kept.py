from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.media.editor import CutEditor
from services.media.forecast import levelled
from services.media.kept import believed, kept, prune
from services.media.mix import mix
from services.media.sound import open_wav
from services.media.stretch import Placed, Score

DAY = 86_400


def aged(file: Path, days: float) -> Path:
    file.touch()
    os.utime(file, (time.time() - days * DAY,) * 2)
    return file


def test_what_was_kept_is_not_made_twice(tmp_path: Path) -> None:
    made: list[int] = []

    def make() -> bytes:
        made.append(1)
        return b"body"

    assert [kept(tmp_path / "a.powers", make) for _ in range(3)] == [b"body"] * 3
    assert made == [1]


@pytest.mark.parametrize("damage", [b"", b"body", bytes(36), bytes(100)])
def test_a_file_whose_checksum_does_not_fit_is_made_again(tmp_path: Path, damage: bytes) -> None:
    file = tmp_path / "a.powers"
    kept(file, lambda: b"body")
    whole = file.read_bytes()
    file.write_bytes(damage)
    assert kept(file, lambda: b"body") == b"body"
    assert file.read_bytes() == whole


def test_a_file_that_is_not_good_is_removed(tmp_path: Path) -> None:
    file = tmp_path / "a.wav"
    assert not believed(file, lambda _: True)
    file.touch()
    assert believed(file, lambda _: True)
    assert not believed(file, lambda _: False)
    assert not file.exists()


@pytest.mark.parametrize("kind", [".aac", ".powers"])
@pytest.mark.parametrize("left", [0, 40, -3])
def test_a_mix_from_a_damaged_cache_is_the_same(wav: Any, tmp_path: Path, kind: str, left: int) -> None:
    sound = open_wav(wav("bed.wav", 0.1 * np.sin(np.arange(96_000) / 9)))
    assert sound
    cache = tmp_path / "cache"

    def made(name: str) -> tuple[bytes, dict[str, float]]:
        placed = Placed(sound, "bed", 0, levelled(sound, "bed", -22, cache))
        told = mix(Score(96_000, (), (placed,)), tmp_path / name, cache)
        return (tmp_path / name).read_bytes(), told

    before = made("a.m4a")
    damaged = {file: file.read_bytes() for file in cache.glob(f"*{kind}")}
    assert damaged
    for file, data in damaged.items():
        file.write_bytes(data[:left])
    assert made("b.m4a") == before
    assert {file: file.read_bytes() for file in damaged} == damaged


def test_what_nothing_used_for_thirty_days_goes_when_an_editor_starts(tmp_path: Path) -> None:
    old = [aged(tmp_path / f"old{kind}", 31) for kind in (".aac", ".lufs", ".powers", ".wav", ".mp4")]
    young = [aged(tmp_path / "young.aac", 29), aged(tmp_path / "notes.txt", 400)]
    inside = tmp_path / "folder.wav"
    inside.mkdir()
    os.utime(inside, (0, 0))
    CutEditor(tmp_path)
    assert not [file for file in old if file.exists()]
    assert all(file.exists() for file in [*young, inside])


def test_using_a_file_keeps_it(tmp_path: Path) -> None:
    kept(tmp_path / "a.powers", lambda: b"body")
    for file in (tmp_path / "a.powers", tmp_path / "b.wav"):
        aged(file, 31)
    kept(tmp_path / "a.powers", lambda: b"other")
    assert believed(tmp_path / "b.wav", lambda _: True)
    assert prune(tmp_path) == 0
    assert prune(tmp_path / "nowhere") == 0
