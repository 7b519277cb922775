"""Where results of our own endpoint may lie: in the answer, at the endpoint, or in the bucket that a setting names."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

import pytest

from services.remotes import SetRemotes
from services.rentals import Rentals
from services.settings import ROOT, Settings
from services.tasks import Do, here
from studio.crew import Product
from studio.db import Database
from studio.errors import Garbled
from studio.story.cast import DNA
from studio.takes.briefs import LookBrief
from studio.takes.recipe import TakeKind
from studio.takes.roster import Roster
from tests.doubles.errands import KeptErrand
from tests.doubles.runpod import RunPodDouble
from tests.doubles.server import serving
from tests.services.fal.orders import order

T = TypeVar("T")
ROSTER = Roster.load(ROOT / "data" / "crew.toml")


@pytest.fixture
def at() -> Iterator[tuple[RunPodDouble, str, str]]:
    """An endpoint whose workers write to a bucket at another address; gives both."""
    double = RunPodDouble(by_url=True)
    with ExitStack() as open_:
        jobs, bucket = (open_.enter_context(serving(double.app)) for _ in range(2))
        open_.callback(double.close)
        yield double, jobs, bucket


def painted(db: Database, jobs: str, results: str, folder: Path, do: Do = here) -> Product:
    """A look by the endpoint's own painter, of a studio that takes results from there."""
    given = {"runpod_api_key": "rpa_double", "runpod_endpoint_id": "ep1", "runpod_jobs_base_url": f"{jobs}/v2"}
    made = Settings(
        _env_file=None, studio_home=folder / "home", studio_haste="30", runpod_mgmt_base_url=f"{jobs}/mgmt/v2",
        runpod_results_url=results, **given,
    )  # fmt: skip
    remotes = SetRemotes(made, Rentals(db, ROSTER, {}), do)
    try:
        engine = remotes.engine(ROSTER.named("keyframe-klein-4b"))
        return engine.make(order(TakeKind.LOOK, LookBrief(dna=DNA(), name="ANN"), folder), KeptErrand())
    finally:
        remotes.close()


def test_what_a_picture_needs_is_done_where_the_studio_says(
    at: tuple[RunPodDouble, str, str], db: Database, tmp_path: Path
) -> None:
    asked = list[object]()

    def do(task: Callable[[], T], /) -> T:
        asked.append(pickle.dumps(task))  # or no other process could do it
        return task()

    _, jobs, bucket = at
    assert painted(db, jobs, bucket, tmp_path, do).measure
    assert len(asked) == 1


@pytest.mark.parametrize("below", ["", "/", "/bucket"])
def test_a_result_in_the_bucket_of_the_setting_comes_home(
    at: tuple[RunPodDouble, str, str], db: Database, tmp_path: Path, below: str
) -> None:
    _, jobs, bucket = at
    assert painted(db, jobs, bucket + below, tmp_path).measure == {"width": 1280, "height": 720}


@pytest.mark.parametrize("below", [None, "/another-bucket"])
def test_a_result_in_any_other_bucket_is_refused_and_the_setting_named(
    at: tuple[RunPodDouble, str, str], db: Database, tmp_path: Path, below: str | None
) -> None:
    _, jobs, bucket = at
    with pytest.raises(Garbled, match="not one of its own; the bucket its workers write to is named by RUNPOD_RESULTS"):
        painted(db, jobs, "" if below is None else bucket + below, tmp_path)
