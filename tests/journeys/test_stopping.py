"""Stopped on purpose: ^C and SIGTERM end everything at once, and a worker's peers go on with what it left."""

from __future__ import annotations

import os
import signal
import sqlite3
from pathlib import Path

import psutil
import pytest

from services.settings import Settings
from services.wiring import open_desk
from studio.production.film import Choices
from studio.production.run import RunState
from tests.journeys.conftest import Drafted
from tests.journeys.studio import PATIENCE, draft, family, held_still, made, short_script, started, until
from tests.web.server import free_port, studio

pytestmark = pytest.mark.slow
_QUICK = 120.0  # seconds an end may take on a busy machine; idle it is well below one


def ended(processes: list[psutil.Process]) -> bool:
    """Whether all of them end soon; those that do not are killed."""
    _, left = psutil.wait_procs(processes, timeout=_QUICK)
    for one in left:
        one.kill()
    return not left


def states(home: Path) -> list[str]:
    """How every run stands, in the order they were begun."""
    with sqlite3.connect(home / "studio.db", timeout=30) as rows:
        return [state for (state,) in rows.execute("SELECT state FROM run ORDER BY created")]


def catches(pid: int, one: signal.Signals) -> bool:
    """Whether a process has something of its own to do when it gets a signal."""
    told = Path(f"/proc/{pid}/status").read_text()
    (caught,) = [line.split()[1] for line in told.splitlines() if line.startswith("SigCgt:")]
    return bool(int(caught, 16) >> (one - 1) & 1)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_draft_ends_at_once_and_goes_on_later(
    drafted: Drafted, tmp_path: Path, how: signal.Signals
) -> None:
    drafted.change("You kept it all these years.")
    before, log = made(drafted.home), tmp_path / "log"
    arguments = ("draft", str(drafted.source), "--out", str(drafted.out))
    with started(drafted.environment, *arguments, log=log) as child:
        until(lambda: len(made(drafted.home)) > len(before))
        everybody = family(child.pid)
        child.send_signal(how)
        assert child.wait(_QUICK) == 1
        assert ended(everybody)
    assert states(drafted.home) == ["done", "cancelled"]
    said = "Stopped. Nothing already made is lost; the same command goes on from here."
    assert " ".join(log.read_text().split()) == said
    kept = made(drafted.home)
    assert before.items() <= kept.items()
    assert draft(drafted.environment, drafted.source, drafted.out)["failed"] == []
    assert kept.items() <= made(drafted.home).items()
    assert states(drafted.home) == ["done", "cancelled", "done"]


def test_a_draft_interrupted_twice_ends_without_another_word(drafted: Drafted, tmp_path: Path) -> None:
    drafted.change("You kept it all these years.")
    arguments = ("draft", str(drafted.source), "--out", str(drafted.out))
    with started(drafted.environment, *arguments, log=tmp_path / "log") as child:
        until(lambda: states(drafted.home)[1:] == ["running"])
        everybody = family(child.pid)
        with sqlite3.connect(drafted.home / "studio.db", timeout=30, isolation_level=None) as rows:
            rows.execute("BEGIN IMMEDIATE")  # so that the run cannot be called off
            child.send_signal(signal.SIGINT)
            until(lambda: not catches(child.pid, signal.SIGINT))
            assert child.poll() is None
            child.send_signal(signal.SIGINT)
            assert child.wait(_QUICK) == -signal.SIGINT
        assert ended(everybody)
    assert draft(drafted.environment, drafted.source, drafted.out)["failed"] == []


def test_a_draft_neither_waits_for_what_a_killed_one_left_nor_ends_it(drafted: Drafted, tmp_path: Path) -> None:
    before, pitch = made(drafted.home), "A keeper finds a key and Mara wants it back."
    with started(drafted.environment, "draft", pitch, "--out", str(tmp_path / "left"), log=tmp_path / "log") as child:
        until(lambda: len(made(drafted.home)) > len(before))
        child.kill()
        child.wait()
    drafted.change("You kept it all these years.")
    assert draft(drafted.environment, drafted.source, drafted.out)["failed"] == []
    assert states(drafted.home) == ["done", "running", "done"]


def test_a_draft_goes_on_when_another_one_of_the_same_is_interrupted(drafted: Drafted, tmp_path: Path) -> None:
    drafted.change("You kept it all these years.")
    arguments = ("draft", str(drafted.source), "--out", str(drafted.out))
    with (
        started(drafted.environment, *arguments, log=tmp_path / "one.log") as one,
        started(drafted.environment, *arguments, log=tmp_path / "two.log") as two,
    ):
        until(lambda: workers(drafted.home) == 2)
        one.send_signal(signal.SIGINT)
        assert one.wait(_QUICK) == 1
        assert two.wait(PATIENCE) == 0
    assert states(drafted.home) == ["done", "cancelled", "done"]


def workers(home: Path) -> int:
    """How many workers have enlisted and not said good-bye."""
    with sqlite3.connect(home / "studio.db", timeout=30) as rows:
        return int(rows.execute("SELECT count(*) FROM executor WHERE NOT gone").fetchone()[0])


def test_a_worker_told_to_stop_ends_with_all_its_children(environment: dict[str, str], tmp_path: Path) -> None:
    with started(environment, "worker", log=tmp_path / "log") as child:
        until(lambda: len(family(child.pid)) >= 5)
        everybody = family(child.pid)
        child.send_signal(signal.SIGTERM)
        assert child.wait(_QUICK) == 0
        assert ended(everybody)


def test_the_whole_studio_told_to_stop_ends_with_all_its_children(
    environment: dict[str, str], home: Path, tmp_path: Path
) -> None:
    me = psutil.Process()
    others = set(me.children(recursive=True))  # what earlier tests of this process left behind is not the studio's
    with studio("up", environment, tmp_path / "log"):
        until(lambda: workers(home) == 1)
        everybody = [one for one in me.children(recursive=True) if one not in others]
        assert len(everybody) >= 3
    assert ended(everybody)
    assert free_port()
    where, ready = (tmp_path / "log").read_text().splitlines()  # and nothing a library has to say
    assert where.startswith("TrashFire Studio: http://127.0.0.1:")
    assert ready == "A worker is ready."
    assert "worker.stopped" in (home / "log" / "studio.log").read_text()


def executors(home: Path) -> dict[str, int]:
    """How many takes each worker has made."""
    with sqlite3.connect(home / "studio.db", timeout=30) as rows:
        return dict(rows.execute("SELECT executor, count(*) FROM take WHERE state = 'made' GROUP BY executor"))


def being_made(home: Path, pid: int) -> set[str]:
    """Takes a worker process is making now."""
    with sqlite3.connect(home / "studio.db", timeout=30) as rows:
        found = rows.execute("SELECT fingerprint, executor FROM take WHERE state = 'asked'").fetchall()
    return {fingerprint for fingerprint, executor in found if f"-{pid}-" in executor}


def caught_at(home: Path, pid: int) -> set[str]:
    """Takes a worker process makes, which it is held still at; where it makes none, it goes on."""
    held_still(pid)
    if not (found := being_made(home, pid)):
        os.kill(pid, signal.SIGCONT)
    return found


def test_two_workers_share_a_run_and_one_takes_over_from_the_other(
    environment: dict[str, str], home: Path, tmp_path: Path
) -> None:
    desk = open_desk(Settings(studio_home=home))
    with (
        started(environment, "worker", log=tmp_path / "one.log") as one,
        started(environment, "worker", log=tmp_path / "two.log") as two,
    ):
        until(lambda: desk.workers() == 2 and all(len(family(each.pid)) >= 5 for each in (one, two)))
        episode = desk.open_file("key.fountain", short_script().encode())
        run = desk.produce(episode, Choices())
        assert run
        until(lambda: len(executors(home)) == 2)
        left = until(lambda: caught_at(home, one.pid))
        one.kill()
        one.wait()
        until(lambda: not being_made(home, one.pid))
        seen = desk.wait(run)
        assert two.poll() is None
    assert seen.state is RunState.DONE
    assert seen.failures == ()
    tries = {fingerprint: tries for fingerprint, (_, _, tries) in made(home).items()}
    assert all(number == 1 for fingerprint, number in tries.items() if fingerprint not in left)
    assert desk.produce(episode, Choices()) is None
