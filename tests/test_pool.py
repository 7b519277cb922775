"""The crew's processes: one that dies takes its own take along, and all end with the worker, even a killed one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from services.pool import PooledCrew
from studio.crew import Order, Product
from studio.errors import AssetMissing, Down, Garbled, Invalid, RenderFailed
from studio.takes.recipe import Recipe, TakeKind
from tests.mortal import Fate, hire, hire_nobody

ROOT = Path(__file__).parents[1]
PATIENCE = 240  # seconds on a busy machine
WORKER = """
import sys, time
from pathlib import Path
from services.pool import PooledCrew
if __name__ == "__main__":
    crew = PooledCrew(2, Path(sys.argv[1]))
    crew.warm()
    time.sleep(60)
"""
IMPATIENT = """
import signal, sys, time
from services.pool import start_server
signal.signal(signal.SIGINT, signal.default_int_handler)  # also where the tests were begun in the background
try:
    start_server()
    print("loading", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    sys.exit(5)
"""


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[PooledCrew]:
    """Two slots with a crew that dies when told to."""
    made = PooledCrew(2, tmp_path, hire=hire)
    yield made
    made.close()


def order(fate: Fate) -> Order:
    recipe = Recipe(kind=TakeKind.LOOK, brief={}, engine="mortal", engine_version="1", seed=fate)
    return Order(recipe, {}, Path("/nowhere"))


def maker(product: Product) -> int:
    """The process that made it."""
    return int(product.measure["pid"])


@pytest.mark.parametrize("fate", [Fate.EXITS, Fate.KILLED])
def test_a_process_that_dies_takes_only_its_own_take_along(crew: PooledCrew, fate: Fate, tmp_path: Path) -> None:
    held = replace(order(Fate.HELD), folder=tmp_path)
    with ThreadPoolExecutor(2) as threads:
        innocent = threads.submit(crew.perform, held)
        try:
            for _ in range(2):
                with pytest.raises(Garbled, match="ended before it answered"):
                    crew.perform(order(fate))
            assert not innocent.done(), "the innocent take was not under way"
        finally:
            (tmp_path / "go").touch()
        assert maker(innocent.result())


def test_a_dead_process_is_replaced(crew: PooledCrew) -> None:
    before = {maker(crew.perform(order(Fate.MADE))) for _ in range(2)}
    for _ in range(2):
        with pytest.raises(Garbled):
            crew.perform(order(Fate.EXITS))
    after = {maker(crew.perform(order(Fate.MADE))) for _ in range(2)}
    assert len(before | after) == 4


def test_a_process_killed_while_it_waits_costs_no_take_anything(crew: PooledCrew) -> None:
    idle = {maker(crew.perform(order(Fate.MADE))) for _ in range(2)}
    for pid in idle:
        psutil.Process(pid).kill()
    assert idle.isdisjoint(maker(crew.perform(order(Fate.MADE))) for _ in range(2))


def test_a_crew_that_cannot_start_is_said(tmp_path: Path) -> None:
    with pytest.raises(Down, match="ends while it starts"):
        PooledCrew(1, tmp_path, hire=hire_nobody).perform(order(Fate.MADE))


def test_more_takes_than_processes_wait_their_turn(crew: PooledCrew) -> None:
    with ThreadPoolExecutor(5) as threads:
        made = list(threads.map(crew.perform, [order(Fate.MADE)] * 5))
    assert len({maker(product) for product in made}) == 2


def test_what_an_engine_says_comes_back_and_its_process_works_on(crew: PooledCrew) -> None:
    before = {maker(crew.perform(order(Fate.MADE))) for _ in range(2)}
    with pytest.raises(Invalid, match="too green"):
        crew.perform(order(Fate.REFUSED))
    with pytest.raises(AssetMissing) as lost:
        crew.perform(order(Fate.LOST))
    assert lost.value.cause == "some-content"
    assert {maker(crew.perform(order(Fate.MADE))) for _ in range(2)} == before


def test_an_error_nobody_foresaw_is_told(crew: PooledCrew) -> None:
    with pytest.raises(Garbled, match=r"nobody foresaw \(KeyError\)$"):
        crew.perform(order(Fate.UNFORESEEN))
    assert maker(crew.perform(order(Fate.MADE)))
    assert maker(crew.perform(order(Fate.MADE)))


def test_a_task_is_done_in_one_of_the_processes_and_what_it_raises_comes_back(crew: PooledCrew) -> None:
    assert crew.do(os.getpid) in {maker(crew.perform(order(Fate.MADE))) for _ in range(2)}
    with pytest.raises(FileNotFoundError):
        crew.do(partial(os.stat, "/nowhere/at/all"))
    with pytest.raises(RenderFailed, match=r"nobody foresaw \(ValueError\)$"):
        crew.do(partial(int, "none"))


def test_a_task_whose_process_dies_is_done_by_another(crew: PooledCrew, tmp_path: Path) -> None:
    died = tmp_path / "died"
    assert crew.do(partial(die_once, died)) == died.read_text()
    with pytest.raises(RenderFailed, match="end before they have done"):
        crew.do(partial(os._exit, 3))
    assert maker(crew.perform(order(Fate.MADE)))


def clip_of(board: dict[str, Any], fate: Fate) -> Recipe:
    return Recipe(kind=TakeKind.CLIP, brief={"board": board}, engine="mortal", engine_version="1", seed=fate)


def test_a_clip_is_made_where_its_stage_is_set(crew: PooledCrew, tmp_path: Path) -> None:
    board = {"place": "a harbour"}
    crew.rehearse(clip_of(board, Fate.SLOW))
    elsewhere = maker(crew.perform(order(Fate.MADE)))
    asked = Order(clip_of(board, Fate.MADE), {}, tmp_path)
    assert maker(crew.perform(asked)) != elsewhere


@pytest.mark.parametrize("fate", [Fate.KILLED, Fate.LOST])
def test_a_rehearsal_that_fails_is_nobodys_trouble(crew: PooledCrew, fate: Fate, tmp_path: Path) -> None:
    crew.rehearse(clip_of({"place": "a harbour"}, fate))
    asked = Order(clip_of({"place": "a harbour"}, Fate.MADE), {}, tmp_path)
    assert maker(crew.perform(asked))


def test_nobody_rehearses_while_only_one_is_idle(tmp_path: Path) -> None:
    alone = PooledCrew(1, tmp_path, hire=hire)
    alone.rehearse(clip_of({"place": "a harbour"}, Fate.HELD))  # it would never end
    assert maker(alone.perform(order(Fate.MADE)))
    alone.close()


def test_a_closed_crew_has_no_processes_and_works_again_when_asked(crew: PooledCrew) -> None:
    crew.warm()
    first = {maker(crew.perform(order(Fate.MADE))) for _ in range(2)}
    crew.close()
    assert not any(psutil.pid_exists(pid) for pid in first)
    assert maker(crew.perform(order(Fate.MADE))) not in first


def test_nothing_of_a_killed_worker_lives_on(tmp_path: Path) -> None:
    script = tmp_path / "serving.py"
    script.write_text(WORKER)
    environment = {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, str(script), str(tmp_path)], env=environment) as worker:
        family = _family(worker.pid)
        worker.send_signal(signal.SIGKILL)
    _, alive = psutil.wait_procs(family, timeout=PATIENCE)
    for left in alive:
        left.kill()
    assert not alive


def test_an_interrupt_while_the_engines_load_is_quiet() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", IMPATIENT],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as asking:
        assert asking.stdout
        assert asking.stdout.readline() == "loading\n"
        time.sleep(0.3)
        os.killpg(asking.pid, signal.SIGINT)
        _, errors = asking.communicate(timeout=PATIENCE)
    assert (asking.returncode, errors) == (5, "")


def die_once(mark: Path) -> str:
    """End the process, unless one ended here before; gives what that one left."""
    if not mark.exists():
        mark.write_text("over this")
        os._exit(3)
    return mark.read_text()


def _family(pid: int) -> list[psutil.Process]:
    """A worker's processes, once they are all there: the server, the tracker of its resources, and who works."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = psutil.Process(pid).children(recursive=True)
        if len(found) >= 4:
            return found
        time.sleep(0.05)
    raise AssertionError("nobody came to work")
