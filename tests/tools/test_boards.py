"""README's sheet of boards can be drawn again: every shot it names is there, and every picture gets its place."""

from __future__ import annotations

import numpy as np

from tools.boards import SHOTS, laid_out, told


def test_the_sheet_shows_twelve_shots_of_seven_places() -> None:
    found = told()
    shown = [scene for scene in found.scenes for shot in scene.shots if shot.number in SHOTS]
    assert len(shown) == len(SHOTS) == 12
    assert len({scene.setting.place.kit for scene in shown}) == 7


def test_pictures_lie_side_by_side_in_rows_of_four() -> None:
    pictures = [np.full((72, 128, 3), 40 + 40 * number, np.uint8) for number in range(5)]
    sheet = laid_out(pictures)
    assert sheet.shape == (2 * 271 + 8, 4 * 476 + 8, 3)
    seen = [int(sheet[140, 8 + 476 * column + 234, 0]) for column in range(4)]
    assert [*seen, int(sheet[411, 242, 0])] == [40, 80, 120, 160, 200]
    assert sheet[411, 1000, 0] < 40
