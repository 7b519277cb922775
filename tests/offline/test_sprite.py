"""Sprites: what was rasterised once is found by every process, and a damaged or missing cache costs only time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from services.offline.theatre.sprite import keep_in, rasterise

DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="16"><circle cx="9" cy="8" r="6" fill="{}"/></svg>'


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "cache"
    keep_in(folder)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_a_picture_is_kept_once_and_comes_back_the_same(cache: Path) -> None:
    first, again, other = rasterise(DOT.format("red")), rasterise(DOT.format("red")), rasterise(DOT.format("blue"))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert len(list(cache.glob("*.png"))) == 2


def test_what_is_kept_is_used(cache: Path) -> None:
    red = rasterise(DOT.format("red"))
    (there,) = cache.iterdir()
    rasterise(DOT.format("blue"))
    (blue,) = set(cache.iterdir()) - {there}
    blue.write_bytes(there.read_bytes())
    assert np.array_equal(rasterise(DOT.format("blue")), red)


def test_a_damaged_file_is_drawn_anew(cache: Path) -> None:
    first = rasterise(DOT.format("red"))
    (there,) = cache.iterdir()
    there.write_bytes(there.read_bytes()[:-9])
    assert np.array_equal(rasterise(DOT.format("red")), first)


def test_without_its_folder_pictures_are_drawn_all_the_same(cache: Path) -> None:
    first = rasterise(DOT.format("red"))
    shutil.rmtree(cache)
    assert np.array_equal(rasterise(DOT.format("red")), first)
