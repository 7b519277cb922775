"""What could not be made is told on its card with the reason, however often the page is loaded, until it is made."""

from __future__ import annotations

import pytest
from sqlmodel import select

from studio.desk.desk import Desk
from studio.desk.troubles import broken
from studio.errors import Conflict
from studio.production import runs
from studio.production.film import Choices
from studio.production.house import House
from studio.production.run import Job, JobState, RunState
from studio.takes.frame import frame
from studio.takes.recipe import TakeKind
from tests.pages.visit import picture, tab, text
from tests.web.rows import episode, job, run

SCRIPT = b"INT. HALL - NIGHT\n\nShe runs to the door.\n\nANNA\nGood evening.\n\nTOM\nGood night.\n"
WHY = "Garbled: two <heads>"
CHIP = "The engine&#x27;s answer could not be used; making it again usually helps: two &lt;heads&gt;."


@pytest.fixture
def shown(desk: Desk) -> str:
    """An episode with a screenplay, nothing made of it."""
    return desk.open_file("hall.fountain", SCRIPT)


def board(desk: Desk, shown: str) -> str:
    """The subject of the first board."""
    made = frame(Choices().aspect, Choices().quality)
    return f"board:{desk.story(shown).breakdown.shots[0].id}@{made.width}x{made.height}"


def failed(desk: Desk, house: House, shown: str, subject: str, *, again: bool = False) -> str:
    """Ask for a subject and have it fail; the run."""
    begun = (desk.retake if again else desk.make)(shown, [subject], Choices())
    assert begun
    job(house, begun, subject, JobState.FAILED, error=WHY)
    with house.db.write() as session:
        runs.close(session, begun, RunState.FAILED, WHY)
    return begun


def test_a_failed_board_is_told_after_a_reload_and_tried_again(desk: Desk, house: House, shown: str) -> None:
    begun = failed(desk, house, shown, board(desk, shown))
    page = tab(desk, "scenes", episode=shown)
    assert f'<span class="ts-chip bad" title="{CHIP}">board failed</span>' in text(page)
    assert 'class="ts-block failed"' in text(tab(desk, "episode", episode=shown))
    (said,) = page.error
    assert said.value.startswith("Board 1A could not be made. The engine's answer could not be used")
    page.button(key=f"retry-{begun}").click().run()
    assert page.button(key=f"stop-{desk.under_way(shown)[0].run}")
    assert not page.error
    assert "board failed" not in text(page)
    assert "being made" in text(page)


def test_the_shot_says_why_beside_the_button_that_draws_it(desk: Desk, house: House, shown: str) -> None:
    subject = board(desk, shown)
    failed(desk, house, shown, subject)
    page = tab(desk, "scenes", episode=shown, shot=desk.story(shown).breakdown.shots[0].id)
    assert "<b>The board failed.</b>" in text(page)
    assert page.button(key=f"make-{subject}").label == "Draw the board, $0.00"


def test_what_was_left_is_named_no_more(desk: Desk, house: House, shown: str) -> None:
    begun = failed(desk, house, shown, board(desk, shown))
    tab(desk, "scenes", episode=shown).button(key=f"leave-{begun}").click().run()
    page = tab(desk, "scenes", episode=shown)
    assert not page.error
    assert "board failed" not in text(page)


def test_what_was_made_since_has_not_failed(desk: Desk, house: House, shown: str) -> None:
    subject = board(desk, shown)
    failed(desk, house, shown, subject)
    later = desk.make(shown, [subject], Choices())
    assert later
    job(house, later, subject, JobState.MADE, made="x")
    with house.db.write() as session:
        runs.close(session, later, RunState.DONE)
    assert not desk.situation(shown).failed
    assert not tab(desk, "scenes", episode=shown).error


def test_a_later_run_that_was_stopped_hides_no_failure(desk: Desk, house: House, shown: str) -> None:
    subject = board(desk, shown)
    begun = failed(desk, house, shown, subject)
    later = desk.make(shown, [subject], Choices())
    assert later
    job(house, later, subject, JobState.CANCELLED)
    with house.db.write() as session:
        runs.close(session, later, RunState.CANCELLED)
    assert [one.run for one in desk.situation(shown).troubles] == [begun]


def test_a_failed_look_and_a_failed_line_are_told_where_they_are(desk: Desk, house: House, shown: str) -> None:
    story = desk.story(shown)
    failed(desk, house, shown, "look:anna")
    failed(desk, house, shown, f"speech:{story.breakdown.lines[0].id}")
    page = tab(desk, "characters", episode=shown, character="anna")
    assert "<b>This look failed.</b>" in text(page)
    assert ">failed</span>" in text(page)
    page = tab(desk, "voices", episode=shown)
    assert f'<span class="ts-failed">{CHIP}</span>' in text(page)
    assert {one.value.partition(" could")[0] for one in page.error} == {"Anna's look", "Anna's line in 1B"}


def test_names_of_places_read_well_in_a_row(desk: Desk, house: House) -> None:
    shown = desk.open_file("rooms.fountain", b"INT. HALL - NIGHT\n\nIt snows.\n\nINT. BATH - DAY\n\nSteam.\n")
    begun = run(house, shown, RunState.FAILED)
    for plate in (item.subject for item in desk.plan(shown, Choices()).items if item.kind is TakeKind.PLATE):
        job(house, begun, plate, JobState.FAILED, error=WHY)
    (said,) = tab(desk, "backgrounds", episode=shown).error
    assert said.value.startswith("Plate “Hall, night, snow” and plate “Bath, day” could not be made.")


def test_a_failed_retake_leaves_the_take_that_is_there(desk: Desk, house: House, shown: str) -> None:
    subject, shot = board(desk, shown), desk.story(shown).breakdown.shots[0].id
    desk.bring(shown, subject, "mine.png", picture())
    failed(desk, house, shown, subject, again=True)
    page = tab(desk, "scenes", episode=shown, shot=shot)
    assert "<b>The board retake failed.</b>" in text(page)
    assert ">current</span>" in text(page)


def test_a_shot_that_was_cut_since_can_only_be_left(desk: Desk, house: House, shown: str) -> None:
    begun = failed(desk, house, shown, board(desk, shown))
    desk.delete_shots(shown, [desk.story(shown).breakdown.shots[0].id], base=1)
    page = tab(desk, "scenes", episode=shown)
    assert page.error[0].value.startswith("Board of a shot no longer in the script could not be made.")
    assert f"retry-{begun}" not in [one.key for one in page.button]
    page.button(key=f"leave-{begun}").click().run()
    assert not page.error


def test_a_whole_film_with_gaps_is_not_put_away(desk: Desk, house: House, shown: str) -> None:
    begun = run(house, shown, RunState.DONE)
    job(house, begun, board(desk, shown), JobState.FAILED, error=WHY)
    with pytest.raises(Conflict):
        desk.dismiss(begun)
    page = tab(desk, "scenes", episode=shown)
    assert "board failed" in text(page)
    assert not page.error  # the Episode tab tells of it


def test_the_failures_of_others_are_not_told(desk: Desk, house: House, shown: str) -> None:
    theirs = episode(house, account="stranger")
    begun = run(house, theirs, RunState.FAILED, account="stranger", error=WHY)
    job(house, begun, "look:mara", JobState.FAILED, error=WHY)
    assert not desk.situation(theirs).failed
    with house.db.read() as session:
        assert list(broken(session, "stranger", theirs, ())) == ["look:mara"]
        assert session.exec(select(Job.error)).all() == [WHY]
