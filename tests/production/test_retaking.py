"""Parts of a film, other takes of the same thing, and which one is circled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.db import Database
from studio.desk.views import Progress, TakeView
from studio.errors import BadRequest, Invalid, NotFound
from studio.production.film import Choices
from studio.production.run import RunState
from studio.takes.plan import State
from studio.takes.recipe import TakeKind
from tests.production.test_production import Studio, made

pytestmark = pytest.mark.xdist_group("workflows")
LOW = Choices()


@pytest.fixture
def studio(db: Database, home: Path) -> Iterator[Studio]:
    made = Studio(db, home)
    made.worker.start()
    yield made
    made.worker.stop()


def subjects(studio: Studio, episode: str, kind: TakeKind) -> list[str]:
    return [item.subject for item in studio.desk.plan(episode, LOW).items if item.kind is kind]


def ended(studio: Studio, run: str | None) -> Progress:
    assert run
    return studio.desk.wait(run)


def takes(studio: Studio, episode: str, subject: str) -> tuple[TakeView, ...]:
    return studio.desk.takes(episode, [subject])[subject]


def test_one_board_is_made_with_what_it_needs_and_nothing_else(studio: Studio) -> None:
    episode = studio.open()
    board = subjects(studio, episode, TakeKind.BOARD)[0]
    counted = made(studio, lambda: ended(studio, studio.desk.make(episode, [board], LOW)))
    assert counted[TakeKind.BOARD] == counted[TakeKind.PLATE] == 1
    assert set(counted) <= {TakeKind.BOARD, TakeKind.PLATE, TakeKind.LOOK}
    assert studio.desk.make(episode, [board], LOW) is None
    assert studio.desk.episode(episode).progress is None


def test_the_film_finds_what_its_parts_made(studio: Studio) -> None:
    episode = studio.open()
    boards = subjects(studio, episode, TakeKind.BOARD)
    ended(studio, studio.desk.make(episode, boards, LOW))
    whole = made(studio, lambda: ended(studio, studio.desk.produce(episode, LOW)))
    assert TakeKind.BOARD not in whole
    assert whole[TakeKind.MASTER] == 1


def test_a_retake_is_another_take_that_is_circled(studio: Studio) -> None:
    episode = studio.open()
    ended(studio, studio.desk.produce(episode, LOW))
    board = subjects(studio, episode, TakeKind.BOARD)[0]
    counted = made(studio, lambda: ended(studio, studio.desk.retake(episode, [board], LOW, note="closer")))
    assert counted == {TakeKind.BOARD: 1}
    new, old = takes(studio, episode, board)
    assert (new.circled, new.note) == (True, "closer")
    assert (old.circled, old.note) == (False, "")
    assert new.content != old.content
    stale = {item.kind for item in studio.desk.plan(episode, LOW).items if item.state is State.STALE}
    assert TakeKind.BOARD not in stale
    assert TakeKind.CLIP in stale


def test_every_retake_has_a_seed_of_its_own(studio: Studio) -> None:
    episode = studio.open()
    look = subjects(studio, episode, TakeKind.LOOK)[0]
    for _ in range(3):
        ended(studio, studio.desk.retake(episode, [look], LOW))
    assert len({take.fingerprint for take in takes(studio, episode, look)}) == 3


def test_circling_the_first_take_again_costs_nothing(studio: Studio) -> None:
    episode = studio.open()
    ended(studio, studio.desk.produce(episode, LOW))
    board = subjects(studio, episode, TakeKind.BOARD)[0]
    first = takes(studio, episode, board)[0]
    ended(studio, studio.desk.retake(episode, [board], LOW))
    studio.desk.circle(episode, board, first.fingerprint)
    assert studio.desk.plan(episode, LOW).to_make == ()
    assert made(studio, lambda: studio.desk.produce(episode, LOW)) == {}


def test_a_part_leaves_what_is_stale_elsewhere(studio: Studio) -> None:
    episode = studio.open()
    ended(studio, studio.desk.produce(episode, LOW))
    look, board = (subjects(studio, episode, kind)[0] for kind in (TakeKind.LOOK, TakeKind.BOARD))
    ended(studio, studio.desk.retake(episode, [look], LOW))
    stale = [item.subject for item in studio.desk.plan(episode, LOW).items if item.state is State.STALE]
    clip = next(subject for subject in stale if subject.startswith("clip:"))
    assert board in stale
    assert studio.desk.make(episode, [clip], LOW) is None  # the board it was made from is still the circled one
    assert made(studio, lambda: ended(studio, studio.desk.make(episode, [board], LOW))) == {TakeKind.BOARD: 1}


def test_a_part_that_fails_says_why(studio: Studio) -> None:
    episode = studio.open()
    board = subjects(studio, episode, TakeKind.BOARD)[0]
    studio.fail_on(TakeKind.BOARD, Invalid("no", vendor="paper", operation="board"))
    seen = ended(studio, studio.desk.make(episode, [board], LOW))
    assert seen.state is RunState.FAILED
    assert seen.error.startswith("Invalid")
    assert takes(studio, episode, board) == ()


def test_a_take_is_found_by_who_it_belongs_to_only(studio: Studio) -> None:
    episode = studio.open()
    board = subjects(studio, episode, TakeKind.BOARD)[0]
    ended(studio, studio.desk.make(episode, [board], LOW))
    take = takes(studio, episode, board)[0]
    assert studio.desk.take_file(episode, take.fingerprint)[1] == ".png"
    small, suffix = studio.desk.take_file(episode, take.fingerprint, small=True)
    assert (small.read_bytes()[:2], suffix) == (b"\xff\xd8", ".jpg")
    with pytest.raises(NotFound):
        studio.desk.take_file(episode, "0" * 64)
    with pytest.raises(NotFound):
        studio.desk.circle(episode, "board:another", take.fingerprint)


def test_what_the_film_has_not_cannot_be_asked_for(studio: Studio) -> None:
    with pytest.raises(BadRequest, match="look:nobody"):
        studio.desk.make(studio.open(), ["look:nobody"], LOW)
