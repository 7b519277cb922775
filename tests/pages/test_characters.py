"""The Characters tab: cards, the form a look is drawn from, the lock, and who is in other episodes."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from studio.desk.desk import Desk
from studio.production.house import House
from studio.production.run import JobState, RunState
from tests.pages.visit import said_beside, tab, text
from tests.web.rows import episode, job, run

SCRIPT = b"INT. HALL - NIGHT\n\nANNA, 30, waits.\n\nANNA\nGood evening.\n\nBEN <B>\nYou again.\n"


@pytest.fixture
def shown(desk: Desk) -> str:
    return desk.open_file("hall.fountain", SCRIPT)


def keep(page: AppTest) -> AppTest:
    """Press the form's button."""
    next(one for one in page.button if one.label.startswith("Keep")).click().run()
    return page


def with_picture(desk: Desk, shown: str) -> str:
    """Bring a picture for Anna; its fingerprint."""
    out = BytesIO()
    Image.new("RGB", (300, 300), "#aa3311").save(out, "PNG")
    return desk.bring(shown, "look:anna", "anna.png", out.getvalue())


def note(page: AppTest, words: str) -> None:
    """Ask for another take with a note."""
    page.text_input[0].set_value(words)
    next(one for one in page.button if one.label.startswith("Retake")).click().run()


def test_an_episode_of_somebody_else_is_none(house: House, desk: Desk) -> None:
    for chosen in ("", "nobody", episode(house, account="stranger")):
        page = tab(desk, "characters", episode=chosen)
        assert "No episode is open" in text(page)
        assert not page.selectbox


def test_a_script_without_people_says_what_to_do(desk: Desk) -> None:
    page = tab(desk, "characters", episode=desk.open_file("empty.fountain", b"EXT. SEA - DAY\n\nWaves.\n"))
    assert "Script Lab" in text(page)
    assert not page.selectbox


def test_everybody_has_a_card_that_opens_below(desk: Desk, shown: str) -> None:
    page = tab(desk, "characters", episode=shown)
    assert page.button(key="open-anna").label == "Anna ▾"
    assert '<h2 class="ts-title ts-who">Anna</h2>' in text(page)
    other = next(one for one in page.button if (one.key or "").startswith("open-b"))
    assert "<" not in other.label.replace(r"\<", "")
    other.click().run()
    assert page.query_params["character"]
    assert "Ben &lt;B&gt;" in text(page)


def test_an_address_of_nobody_shows_the_first(desk: Desk, shown: str) -> None:
    assert '<h2 class="ts-title ts-who">Anna</h2>' in text(tab(desk, "characters", episode=shown, character="<script>"))


def test_keeping_the_form_is_a_version_and_draws_the_look(desk: Desk, shown: str) -> None:
    page = tab(desk, "characters", episode=shown)
    box = next(one for one in page.selectbox if one.label == "Clothes")
    assert "Spacesuit" in box.options
    box.set_value("spacesuit")
    next(one for one in page.color_picker if one.label == "Clothes colour").set_value("#3566a8")
    assert next(one for one in page.button if one.label.startswith("Keep")).label == "Keep and draw, $0.00"
    keep(page)
    story = desk.story(shown)
    assert (story.breakdown.character("anna").dna.garment, story.number) == ("spacesuit", 2)
    assert desk.revisions(shown)[0].what == "Anna: clothes, clothes colour"
    (under_way,) = desk.under_way(shown)
    assert not under_way.whole
    assert page.get("progress")


def test_a_form_from_before_overwrites_nobody(desk: Desk, shown: str) -> None:
    page = tab(desk, "characters", episode=shown)
    desk.design(shown, "anna", {"hat": "crown"}, base=1)
    next(one for one in page.selectbox if one.label == "Hat").set_value("cap")
    keep(page)
    assert desk.story(shown).breakdown.character("anna").dna.hat == "crown"
    assert "changed elsewhere" in said_beside(page, "Keep")
    assert next(one for one in page.selectbox if one.label == "Hat").value == "cap"
    keep(page)
    assert desk.story(shown).breakdown.character("anna").dna.hat == "cap"
    assert "changed elsewhere" not in text(page)


def test_a_locked_look_shuts_the_form_until_it_is_opened(desk: Desk, shown: str) -> None:
    page = tab(desk, "characters", episode=shown)
    page.button(key="lock-anna").click().run()
    assert desk.story(shown).breakdown.character("anna").locked
    assert ">locked</span>" in text(page)
    assert all(one.disabled for one in page.selectbox if one.label in ("Age", "Hair", "Clothes"))
    page.button(key="lock-anna").click().run()
    assert not desk.story(shown).breakdown.character("anna").locked


def test_an_own_picture_is_shown_with_what_it_does_not_do(desk: Desk, shown: str) -> None:
    brought = with_picture(desk, shown)
    page = tab(desk, "characters", episode=shown)
    assert f'src="/takes/{shown}/{brought}"' in text(page)
    assert "draws boards from the form" in text(page)
    keep(page)
    assert desk.under_way(shown) == ()


def test_words_of_a_note_that_nobody_read_are_said_until_the_next_note(desk: Desk, shown: str) -> None:
    with_picture(desk, shown)
    page = tab(desk, "characters", episode=shown)
    note(page, "in a crown like Lear")
    assert desk.story(shown).breakdown.character("anna").dna.hat == "crown"
    page.run()
    assert "“like”, “lear”" in text(page)
    note(page, "like Lear")
    assert "changes nothing" in text(page)
    note(page, "no hat")
    assert "lear" not in text(page)


def test_where_somebody_appears_leads_to_the_shots(desk: Desk, shown: str) -> None:
    shot = desk.story(shown).breakdown.shots[0].id
    assert f'href="/scenes?episode={shown}&shot={shot}"' in text(tab(desk, "characters", episode=shown))


def test_a_look_is_given_to_the_series_and_taken_from_elsewhere(desk: Desk, shown: str) -> None:
    other = desk.open_file("other.fountain", SCRIPT)
    desk.story(other)
    for one in (shown, other):
        desk.join(one, "Nights")
    desk.design(shown, "anna", {"garment": "robe"}, base=desk.story(shown).number)
    page = tab(desk, "characters", episode=shown)
    page.button(key="share-anna").click().run()
    assert desk.story(other).breakdown.character("anna").dna.garment == "robe"
    desk.design(other, "anna", {"garment": "suit"}, base=desk.story(other).number)
    page.selectbox(key="borrow-episode").set_value(other).run()
    page.button(key="borrow-go").click().run()
    assert desk.story(shown).breakdown.character("anna").dna.garment == "suit"
    page.button(key="leave").click().run()
    assert desk.series(shown).title == ""


def test_what_is_under_way_is_shown(house: House, desk: Desk, shown: str) -> None:
    begun = run(house, shown, RunState.RUNNING)
    job(house, begun, "look:anna", JobState.WORKING)
    assert tab(desk, "characters", episode=shown).button(key=f"stop-{begun}")


def test_all_that_is_missing_is_drawn_by_one_button(desk: Desk, shown: str) -> None:
    page = tab(desk, "characters", episode=shown)
    assert page.button(key="redraw-look").label == "Draw 2 missing looks, $0.00"
    page.button(key="redraw-look").click().run()
    (begun,) = desk.under_way(shown)
    assert not begun.whole
