"""One endpoint's jobs: what is sent, what each answer means, and that nothing is sent twice that may not be."""

from __future__ import annotations

import time

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from services.gpu.jobs import Jobs
from studio.errors import Busy, Denied, Down, Garbled, Invalid, Spent, Unclear, VendorError
from tests.doubles.runpod import RunPodDouble
from tests.doubles.server import Fault, Schedule, serving
from tests.services.gpu.endpoint import KEY, clip_job, jobs_on, quiet_line
from tests.until import HANGS


def ended(jobs: Jobs, ticket: str) -> str:
    until = time.monotonic() + HANGS
    while not (seen := jobs.status(ticket)).final and time.monotonic() < until:
        time.sleep(0.01)
    return seen.status


def test_a_job_goes_its_way() -> None:
    with jobs_on(double := RunPodDouble()) as jobs:
        ticket = jobs.run(clip_job())
        assert ended(jobs, ticket) == "COMPLETED"
        assert jobs.status(ticket).output["frames"] == 83  # 24 intervals at 7 a second, at 24 a second
        assert jobs.health().jobs["completed"] == 1
    assert set(double.books.billed) == {ticket}


def test_a_lost_answer_is_asked_for_once_more_and_computed_once() -> None:
    double = RunPodDouble(Schedule({"run": [Fault.LOST_AFTER]}), says={"svd-xt": 56_000}, workers=1)
    with jobs_on(double) as jobs:
        ticket = jobs.run(clip_job())
        assert ended(jobs, ticket) == "COMPLETED"
        others = jobs.status(ticket).output["other_jobs"]
    assert ticket == "job-2-u1"
    assert [one["id"] for one in others] == ["job-1-u1"]
    assert double.books.billed["job-1-u1"] == 56 * 310
    assert double.books.billed[ticket] <= 310  # handed out again


def test_a_job_whose_answer_is_lost_twice_is_unclear_and_not_sent_a_third_time() -> None:
    double = RunPodDouble(Schedule({"run": [Fault.LOST_BEFORE, Fault.LOST_AFTER]}))
    with jobs_on(double) as jobs, pytest.raises(Unclear):
        jobs.run(clip_job())
    assert double.books.asked["run"] == 2


def test_a_5xx_to_a_submission_is_unclear_and_to_a_question_down() -> None:
    double = RunPodDouble(Schedule({"run": [Fault.DOWN] * 2, "status": [Fault.DOWN] * 4}))
    with jobs_on(double) as jobs:
        with pytest.raises(Unclear):
            jobs.run(clip_job())
        with pytest.raises(Down):
            jobs.status("job-1-u1")


def test_too_many_requests_are_waited_out() -> None:
    double = RunPodDouble(Schedule({"run": [Fault.BUSY] * 3}))
    with jobs_on(double) as jobs:
        assert jobs.run(clip_job())
    assert double.books.asked["run"] == 4


def test_nothing_is_sent_where_nobody_listens() -> None:
    jobs = Jobs(KEY, "ep1", "http://127.0.0.1:9/v2", to=quiet_line())
    with pytest.raises(Down):
        jobs.run(clip_job())
    jobs.close()


@pytest.mark.parametrize(
    ("key", "endpoint", "job", "error", "check"),
    [
        ("rpa_wrong_key", "ep1", clip_job(), Denied, "RUNPOD_API_KEY"),
        (KEY, "ep9", clip_job(), Invalid, "RUNPOD_ENDPOINT_ID"),
        (KEY, "ep1", {"input": {}}, Invalid, "refused the request"),
        (KEY, "ep1", {"input": {"job_key": "b", "prompt": "x" * 10_000_001}}, Invalid, "refused the request"),
    ],
    ids=["key", "endpoint", "empty", "large"],
)
def test_what_the_vendor_refuses_is_not_asked_again(
    key: str, endpoint: str, job: dict, error: type[VendorError], check: str
) -> None:
    with jobs_on(double := RunPodDouble(), key, endpoint) as jobs, pytest.raises(error, match=check) as raised:
        jobs.run(job)
    assert double.books.asked["run"] <= 1
    assert key not in f"{raised.value!r} {raised.value} {raised.value.__cause__!r}"


def test_an_account_without_money_is_no_wrong_key() -> None:
    paying = Starlette(routes=[Route("/v2/ep1/run", lambda _: Response(status_code=402), methods=["POST"])])
    with serving(lambda _: paying) as url:
        jobs = Jobs(KEY, "ep1", f"{url}/v2", to=quiet_line())
        with pytest.raises(Spent, match="no money left"):
            jobs.run(clip_job())
        jobs.close()


def test_a_result_is_gone_after_its_time() -> None:
    with jobs_on(double := RunPodDouble()) as jobs:
        ticket = jobs.run(clip_job())
        ended(jobs, ticket)
        double.queue.ahead += 1801
        with pytest.raises(Garbled, match="any more"):
            jobs.status(ticket)


def test_a_job_that_waits_past_its_ttl_is_deleted() -> None:
    with jobs_on(double := RunPodDouble(workers=0)) as jobs:
        ticket = jobs.run(clip_job())
        assert jobs.status(ticket).status == "IN_QUEUE"
        double.queue.ahead += 7201
        with pytest.raises(Garbled):
            jobs.status(ticket)


def test_a_failed_job_is_done_again_under_its_id_and_the_queue_is_emptied() -> None:
    with jobs_on(double := RunPodDouble(Schedule({"job": [Fault.FAILED]}))) as jobs:
        ticket = jobs.run(clip_job())
        assert ended(jobs, ticket) == "FAILED"
        assert jobs.retry(ticket).id == ticket
        assert ended(jobs, ticket) == "COMPLETED"
        double.queue.manned = False
        jobs.run(clip_job(job_key="c" * 64))
        assert jobs.purge() == 1


def test_an_answer_that_cannot_be_read_is_asked_for_again() -> None:
    with jobs_on(RunPodDouble(Schedule({"status": [Fault.TRUNCATED]}), workers=0)) as jobs:
        assert jobs.status(jobs.run(clip_job())).status == "IN_QUEUE"


def test_busy_says_so_when_it_lasts() -> None:
    with jobs_on(RunPodDouble(Schedule({"health": [Fault.BUSY] * 4}))) as jobs, pytest.raises(Busy):
        jobs.health()
