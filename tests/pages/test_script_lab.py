"""Script Lab: outline, pages and text of an episode, rewrites to accept or reject, and every version of it."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.editing import weighed
from studio.desk.desk import Desk
from studio.production.film import Choices
from studio.production.house import House
from tests.pages.visit import answered, tab, text
from tests.production.crew import SCRIPT as KEY
from tools.bench.filmed import filmed

SCRIPT = KEY.replace("a key on", "a <key> on")


@pytest.fixture
def episode(desk: Desk) -> str:
    """An episode of two scenes."""
    return desk.open_file("the-key.fountain", SCRIPT.encode())


def box(page: AppTest) -> str:
    """What stands in the editor."""
    return page.text_area[0].value or ""


def asked(page: AppTest, request: str) -> AppTest:
    """The page after somebody asked for a rewrite."""
    page.text_input(key="rewrite-text").set_value(request)
    return answered(page.button(key="rewrite-go").click().run())


def pressed(page: AppTest, name: str) -> AppTest:
    """The page after the button whose key begins so was pressed."""
    (button,) = [one for one in page.button if (one.key or "").startswith(name)]
    return answered(button.click().run())


def test_without_an_episode_the_way_home_is_shown(desk: Desk) -> None:
    page = tab(desk, "script_lab", episode="nobody")
    assert "No episode is open" in text(page)
    assert not page.text_area


def test_outline_pages_and_text_are_there(desk: Desk, episode: str) -> None:
    page = tab(desk, "script_lab", episode=episode)
    seen = text(page)
    assert "<b>1</b> INT. KITCHEN - NIGHT" in seen
    assert "Tom throws the key into the water." in seen
    assert "Mara, Tom ·" in seen
    assert 'aria-label="Page 1"' in seen
    assert '<p class="cue">MARA</p>' in seen
    assert "&lt;key&gt;" in seen
    assert "<key>" not in seen
    assert "Version 1 · runs 0:" in seen
    assert "$0.00" in seen
    assert "You kept it." in box(page)


def test_scenes_say_what_of_them_is_made_and_what_a_change_left_stale(desk: Desk, house: House, episode: str) -> None:
    assert "ts-chip" not in text(tab(desk, "script_lab", episode=episode)).partition("ts-outline")[2]
    shown = filmed(house, "The Key")
    seen = text(tab(desk, "script_lab", episode=shown))
    assert seen.count(">made</span>") == 3
    story = desk.story(shown)
    changed = story.fountain.replace("Then why is it wet?", "Then why is it so wet and so cold?", 1)
    desk.rewrite(shown, changed, base=story.number, what="Edited")
    seen = text(tab(desk, "script_lab", episode=shown))
    assert seen.count(">made</span>") == 2
    first = seen.partition("ts-outline")[2].partition("</li>")[0]
    assert re.search(r">\d stale</span>", first)


def test_a_rewrite_is_proposed_shown_and_accepted(desk: Desk, episode: str) -> None:
    page = asked(tab(desk, "script_lab", episode=episode), "rename Mara to Ada")
    assert "<del>MARA</del>" in text(page)
    assert "<ins>ADA</ins>" in text(page)
    assert "MARA" in desk.story(episode).fountain
    again = tab(desk, "script_lab", episode=episode)
    assert "Mara is called Ada" in text(again)
    page = pressed(again, "accept-lab")
    assert "Version 2" in text(page)
    assert "ADA\nYou kept it." in box(page)
    assert desk.story(episode).breakdown.cast[0].id == "mara"


def test_a_rejected_proposal_leaves_the_script(desk: Desk, episode: str) -> None:
    page = pressed(asked(tab(desk, "script_lab", episode=episode), "cut scene 2"), "reject-lab")
    assert "Proposed" not in text(page)
    assert desk.story(episode).number == 1


def test_only_the_chosen_scenes_are_rewritten(desk: Desk, episode: str) -> None:
    page = tab(desk, "script_lab", episode=episode)
    page.button_group[0].set_value([2]).run()
    page = pressed(asked(page, "make it happen in the morning"), "accept-lab")
    assert "INT. KITCHEN - NIGHT" in box(page)
    assert "EXT. HARBOUR - MORNING" in box(page)


def test_what_the_offline_writer_cannot_do_names_the_key(desk: Desk, episode: str) -> None:
    page = pressed(tab(desk, "script_lab", episode=episode), "quick-funnier")
    assert "GROQ_API_KEY" in text(page)
    assert desk.story(episode).number == 1
    desk.rewrite(episode, f"{SCRIPT}\nEXT. YARD - DAY\n\nSnow.\n", base=1, what="Edited")
    assert "GROQ_API_KEY" not in text(tab(desk, "script_lab", episode=episode))  # it was said of another version


def test_a_check_names_lines_and_keeps_nothing(desk: Desk, episode: str) -> None:
    page = tab(desk, "script_lab", episode=episode)
    page.text_area[0].set_value(SCRIPT + "\nEXT. QUORL\n\nTOMM\nWho?\n").run()
    page = page.button(key="check").click().run()
    seen = text(page)
    assert "Look at line 20</b> No set is known for “QUORL”" in seen
    assert "line 22</b> “TOMM” speaks only here" in seen
    assert "As it stands in the box: runs" in seen
    assert desk.story(episode).number == 1


def test_a_typed_text_is_looked_at_by_itself_and_each_remark_leads_to_its_line(desk: Desk, episode: str) -> None:
    page = tab(desk, "script_lab", episode=episode)
    assert "As it stands in the box" not in text(page)
    page.text_area[0].set_value(SCRIPT + "\nTOM\nAnd that is all I will ever say of it.\n\nEXT. QUORL\n").run()
    seen = text(page)
    assert "As it stands in the box: runs" in seen
    assert '<button type="button" data-line="23" title="Go to this line"><b>Look at line 23</b>' in seen
    before = desk.outline(desk.story(episode), Choices()).weight
    longer = desk.check(episode, box(page), Choices()).weight
    assert longer
    assert weighed(longer) in seen
    assert longer.seconds > before.seconds


def test_a_passage_of_one_scene_is_rewritten(desk: Desk, episode: str) -> None:
    page = tab(desk, "script_lab", episode=episode)
    assert not [one for one in page.selectbox if one.label == "From"]
    page.button_group[0].set_value([1]).run()
    (first,) = [one for one in page.selectbox if one.label == "From"]
    page = first.set_value(3).run()
    (last,) = [one for one in page.selectbox if one.label == "To"]
    assert (last.value, last.options) == (3, ["3. TOM: I never used it."])
    page = asked(page, "replace never with always")
    assert "<ins>always</ins>" in text(page)
    assert "replace never with always (scene 1, beats 3 to 3)" in desk.conversation(episode).messages[0].text
    page = pressed(page, "accept-lab")
    assert "I always used it." in box(page)


def test_an_edited_text_is_kept_as_a_version(desk: Desk, episode: str) -> None:
    page = tab(desk, "script_lab", episode=episode)
    assert page.button(key="keep").disabled
    page.text_area[0].set_value(SCRIPT.replace("never", "once")).run()
    page = page.button(key="keep").click().run()
    assert "I once used it." in desk.story(episode).fountain
    assert "I once used it." in box(page)
    assert desk.revisions(episode)[0].what == "Edited: 1 line added, 1 removed"


def test_a_text_that_cannot_be_kept_stays_in_the_box(desk: Desk, episode: str) -> None:
    page = tab(desk, "script_lab", episode=episode)
    page.text_area[0].set_value("   ").run()
    page = page.button(key="keep").click().run()
    assert "There is no text" in text(page)
    assert box(page) == "   "
    assert desk.story(episode).number == 1


def test_two_tabs_do_not_overwrite_each_other(desk: Desk, episode: str) -> None:
    mine = tab(desk, "script_lab", episode=episode)
    mine.text_area[0].set_value(SCRIPT.replace("never", "once")).run()
    desk.rewrite(episode, SCRIPT.replace("You kept it.", "Still here."), base=1, what="elsewhere")
    mine = mine.button(key="keep").click().run()
    assert "Nothing of yours is lost" in text(mine)
    assert "I once used it." in box(mine)
    assert "Still here." in desk.story(episode).fountain
    mine = mine.button(key="keep-mine").click().run()
    assert "I once used it." in desk.story(episode).fountain
    assert desk.story(episode).number == 3


def test_a_box_nobody_typed_in_follows_the_newest_version(desk: Desk, episode: str) -> None:
    page = tab(desk, "script_lab", episode=episode)
    desk.rewrite(episode, SCRIPT.replace("You kept it.", "Still here."), base=1, what="elsewhere")
    assert "Still here." in box(page.run())


def test_an_older_version_is_compared_and_comes_back(desk: Desk, episode: str) -> None:
    desk.rewrite(episode, SCRIPT.replace("never", "once"), base=1, what="Tom remembers")
    page = tab(desk, "script_lab", episode=episode)
    assert "Tom remembers" in page.selectbox[0].label
    assert "<del>never</del>" in text(page)
    page = page.button(key="restore").click().run()
    assert "I never used it." in desk.story(episode).fountain
    assert desk.story(episode).number == 3


@pytest.mark.parametrize(("what", "offered"), [("Edited: 1 line added", 1), ("Voices of eleven-v3", 0)])
def test_what_a_person_did_can_be_undone_and_what_a_crew_s_voices_made_not(
    desk: Desk, episode: str, what: str, offered: int
) -> None:
    desk.rewrite(episode, SCRIPT.replace("never", "once"), base=1, what=what)
    page = tab(desk, "script_lab", episode=episode)
    assert [one.label for one in page.button].count("Undo") == offered


def test_what_is_done_again_is_what_was_undone_last(desk: Desk, episode: str) -> None:
    desk.rewrite(episode, SCRIPT.replace("never", "once"), base=1, what="Edited: once")
    desk.restore(episode, 1, base=2)
    desk.rewrite(episode, SCRIPT.replace("never", "twice"), base=3, what="Edited: twice")
    desk.restore(episode, 3, base=4)  # as Undo does
    undone = desk.steps(desk.story(episode))[1]
    assert undone
    assert (undone.number, undone.what) == (4, "Edited: twice")
    desk.restore(episode, undone.number, base=5)
    done, undone = desk.steps(desk.story(episode))
    assert done
    assert (done.what, undone) == ("Edited: twice", None)


def test_a_proposal_for_an_older_version_is_asked_for_again(desk: Desk, episode: str) -> None:
    page = asked(tab(desk, "script_lab", episode=episode), "rename Tom to Max")
    desk.rewrite(episode, SCRIPT.replace("never", "once"), base=1, what="elsewhere")
    page = tab(desk, "script_lab", episode=episode)
    assert "does not fit any more" in text(page)
    page = pressed(pressed(page, "again-lab"), "accept-lab")
    assert "MAX\nI once used it." in box(page)
