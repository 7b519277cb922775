"""Bringing an own picture or clip on the page: it is shown and circled, and what is none is refused by its name."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.shot import lost_by_another_board
from services.media.ffmpeg import Ffmpeg
from studio.desk.desk import Desk
from studio.desk.places import places
from studio.desk.views import TakeView
from studio.production.film import Choices
from studio.takes.plan import State
from tests.pages.visit import button, picture, tab, text

SCRIPT = b"INT. HALL - NIGHT\n\nANNA, 30, waits.\n\nANNA\nGood evening.\n"
LASTS = 12.0  # seconds of an own clip, longer than any shot of the script


@pytest.fixture
def shown(desk: Desk) -> str:
    return desk.open_file("hall.fountain", SCRIPT)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A small film of two pictures a second."""
    file = tmp_path_factory.mktemp("own") / "walk.mp4"
    source = ["-f", "lavfi", "-i", f"color=teal:s=320x240:r=2:d={LASTS}"]
    Ffmpeg().run([*source, "-c:v", "libx264", "-preset", "ultrafast", str(file)], what="a clip")
    return file.read_bytes()


def plate_of(desk: Desk, shown: str) -> str:
    return places(desk.story(shown).breakdown, Choices())[0].plates[0].subject


def give(page: AppTest, subject: str, name: str, data: bytes, kind: str = "image/png") -> None:
    """Choose a file in a subject's box and press its button."""
    box = next(one for one in page.file_uploader if subject in (one.key or ""))
    box.upload(name, data, kind).run()
    page.button(key=f"use-{subject}").click().run()


def only_take(desk: Desk, shown: str, subject: str) -> TakeView:
    (found,) = desk.takes(shown, [subject])[subject]
    return found


@pytest.mark.parametrize("path", ["characters", "backgrounds"])
def test_an_own_picture_is_shown_large_and_circled_and_the_box_is_empty_again(
    desk: Desk, shown: str, path: str
) -> None:
    subject = {"characters": "look:anna", "backgrounds": plate_of(desk, shown)}[path]
    page = tab(desk, path, episode=shown)
    assert page.button(key=f"use-{subject}").disabled
    assert text(page).count("none with a current board or clip") == 2
    give(page, subject, "mine.png", picture())
    take = only_take(desk, shown, subject)
    assert (take.own, take.circled) == (True, True)
    assert f'src="/takes/{shown}/{take.fingerprint}"' in text(page)
    assert "Your picture is kept as it is" in text(page)
    assert page.button(key=f"use-{subject}").disabled


@pytest.mark.parametrize("path", ["characters", "backgrounds"])
def test_a_file_that_is_no_picture_is_refused_by_its_name_and_nothing_is_kept(
    desk: Desk, shown: str, path: str
) -> None:
    subject = {"characters": "look:anna", "backgrounds": plate_of(desk, shown)}[path]
    page = tab(desk, path, episode=shown)
    for name, data, why in (("notes.png", b"a text", "is no picture"), ("dot.png", picture(size=(8, 8)), "8 × 8")):
        give(page, subject, name, data)
        assert name in page.error[0].value
        assert why in page.error[0].value
    assert desk.takes(shown, [subject])[subject] == ()


def test_a_locked_look_takes_no_picture(desk: Desk, shown: str) -> None:
    desk.lock(shown, "anna", True, base=desk.story(shown).number)
    assert not tab(desk, "characters", episode=shown).file_uploader


def test_an_own_clip_is_the_shot_s_and_the_shot_may_last_as_long(desk: Desk, shown: str, film: bytes) -> None:
    shot = desk.story(shown).breakdown.shots[0]
    page = tab(desk, "scenes", episode=shown, shot=shot.id, panel="Takes")
    box = next(one for one in page.file_uploader if one.label == f"Your own clip {shot.number}")
    box.upload("walk.mp4", film, "video/mp4").run()
    use = next(one for one in page.button if (one.key or "").startswith(f"use-clip:{shot.id}"))
    assert use.label == "Use it, $0.00"
    assert "Nothing else becomes stale by it; the next render cuts it in." in text(page)
    use.click().run()
    take = only_take(desk, shown, (use.key or "").removeprefix("use-"))
    assert (take.own, take.circled, round(take.seconds)) == (True, True, LASTS)
    assert "brought by you" in text(page)
    longer = page.button(key="shot-lengthen")
    assert longer.label == f"Let it last {LASTS:.1f} s"
    longer.click().run()
    assert desk.story(shown).breakdown.shots[0].least == pytest.approx(LASTS, abs=0.6)
    assert "shot-lengthen" not in [one.key for one in page.button]


def test_another_board_says_which_clip_becomes_stale_and_what_that_costs(desk: Desk, shown: str) -> None:
    story, choices = desk.story(shown), Choices()
    view = desk.storyboard(shown, choices).shots[0]
    assert view.clip.state is State.MISSING
    assert "Nothing else becomes stale by it." in text(
        tab(desk, "scenes", episode=shown, shot=view.shot.id, panel="Takes")
    )
    made = view.model_copy(update={"clip": view.clip.model_copy(update={"state": State.CURRENT})})
    told = lost_by_another_board(desk, story, made, choices)
    assert told == "Clip 1A becomes stale by it and stays as it is; shooting it again costs $0.00."


def test_a_file_that_is_no_film_is_refused_by_its_name(desk: Desk, shown: str) -> None:
    shot = desk.story(shown).breakdown.shots[0]
    page = tab(desk, "scenes", episode=shown, shot=shot.id, panel="Takes")
    box = next(one for one in page.file_uploader if one.label == f"Your own clip {shot.number}")
    box.upload("walk.mp4", b"not a film at all", "video/mp4").run()
    next(one for one in page.button if (one.key or "").startswith(f"use-clip:{shot.id}")).click().run()
    assert "walk.mp4 is no film" in page.error[0].value


def test_a_second_picture_takes_the_first_one_s_place_and_the_first_can_be_circled_again(
    desk: Desk, shown: str
) -> None:
    page = tab(desk, "backgrounds", episode=shown)
    subject = plate_of(desk, shown)
    for tint in ("teal", "maroon"):
        give(page, subject, f"{tint}.png", picture(tint))
    second, first = desk.takes(shown, [subject])[subject]
    assert (second.circled, first.circled) == (True, False)
    button(page, "Circle").click().run()
    second, first = desk.takes(shown, [subject])[subject]
    assert (second.circled, first.circled) == (False, True)
