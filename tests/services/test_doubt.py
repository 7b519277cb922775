"""An error of looking a lost answer up is unclear: it says nothing of what was sent."""

from __future__ import annotations

import pytest

from services.doubt import in_doubt
from studio.errors import CalledOff, Denied, Down, StudioError, Unclear
from tests.doubles.runpod import RunPodDouble
from tests.doubles.server import Fault, Schedule
from tests.services.gpu.endpoint import clip_job, jobs_on


@pytest.mark.parametrize("error", [Down("it is down", operation="history"), Denied("no"), CalledOff("not wanted")])
def test_whatever_a_look_up_raises_is_unclear_and_says_why(error: StudioError) -> None:
    with pytest.raises(Unclear, match=error.detail), in_doubt("fal"):
        raise error


def test_a_job_lost_once_and_refused_then_is_unclear_not_down() -> None:
    double = RunPodDouble(Schedule(script={"run": [Fault.LOST_AFTER, Fault.DENIED]}), workers=0)
    with jobs_on(double) as jobs, pytest.raises(Unclear):
        jobs.run(clip_job())
    assert double.books.asked["run"] == 2
