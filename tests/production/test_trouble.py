"""Damage, broken-off runs and unreadable lines: noticed, said, and mended by asking again."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from dbos import DBOSClient, DBOSPortableJSONSerializer
from sqlmodel import col, select

from studio.crew import Order, Product
from studio.db import Database
from studio.desk.views import Progress
from studio.errors import AssetMissing, Conflict, StorageError
from studio.people.account import OWNER
from studio.production.dispatch import jobs_url
from studio.production.film import Choices
from studio.production.run import Job, Run, RunState
from studio.production.script import ready_revision
from studio.takes.recipe import TakeKind
from studio.takes.take import Delivery, Take
from tests.production.crew import SCRIPT, SmallCrew
from tests.production.test_production import Studio, made
from tests.until import HANGS, until

pytestmark = pytest.mark.xdist_group("workflows")


@pytest.fixture
def closed(db: Database, home: Path) -> Studio:
    """A studio whose worker has not begun."""
    return Studio(db, home)


@pytest.fixture
def studio(closed: Studio) -> Iterator[Studio]:
    closed.worker.start()
    yield closed
    closed.worker.stop()


def delivered(studio: Studio, name: str) -> str:
    with studio.house.db.read() as session:
        return session.exec(select(Delivery.content).where(Delivery.name == name)).one()


@pytest.mark.parametrize("name", ["storyboard.pdf", "captions.srt", "timeline.otio"])
def test_a_damaged_file_is_delivered_again_without_a_take(studio: Studio, name: str) -> None:
    studio.film()
    damaged = delivered(studio, name)
    studio.vault.place(damaged).write_bytes(b"scratched")
    assert made(studio, lambda: studio.film()) == {}
    assert studio.vault.intact(delivered(studio, name))
    assert studio.film() is None


@pytest.mark.parametrize(("name", "kind"), [("master.mp4", TakeKind.MASTER), ("poster.jpg", TakeKind.POSTER)])
def test_a_damaged_take_that_is_delivered_is_made_again(studio: Studio, name: str, kind: TakeKind) -> None:
    studio.film()
    studio.vault.place(delivered(studio, name)).unlink()
    ended: list[Progress | None] = []
    assert made(studio, lambda: ended.append(studio.film())) == {kind: 1}
    assert [one.state for one in ended if one] == [RunState.DONE]
    assert studio.vault.intact(delivered(studio, name))


def speech(studio: Studio, text: str) -> str:
    """The content of a line's speech."""
    with studio.house.db.read() as session:
        takes = session.exec(select(Take).where(Take.kind == TakeKind.SPEECH)).all()
    return next(take.content for take in takes if take.recipe["brief"]["text"] == text)


def test_a_damaged_speech_a_changed_mix_needs_is_made_again(studio: Studio) -> None:
    studio.film()
    studio.vault.place(speech(studio, "Now nobody can.")).write_bytes(b"scratched")
    again = made(studio, lambda: studio.film(SCRIPT.replace("I never used it.", "Once.")))
    assert again[TakeKind.SPEECH] == 2
    assert again[TakeKind.MIX] == 1
    assert studio.vault.intact(speech(studio, "Now nobody can."))


def test_a_damaged_shot_the_export_meets_is_forgotten_and_made_again(studio: Studio, tmp_path: Path) -> None:
    studio.film()
    episode = studio.open()
    shot = next(one for one in takes(studio, TakeKind.SHOT))
    studio.vault.place(shot).unlink()
    with pytest.raises(AssetMissing):
        studio.desk.export(episode, Choices(), tmp_path / "out")
    assert made(studio, lambda: studio.film())[TakeKind.SHOT] == 1
    assert studio.desk.export(episode, Choices(), tmp_path / "out")


def test_much_damage_the_export_meets_is_made_again_by_one_run(studio: Studio, tmp_path: Path) -> None:
    studio.film()
    episode = studio.open()
    lost = [*takes(studio, TakeKind.SHOT)[:3], *takes(studio, TakeKind.SPEECH)]
    for content in lost:
        studio.vault.place(content).write_bytes(b"scratched")
    with pytest.raises(AssetMissing):
        studio.desk.export(episode, Choices(), tmp_path / "out")
    studio.film()
    assert all(map(studio.vault.intact, lost))
    assert studio.desk.export(episode, Choices(), tmp_path / "out")


def test_much_damage_a_delivery_meets_is_made_again_by_the_next_run(studio: Studio) -> None:
    studio.film()
    lost = [*takes(studio, TakeKind.SHOT)[:3], *takes(studio, TakeKind.SPEECH)]
    for content in (*lost, delivered(studio, "captions.srt")):
        studio.vault.place(content).write_bytes(b"scratched")
    shutil.rmtree(studio.house.media)
    ended = [studio.film() for _ in range(2)]
    assert [one.state for one in ended if one] == [RunState.FAILED, RunState.DONE]
    assert all(map(studio.vault.intact, lost))


def takes(studio: Studio, kind: TakeKind) -> list[str]:
    with studio.house.db.read() as session:
        return list(session.exec(select(Take.content).where(Take.kind == kind)).all())


def _break_off(studio: Studio, run: str) -> None:
    """Leave a run open whose workflow has ended, as a full disk can."""
    client = DBOSClient(system_database_url=jobs_url(studio.house.db), serializer=DBOSPortableJSONSerializer())
    client.cancel_workflow(run)
    client.destroy()


def test_a_run_that_broke_off_is_closed_by_a_worker(closed: Studio) -> None:
    run = closed.desk.produce(closed.open(), Choices())
    assert run
    _break_off(closed, run)
    closed.worker.start()
    try:
        ended = closed.desk.wait(run)
    finally:
        closed.worker.stop()
    assert ended.state is RunState.FAILED
    assert "broke off" in ended.error


def test_asking_again_after_a_run_broke_off_starts_another(closed: Studio) -> None:
    broken = closed.desk.produce(closed.open(), Choices())
    assert broken
    _break_off(closed, broken)
    run = closed.desk.produce(closed.open(), Choices())
    assert run
    assert run != broken
    assert closed.desk.produce(closed.open(), Choices()) == run
    closed.worker.start()
    try:
        assert closed.desk.wait(run).state is RunState.DONE
    finally:
        closed.worker.stop()
    assert set(closed.crew.asked.values()) == {1}


def queued(studio: Studio) -> set[str]:
    """The runs that have takes on a queue."""
    client = DBOSClient(system_database_url=jobs_url(studio.house.db), serializer=DBOSPortableJSONSerializer())
    takes = [one.workflow_id for one in client.list_queued_workflows(load_input=False) if ":" in one.workflow_id]
    client.destroy()
    return {take.partition(":")[0] for take in takes}


def test_what_is_asked_for_now_never_waits_for_what_was_left_before(closed: Studio) -> None:
    left = closed.desk.produce(closed.open(), Choices())
    time.sleep(1.1)  # runs are told apart by the second
    other = closed.desk.open_file("the-door.fountain", SCRIPT.replace("key", "door").encode())
    asked = closed.desk.produce(other, Choices())
    assert left
    assert asked
    both = Event()  # of them have takes on the queue
    closed.crew.trouble = lambda _recipe: both.wait(HANGS) and None
    closed.worker.start()
    try:
        until(lambda: queued(closed) == {left, asked})
        both.set()
        first, second = closed.desk.wait(asked), closed.desk.wait(left)
    finally:
        closed.worker.stop()
    assert first.state is second.state is RunState.DONE
    with closed.house.db.read() as session:
        masters = session.exec(select(Job.run).where(Job.kind == TakeKind.MASTER).order_by(col(Job.updated))).all()
    assert masters == [asked, left]


def test_an_interrupted_run_is_over_and_what_it_made_is_found(closed: Studio) -> None:
    run = closed.desk.produce(closed.open(), Choices())
    assert run
    closed.desk.interrupt(run)
    assert closed.desk.progress(run).state is RunState.CANCELLED
    closed.worker.start()
    try:
        ended = closed.film()
    finally:
        closed.worker.stop()
    assert ended
    assert ended.state is RunState.DONE
    assert ended.run != run


def test_a_run_of_an_older_version_is_not_waited_for(closed: Studio) -> None:
    old = closed.desk.produce(closed.open(), Choices())
    with closed.house.db.write() as session:
        session.get_one(Run, old).version = "0"
    run = closed.desk.produce(closed.open(), Choices())
    assert run
    assert run != old
    assert closed.desk.progress(str(old)).state is RunState.CANCELLED


def test_a_pitch_asked_for_again_joins_its_run_although_the_script_is_there_now(closed: Studio) -> None:
    episode = closed.desk.open_pitch("A key is found.")
    run = closed.desk.produce(episode, Choices())
    ready_revision(closed.house, OWNER, episode)
    assert closed.desk.produce(episode, Choices()) == run
    assert closed.desk.produce(episode, Choices(music=False)) != run


def test_what_killed_workers_left_half_made_is_swept(closed: Studio) -> None:
    left = closed.house.scratch / "clip-abc" / "half.mp4"
    part = closed.vault.root / "ab" / "abcd.part"
    for file in (left, part):
        file.parent.mkdir(parents=True)
        file.write_bytes(b"half")
    closed.worker.start()
    closed.worker.stop()
    assert not left.exists()
    assert not part.exists()


def test_nothing_is_collected_while_something_is_made(studio: Studio) -> None:
    studio.film()
    refusals: list[Conflict] = []

    def trouble(_recipe: object) -> None:
        studio.desk.collect()
        with pytest.raises(Conflict) as refused:
            studio.desk.collect(delete=True)
        refusals.append(refused.value)

    studio.crew.trouble = trouble
    ended = studio.film(SCRIPT.replace("I never used it.", "Once."))
    assert ended
    assert ended.failures == ()
    assert refusals
    assert studio.desk.collect(delete=True).deleted


class Mute(SmallCrew):
    """Cannot read a line with a key in it."""

    def perform(self, order: Order) -> Product:
        product = super().perform(order)
        if order.recipe.kind is TakeKind.SPEECH and "nobody" in order.recipe.brief["text"]:
            return replace(product, measure={**product.measure, "audible": False, "why": "The voice cannot."})
        return product


def test_lines_no_voice_reads_are_told_and_forgotten_when_rewritten(db: Database, home: Path) -> None:
    studio = Studio(db, home, Mute())
    studio.worker.start()
    try:
        ended = studio.film()
        assert ended
        view = studio.view()
        assert [(one.speaker, one.text, one.why) for one in ended.silent] == [
            ("TOM", "Now nobody can.", "The voice cannot.")
        ]
        assert view.silent == ended.silent
        assert ended.failures == ()
        studio.film(SCRIPT.replace("Now nobody can.", "Done."))
    finally:
        studio.worker.stop()
    assert studio.view().silent == ()


class Heard(logging.Handler):
    """Keeps what is logged with a traceback."""

    def __init__(self) -> None:
        super().__init__()
        self.tracebacks: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self.tracebacks.append(record.getMessage())


def test_a_database_that_cannot_be_written_ends_run_and_worker_with_a_sentence(studio: Studio) -> None:
    heard = Heard()
    logging.getLogger("dbos").addHandler(heard)
    full = StorageError("the database answers: database or disk is full")
    studio.crew.trouble = lambda _recipe: (_ for _ in ()).throw(full)
    run = studio.desk.produce(studio.open(), Choices())
    assert run
    until(lambda: studio.worker.trouble)
    assert "full" in str(studio.worker.trouble)
    with suppress(StorageError):
        studio.worker.rest(0.0)  # of the run's own end, where that was told before
    with pytest.raises(StorageError, match="full"):
        studio.worker.rest(0.0)
    assert studio.desk.wait(run).state is RunState.FAILED
    logging.getLogger("dbos").removeHandler(heard)
    assert heard.tracebacks == []


def test_who_waits_hears_of_the_end_at_once(studio: Studio) -> None:
    run, rests = studio.desk.produce(studio.open(), Choices()), list[float]()
    assert run

    def rest(seconds: float) -> None:
        rests.append(seconds)
        studio.worker.rest(HANGS)  # it would hang if nobody told of the end

    assert studio.desk.wait(run, rest=rest).state is RunState.DONE
    assert len(rests) <= 2
