"""Directing at the desk: every change is a version, notes are read and taken along, and takes follow."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlmodel import select

from studio.db import Database
from studio.errors import BadRequest, Conflict, NotFound, Refused
from studio.production.film import Choices
from studio.production.run import RunState
from studio.story.breakdown import Framing, Move, Shot
from studio.story.directing import Restaging
from studio.story.recutting import seams
from studio.takes.plan import State
from studio.takes.recipe import TakeKind
from studio.takes.take import Take
from tests.production.test_production import Studio

pytestmark = pytest.mark.xdist_group("workflows")
LOW = Choices()


@pytest.fixture
def still(db: Database, home: Path) -> Studio:
    """A studio without a worker: nothing is made."""
    return Studio(db, home)


@pytest.fixture
def studio(db: Database, home: Path) -> Iterator[Studio]:
    made = Studio(db, home)
    made.worker.start()
    yield made
    made.worker.stop()


def shots(studio: Studio, episode: str) -> tuple[Shot, ...]:
    return studio.desk.story(episode).breakdown.shots


def newest(studio: Studio, episode: str) -> str:
    return studio.desk.revisions(episode)[0].what


def test_every_verb_makes_a_version_that_says_what_it_was(still: Studio) -> None:
    desk, episode = still.desk, still.open()
    first, second = shots(still, episode)[:2]
    base = desk.story(episode).number
    base = desk.restage(episode, [first.id, second.id], Restaging(framing=Framing.FULL), base=base)
    assert newest(still, episode) == "Shots 1A, 1B: full"
    base = desk.split_shot(episode, second.id, seams(second)[-1], base=base)
    assert newest(still, episode) == "Shot 1B: split"
    base = desk.merge_shot(episode, second.id, base=base)
    base = desk.insert_shot(episode, first.id, Framing.INSERT, [], "The key.", base=base)
    added = shots(still, episode)[1]
    assert added.staging.focus == "key"
    base = desk.move_shots(episode, [added.id], -1, base=base)
    assert [shot.id for shot in shots(still, episode)][:2] == [added.id, first.id]
    base = desk.delete_shots(episode, [added.id], base=base)
    assert shots(still, episode)[0].id == first.id
    desk.restore(episode, 1, base=base)
    assert shots(still, episode)[0] == first


def test_a_change_of_an_older_version_and_of_strangers_is_refused(still: Studio) -> None:
    desk, episode = still.desk, still.open()
    first = shots(still, episode)[0]
    base = desk.story(episode).number
    desk.restage(episode, [first.id], Restaging(move=Move.SHAKE), base=base)
    with pytest.raises(Conflict):
        desk.restage(episode, [first.id], Restaging(move=Move.DRIFT), base=base)
    with pytest.raises(NotFound):
        desk.restage(episode, ["gone"], Restaging(move=Move.DRIFT), base=base + 1)
    with pytest.raises(BadRequest, match="choose a shot"):
        desk.delete_shots(episode, [], base=base + 1)
    with pytest.raises(Refused):
        desk.delete_shots(episode, [shot.id for shot in shots(still, episode) if shot.lines], base=base + 1)


def test_what_was_directed_outlives_an_edit_of_the_text(still: Studio) -> None:
    desk, episode = still.desk, still.open()
    first = shots(still, episode)[0]
    base = desk.restage(episode, [first.id], Restaging(framing=Framing.CLOSE, least=7.0), base=1)
    fountain = desk.story(episode).fountain.replace("I never used it.", "I used it once.")
    desk.rewrite(episode, fountain, base=base, what="a word")
    now = shots(still, episode)[0]
    assert (now.id, now.staging.framing, now.least) == (first.id, Framing.CLOSE, 7.0)
    assert desk.storyboard(episode, LOW).shots[0].seconds == 7.0


def test_a_note_on_a_framing_retakes_board_and_clip(studio: Studio) -> None:
    desk, episode = studio.desk, studio.open()
    run = desk.produce(episode, LOW)
    assert run
    desk.wait(run)
    shot = desk.storyboard(episode, LOW).shots[1]
    done = desk.remark(episode, [shot.shot.id], "closer, like Ozu", LOW, base=desk.story(episode).number)
    assert done.unread == ("ozu",)
    assert done.run
    assert desk.wait(done.run).state is RunState.DONE
    now = desk.storyboard(episode, LOW).shots[1]
    assert now.shot.staging.framing is Framing.CLOSE
    assert (now.board.state, now.clip.state) == (State.CURRENT, State.CURRENT)
    assert now.picture != shot.picture
    assert now.film != shot.film
    takes = desk.takes(episode, [now.board.subject])[now.board.subject]
    assert [take.note for take in takes] == ["closer, like Ozu", ""]


def test_a_note_nobody_can_read_still_makes_another_take(studio: Studio) -> None:
    desk, episode = studio.desk, studio.open()
    shot = shots(studio, episode)[0]
    number = desk.story(episode).number
    done = desk.remark(episode, [shot.id], "sepia", LOW, base=number)
    assert (done.number, done.unread) == (number, ("sepia",))
    assert done.run
    desk.wait(done.run)
    seen = desk.storyboard(episode, LOW).shots[0]
    assert seen.picture
    assert not seen.film  # no clip was there, so none is made


def png() -> bytes:
    out = BytesIO()
    Image.new("RGB", (640, 360), "teal").save(out, "PNG")
    return out.getvalue()


def test_a_clip_of_an_own_board_moves_that_board_whatever_the_staging(studio: Studio) -> None:
    desk, episode = studio.desk, studio.open()
    view = desk.storyboard(episode, LOW).shots[0]
    desk.bring(episode, view.board.subject, "mine.png", png())
    run = desk.make(episode, [view.clip.subject], LOW)
    assert run
    desk.wait(run)
    with studio.house.db.read() as session:
        (clip,) = session.exec(select(Take).where(Take.kind == TakeKind.CLIP)).all()
    assert clip.recipe["brief"]["still"] is True
    assert clip.recipe["brief"]["board"]["staging"]["figures"] == []
    number = desk.restage(episode, [view.shot.id], Restaging(framing=Framing.CLOSE), base=1)
    assert desk.storyboard(episode, LOW).shots[0].clip.state is State.CURRENT
    desk.restage(episode, [view.shot.id], Restaging(move=Move.SHAKE), base=number)
    seen = desk.storyboard(episode, LOW).shots[0]
    assert (seen.board.state, seen.clip.state) == (State.CURRENT, State.STALE)


def test_the_storyboard_of_a_new_episode_has_lengths_and_nothing_made(still: Studio) -> None:
    board = still.desk.storyboard(still.open(), LOW)
    assert [scene.scene.number for scene in board.scenes] == ["1", "2"]
    assert board.aspect == "1280 / 720"
    assert all(shot.seconds > 0 and len(shot.wanted) == 2 and not shot.picture for shot in board.shots)
    assert board.shot("gone") is None
