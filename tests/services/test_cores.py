"""How much a machine is asked to do at once follows its cores, and what a container leaves of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.cores import cores, hands
from services.settings import ROOT, Settings
from services.wiring import open_desk
from studio.production.film import Choices


@pytest.mark.parametrize(("there", "made"), [(1, 2), (2, 2), (3, 3), (6, 6), (64, 6)])
def test_a_worker_makes_a_take_a_core_two_at_least_and_six_at_most(there: int, made: int) -> None:
    assert hands(there) == made


@pytest.mark.parametrize(("told", "most"), [("100000 100000\n", 1), ("50000 100000\n", 1), ("1 1000\n", 1)])
def test_a_container_s_part_of_the_machine_counts(tmp_path: Path, told: str, most: int) -> None:
    quota = tmp_path / "cpu.max"
    quota.write_text(told)
    assert cores(quota) == most


@pytest.mark.parametrize("told", ["max 100000\n", "6400000 100000\n", "", "nonsense\n", "1 0\n"])
def test_what_bounds_nothing_leaves_the_machine_s(tmp_path: Path, told: str) -> None:
    quota = tmp_path / "cpu.max"
    quota.write_text(told)
    assert cores(quota) == cores(tmp_path / "none") >= 1


def test_who_sets_nothing_has_as_many_as_the_machine_and_who_sets_it_has_that() -> None:
    assert Settings(_env_file=None).studio_workers == hands(cores())
    assert Settings(_env_file=None, studio_workers="3").studio_workers == 3


def test_the_time_a_film_takes_is_told_for_as_many(tmp_path: Path) -> None:
    story = (ROOT / "tests" / "browser" / "kitchen.fountain").read_bytes()

    def seconds(workers: int) -> float:
        desk = open_desk(Settings(_env_file=None, studio_home=tmp_path / str(workers), studio_workers=workers))
        return desk.cut(desk.open_file("kitchen.fountain", story), [Choices()]).seconds

    assert seconds(6) < seconds(2)
