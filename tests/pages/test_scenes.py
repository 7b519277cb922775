"""The Scenes tab: the storyboard, one shot directed, several at once, and what goes wrong."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from pages.parts.staging import seen
from studio.desk.desk import Desk
from studio.production.film import Choices
from studio.production.house import House
from studio.story.breakdown import Emotion, Framing, Move, Shot
from studio.story.directing import Restaging
from studio.takes.frame import Aspect
from tests.pages.visit import tab, text
from tests.web.rows import episode

SCRIPT = b"""INT. KITCHEN - NIGHT

Rain on the window. MARA, 70, puts a brass key on the table.

MARA
You kept <b>it</b> all these years.

TOM
No.

EXT. HARBOUR - DAWN

Tom throws the key into the water.
"""


@pytest.fixture
def shown(desk: Desk) -> str:
    """An episode with a screenplay, nothing made of it."""
    return desk.open_file("key.fountain", SCRIPT)


def shots(desk: Desk, shown: str) -> tuple[Shot, ...]:
    return desk.story(shown).breakdown.shots


def newest(desk: Desk, shown: str) -> str:
    return desk.revisions(shown)[0].what


def labels(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def button(page: AppTest, label: str) -> Button:
    return next(one for one in page.button if one.label == label)


def png(width: int = 640, height: int = 360) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "PNG")
    return out.getvalue()


def test_an_episode_that_is_not_there_leads_home(desk: Desk, house: House) -> None:
    for chosen in ("nobody", episode(house, account="somebody")):
        page = tab(desk, "scenes", episode=chosen)
        assert "No episode is open" in text(page)
        assert not page.button


def test_the_storyboard_has_every_shot_and_says_what_making_them_costs(desk: Desk, shown: str) -> None:
    page = tab(desk, "scenes", episode=shown)
    number = len(shots(desk, shown))
    assert [label[2:4] for label in labels(page) if label.startswith("**")] == [
        one.number for one in shots(desk, shown)
    ]
    assert text(page).count("no board") == number
    assert f"Draw {number} missing boards, $0.00" in labels(page)
    page.button(key="draw").click().run()
    assert f"Shoot {number} clips, $0.00" in labels(page)
    (under_way,) = desk.parts_under_way(shown)
    assert under_way.episode == shown
    assert text(page).count("being made") == number
    assert "draw" not in [button.key for button in page.button]


def test_a_card_opens_its_shot_and_the_address_says_which(desk: Desk, shown: str) -> None:
    page = tab(desk, "scenes", episode=shown)
    second = shots(desk, shown)[1]
    page.button(key=f"shot-{second.id}").click().run()
    assert page.query_params["shot"] == second.id
    assert "Shot 1B" in text(page)
    page.button(key="shot-step-1").click().run()
    assert page.query_params["shot"] == shots(desk, shown)[2].id
    page.button(key="shot-back").click().run()
    assert "shot" not in page.query_params


def test_at_the_ends_of_the_film_the_way_on_says_so(desk: Desk, shown: str) -> None:
    every = shots(desk, shown)
    for shot, step, words in ((every[0], "shot-step--1", "First"), (every[-1], "shot-step-1", "Last")):
        page = tab(desk, "scenes", episode=shown, shot=shot.id)
        assert (page.button(key=step).label, page.button(key=step).disabled) == (words, True)
        assert "None" not in labels(page)


def test_what_a_person_wrote_is_shown_and_not_obeyed(desk: Desk, shown: str) -> None:
    shot = next(one for one in shots(desk, shown) if one.lines)
    page = tab(desk, "scenes", episode=shown, shot=shot.id)
    assert "You kept &lt;b&gt;it&lt;/b&gt;" in text(page)
    assert "<b>it</b>" not in text(page)


def test_a_shot_is_directed_by_hand_in_one_version(desk: Desk, shown: str) -> None:
    shot = next(one for one in shots(desk, shown) if one.lines)
    page = tab(desk, "scenes", episode=shown, shot=shot.id)
    mark = seen(shot)
    page.selectbox(key=f"framing-{mark}").set_value(Framing.CLOSE)
    page.selectbox(key=f"move-{mark}").set_value(Move.PUSH_IN)
    page.selectbox(key=f"emotion-mara-{mark}").set_value(Emotion.ANGER)
    page.number_input(key=f"least-{mark}").set_value(9.5)
    button(page, "Apply").click().run()
    assert not page.error
    now = next(one for one in shots(desk, shown) if one.id == shot.id)
    assert (now.staging.framing, now.staging.move, now.least) == (Framing.CLOSE, Move.PUSH_IN, 9.5)
    assert {one.character: one.emotion for one in now.staging.figures}["mara"] is Emotion.ANGER
    assert len(desk.revisions(shown)) == 2
    assert "9.5 s" in text(page)


def test_what_was_directed_last_can_be_undone(desk: Desk, shown: str) -> None:
    before = shots(desk, shown)
    desk.restage(shown, [before[0].id], Restaging(framing=Framing.MEDIUM), base=1)
    page = tab(desk, "scenes", episode=shown)
    page.button(key="undo-directing").click().run()
    assert shots(desk, shown) == before
    assert "undo-directing" not in [button.key for button in page.button]


def test_one_change_after_another_is_undone_and_a_new_one_begins_from_there(desk: Desk, shown: str) -> None:
    first = shots(desk, shown)[0]
    steps = [shots(desk, shown)]
    for base, framing in enumerate((Framing.MEDIUM, Framing.CLOSE, Framing.FULL), start=1):
        desk.restage(shown, [first.id], Restaging(framing=framing), base=base)
        steps.append(shots(desk, shown))
    page = tab(desk, "scenes", episode=shown)
    for key, then in (("undo", 2), ("undo", 1), ("undo", 0), ("redo", 1), ("redo", 2), ("undo", 1)):
        page.button(key=f"{key}-directing").click().run()
        assert shots(desk, shown) == steps[then]
    desk.restage(shown, [first.id], Restaging(note="Rain first."), base=10)
    page = tab(desk, "scenes", episode=shown)
    assert "redo-directing" not in [button.key for button in page.button]
    for before in (steps[1], steps[0]):
        page.button(key="undo-directing").click().run()
        assert shots(desk, shown) == before
    assert "undo-directing" not in [button.key for button in page.button]


def test_applying_nothing_makes_no_version(desk: Desk, shown: str) -> None:
    page = tab(desk, "scenes", episode=shown, shot=shots(desk, shown)[0].id)
    button(page, "Apply").click().run()
    assert len(desk.revisions(shown)) == 1


def test_a_note_is_followed_and_what_was_not_read_is_said(desk: Desk, shown: str) -> None:
    shot = next(one for one in shots(desk, shown) if one.lines)
    page = tab(desk, "scenes", episode=shown, shot=shot.id)
    page.text_input(key=f"retake-note-{shot.id}").set_value("closer, sepia")
    button(page, "Retake, $0.00").click().run()
    assert "“sepia”" in page.info[0].value
    assert "“sepia”" in page.run().info[0].value  # drawn again, as when the run ends
    assert newest(desk, shown) == "Shot 1B: closer, sepia"
    (under_way,) = desk.parts_under_way(shown)
    assert under_way.run


def test_a_note_that_is_refused_stands_in_its_box_again(desk: Desk, shown: str) -> None:
    first = shots(desk, shown)[0]
    page = tab(desk, "scenes", episode=shown, shot=first.id)
    desk.restage(shown, [first.id], Restaging(note="elsewhere"), base=1)
    page.text_input(key=f"retake-note-{first.id}").set_value("closer")
    button(page, "Retake, $0.00").click().run()
    assert "it was changed elsewhere in the meantime" in page.error[0].value
    box = page.text_input(key=f"retake-note-{first.id}").proto
    assert (box.set_value, box.value) == (True, "closer")


def test_a_shot_is_split_merged_inserted_moved_and_deleted(desk: Desk, shown: str) -> None:
    before = shots(desk, shown)
    page = tab(desk, "scenes", episode=shown, shot=before[1].id, panel="Cut")
    button(page, "Split").click().run()
    assert len(shots(desk, shown)) == len(before) + 1
    page.button(key="cut-Merge with next").click().run()
    assert len(shots(desk, shown)) == len(before)
    next(one for one in page.text_input if one.label == "What it shows").set_value("The clock ticks.")
    button(page, "Insert").click().run()
    added = shots(desk, shown)[2]
    assert added.staging.action == "The clock ticks."
    assert page.query_params["shot"] == added.id
    page = tab(desk, "scenes", episode=shown, shot=added.id, panel="Cut")
    page.button(key="cut-Move earlier").click().run()
    assert shots(desk, shown)[1].id == added.id
    page.button(key="cut-Delete").click().run()
    assert added.id not in [shot.id for shot in shots(desk, shown)]
    assert page.query_params["shot"] == before[0].id


def test_what_would_lose_a_line_is_refused_with_what_to_do(desk: Desk, shown: str) -> None:
    shot = next(one for one in shots(desk, shown) if one.lines)
    page = tab(desk, "scenes", episode=shown, shot=shot.id, panel="Cut")
    page.button(key="cut-Delete").click().run()
    assert "Script Lab" in page.error[0].value
    assert len(desk.revisions(shown)) == 1


def test_a_change_made_elsewhere_is_not_overwritten(desk: Desk, shown: str) -> None:
    first, second = shots(desk, shown)[:2]
    page = tab(desk, "scenes", episode=shown, shot=first.id)
    desk.restage(shown, [second.id], Restaging(move=Move.SHAKE), base=1)
    page.selectbox(key=f"framing-{seen(first)}").set_value(Framing.FULL)
    button(page, "Apply").click().run()
    assert "it was changed elsewhere in the meantime" in page.error[0].value
    assert page.selectbox(key=f"framing-{seen(first)}").value is Framing.FULL
    button(page, "Apply").click().run()
    one, other = shots(desk, shown)[:2]
    assert not page.error
    assert (one.staging.framing, other.staging.move) == (Framing.FULL, Move.SHAKE)
    desk.restage(shown, [first.id], Restaging(framing=Framing.MEDIUM), base=3)
    button(page, "Apply").click().run()
    assert shots(desk, shown)[0].staging.framing is Framing.MEDIUM


def test_what_was_filled_in_for_a_shot_changed_elsewhere_stands_in_its_form_again(desk: Desk, shown: str) -> None:
    first = shots(desk, shown)[0]
    page = tab(desk, "scenes", episode=shown, shot=first.id)
    desk.restage(shown, [first.id], Restaging(framing=Framing.FULL), base=1)
    page.text_input(key=f"note-{seen(first)}").set_value("Rain first.")
    button(page, "Apply").click().run()
    mark = seen(shots(desk, shown)[0])
    assert "still stands here" in page.error[0].value
    assert page.text_input(key=f"note-{mark}").value == "Rain first."
    assert page.selectbox(key=f"framing-{mark}").value is Framing.FULL  # which nobody touched here
    button(page, "Apply").click().run()
    now = shots(desk, shown)[0]
    assert (now.note, now.staging.framing) == ("Rain first.", Framing.FULL)


def test_several_shots_are_framed_alike(desk: Desk, shown: str) -> None:
    page = tab(desk, "scenes", episode=shown)
    page.button(key="pick-several").click().run()
    assert "No shot selected" in text(page)
    talk = [one for one in shots(desk, shown) if one.staging.figures][:2]
    for one in talk:
        page.button(key=f"shot-{one.id}").click().run()
    assert "2 shots selected" in text(page)
    assert page.query_params["several"] == ",".join(one.id for one in talk)
    next(one for one in page.selectbox if one.label == "Camera").set_value(Move.DRIFT)
    button(page, "Apply to all").click().run()
    assert [one.staging.move for one in shots(desk, shown) if one.id in {two.id for two in talk}] == [Move.DRIFT] * 2
    page.button(key="pick-several").click().run()
    assert "several" not in page.query_params


def test_a_whole_scene_is_chosen_and_deleting_lines_is_refused(desk: Desk, shown: str) -> None:
    page = tab(desk, "scenes", episode=shown, several="none")
    page.button(key=f"pick-scene-{desk.story(shown).breakdown.scenes[0].id}").click().run()
    page.button(key="several-Delete").click().run()
    assert "has lines" in page.error[0].value


def test_an_own_board_is_used(desk: Desk, shown: str) -> None:
    shot = shots(desk, shown)[0]
    page = tab(desk, "scenes", episode=shown, shot=shot.id, panel="Takes")
    uploader = next(one for one in page.file_uploader if one.label == "Your own board 1A")
    uploader.upload("mine.png", png(), "image/png").run()
    page.button(key=f"use-board:{shot.id}@1280x720").click().run()
    (take,) = desk.takes(shown, [f"board:{shot.id}@1280x720"])[f"board:{shot.id}@1280x720"]
    assert (take.own, take.circled) == (True, True)
    assert f"/takes/{shown}/{take.fingerprint}?small" in text(page)
    assert "brought by you" in text(page)


def test_a_file_that_is_no_picture_is_refused_by_its_name(desk: Desk, shown: str) -> None:
    shot = shots(desk, shown)[0]
    page = tab(desk, "scenes", episode=shown, shot=shot.id, panel="Takes")
    uploader = next(one for one in page.file_uploader if one.label == "Your own board 1A")
    uploader.upload("mine.png", b"not a picture at all", "image/png").run()
    page.button(key=f"use-board:{shot.id}@1280x720").click().run()
    assert "mine.png is no picture" in page.error[0].value


def test_the_shape_last_rendered_is_the_shape_of_the_storyboard(desk: Desk, shown: str) -> None:
    desk.render(shown, [Choices(aspect=Aspect.TALL)])
    assert "aspect-ratio: 720 / 1280" in text(tab(desk, "scenes", episode=shown))


def test_a_shot_that_is_gone_leaves_the_storyboard(desk: Desk, shown: str) -> None:
    page = tab(desk, "scenes", episode=shown, shot="gone")
    assert "shot-back" not in [button.key for button in page.button]
    assert page.button(key=f"shot-{shots(desk, shown)[0].id}")
