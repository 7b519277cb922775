"""The vendor's own worker loop on the double's queue, asked by our client: a clip, a crash, a call to stop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.gpu.jobs import Jobs
from services.gpu.work import Work
from studio.errors import Conflict, Garbled
from studio.takes.recipe import fingerprint
from tests.doubles.errands import KeptErrand
from tests.doubles.runpod import RunPodDouble
from tests.doubles.runpod_worker import working
from tests.doubles.server import Fault, serving
from tests.services.gpu.endpoint import KEY, PACE, QUICK, clip_job, quiet_line
from tests.services.gpu.test_watching import ENGINE, Site
from tests.until import until

pytestmark = pytest.mark.xdist_group("real worker")  # they share its process


@pytest.fixture(scope="module")
def place() -> Iterator[tuple[RunPodDouble, Jobs]]:
    double = RunPodDouble(quick=False)
    with serving(double.app) as base, working(double, base, slow=2.0):
        jobs = Jobs(KEY, double.endpoint, f"{base}/v2", to=quiet_line(), seconds=10)
        yield double, jobs
        jobs.close()


@pytest.fixture
def site(place: tuple[RunPodDouble, Jobs], tmp_path: Path, request: pytest.FixtureRequest) -> Site:
    double, jobs = place
    work = Work(jobs, ENGINE, hosts=("127.0.0.1",), pace=PACE.model_copy(update={"stuck": 60.0}), patience=QUICK)
    return Site(work, KeptErrand(key=fingerprint(request.node.name)), tmp_path, double)


def test_a_clip_is_made_once_and_progress_is_heard(site: Site) -> None:
    begun = site.double.books.total
    assert site.make().read_bytes()[4:8] == b"ftyp"
    assert site.errand.shares == sorted(site.errand.shares)
    assert site.errand.shares
    first = site.micros()
    assert first == site.double.books.total - begun
    site.errand = KeptErrand(key=site.errand.key, doubtful=True)
    site.make()
    seconds = [bill.quantities["gpu_ms"] for bill in site.errand.bills.values()]
    assert len(seconds) == 2  # the one the first process sent, and the one that found its result
    assert until(lambda: "wrk1" in site.double.pinged)


def test_a_crash_in_the_handler_is_garbled_without_its_traceback(site: Site) -> None:
    site.double.schedule.script["job"] = [Fault.FAILED]
    with pytest.raises(Garbled) as raised:
        site.make()
    ticket = site.errand.ticket
    assert "handler.py" in str(site.work.jobs.status(ticket).error)
    assert "handler.py" not in f"{raised.value!r}{raised.value.__dict__}"


def test_a_job_called_off_stops_at_the_worker(site: Site) -> None:
    ticket = site.work.jobs.run(clip_job(job_key="d" * 64))
    assert until(lambda: site.work.jobs.status(ticket).status == "IN_PROGRESS")
    site.errand.ticket, site.errand.called_off = ticket, True
    with pytest.raises(Conflict):
        site.make()
    assert site.work.jobs.status(ticket).status == "CANCELLED"
    assert until(lambda: not (site.double.results / f"{'d' * 64}.claim").exists())
    assert not (site.double.results / f"{'d' * 64}.json").exists()
