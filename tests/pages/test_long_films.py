"""Films of many scenes on the pages: looked at a part at a time, for a browser does not draw an hour at once."""

from __future__ import annotations

import re

import pytest

from studio.desk.desk import Desk
from studio.production.film import Choices
from tests.pages.visit import tab, text

SCENES = 30
LONG = "You kept the key of room {} in a tin box under the old stone stairs and told nobody of us for thirty years. "
SCRIPT = "".join(
    f"INT. ROOM {at} - NIGHT\n\nMARA, 70, waits.\n\nMARA\n{LONG.format(at) * 4}\n\n" for at in range(SCENES)
)


@pytest.fixture
def film(desk: Desk) -> str:
    """An episode of thirty scenes, longer than a quarter of an hour."""
    return desk.open_file("rooms.fountain", SCRIPT.encode())


def test_a_long_film_is_cut_in_parts_of_whole_scenes(desk: Desk, film: str) -> None:
    strip = desk.cut(film, [Choices()]).strip
    assert strip.seconds > 900
    parts = strip.parts
    assert len(parts) > 1
    assert tuple(one for part in parts for one in part.stretches) == strip.stretches
    assert sum(part.seconds for part in parts) == pytest.approx(strip.seconds)
    longest = max(one.seconds for one in strip.stretches)
    assert all(abs(part.seconds - strip.seconds / len(parts)) <= longest for part in parts)


def test_a_part_of_the_timeline_is_shown_and_another_can_be_chosen(desk: Desk, film: str) -> None:
    page = tab(desk, "episode", episode=film)
    choice = page.segmented_control(key=f"strip-part-{film}")
    first = re.findall(r'aria-label="Shot (\d+)\w', text(page))
    assert 0 < len(set(first)) < SCENES
    assert "to make" in text(page)
    choice.set_value(len(choice.options) - 1).run()
    last = re.findall(r'aria-label="Shot (\d+)\w', text(page))
    assert set(first) | set(last) == {str(number) for number in range(1, SCENES + 1)}
    assert not set(first) & set(last)


def test_the_scenes_of_a_rewrite_are_found_in_a_menu(desk: Desk, film: str) -> None:
    page = tab(desk, "script_lab", episode=film)
    (menu,) = page.multiselect
    assert len(menu.options) == SCENES
    menu.select("Scene 3").run()
    assert not page.exception
