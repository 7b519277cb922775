"""Planes hold the colours ffmpeg would have made of the same RGB, and what is laid on them covers as it should."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from services.media.ffmpeg import Ffmpeg
from services.media.lettering import Pixels
from services.media.planes import Planes, sheet, to_planes

PATCH = 16  # pixels: far enough from the next colour that no filter of ffmpeg's mixes them


def patches(seed: int = 3) -> Pixels:
    """A picture of 8 x 8 patches of one colour each, the corners of the colour cube among them."""
    colours = np.random.default_rng(seed).integers(0, 256, (64, 3), dtype=np.uint8)
    colours[:8] = [[(number >> bit & 1) * 255 for bit in range(3)] for number in range(8)]
    return colours.reshape(8, 8, 3).repeat(PATCH, axis=0).repeat(PATCH, axis=1)


def middles(plane: Pixels) -> np.ndarray:
    step = plane.shape[0] // 8
    return plane[step // 2 :: step, step // 2 :: step].astype(int)


def converted(ffmpeg: Ffmpeg, rgb: Pixels, folder: Path) -> Planes:
    """The same picture by ffmpeg's own conversion."""
    high, wide = rgb.shape[:2]
    raw = folder / "picture.rgb"
    raw.write_bytes(rgb.tobytes())
    command = [ffmpeg.path, "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{wide}x{high}", "-i", raw]
    command += ["-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p", "-f", "rawvideo", "-"]
    made = np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, np.uint8)
    y, u, v = np.split(made, [high * wide, high * wide * 5 // 4])
    return Planes(y.reshape(high, wide), u.reshape(high // 2, -1), v.reshape(high // 2, -1))


def test_colours_are_those_of_ffmpegs_own_conversion(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    ours, theirs = to_planes(patches()), converted(ffmpeg, patches(), tmp_path)
    for mine, other in zip((ours.y, ours.u, ours.v), (theirs.y, theirs.u, theirs.v), strict=True):
        assert np.abs(middles(mine) - middles(other)).max() <= 2


@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 1.0])
def test_what_is_laid_on_a_picture_mixes_as_its_colours_do(share: float) -> None:
    under, over = patches(3), patches(4)
    laid = to_planes(under)
    sheet(over, np.full(over.shape[:2], share), 0, 0).over(laid)
    mixed = to_planes(np.rint(under * (1 - share) + over * share).astype(np.uint8))
    for mine, other in zip((laid.y, laid.u, laid.v), (mixed.y, mixed.u, mixed.v), strict=True):
        assert np.abs(mine.astype(int) - other.astype(int)).max() <= 2


def test_a_sheet_changes_only_where_it_lies() -> None:
    black = to_planes(np.zeros((40, 60, 3), np.uint8))
    sheet(np.full((10, 20, 3), 255, np.uint8), np.ones((10, 20)), 30, 20).over(black)
    assert np.argwhere(black.y > 200).min(axis=0).tolist() == [20, 30]
    assert np.argwhere(black.y > 200).max(axis=0).tolist() == [29, 49]
    assert (black.y == 235).sum() == 200
    assert np.abs(black.u.astype(int) - 128).max() <= 1


def test_light_taken_away_leaves_black() -> None:
    dark = to_planes(patches()).lit(0.0)
    assert (np.unique(dark.y), np.unique(dark.u), np.unique(dark.v)) == (16, 128, 128)
    assert len(dark.tobytes()) == patches().size // 2
