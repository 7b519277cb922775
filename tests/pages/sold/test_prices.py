"""What a button says about money is what is set aside when it is pressed, with all that is made on the way."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from pages.parts.wording import dollars, guess
from studio.db import now
from studio.desk.desk import Desk
from studio.money.comparing import Compared
from studio.people.account import OWNER
from studio.production.film import Choices, mark
from studio.production.house import House
from studio.takes.frame import Aspect
from studio.takes.recipe import TakeKind
from studio.takes.take import Choice, Take, TakeState
from tests.pages.visit import picture, tab, text

SCRIPT = b"INT. HALL - NIGHT\n\nShe runs to the door.\n\nANNA\nGood evening.\n\nTOM\nGood night.\n"


def set_aside(desk: Desk, episode: str) -> list[Compared]:
    """The takes money is held for now."""
    return list(desk.books(desk.story(episode)).open)


def beginning(page: AppTest, words: str) -> Button:
    """The button whose label begins so."""
    return next(one for one in page.button if one.label.startswith(words))


def pressed(desk: Desk, episode: str, page: AppTest, words: str) -> tuple[str, list[Compared]]:
    """What a button says after these words, and the takes that were quoted when it was pressed."""
    assert not set_aside(desk, episode)
    button = beginning(page, words)
    label = button.label
    after = button.click().run()
    assert not after.exception
    assert not after.error
    return label.removeprefix(words).removeprefix(", "), set_aside(desk, episode)


def likely(takes: list[Compared]) -> int:
    return sum(one.likely for one in takes)


def test_a_retake_of_a_shot_that_moves_says_what_its_clip_costs_too(desk: Desk, house: House, shown: str) -> None:
    shot = desk.story(shown).breakdown.shots[0].id
    subject = f"clip:{shot}@{mark(Choices())}"
    with house.db.write() as session:
        session.add(Take(account=OWNER, fingerprint="clip", essence="", kind=TakeKind.CLIP, state=TakeState.MADE,
                         engine="svd-xt", recipe={}, content="0" * 64, suffix=".mp4", made=now()))  # fmt: skip
        session.add(Choice(account=OWNER, episode=shown, subject=subject, fingerprint="clip", circled=True))
    said, takes = pressed(desk, shown, tab(desk, "scenes", episode=shown, shot=shot), "Retake")
    assert {"board", "clip"} <= {one.kind for one in takes}
    assert said == f"about {guess(likely(takes))}"


def test_boards_are_drawn_at_the_price_of_the_looks_and_plates_they_need(desk: Desk, shown: str) -> None:
    page = tab(desk, "characters", episode=shown)
    words = page.button(key="redraw-board").label.partition(",")[0]
    said, takes = pressed(desk, shown, page, words)
    assert {one.kind for one in takes} == {"look", "plate", "board"}
    assert said == f"about {guess(likely(takes))}"


def test_the_rest_is_priced_as_it_was_ordered_not_as_it_is_chosen_now(desk: Desk, shown: str) -> None:
    (stopped,) = desk.render(shown, [Choices(aspect=Aspect.SQUARE)])
    desk.interrupt(stopped)
    page = tab(desk, "episode", episode=shown)
    page.pills(key=f"formats-{shown}").set_value([Aspect.WIDE, Aspect.TALL]).run()
    assert page.button(key="render-go").label.startswith("Render 2 formats")
    said, takes = pressed(desk, shown, page, "Make the rest")
    held = sum(one.ceiling for one in takes)
    assert {one.frame for one in desk.under_way(shown)} == {"720x720p24"}
    assert said.replace("\\", "") == f"about {guess(likely(takes))}, at most {dollars(held)}"


@pytest.mark.parametrize("words", ["Listen", "Hear it"])
def test_an_audition_is_priced_by_the_line_that_is_heard(desk: Desk, shown: str, words: str) -> None:
    said, (take,) = pressed(desk, shown, tab(desk, "voices", episode=shown), words)
    assert take.likely > 0
    assert said in (dollars(take.likely), f"about {guess(take.likely)}")


def test_a_line_is_kept_and_spoken_for_about_what_it_costs(desk: Desk, shown: str) -> None:
    line = desk.story(shown).breakdown.lines[0]
    said, (take,) = pressed(desk, shown, tab(desk, "voices", episode=shown, line=line.id), "Keep and speak it")
    assert take.subject == f"speech:{line.id}"
    assert said == f"about {guess(take.likely)}"
    assert take.likely < desk.price(shown, TakeKind.SPEECH)  # of a line of the usual length


def test_script_lab_weighs_the_film_as_it_was_last_rendered(desk: Desk, shown: str) -> None:
    tall = Choices(aspect=Aspect.TALL)
    (begun,) = desk.render(shown, [tall])
    desk.interrupt(begun)
    desk.bring(shown, f"board:{desk.story(shown).breakdown.shots[0].id}@720x1280", "mine.png", picture())
    story = desk.story(shown)
    wide, weight = (desk.outline(story, one).weight for one in (Choices(), tall))
    assert weight.takes < wide.takes
    assert f"{weight.takes} takes to make" in text(tab(desk, "script_lab", episode=shown))


def test_with_the_offline_crew_the_same_buttons_are_free(desk: Desk) -> None:
    free = desk.open_file("free.fountain", SCRIPT)
    shot = desk.story(free).breakdown.shots[0].id
    page = tab(desk, "scenes", episode=free, shot=shot)
    for words in ("Draw", "Shoot", "Retake"):
        assert beginning(page, words).label.endswith(", $0.00")
