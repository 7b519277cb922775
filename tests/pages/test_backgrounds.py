"""The Backgrounds tab: plates by place and light, the form of a place, and what plays there."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from studio.desk.desk import Desk
from studio.production.house import House
from studio.story.breakdown import Scene
from studio.story.places import Kit, Time, Weather
from tests.pages.visit import tab, text
from tests.web.rows import episode

SCRIPT = b"""INT. KITCHEN - NIGHT

ANNA
Good evening.

EXT. <B>ODD</B> WAY - DAY

ANNA
Hello.

INT. KITCHEN - NIGHT

ANNA
Good night.
"""


@pytest.fixture
def shown(desk: Desk) -> str:
    return desk.open_file("kitchen.fountain", SCRIPT)


def scenes(desk: Desk, shown: str) -> tuple[Scene, ...]:
    return desk.story(shown).breakdown.scenes


def field(page: AppTest, label: str) -> Selectbox[str]:
    return next(one for one in page.selectbox if one.label.startswith(label))


def keep(page: AppTest) -> None:
    next(one for one in page.button if one.label.startswith("Keep")).click().run()


def test_an_episode_of_somebody_else_is_none(house: House, desk: Desk) -> None:
    page = tab(desk, "backgrounds", episode=episode(house, account="stranger"))
    assert "No episode is open" in text(page)
    assert not page.selectbox


def test_a_place_in_one_light_is_one_card(desk: Desk, shown: str) -> None:
    page = tab(desk, "backgrounds", episode=shown)
    cards = [one for one in page.button if (one.key or "").startswith("open-")]
    assert len(cards) == 2
    assert "Night, clear" in text(page)
    cards[1].click().run()
    assert "&lt;b&gt;odd&lt;/b&gt;" in text(page)
    assert "<b>odd" not in text(page)
    assert "the set was guessed" in text(page)


def test_light_is_chosen_for_the_scenes_picked_out(desk: Desk, shown: str) -> None:
    page = tab(desk, "backgrounds", episode=shown)
    assert field(page, "Time").options[0] == "Night, as written"
    field(page, "Weather").set_value(Weather.RAIN)
    field(page, "Time").set_value(Time.DAWN)
    page.button_group[0].set_value([scenes(desk, shown)[2].id])
    keep(page)
    first, _, last = (scene.setting for scene in scenes(desk, shown))
    assert (first.time, first.weather) == (Time.NIGHT, Weather.CLEAR)
    assert (last.time, last.weather) == (Time.DAWN, Weather.RAIN)
    assert desk.revisions(shown)[0].what == "Scene 3: dawn, rain"
    assert desk.under_way(shown)
    assert "Dawn, rain" in text(page)


def test_what_was_chosen_can_be_left_to_the_script_again(desk: Desk, shown: str) -> None:
    scene = scenes(desk, shown)[1].id
    desk.settle(shown, [scene], time=Time.NIGHT, weather=None, mood=None, base=1)
    page = tab(desk, "backgrounds", episode=shown, scene=scene)
    assert field(page, "Time").value is Time.NIGHT
    field(page, "Time").set_value("")
    keep(page)
    assert scenes(desk, shown)[1].setting.time is Time.DAY
    assert scenes(desk, shown)[1].written is None


def test_a_set_is_chosen_for_the_place(desk: Desk, shown: str) -> None:
    page = tab(desk, "backgrounds", episode=shown)
    box = field(page, "Set")
    assert ("Ship's cabin" in box.options, "Forest" in box.options) == (True, False)
    box.set_value(Kit.SHIP)
    keep(page)
    kits = [scene.setting.place.kit for scene in scenes(desk, shown)]
    assert (kits[0], kits[2]) == (Kit.SHIP, Kit.SHIP)
    assert desk.revisions(shown)[0].what == "Kitchen: ship's cabin set"


def test_what_plays_there_leads_to_the_shots(desk: Desk, shown: str) -> None:
    shot = scenes(desk, shown)[2].shots[0].id
    assert f'href="/scenes?episode={shown}&shot={shot}"' in text(tab(desk, "backgrounds", episode=shown))


def test_all_that_is_missing_is_drawn_by_one_button(desk: Desk, shown: str) -> None:
    page = tab(desk, "backgrounds", episode=shown)
    assert page.button(key="redraw-plate").label == "Draw 2 missing plates, $0.00"
    page.button(key="redraw-plate").click().run()
    (run,) = desk.under_way(shown)
    assert not run.whole
