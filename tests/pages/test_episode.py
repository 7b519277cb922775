"""The Episode tab: the film, how far it is, what a render takes, and what went wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from pages.parts.tabs import TABS
from pages.parts.wording import roughly
from studio.desk.desk import Desk
from studio.errors import Conflict
from studio.production.film import Choices
from studio.production.house import House
from studio.production.run import JobState, RunState
from studio.takes.frame import Aspect
from tests.pages.visit import tab, text
from tests.web.rows import FRAME, board, deliver, episode, job, run

SCRIPT = b"INT. HALL - NIGHT\n\nShe waits.\n\nANNA\nGood evening <b>you</b>.\n"


@pytest.fixture
def shown(desk: Desk) -> str:
    """An episode with a screenplay."""
    return desk.open_file("hall.fountain", SCRIPT)


def test_an_episode_that_is_not_there_leads_home(desk: Desk, house: House) -> None:
    foreign = episode(house, account="somebody")
    for chosen in ("nobody", foreign, "![x](http://example.com/x.png)"):
        page = tab(desk, "episode", episode=chosen)
        assert "No episode is open" in text(page)
        assert "Every episode of this one is on Home" in text(page)
        assert "example.com" not in text(page)
        assert not page.button


@pytest.mark.parametrize("path", [one.path for one in TABS])
def test_a_broken_database_is_said_with_the_next_step(desk: Desk, house: House, shown: str, path: str) -> None:
    house.db.close()
    file = Path(str(house.db.engine.url.database))
    file.write_bytes(b"no database" * 1000)
    page = tab(desk, path, episode=shown)
    assert "Stop the studio" in page.error[0].value
    assert page.get("page_link")


def test_an_episode_nothing_was_made_of_says_what_it_takes_and_can_be_rendered(desk: Desk, shown: str) -> None:
    page = tab(desk, "episode", episode=shown)
    seen = text(page)
    assert "No film yet" in seen
    assert '<th scope="row">Boards</th><td class="ts-quiet">–</td>' in seen
    assert "missing" in seen
    assert page.button(key="render-go").label == "Render 1 format, $0.00"
    page.button(key="render-go").click().run()
    begun = desk.episode(shown).progress
    assert begun
    assert begun.state is RunState.QUEUED


def test_three_formats_are_three_runs_and_share_what_has_no_shape(desk: Desk, shown: str) -> None:
    page = tab(desk, "episode", episode=shown)
    one = desk.cut(shown, [Choices()])
    page.pills(key=f"formats-{shown}").set_value(list(Aspect)).run()
    page.selectbox(key=f"captions-{shown}").set_value("karaoke").run()
    assert page.button(key="render-go").label == "Render 3 formats, $0.00"
    page.button(key="render-go").click().run()
    frames = {seen.frame for seen in desk.standing(shown)}
    assert frames == {"1280x720p24", "720x1280p24", "720x720p24"}
    assert {order.burn for order in desk.formats(shown)} == {"karaoke"}
    three = desk.cut(shown, [Choices(aspect=aspect) for aspect in Aspect])
    counted = {amount.kind: amount.to_make for amount in three.amounts}
    once = {amount.kind: amount.to_make for amount in one.amounts}
    assert counted["speech"] == once["speech"]
    assert counted["board"] == 3 * once["board"]


def test_times_in_the_plan_add_up_and_the_waiting_is_told_apart(desk: Desk, shown: str) -> None:
    seen, cut = text(tab(desk, "episode", episode=shown)), desk.cut(shown, [Choices()])
    assert cut.work_seconds == pytest.approx(sum(amount.seconds for amount in cut.amounts))
    assert cut.seconds < cut.work_seconds < 90
    assert f"<td><b>{cut.to_make}</b></td><td>{round(cut.work_seconds)} s</td>" in seen
    assert f"{cut.to_make} takes are made, several at a time, in about {roughly(cut.seconds)}." in seen


def test_without_a_format_there_is_nothing_to_render(desk: Desk, shown: str) -> None:
    page = tab(desk, "episode", episode=shown)
    page.pills(key=f"formats-{shown}").set_value([]).run()
    assert "at least one format" in text(page)
    assert "render-go" not in [button.key for button in page.button]


def test_the_choices_of_the_last_render_are_there_again(desk: Desk, house: House, shown: str) -> None:
    desk.render(shown, [Choices(aspect=Aspect.TALL, music=False, names=True)])
    page = tab(desk, "episode", episode=shown)
    assert page.pills(key=f"formats-{shown}").value == [Aspect.TALL]
    assert not page.toggle(key=f"music-{shown}").value
    assert page.toggle(key=f"names-{shown}").value


def test_the_timeline_leads_from_a_shot_to_scenes_and_from_a_line_to_voices(desk: Desk, shown: str) -> None:
    seen = text(tab(desk, "episode", episode=shown))
    story = desk.story(shown)
    (line,) = story.breakdown.lines
    shot = story.breakdown.shots[0]
    assert f'href="/scenes?episode={shown}&amp;shot={shot.id}"' in seen
    assert f'href="/voices?episode={shown}&amp;line={line.id}"' in seen
    assert f"Shot {shot.number}" in seen
    assert "<b>you</b>" not in seen


def test_a_run_that_waits_for_a_worker_says_how_to_start_one(desk: Desk, house: House, shown: str) -> None:
    run(house, shown, RunState.QUEUED)
    assert "studio worker" in tab(desk, "episode", episode=shown).warning[0].value


def test_what_is_being_made_shows_stage_count_board_and_stop(desk: Desk, house: House, shown: str) -> None:
    under_way = run(house, shown, RunState.RUNNING)
    content = board(house, under_way)
    job(house, under_way, "clip:1A@1280x720p24", JobState.WORKING)
    page = tab(desk, "episode", episode=shown)
    assert f"/pictures/{under_way}/{content}" in text(page)
    assert "Moving the shots<span>0 of 1</span>" in text(page)
    page.button(key=f"stop-{under_way}").click().run()
    assert desk.progress(under_way).state is RunState.CANCELLING
    assert page.button(key=f"stop-{under_way}").disabled


def test_a_film_is_watched_while_another_format_is_made(desk: Desk, house: House, shown: str) -> None:
    deliver(house, shown)
    under_way = run(house, shown, RunState.RUNNING)
    page = tab(desk, "episode", episode=shown)
    assert "<video" in text(page)
    assert page.button(key=f"stop-{under_way}")


def test_a_finished_episode_has_a_player_captions_and_files(desk: Desk, house: House, shown: str) -> None:
    run(house, shown, RunState.DONE)
    deliver(house, shown)
    seen = text(tab(desk, "episode", episode=shown))
    assert f'<source src="/files/{shown}/{FRAME}/master.mp4' in seen
    assert f'<track kind="captions" src="/files/{shown}/{FRAME}/captions.vtt' in seen
    assert 'download="screenplay.fountain"' in seen
    assert "1:02 · 1280 × 720, 24 fps" in seen


def test_an_episode_made_in_two_shapes_offers_both(desk: Desk, house: House, shown: str) -> None:
    deliver(house, shown)
    deliver(house, shown, frame="720x1280p24")
    page = tab(desk, "episode", episode=shown)
    page.segmented_control(key=f"made-{shown}-720x1280p24").set_value(FRAME).run()
    assert f"/files/{shown}/{FRAME}/master.mp4" in text(page)


def test_a_failed_episode_says_why_and_can_be_made_again(desk: Desk, house: House, shown: str) -> None:
    failed = run(house, shown, RunState.FAILED, error="RenderFailed: no space left")
    shot = desk.story(shown).breakdown.shots[0]
    job(house, failed, f"clip:{shot.id}@1280x720p24", JobState.FAILED, error="Garbled: two heads")
    page = tab(desk, "episode", episode=shown)
    assert page.error[0].value == "Rendering stopped half way, nothing already made is lost: no space left."
    assert f"<b>clip {shot.number}</b>: The engine&#x27;s answer could not be used" in text(page)
    assert shot.id not in text(page).partition("Where one is missing")[2].partition("</ul>")[0]
    page.button(key=f"again-{failed}").click().run()
    again = desk.episode(shown).progress
    assert again
    assert again.run != failed
    assert again.state is RunState.QUEUED


def test_a_stopped_episode_can_be_gone_on_with(desk: Desk, house: House, shown: str) -> None:
    stopped = run(house, shown, RunState.CANCELLED)
    page = tab(desk, "episode", episode=shown)
    assert "kept" in page.info[0].value
    assert page.button(key=f"again-{stopped}").label == r"Make the rest, \$0.00"


def test_a_format_that_was_stopped_can_be_left(desk: Desk, shown: str) -> None:
    (stopped,) = desk.render(shown, [Choices(aspect=Aspect.SQUARE)])
    with pytest.raises(Conflict):
        desk.dismiss(stopped)
    desk.interrupt(stopped)
    page = tab(desk, "episode", episode=shown)
    page.button(key=f"leave-{stopped}").click().run()
    assert "No film yet" in text(page)
    assert not page.info
    assert desk.standing(shown) == desk.formats(shown) == ()
    assert desk.episodes()[0].state is None


def test_what_is_being_made_is_not_begun_again(desk: Desk, shown: str) -> None:
    desk.render(shown, [Choices()])
    page = tab(desk, "episode", episode=shown)
    assert page.button(key="render-go").disabled
    assert "being made now" in text(page)
    page.pills(key=f"formats-{shown}").set_value([Aspect.WIDE, Aspect.TALL]).run()
    assert not page.button(key="render-go").disabled


def test_all_formats_that_were_stopped_go_on_with_one_button(desk: Desk, shown: str) -> None:
    for begun in desk.render(shown, [Choices(), Choices(aspect=Aspect.SQUARE)]):
        desk.interrupt(begun)
    page = tab(desk, "episode", episode=shown)
    assert sorted(one.value.partition(":")[0] for one in page.info) == ["Square 720p", "Wide 720p"]
    next(button for button in page.button if (button.key or "").startswith("again-")).click().run()
    assert {(seen.frame, seen.state) for seen in desk.standing(shown)} == {
        ("1280x720p24", RunState.QUEUED),
        ("720x720p24", RunState.QUEUED),
    }
