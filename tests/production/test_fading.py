"""A production with dissolves and fades: what a change near one makes again, and what a fade that fails costs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from studio.db import Database
from studio.errors import Invalid
from studio.production.run import RunState
from studio.takes.recipe import TakeKind
from studio.takes.take import Take
from tests.production.crew import SCRIPT
from tests.production.test_production import Studio, made

pytestmark = pytest.mark.xdist_group("workflows")

FADED = SCRIPT.replace("EXT. HARBOUR", "DISSOLVE TO:\n\nEXT. HARBOUR") + "\nFADE OUT.\n"


@pytest.fixture
def studio(db: Database, home: Path) -> Iterator[Studio]:
    made = Studio(db, home)
    made.worker.start()
    yield made
    made.worker.stop()


def test_a_film_with_fades_makes_each_once(studio: Studio) -> None:
    ended = studio.film(FADED)
    assert ended
    assert (ended.state, ended.failures) == (RunState.DONE, ())
    assert studio.crew.kinds[TakeKind.FADE] == 2
    assert made(studio, lambda: studio.film(FADED)) == {}


@pytest.mark.parametrize(
    ("said", "fades"),
    [("I never used it.", 1), ("Now nobody can.", 1)],
    ids=["the shot dissolved out of", "the shot that fades to black"],
)
def test_a_changed_line_remakes_its_shot_and_the_fade_beside_it(studio: Studio, said: str, fades: int) -> None:
    """Its clip, its shot master, the fade it stands in; the other shots and fades stay."""
    studio.film(FADED)
    again = made(studio, lambda: studio.film(FADED.replace(said, "I used it once, in the snow.")))
    kinds = (TakeKind.SPEECH, TakeKind.CLIP, TakeKind.SHOT, TakeKind.MIX, TakeKind.MASTER)
    assert again == dict.fromkeys(kinds, 1) | {TakeKind.FADE: fades}


def test_a_changed_clip_leaves_mix_and_other_shots(studio: Studio) -> None:
    studio.film(FADED)
    changed = FADED.replace("throws the key into the water", "throws the key far into the water")
    again = made(studio, lambda: studio.film(changed))
    assert TakeKind.MIX not in again
    assert TakeKind.SPEECH not in again
    assert again[TakeKind.SHOT] == again[TakeKind.CLIP] == again[TakeKind.FADE] == again[TakeKind.MASTER] == 1


def test_a_dissolve_that_is_put_in_remakes_the_two_shots_it_joins(studio: Studio) -> None:
    studio.film(SCRIPT)
    again = made(studio, lambda: studio.film(SCRIPT.replace("EXT. HARBOUR", "DISSOLVE TO:\n\nEXT. HARBOUR")))
    kinds = {TakeKind.CLIP: 2, TakeKind.SHOT: 2, TakeKind.FADE: 1, TakeKind.MIX: 1, TakeKind.MASTER: 1}
    assert again == kinds


def test_a_fade_that_cannot_be_made_is_a_cut_of_the_same_length(studio: Studio) -> None:
    studio.fail_on(TakeKind.FADE, Invalid("a drop of ink"), times=1)
    ended = studio.film(FADED)
    assert ended
    assert ended.state is RunState.DONE
    assert [failure.subject.split(":")[0] for failure in ended.failures] == ["fade"]
    studio.crew.trouble = lambda _recipe: None
    assert made(studio, lambda: studio.film(FADED)) == {TakeKind.FADE: 1, TakeKind.MASTER: 1}
    cut, whole = _masters(studio)
    assert cut["frames"] == whole["frames"]
    assert len(whole["shots"]) == len(cut["shots"]) + 1


def _masters(studio: Studio) -> list[dict[str, list[str]]]:
    with studio.house.db.read() as session:
        rows = session.exec(select(Take).where(Take.kind == TakeKind.MASTER)).all()
    return sorted((row.recipe["brief"] for row in rows), key=lambda brief: len(brief["shots"]))


def test_a_still_stands_in_for_a_shot_in_its_fade(studio: Studio) -> None:
    studio.fail_on(TakeKind.SHOT, Invalid("a torn strip"), times=1)
    ended = studio.film(FADED)
    assert ended
    assert ended.state is RunState.DONE
    assert studio.crew.kinds[TakeKind.FADE] == 2
