"""The way from tab to tab: what was open on one is open again when it is come back to."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from studio.desk.desk import Desk
from studio.production.house import House
from studio.story.breakdown import Move
from studio.story.directing import Restaging
from tests.pages.visit import tab
from tools.bench.filmed import filmed

SCENE = b"""INT. ROOM %d - NIGHT

ANNA
Good evening.

TOM
Good night.

ANNA
Stay.

TOM
No.
"""


@pytest.fixture
def shown(desk: Desk) -> str:
    """An episode of so many shots that its storyboard shows a scene at a time."""
    made = desk.open_file("rooms.fountain", b"\n".join(SCENE % at for at in range(1, 21)))
    assert len(desk.story(made).breakdown.shots) > 48
    return made


def way(page: AppTest, to: str) -> dict[str, list[str]]:
    """What the address of the link to a tab says."""
    found = next(one.proto for one in page.get("page_link") if one.proto.label.startswith(to))
    return parse_qs(found.query_string)


def signs(page: AppTest) -> list[str]:
    """What the links to the tabs say."""
    labels = [one.proto.label for one in page.get("page_link")]
    return labels[labels.index("Home") : labels.index("Costs") + 1]


def cards(page: AppTest) -> set[str]:
    """The shots on the storyboard."""
    keys = [one.key or "" for one in page.button]
    return {key[5:] for key in keys if key.startswith("shot-") and key[5:].split("-")[0] not in ("back", "step")}


def test_a_tab_is_come_back_to_as_it_was_left(desk: Desk, shown: str) -> None:
    shot = desk.story(shown).breakdown.scenes[7].shots[1].id
    page = tab(desk, "scenes", episode=shown, shot=shot)
    assert "shot" not in way(page, "Scenes")  # the tab that is shown leads to its beginning
    for name in ("shot", "scene"):
        del page.query_params[name]  # as the link to another tab does
    page.switch_page("pages/characters.py").run()
    assert way(page, "Scenes")["shot"] == [shot]
    page.button(key="open-tom").click().run()
    page.switch_page("pages/voices.py").run()
    assert way(page, "Characters") == {"episode": [shown], "character": ["tom"]}


def test_each_tab_says_what_of_it_is_made_stale_or_missing(desk: Desk, house: House) -> None:
    bare, made = desk.open_file("room.fountain", SCENE % 1), filmed(house, "The Key")
    shots, story = len(desk.story(bare).breakdown.shots), desk.story(made)
    assert signs(tab(desk, "costs", episode=bare)) == [
        "Home",
        "Script Lab",
        "Characters :small[2 missing]",
        "Backgrounds :small[1 missing]",
        f"Scenes :small[{2 * shots} missing]",
        "Voices :small[4 missing]",
        "Episode :small[missing]",
        "Costs",
    ]
    page = tab(desk, "costs", episode=made)
    assert {one.partition(" :")[2] for one in signs(page)} == {"", "small[done]"}
    first = story.breakdown.shots[0]
    desk.restage(made, [first.id], Restaging(move=Move.SHAKE), base=story.number)
    page.run()
    assert [one for one in signs(page) if "stale" in one] == ["Scenes :small[1 stale]", "Episode :small[stale]"]


def test_another_episode_opens_at_its_own_beginning(desk: Desk, shown: str) -> None:
    other = desk.open_file("other.fountain", SCENE % 1)
    page = tab(desk, "scenes", episode=shown, shot=desk.story(shown).breakdown.shots[0].id)
    page.query_params["episode"] = other
    page.switch_page("pages/voices.py").run()
    assert way(page, "Scenes") == {"episode": [other]}


def test_a_long_film_stays_at_the_scene_whose_shot_was_looked_at(desk: Desk, shown: str) -> None:
    scenes = desk.story(shown).breakdown.scenes
    page = tab(desk, "scenes", episode=shown, shot=scenes[7].shots[0].id)
    page.button(key="shot-back").click().run()
    assert cards(page) == {shot.id for shot in scenes[7].shots}
    page.selectbox[0].set_value(4).run()
    assert cards(page) == {shot.id for shot in scenes[4].shots}
    again = tab(desk, "scenes", episode=shown, scene="".join(page.query_params["scene"]))  # as after a reload
    assert cards(again) == cards(page)
