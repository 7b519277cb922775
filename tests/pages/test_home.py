"""Home: what is on it for a newcomer, how an episode is asked for, and where its card leads."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from studio.desk.desk import Desk
from studio.production.house import House
from studio.production.run import JobState, RunState
from tests.pages.visit import text
from tests.web.rows import FRAME, deliver, episode, job, run

ROOT = Path(__file__).parents[2]
SCRIPT = b"INT. HALL - NIGHT\n\nShe waits.\n\nANNA\nGood evening.\n"


def opened(desk: Desk, chosen: str = "") -> AppTest:
    """The studio as somebody at this desk sees it."""
    page = AppTest.from_file(str(ROOT / "Home.py"), default_timeout=120)
    page.session_state["desk"] = desk
    if chosen:
        page.query_params["episode"] = chosen
    page.run()
    assert not page.exception
    return page


def test_a_newcomer_is_told_what_to_do(desk: Desk) -> None:
    page = opened(desk)
    assert "No episodes yet" in text(page)
    assert page.text_area(key="pitch").value == ""
    assert page.button(key="make-pitch").label == "Make the episode, $0.00"
    assert page.button(key="make-script").disabled


def test_an_example_fills_the_box_and_starts_nothing(desk: Desk) -> None:
    page = opened(desk)
    page.button(key="example-1").click().run()
    assert "bakers" in page.text_area(key="pitch").value
    assert not desk.episodes()


def test_an_empty_pitch_gets_a_sentence(desk: Desk) -> None:
    page = opened(desk)
    page.button(key="make-pitch").click().run()
    assert "the pitch is empty" in page.error[0].value
    assert not desk.episodes()


def test_a_pitch_becomes_an_episode_the_address_names(desk: Desk) -> None:
    page = opened(desk)
    page.text_area(key="pitch").set_value("A diver finds a letter.").run()
    page.selectbox(key="length-pitch").set_value(120).run()
    page.button(key="make-pitch").click().run()
    (made,) = desk.episodes()
    assert page.query_params["episode"] == made.id
    assert made.pitch == "A diver finds a letter."
    assert made.state is RunState.QUEUED


def test_a_title_is_shown_as_it_is_written(desk: Desk, house: House) -> None:
    title = "<script>alert(1)</script> *stars* & [links](x) $a$"
    listed = episode(house, title)
    assert opened(desk).button(key=f"open-{listed}").label.startswith(r"\<script\>alert(1)")
    assert "<script>" not in text(opened(desk))


def test_an_old_address_of_an_episode_leads_to_it(desk: Desk) -> None:
    known = desk.open_file("hall.fountain", SCRIPT)
    page = opened(desk, known)
    assert page.query_params["episode"] == known
    assert page.button(key="render-go")


def test_the_shelf_lists_own_episodes_and_leads_into_them(desk: Desk, house: House) -> None:
    mine = episode(house, "The Letter")
    deliver(house, mine)
    foreign = episode(house, "Not yours", account="somebody")
    page = opened(desk)
    assert f'src="/files/{mine}/{FRAME}/poster.jpg' in text(page)
    assert "1:02 · $0.00</span>" in text(page)
    assert f"open-{foreign}" not in [button.key for button in page.button]


def test_the_card_of_what_is_being_made_says_how_far_it_is(desk: Desk, house: House) -> None:
    busy = episode(house, "The Letter")
    begun = run(house, busy, RunState.RUNNING)
    for subject, state in (("look:anna", JobState.MADE), ("board:a", JobState.FOUND), ("board:b", JobState.WORKING)):
        job(house, begun, subject, state)
    assert '<progress class="ts-share" max="3" value="2" aria-label' in text(opened(desk))


def test_a_card_leads_to_the_film_or_to_the_first_tab_of_one_that_is_not_begun(desk: Desk, house: House) -> None:
    filmed, written = (desk.open_file(f"{name}.fountain", SCRIPT) for name in ("filmed", "written"))
    run(house, filmed, RunState.DONE)
    page = opened(desk)
    page.button(key=f"open-{filmed}").click().run()
    assert page.query_params["episode"] == filmed
    assert page.button(key="render-go")
    page = opened(desk)
    page.button(key=f"open-{written}").click().run()
    assert page.query_params["episode"] == written


def test_a_long_shelf_is_shown_in_parts(desk: Desk, house: House) -> None:
    for number in range(26):
        episode(house, f"Episode {number}")
    page = opened(desk)
    cards = [button for button in page.button if (button.key or "").startswith("open-")]
    assert len(cards) == 24
    page.button(key="shelf-more").click().run()
    assert len([button for button in page.button if (button.key or "").startswith("open-")]) == 26


def test_a_screenplay_is_filmed_under_its_own_name(desk: Desk) -> None:
    page = opened(desk)
    page.get("file_uploader")[0].upload("hall.fountain", SCRIPT, "text/plain").run()
    page.button(key="make-script").click().run()
    (made,) = desk.episodes()
    assert made.title == "hall"
    assert "ANNA\nGood evening." in desk.screenplay(made.id)


def test_a_screenplay_can_be_read_first_and_nothing_is_filmed(desk: Desk) -> None:
    page = opened(desk)
    assert page.button(key="read-script").disabled
    page.get("file_uploader")[0].upload("hall.fountain", SCRIPT, "text/plain").run()
    page.button(key="read-script").click().run()
    assert not page.exception
    (made,) = desk.episodes()
    assert page.query_params["episode"] == made.id
    assert made.state is None
    assert page.text_area[0].label == "Screenplay in Fountain"


def test_two_screenplays_of_the_same_name_are_two_episodes(desk: Desk) -> None:
    for data in (SCRIPT, SCRIPT.replace(b"evening", b"morning"), SCRIPT):
        page = opened(desk)
        page.get("file_uploader")[0].upload("script.fountain", data, "text/plain").run()
        page.button(key="make-script").click().run()
        assert not page.error
    morning, evening = desk.episodes()
    assert "Good morning." in desk.screenplay(morning.id)
    assert "Good evening." in desk.screenplay(evening.id)
    assert morning.title == evening.title == "script"


def test_a_file_that_is_no_screenplay_gets_a_sentence(desk: Desk) -> None:
    page = opened(desk)
    page.get("file_uploader")[0].upload("film.fountain", bytes(range(256)) * 20, "text/plain").run()
    page.button(key="make-script").click().run()
    assert "cannot be read" in page.error[0].value
    assert "upload/" not in page.error[0].value
    assert not desk.episodes()


def test_a_script_can_be_written_first_and_nothing_is_filmed(desk: Desk) -> None:
    page = AppTest.from_file(str(ROOT / "Home.py"), default_timeout=120)
    page.session_state["desk"] = desk
    page.run()
    page.text_area(key="pitch").set_value("A diver finds a letter.").run()
    page.button(key="write-pitch").click().run()
    assert not page.exception
    (made,) = desk.episodes()
    assert page.query_params["episode"] == made.id
    assert made.state is None
    assert "INT." in desk.screenplay(made.id) or "EXT." in desk.screenplay(made.id)


def test_what_is_removed_leaves_home_and_is_brought_back_there(desk: Desk) -> None:
    known = desk.open_file("hall.fountain", SCRIPT)
    opened(desk, known).button(key="remove-episode").click().run()
    assert not desk.episodes()
    page = opened(desk)
    assert f"open-{known}" not in [button.key for button in page.button]
    page.button(key=f"bring-back-{known}").click().run()
    assert page.button(key=f"open-{known}")
    assert [one.id for one in desk.episodes()] == [known]


def test_what_is_being_made_is_not_removed_and_that_is_said(desk: Desk, house: House) -> None:
    busy = desk.open_file("hall.fountain", SCRIPT)
    run(house, busy, RunState.RUNNING)
    page = opened(desk, busy)
    page.button(key="remove-episode").click().run()
    assert "stop it first" in text(page)
    assert [one.id for one in desk.episodes()] == [busy]
