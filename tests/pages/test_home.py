"""Home: what is on it for a newcomer, while something is made, when it is done, and when something went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from services.web import local
from studio.desk.desk import Desk
from studio.people.account import OWNER
from studio.production.house import House
from studio.production.run import JobState, RunState
from tests.web.rows import FRAME, board, deliver, episode, house_at, job, run

PAGE = str(Path(__file__).parents[2] / "pages" / "home.py")
SCRIPT = b"INT. HALL - NIGHT\n\nShe waits.\n\nANNA\nGood evening.\n"


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    """A house of its own."""
    made = house_at(home)
    yield made
    made.db.close()


@pytest.fixture
def desk(house: House) -> Desk:
    """The owner's desk."""
    return Desk(house, OWNER)


def opened(desk: Desk, chosen: str = "") -> AppTest:
    """Home as somebody at this desk sees it."""
    page = AppTest.from_file(PAGE, default_timeout=30)
    page.session_state["desk"] = desk
    if chosen:
        page.query_params["episode"] = chosen
    page.run()
    assert not page.exception
    return page


def text(page: AppTest) -> str:
    """Everything in HTML blocks and message boxes."""
    blocks = [one.proto.body for one in page.get("html")]
    boxes = [one.value for kind in (page.error, page.warning, page.info) for one in kind]
    return "\n".join([*blocks, *boxes])


def test_without_a_door_the_page_shows_nothing() -> None:
    assert not local.door_is_closed()
    page = AppTest.from_file(PAGE, default_timeout=30).run()
    assert "make run" in page.error[0].value
    assert not page.button
    assert not page.text_area


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


def test_a_run_that_waits_for_a_worker_says_how_to_start_one(desk: Desk, house: House) -> None:
    shown = episode(house)
    run(house, shown, RunState.QUEUED)
    page = opened(desk, shown)
    assert "studio worker" in page.warning[0].value


def test_what_is_being_made_shows_stage_count_board_and_stop(desk: Desk, house: House) -> None:
    shown = episode(house)
    under_way = run(house, shown, RunState.RUNNING)
    content = board(house, under_way)
    job(house, under_way, "clip:1A@1280x720p24", JobState.WORKING)
    page = opened(desk, shown)
    assert f"/pictures/{under_way}/{content}" in text(page)
    assert "Moving the shots<span>0 of 1</span>" in text(page)
    page.button(key=f"stop-{under_way}").click().run()
    assert desk.progress(under_way).state is RunState.CANCELLING
    assert page.button(key=f"stop-{under_way}").disabled


def test_a_finished_episode_has_a_player_captions_and_files(desk: Desk, house: House) -> None:
    shown = episode(house, pitch="A diver finds a letter.")
    run(house, shown, RunState.DONE)
    deliver(house, shown)
    seen = text(opened(desk, shown))
    assert f'<source src="/files/{shown}/{FRAME}/master.mp4' in seen
    assert f'<track kind="captions" src="/files/{shown}/{FRAME}/captions.vtt' in seen
    assert 'download="screenplay.fountain"' in seen
    assert "1:02 · 1280 × 720, 24 fps" in seen


def test_what_a_stranger_wrote_in_the_address_stays_text(desk: Desk) -> None:
    page = opened(desk, "![x](http://example.com/x.png) :red[y]")
    assert r"\[x\](http" in page.warning[0].value
    assert r"\:red\[y\]" in page.warning[0].value


def test_an_episode_made_in_two_shapes_offers_both(desk: Desk, house: House) -> None:
    shown = episode(house)
    deliver(house, shown)
    deliver(house, shown, frame="720x1280p24")
    page = opened(desk, shown)
    page.segmented_control(key=f"made-{shown}-720x1280p24").set_value(FRAME).run()
    assert f"/files/{shown}/{FRAME}/master.mp4" in text(page)


def test_a_title_is_shown_as_it_is_written(desk: Desk, house: House) -> None:
    title = "<script>alert(1)</script> *stars* & [links](x) $a$"
    listed = episode(house, title)
    assert opened(desk).button(key=f"open-{listed}").label.startswith(r"\<script\>alert(1)")
    assert "<script>" not in text(opened(desk, listed))
    assert "&lt;script&gt;" in text(opened(desk, listed))


def test_a_failed_episode_says_why_and_can_be_made_again(desk: Desk, house: House) -> None:
    shown = episode(house)
    failed = run(house, shown, RunState.FAILED, error="RenderFailed: no space left")
    job(house, failed, "clip:2C@1280x720p24", JobState.FAILED, error="the process ended")
    page = opened(desk, shown)
    assert page.error[0].value == "Rendering stopped half way, nothing already made is lost: no space left."
    assert "<b>clip 2C</b>: the process ended" in text(page)
    page.button(key=f"again-{failed}").click().run()
    again = desk.episode(shown).progress
    assert again is not None
    assert again.run != failed
    assert again.state is RunState.QUEUED


def test_a_stopped_episode_can_be_gone_on_with(desk: Desk, house: House) -> None:
    shown = episode(house)
    stopped = run(house, shown, RunState.CANCELLED)
    page = opened(desk, shown)
    assert "kept" in page.info[0].value
    assert page.button(key=f"again-{stopped}").label == "Make the rest, $0.00"


def test_an_episode_that_is_not_there_leaves_the_pitch_box(desk: Desk, house: House) -> None:
    foreign = episode(house, account="somebody")
    for chosen in ("nobody", foreign):
        page = opened(desk, chosen)
        assert "Not found" in page.warning[0].value
        assert page.button(key="make-pitch")


def test_an_episode_nothing_was_made_of_can_be_made(desk: Desk, house: House) -> None:
    shown = episode(house)
    page = opened(desk, shown)
    assert "not begun" in text(page)
    page.button(key=f"go-another-{shown}").click().run()
    begun = desk.episode(shown).progress
    assert begun is not None
    assert begun.state is RunState.QUEUED


def test_the_shelf_lists_own_episodes_and_leads_into_them(desk: Desk, house: House) -> None:
    mine = episode(house, "The Letter")
    deliver(house, mine)
    foreign = episode(house, "Not yours", account="somebody")
    page = opened(desk)
    assert f'src="/files/{mine}/{FRAME}/poster.jpg' in text(page)
    assert "1:02" in text(page)
    assert f"open-{foreign}" not in [button.key for button in page.button]
    page.button(key=f"open-{mine}").click().run()
    assert page.query_params["episode"] == mine
    page.button(key="new-episode").click().run()
    assert "episode" not in page.query_params


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
