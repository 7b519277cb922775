"""Kling at fal: a board becomes a clip, once, for what it cost."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import av
import pytest

from services.phrasebook import words
from studio.errors import (
    BadRequest,
    Busy,
    Conflict,
    Denied,
    Down,
    Garbled,
    Invalid,
    PolicyBlocked,
    StudioError,
    Unclear,
    Unwanted,
)
from studio.takes.recipe import TakeKind
from tests.doubles.drawing import size_of
from tests.doubles.errands import KeptErrand
from tests.doubles.fal import FalDouble
from tests.doubles.server import Fault, Schedule
from tests.services.clock import Clock
from tests.services.fal.orders import KLING, KLING_3, animator, clip, order

Serve = Callable[[FalDouble], FalDouble]


def bill(errand: KeptErrand, micros_a_second: int) -> int:
    return sum(one.quantities["video_ms"] * micros_a_second // 1000 for one in errand.bills.values())


@pytest.mark.parametrize(("model", "duration", "micros"), [(KLING, 4, 157_000), (KLING_3, "4", 84_000)])
def test_a_board_becomes_a_clip(
    serve: Serve, tmp_path: Path, picture: Path, model: str, duration: object, micros: int
) -> None:
    double, errand = serve(FalDouble()), KeptErrand()
    product = animator(double, model).make(order(TakeKind.CLIP, clip(80), tmp_path, board=picture), errand)
    with av.open(str(product.file)) as film:
        stream = film.streams.video[0]
        assert (stream.width, stream.height, len(list(film.decode(video=0))), len(film.streams.audio)) == (
            320,
            180,
            80,
            0,
        )
    assert product.measure == {"frames": 80, "width": 320, "height": 180, "fps": 24}
    (job,) = double.jobs.values()
    assert job.input["duration"] == duration  # 80 frames are 3.33 s
    assert errand.key in job.input["start_image_url"]
    assert words().style in job.input["prompt"]
    assert double.headers[0]["x-fal-no-retry"] == "1"
    assert json.loads(double.storage.lifecycles[0]) == {"expiration_duration_seconds": 86_400}
    assert list(double.books.billed) == list(errand.bills)
    assert double.books.total == bill(errand, micros)


def test_a_tall_frame_is_asked_for_where_the_model_would_make_a_wide_one(
    serve: Serve, tmp_path: Path, picture: Path
) -> None:
    double = serve(FalDouble(film=(180, 320)))
    tall = clip().board.frame.model_copy(update={"width": 180, "height": 320})
    brief = clip(72).model_copy(update={"board": clip().board.model_copy(update={"frame": tall})})
    product = animator(double, KLING_3).make(order(TakeKind.CLIP, brief, tmp_path, board=picture), KeptErrand())
    assert (product.measure["width"], product.measure["height"]) == (180, 320)
    (job,) = double.jobs.values()
    assert job.input["aspect_ratio"] == "9:16"
    assert job.input["generate_audio"] is False
    assert job.input["negative_prompt"] == words().avoided
    first = next(content for url, content in double.storage.uploaded().items() if url == job.input["start_image_url"])
    assert size_of(first) == (180, 320)


def test_a_job_that_was_sent_is_polled_and_never_sent_again(serve: Serve, tmp_path: Path, picture: Path) -> None:
    double, errand = serve(FalDouble()), KeptErrand()
    first = animator(double)

    class Killed(KeptErrand):
        def check(self) -> None:
            if self.ticket:
                raise KeyboardInterrupt

    killed = Killed()
    with pytest.raises(KeyboardInterrupt):
        first.make(order(TakeKind.CLIP, clip(), tmp_path, board=picture), killed)
    errand.ticket = killed.ticket
    animator(double).make(order(TakeKind.CLIP, clip(), tmp_path), errand)  # not even its board is needed
    assert double.books.asked["submit"] == 1
    assert len(errand.bills) == 1


@pytest.mark.parametrize("fault", [Fault.LOST_AFTER, Fault.TRUNCATED, Fault.LATE])
def test_an_answer_that_was_lost_is_found_by_our_key(serve: Serve, tmp_path: Path, picture: Path, fault: Fault) -> None:
    double, errand = serve(FalDouble(Schedule({"submit": [fault]}))), KeptErrand()
    animator(double).make(order(TakeKind.CLIP, clip(), tmp_path, board=picture), errand)
    assert len(double.jobs) == len(errand.bills) == 1
    assert double.books.total == bill(errand, 157_000)


def test_what_certainly_never_arrived_is_sent_again(serve: Serve, tmp_path: Path, picture: Path) -> None:
    double, errand, clock = serve(FalDouble(Schedule({"submit": [Fault.LOST_BEFORE]}))), KeptErrand(), Clock()
    begun = clock.now
    animator(double, clock=clock).make(order(TakeKind.CLIP, clip(), tmp_path, board=picture), errand)
    assert len(double.jobs) == 1
    assert double.books.asked["submit"] == 2
    assert clock.now - begun >= 1200  # it could have been waiting its turn as long


def test_a_doubtful_errand_is_looked_up_before_anything_is_sent(serve: Serve, tmp_path: Path, picture: Path) -> None:
    double = serve(FalDouble())
    other, lost = KeptErrand(key="b" * 64), KeptErrand()
    for errand in (other, lost):
        animator(double).make(order(TakeKind.CLIP, clip(), tmp_path, board=picture), errand)
    again = KeptErrand(doubtful=True)
    animator(double).make(order(TakeKind.CLIP, clip(), tmp_path, board=picture), again)
    assert double.books.asked["submit"] == 2
    assert list(again.bills) == list(lost.bills)
    assert list(again.bills) != list(other.bills)


def test_a_doubtful_errand_that_no_list_names_is_sent(serve: Serve, tmp_path: Path, picture: Path) -> None:
    double, errand = serve(FalDouble()), KeptErrand(doubtful=True)
    animator(double).make(order(TakeKind.CLIP, clip(), tmp_path, board=picture), errand)
    assert double.books.asked["submit"] == 1


@pytest.mark.parametrize(
    ("double", "script"),
    [
        (FalDouble(), {"list": [Fault.DENIED]}),
        (FalDouble(stored=False), {}),
    ],
    ids=["no list", "no inputs in it"],
)
def test_what_cannot_be_known_is_unclear_and_not_sent(
    serve: Serve, tmp_path: Path, picture: Path, double: FalDouble, script: dict[str, list[Fault]]
) -> None:
    serve(double)
    animator(double).make(order(TakeKind.CLIP, clip(), tmp_path, board=picture), KeptErrand(key="c" * 64))
    double.schedule.script |= script
    with pytest.raises(Unclear):
        animator(double).make(order(TakeKind.CLIP, clip(), tmp_path, board=picture), KeptErrand(doubtful=True))
    assert double.books.asked["submit"] == 1


@pytest.mark.parametrize(
    "script",
    [
        {"submit": [Fault.BUSY, Fault.DOWN]},
        {"upload": [Fault.DOWN, Fault.LOST_BEFORE]},
        {"status": [Fault.DOWN, Fault.LOST_BEFORE, Fault.BUSY]},
        {"result": [Fault.DOWN, Fault.LOST_BEFORE, Fault.TRUNCATED]},
        {"download": [Fault.TRUNCATED, Fault.DOWN]},
    ],
    ids=lambda script: next(iter(script)),
)
def test_faults_below_the_cap_are_outlasted_and_nothing_is_billed_twice(
    serve: Serve, tmp_path: Path, picture: Path, script: dict[str, list[Fault]]
) -> None:
    double, errand = serve(FalDouble(Schedule(script))), KeptErrand()
    animator(double).make(order(TakeKind.CLIP, clip(), tmp_path, board=picture), errand)
    assert len(double.jobs) == 1
    assert double.books.total == bill(errand, 157_000)


def test_a_model_that_failed_is_garbled_and_costs_nothing(serve: Serve, tmp_path: Path, picture: Path) -> None:
    double, errand = serve(FalDouble(Schedule({"submit": [Fault.FAILED]}))), KeptErrand()
    with pytest.raises(Garbled) as raised:
        animator(double).make(order(TakeKind.CLIP, clip(), tmp_path, board=picture), errand)
    assert raised.value.request in double.jobs
    assert errand.bills == {}
    assert double.books.total == 0


@pytest.mark.parametrize(
    "script",
    [
        {"submit": [Fault.GARBLED]},
        {"result": [Fault.GARBLED]},
        {"result": [Fault.EXPIRED]},
        {"download": [Fault.EXPIRED]},
    ],
    ids=["black", "no JSON", "result gone", "film gone"],
)
def test_what_came_of_no_use_is_garbled_and_billed(
    serve: Serve, tmp_path: Path, picture: Path, script: dict[str, list[Fault]]
) -> None:
    double, errand = serve(FalDouble(Schedule(script))), KeptErrand()
    with pytest.raises(Garbled):
        animator(double).make(order(TakeKind.CLIP, clip(), tmp_path, board=picture), errand)
    assert list(errand.bills) == list(double.books.billed)


def test_a_status_nobody_knows_is_asked_again_for_the_job_goes_on(serve: Serve, tmp_path: Path, picture: Path) -> None:
    double, errand = serve(FalDouble(Schedule({"status": [Fault.GARBLED] * 3}))), KeptErrand()
    animator(double).make(order(TakeKind.CLIP, clip(), tmp_path, board=picture), errand)
    assert len(double.jobs) == len(errand.bills) == 1
    double.schedule.script["status"] = [Fault.GARBLED] * 4
    waiting = KeptErrand(ticket=errand.ticket)
    with pytest.raises(Down, match="DREAMING"):
        animator(double).make(order(TakeKind.CLIP, clip(), tmp_path, board=picture), waiting)
    assert waiting.ticket


@pytest.mark.parametrize("admin", [True, False], ids=["the account's bills are seen", "they are not"])
def test_what_fal_has_no_more_when_we_come_back_is_in_the_books(
    serve: Serve, tmp_path: Path, picture: Path, admin: bool
) -> None:
    double, errand = serve(FalDouble(admin=admin)), KeptErrand()
    animator(double).make(order(TakeKind.CLIP, clip(), tmp_path, board=picture), errand)
    (job,), slept = double.jobs.values(), KeptErrand(ticket=errand.ticket)
    job.expired = True
    with pytest.raises(Garbled, match="not there any more"):
        animator(double).make(order(TakeKind.CLIP, clip(), tmp_path, board=picture), slept)
    (bill,) = slept.bills.values()
    (heard,) = errand.bills.values()
    assert bill.request == heard.request
    assert bool(bill.guessed) is not admin
    assert (bill.quantities == heard.quantities) is admin  # as asked for: without what fal adds to a second


@pytest.mark.parametrize(("admin", "booked"), [(True, 1), (False, 0)])
def test_what_was_called_off_and_is_there_no_more_is_booked_only_as_fal_says(
    serve: Serve, tmp_path: Path, picture: Path, admin: bool, booked: int
) -> None:
    double, errand = serve(FalDouble(admin=admin)), KeptErrand()
    animator(double).make(order(TakeKind.CLIP, clip(), tmp_path, board=picture), errand)
    (job,), late = double.jobs.values(), KeptErrand(ticket=errand.ticket, called_off=True)
    job.expired = True
    with pytest.raises(Conflict):
        animator(double).make(order(TakeKind.CLIP, clip(), tmp_path, board=picture), late)
    assert len(late.bills) == booked


def test_what_nobody_waits_for_any_more_and_fal_has_no_more_is_booked_as_asked(
    serve: Serve, tmp_path: Path, picture: Path
) -> None:
    double, errand = serve(FalDouble(admin=False)), KeptErrand()
    animator(double).make(order(TakeKind.CLIP, clip(), tmp_path, board=picture), errand)
    (job,) = double.jobs.values()
    job.expired = True

    class Left(KeptErrand):
        def check(self) -> None:
            raise Unwanted("the production has ended")

    late = Left(ticket=errand.ticket)
    with pytest.raises(Garbled, match="not there any more"):
        animator(double).make(order(TakeKind.CLIP, clip(), tmp_path, board=picture), late)
    assert [bool(one.guessed) for one in late.bills.values()] == [True]
    with pytest.raises(Unwanted):
        animator(double).make(order(TakeKind.CLIP, clip(), tmp_path, board=picture), Left())
    assert double.books.asked["submit"] == 1


def test_a_key_that_is_taken_away_leaves_a_job_unclear_and_not_over(
    serve: Serve, tmp_path: Path, picture: Path
) -> None:
    double, errand = serve(FalDouble()), KeptErrand()
    animator(double).make(order(TakeKind.CLIP, clip(), tmp_path, board=picture), errand)
    with pytest.raises(Unclear, match="401"):
        animator(double, key="nobody:nothing").make(
            order(TakeKind.CLIP, clip(), tmp_path, board=picture), KeptErrand(ticket=errand.ticket)
        )
    with pytest.raises(Denied):
        animator(double, key="nobody:nothing").make(
            order(TakeKind.CLIP, clip(), tmp_path, board=picture), KeptErrand(key="e" * 64)
        )


def test_the_content_checker_blocks_and_a_wrong_input_is_invalid(serve: Serve, tmp_path: Path, picture: Path) -> None:
    double = serve(FalDouble())
    with pytest.raises(PolicyBlocked, match="content checker"):
        animator(double).make(order(TakeKind.CLIP, clip(action="Gore."), tmp_path, board=picture), KeptErrand())
    double.film, tiny = (
        (64, 36),
        clip().model_copy(update={"board": clip().board.model_copy(update={"frame": _tiny()})}),
    )
    with pytest.raises(Invalid, match="start_image_url: Image is too small"):
        animator(double).make(order(TakeKind.CLIP, tiny, tmp_path, board=picture), KeptErrand(key="d" * 64))
    assert double.books.total == 0


def _tiny() -> object:
    return clip().board.frame.model_copy(update={"width": 64, "height": 36})


def test_a_clip_longer_than_the_model_makes_is_refused_before_anything_is_sent(
    serve: Serve, tmp_path: Path, picture: Path
) -> None:
    double = serve(FalDouble())
    with pytest.raises(Invalid, match="at most 15 s"):
        animator(double, KLING_3).make(order(TakeKind.CLIP, clip(24 * 16), tmp_path, board=picture), KeptErrand())
    with pytest.raises(BadRequest, match="board"):
        animator(double).make(order(TakeKind.CLIP, clip(), tmp_path), KeptErrand())
    assert double.books.asked == {}


def test_addresses_elsewhere_never_see_the_key(serve: Serve, tmp_path: Path, picture: Path) -> None:
    stranger = serve(FalDouble())
    double = serve(FalDouble(elsewhere=stranger.hosts.queue.removesuffix("/queue")))
    errand = KeptErrand()
    animator(double).make(order(TakeKind.CLIP, clip(), tmp_path, board=picture), errand)
    assert len(errand.bills) == 1
    ticket = '{"request":"r","status":"http://evil.example/s","response":"http://evil.example/r","cancel":"http://evil.example/c"}'
    with pytest.raises(Garbled, match="evil"):
        animator(double).make(order(TakeKind.CLIP, clip(), tmp_path, board=picture), KeptErrand(ticket=ticket))
    assert stranger.books.asked == {}


def test_who_calls_it_off_is_heard_at_the_vendor(serve: Serve, tmp_path: Path, picture: Path) -> None:
    double = serve(FalDouble(polls=99))

    class Called(KeptErrand):
        def check(self) -> None:
            if self.ticket:
                raise Conflict("called off")

    with pytest.raises(Conflict):
        animator(double).make(order(TakeKind.CLIP, clip(), tmp_path, board=picture), Called())
    (job,) = double.jobs.values()
    assert job.cancelled
    assert double.books.total == 0


@pytest.mark.parametrize(
    ("double", "error"),
    [(FalDouble(polls=3, deaf=True), Busy), (FalDouble(Schedule({"cancel": [Fault.DOWN] * 2}), polls=2), Down)],
    ids=["goes on", "cannot be told"],
)
def test_what_goes_on_after_it_was_called_off_is_paid_for_and_kept(
    serve: Serve, tmp_path: Path, picture: Path, double: FalDouble, error: type[StudioError]
) -> None:
    serve(double)

    class Called(KeptErrand):
        def check(self) -> None:
            if any(job.asked > 1 for job in double.jobs.values()):
                raise Conflict("called off")

    errand = Called()
    with pytest.raises(error):
        animator(double).make(order(TakeKind.CLIP, clip(), tmp_path, board=picture), errand)
    assert errand.ticket, "so that somebody looks again"
    assert not errand.bills
    assert animator(double).make(order(TakeKind.CLIP, clip(), tmp_path, board=picture), errand).file.exists()
    assert len(errand.bills) == 1
    assert double.books.asked["submit"] == 1
    assert double.books.total > 0


def test_the_key_is_in_no_error(serve: Serve, tmp_path: Path, picture: Path) -> None:
    secret = "9d3a-secret:ffffeeee"
    seen = []
    for script, key in [
        ({}, secret),
        ({"submit": [Fault.FAILED]}, ""),
        ({"status": [Fault.GARBLED] * 4}, ""),
        ({"submit": [Fault.DENIED]}, ""),
        ({"submit": [Fault.DOWN] * 4}, ""),
    ]:
        double = serve(FalDouble(Schedule(script), key=secret) if not key else FalDouble())
        with pytest.raises(StudioError) as raised:
            animator(double, key=secret).make(order(TakeKind.CLIP, clip(), tmp_path, board=picture), KeptErrand())
        seen.append(raised.value)
    assert isinstance(seen[0], Denied)
    for error in seen:
        told = f"{error!r} {error} {error.detail} {error.cause!r} {error.__cause__!r} {vars(error)}"
        assert secret not in told
        assert "ffffeeee" not in told
