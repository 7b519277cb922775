"""Several shots at once: one note for all, moved, drawn, shot and taken out together."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from studio.desk.desk import Desk
from studio.production.house import House
from studio.story.breakdown import Framing, Shot
from studio.story.directing import Restaging
from tests.pages.visit import button, tab, text
from tools.bench.filmed import filmed

SCRIPT = b"""INT. KITCHEN - NIGHT

Rain on the window.

MARA, 70, puts a brass key on the table.

MARA
You kept it all these years.

EXT. HARBOUR - DAWN

TOM
No.
"""


@pytest.fixture
def shown(desk: Desk) -> str:
    return desk.open_file("key.fountain", SCRIPT)


def shots(desk: Desk, shown: str) -> tuple[Shot, ...]:
    return desk.story(shown).breakdown.shots


def several(desk: Desk, shown: str, *picked: Shot) -> AppTest:
    return tab(desk, "scenes", episode=shown, several=",".join(one.id for one in picked))


def test_one_note_stages_all_of_them_and_draws_each_again(desk: Desk, shown: str) -> None:
    picked = [one for one in shots(desk, shown) if one.lines]
    assert len(picked) == 2
    page = several(desk, shown, *picked)
    page.text_input(key="retake-note-several").set_value("closer, sepia")
    button(page, "Retake, $0.00").click().run()
    now = [one for one in shots(desk, shown) if one.lines]
    assert [one.staging.framing for one in now] != [one.staging.framing for one in picked]
    assert "“sepia”" in text(page)
    assert {one.partition("@")[0] for one in desk.making(shown)} >= {f"board:{one.id}" for one in picked}
    assert len(desk.revisions(shown)) == 2


def test_shots_move_together_and_at_the_end_it_is_said_why_not(desk: Desk, shown: str) -> None:
    before = [one.id for one in shots(desk, shown)]
    page = several(desk, shown, *shots(desk, shown)[:2])
    page.button(key="several-Move later").click().run()
    assert [one.id for one in shots(desk, shown)] == [before[2], *before[:2], *before[3:]]
    page.button(key="several-Move earlier").click().run()
    assert [one.id for one in shots(desk, shown)] == before


def test_boards_and_clips_of_the_picked_shots_alone_are_made(desk: Desk, shown: str) -> None:
    first, second = shots(desk, shown)[:2]
    page = several(desk, shown, first)
    button(page, "Draw their boards, $0.00").click().run()
    made = {one.partition("@")[0] for one in desk.making(shown)}
    assert f"board:{first.id}" in made
    assert f"board:{second.id}" not in made
    button(page, "Shoot their clips, $0.00").click().run()
    made = {one.partition("@")[0] for one in desk.making(shown)}
    assert f"clip:{first.id}" in made
    assert f"clip:{second.id}" not in made


def test_where_all_is_made_only_what_a_change_left_stale_is_offered(desk: Desk, house: House) -> None:
    shown = filmed(house, "The Key")
    first, second = shots(desk, shown)[:2]
    page = several(desk, shown, first, second)
    assert not [one for one in page.button if one.key in ("draw-several", "shoot-several")]
    other = next(one for one in Framing if one is not first.staging.framing)
    desk.restage(shown, [first.id], Restaging(framing=other), base=desk.story(shown).number)
    page = several(desk, shown, first, second)
    page.button(key="draw-several").click().run()
    made = {one.partition("@")[0] for one in desk.making(shown)}
    assert f"board:{first.id}" in made
    assert f"board:{second.id}" not in made


def test_shots_without_lines_are_taken_out_together(desk: Desk, shown: str) -> None:
    silent = [one for one in shots(desk, shown) if not one.lines]
    assert len(silent) == 2
    page = several(desk, shown, *silent)
    page.button(key="several-Delete").click().run()
    assert [one for one in shots(desk, shown) if not one.lines] == []
    assert "No shot selected" in text(page)


def test_a_change_made_elsewhere_is_not_overwritten(desk: Desk, shown: str) -> None:
    picked = shots(desk, shown)[:2]
    page = several(desk, shown, *picked)
    desk.restage(shown, [picked[0].id], Restaging(framing=Framing.CLOSE), base=1)
    page.button(key="several-Move later").click().run()
    assert "it was changed elsewhere in the meantime" in page.error[0].value
    assert [one.id for one in shots(desk, shown)[:2]] == [one.id for one in picked]


def test_one_board_is_drawn_from_its_own_panel(desk: Desk, shown: str) -> None:
    first = shots(desk, shown)[0]
    page = tab(desk, "scenes", episode=shown, shot=first.id)
    button(page, "Draw the board, $0.00").click().run()
    assert {one.partition(":")[2].partition("@")[0] for one in desk.making(shown) if one.startswith("board:")} == {
        first.id
    }
