"""Animators on the endpoint's double: exact clips, chains that resume, what is garbled, nothing sent twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import pytest

from services.animators.runpod import RunPodAnimator
from services.gpu.sheet import EngineSheet, sheet
from services.gpu.work import Work, job_key
from services.media.conform import conforms
from services.media.ffmpeg import Ffmpeg
from services.media.flaws import film_flaw
from services.media.footage import decoded
from studio.crew import Order
from studio.errors import BadRequest, Garbled, Unclear, VendorError
from studio.story.breakdown import Framing
from studio.takes.frame import Aspect
from studio.takes.recipe import Recipe, TakeKind
from tests.doubles.errands import KeptErrand
from tests.doubles.runpod import RunPodDouble
from tests.doubles.server import Fault, Schedule
from tests.doubles.worker.pictures import _scene as scene
from tests.offline.shots import SMALL, board, clip, figures
from tests.services.gpu.endpoint import KEY, PACE, QUICK, jobs_on

FFMPEG = Ffmpeg()
SIZES = {Aspect.WIDE: (128, 72)}


def small(name: str, **more: object) -> EngineSheet:
    return sheet().engine[name].model_copy(update={"sizes": SIZES, **more})


def order(folder: Path, frames: int = 24, engine: str = "svd-xt", note: str = "") -> Order:
    folder.mkdir()
    brief = clip(board(Framing.MEDIUM, figures("ann"), size=SMALL), frames)
    recipe = Recipe(
        kind=TakeKind.CLIP, brief=brief.model_dump(mode="json"), engine=engine, engine_version="1", seed=11, note=note
    )
    picture = folder.parent / "board.png"
    cv2.imwrite(str(picture), scene({"width": 320, "height": 180, "seed": 5}))
    return Order(recipe, {"board": picture}, folder)


@contextmanager
def animator(double: RunPodDouble, engine: EngineSheet | None = None) -> Iterator[RunPodAnimator]:
    with jobs_on(double) as jobs:
        work = Work(jobs, engine or small("svd-xt"), hosts=("127.0.0.1",), pace=PACE, patience=QUICK)
        yield RunPodAnimator(work, FFMPEG)


def sent(double: RunPodDouble) -> list[dict]:
    return [job.input for job in double.queue.jobs.values()]


@pytest.mark.parametrize("smooth", [True, False], ids=["smoothed by the worker", "seven pictures a second"])
def test_a_clip_is_exactly_what_its_brief_says(tmp_path: Path, smooth: bool) -> None:
    errand = KeptErrand()
    with animator(double := RunPodDouble(smooth=smooth)) as engine:
        product = engine.make(order(tmp_path / "take", 50), errand)
    assert product.measure == {"frames": 50, "width": 320, "height": 180, "fps": 24}
    assert product.file.parent == tmp_path / "take"
    assert conforms(FFMPEG, product.file, SMALL, 50)
    assert film_flaw(product.file, size=(320, 180), frames=50, fps=24) == ""
    assert {bill.request for bill in errand.bills.values()} == set(double.books.billed) == {errand.ticket}


def test_svd_is_told_no_words_and_skyreels_is(tmp_path: Path) -> None:
    with animator(double := RunPodDouble()) as engine:
        engine.make(order(tmp_path / "svd"), KeptErrand())
    assert "prompt" not in sent(double)[0]
    assert sent(double)[0]["frames"] == 25
    name = "skyreels-v2-df-1.3b-540p"
    with animator(double := RunPodDouble(), small(name)) as engine:
        product = engine.make(order(tmp_path / "sky", 100, name, "slower, please"), KeptErrand())
    job = sent(double)[0]
    assert "slower, please" in job["prompt"]
    assert (job["frames"] - 1) % 4 == 0
    assert job["parameters"]["causal_block_size"] == 1
    assert product.measure["frames"] == 100


def test_a_longer_shot_goes_on_from_its_last_picture(tmp_path: Path) -> None:
    errand = KeptErrand()
    with animator(double := RunPodDouble()) as engine:
        product = engine.make(order(tmp_path / "take", 150), errand)
    assert errand.tickets == ["job-1-u1", "job-1-u1 job-2-u1"]
    assert film_flaw(product.file, size=(320, 180), frames=150, fps=24) == ""
    keys = [job["job_key"] for job in sent(double)]
    assert keys == [job_key(errand.key, 0), job_key(errand.key, 1)]
    film = list(decoded(tmp_path / "take" / "film0.mp4"))
    second = next(decoded(tmp_path / "take" / "film1.mp4"))
    assert cv2.absdiff(film[-1], second).mean() < 6 < cv2.absdiff(film[0], second).mean()


def test_a_shot_longer_than_the_most_links_ends_in_a_move(tmp_path: Path) -> None:
    with animator(double := RunPodDouble(), small("svd-xt", most_links=1)) as engine:
        product = engine.make(order(tmp_path / "take", 168), KeptErrand())
    assert double.books.asked["run"] == 1
    assert film_flaw(product.file, size=(320, 180), frames=168, fps=24) == ""


def test_a_chain_is_gone_on_with_where_a_killed_process_left_it(tmp_path: Path) -> None:
    first = KeptErrand()
    with animator(double := RunPodDouble()) as engine:
        whole = engine.make(order(tmp_path / "one", 150), first)
        again = KeptErrand(ticket=first.tickets[0])
        resumed = engine.make(order(tmp_path / "two", 150), again)
        assert double.books.asked["run"] == 3  # the second job's key is known to the worker: it hands its film out
        assert len(list((double.results).glob("*.json"))) == 2
    assert resumed.file.read_bytes() == whole.file.read_bytes()


@pytest.mark.parametrize("fault", [Fault.GARBLED, Fault.FAILED, Fault.EXPIRED])
def test_what_cannot_be_believed_is_garbled_and_booked(tmp_path: Path, fault: Fault) -> None:
    errand = KeptErrand()
    double = RunPodDouble(Schedule({"job": [fault]}), says={"svd-xt": 56_000})
    with animator(double) as engine, pytest.raises(Garbled) as raised:
        engine.make(order(tmp_path / "take"), errand)
    assert raised.value.request == "job-1-u1"
    assert KEY not in repr(raised.value.__dict__)
    booked = {bill.request: bill.quantities["gpu_ms"] for bill in errand.bills.values()}
    assert booked == ({} if fault is Fault.EXPIRED else {"job-1-u1": 56_000})


def test_a_film_of_the_wrong_size_is_garbled(tmp_path: Path) -> None:
    with animator(RunPodDouble(), small("svd-xt", sizes={Aspect.WIDE: (128, 72)})) as engine:
        take = order(tmp_path / "take")
        errand = KeptErrand()
        engine.make(take, errand)
        other = RunPodAnimator(Work(engine._work.jobs, small("svd-xt", sizes={Aspect.WIDE: (96, 48)})), FFMPEG)
        with pytest.raises(Garbled, match="128x72 where 96x48"):
            other.make(take, errand)


def test_a_clip_without_its_board_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    take = order(tmp_path / "take")
    with animator(double := RunPodDouble()) as engine, pytest.raises(BadRequest):
        engine.make(Order(take.recipe, {}, take.folder), KeptErrand())
    assert double.books.asked["run"] == 0


def patient(engine: RunPodAnimator, folder: Path, key: str) -> dict[str, int]:
    """Ask as production does until a take is made; gives what was booked on the way, in micro-dollars."""
    errand, booked = KeptErrand(key=key), dict[str, int]()
    for number in range(12):
        try:
            engine.make(order(folder / f"{key[-2:]}-{number}", 12), errand)
        except Unclear:
            again = KeptErrand(key=key, ticket=errand.ticket, doubtful=not errand.ticket)
        except Garbled:
            again = KeptErrand(key=key)  # the vendor is done with it: begun anew
        except VendorError:
            again = errand
        else:
            again = None
        booked |= {bill.request: bill.quantities["gpu_ms"] // 1000 * 310 for bill in errand.bills.values()}
        if again is None:
            return booked
        errand = again
    pytest.fail("a take was never made")


def test_a_faulty_vendor_is_outlasted_and_what_we_book_is_its_bill(tmp_path: Path) -> None:
    among = tuple(fault for fault in Fault if fault is not Fault.DENIED)
    schedule = Schedule(share=0.3, seed=4, among=among, cap=2)
    double = RunPodDouble(schedule, says={"svd-xt": 56_000}, workers=3, cold_ms=2_100)
    booked: dict[str, int] = {}
    with animator(double) as engine:
        for number in range(8):
            booked |= patient(engine, tmp_path, f"{number:064x}")
    assert booked == double.books.billed
    assert len(list(double.results.glob("*.json"))) == 8  # each computed and kept once
    computed = sum(micros >= 56 * 310 for micros in booked.values())
    failed = sum(job.fault in (Fault.FAILED, Fault.GARBLED) for job in double.queue.jobs.values())
    assert computed <= 8 + failed
    assert failed > 0
