"""RunPod: pods against the vendor's REST description; jobs, which have none, against our own wire to the worker."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import pytest
from jsonschema import Draft202012Validator

from services.animators.runpod import RunPodAnimator
from services.gpu.answers import Compared, Made, Other, Refusal, SceneScore, Score
from services.gpu.comparing import ComparedScene, Comparer, ScoreBrief
from services.gpu.jobs import Jobs
from services.gpu.machine import Wanted
from services.gpu.pods import Pods
from services.gpu.sheet import sheet
from services.gpu.work import Work
from services.guard import Line, Manners
from services.media.ffmpeg import Ffmpeg
from services.painters.runpod import RunPodPainter
from studio.crew import Order
from studio.errors import Busy, Denied, Invalid, VendorError
from studio.story.breakdown import Framing
from studio.takes.frame import Aspect
from studio.takes.recipe import Recipe, TakeKind
from tests.contract.overheard import Description, overheard
from tests.doubles.drawing import a_film
from tests.doubles.errands import KeptErrand
from tests.doubles.runpod import RunPodDouble
from tests.doubles.runpod_queue import crash
from tests.doubles.server import Fault, Schedule, serving
from tests.doubles.worker.pictures import Refusal as WorkerRefusal
from tests.doubles.worker.pictures import _scene as scene
from tests.offline.shots import SMALL, board, clip, figures
from tests.services.clock import Clock
from tests.services.gpu.endpoint import KEY, PACE, QUICK, quiet_line

WIRE = json.loads((Path(__file__).parents[2] / "data" / "wire" / "gpu-job.json").read_text())
RULE = sheet().machines


def fits(part: str, body: object) -> bool:
    return Draft202012Validator({"$ref": f"#/$defs/{part}", "$defs": WIRE["$defs"]}).is_valid(body)


def test_pods_keep_the_vendors_description() -> None:
    description = Description("runpod-rest-v2.openapi.2026-08-20.json")
    double = RunPodDouble(Schedule({"create": [Fault.BUSY], "pods": [Fault.DOWN]}), workers=0)
    line = Line(Manners(name="runpod", hosts=(), trips=50), Clock().patience)
    with overheard(double.app) as (base, heard):
        pods = Pods(KEY, f"{base}/mgmt/v2", RULE.host[0], RULE, to=line)
        double.pods.stock = (RULE.host[0].gpus[1],)
        made = pods.start(Wanted(name="trashfire-1", image="trashfire/gpu-endpoint:1", env={"TOKEN": "t"}))
        double.pods.run(made.id, 900, gpu=12, cpu=3)
        pods.machines()
        pods.most_workers("ep1")
        pods.most_workers("ep9")
        assert pods.rate("ep1")
        pods.end(made.id)
        pods.end(made.id)
        pods.close()
        stranger = Pods("rpa_wrong", f"{base}/mgmt/v2", RULE.host[0], RULE, to=line)
        with pytest.raises(Denied):
            stranger.machines()
        stranger.close()
    exchanges = [one for one in heard if one.path.startswith("/mgmt")]
    assert {one.status for one in exchanges} == {200, 201, 204, 400, 401, 404, 429, 503}
    for one in exchanges:
        description.check(one, one.path.removeprefix("/mgmt"))


def test_jobs_keep_our_own_wire(tmp_path: Path) -> None:
    picture = tmp_path / "board.png"
    cv2.imwrite(str(picture), scene({"width": 320, "height": 180, "seed": 5}))
    brief = board(Framing.MEDIUM, figures("ann", "ben"), size=SMALL)
    double = RunPodDouble(Schedule({"run": [Fault.LOST_AFTER]}), cold_ms=900, workers=1)
    with serving(double.app) as base:
        jobs = Jobs(KEY, "ep1", f"{base}/v2", to=quiet_line())
        for name, engine in sheet().engine.items():
            small = engine.model_copy(update={"sizes": {Aspect.WIDE: (128, 72)}})
            work = Work(jobs, small, hosts=("127.0.0.1",), pace=PACE, patience=QUICK)
            still = name == "keyframe-klein-4b"
            asked, kind = (brief, TakeKind.BOARD) if still else (clip(brief, 30), TakeKind.CLIP)
            recipe = Recipe(kind=kind, brief=asked.model_dump(mode="json"), engine=name, engine_version="1", seed=3)
            inputs = {"board": picture} if not still else {"look:ann": picture, "look:ben": picture, "plate": picture}
            (tmp_path / name).mkdir()
            maker = RunPodPainter(work) if still else RunPodAnimator(work, Ffmpeg())
            key = f"{len(double.queue.jobs):064x}"
            maker.make(Order(recipe, inputs, tmp_path / name), KeptErrand(key=key))
        jobs.close()
        double.close()
    assert len(double.queue.jobs) == len(sheet().engine) + 1
    for job in double.queue.jobs.values():
        assert fits("input", job.input)
        assert job.status == "COMPLETED"
        assert fits("output", job.output)
        assert set(job.policy) == {"executionTimeout", "ttl"}
        assert 10_000 <= job.policy["executionTimeout"] <= job.policy["ttl"] <= 7 * 86_400_000
    assert any(job.output["other_jobs"] for job in double.queue.jobs.values())
    assert {job.input["engine"] for job in double.queue.jobs.values()} == set(sheet().engine)


def test_a_comparison_keeps_our_own_wire(tmp_path: Path) -> None:
    board, film = tmp_path / "board.png", tmp_path / "clip.mp4"
    cv2.imwrite(str(board), scene({"width": 320, "height": 180, "seed": 5}))
    film.write_bytes(a_film(board.read_bytes(), (320, 180), 0.5))
    names = ("one", "two")
    inputs = {f"{role}:{name}": file for name in names for role, file in (("clip", film), ("board", board))}
    inputs |= {"shown:ann:0": board, "shown:ben:0": board}
    brief = ScoreBrief(
        scenes=tuple(ComparedScene(name=one, characters=("ann",)) for one in names), cast={"ann": 1, "ben": 1}
    )
    recipe = Recipe(kind=TakeKind.SCORE, brief=brief.model_dump(mode="json"), engine="consistency", engine_version="1")
    double = RunPodDouble(Schedule({"run": [Fault.LOST_AFTER]}), cold_ms=900, workers=1, percents=(93.5,))
    errand = KeptErrand(key="c" * 64)
    with serving(double.app) as base:
        jobs = Jobs(KEY, "ep1", f"{base}/v2", to=quiet_line())
        made = Comparer(jobs, PACE, QUICK).make(Order(recipe, inputs, tmp_path), errand)
        jobs.close()
        double.close()
    assert [one.percent for one in Score.model_validate_json(made.file.read_bytes()).scenes] == [93.5, 93.5]
    assert len(double.queue.jobs) == 2  # the first one's answer was lost; both are booked
    assert set(errand.bills) == set(double.queue.jobs)
    for job in double.queue.jobs.values():
        assert fits("comparison", job.input)
        assert fits("compared", job.output)


def test_what_we_read_of_a_comparison_is_what_the_wire_names() -> None:
    named = WIRE["$defs"]["compared"]["properties"]
    assert set(Compared.model_fields) == set(named)
    assert set(Score.model_fields) <= set(named["score"]["properties"])
    assert set(SceneScore.model_fields) <= set(named["score"]["properties"]["scenes"]["items"]["properties"])


def test_what_we_read_of_an_answer_is_what_the_wire_names() -> None:
    named = WIRE["$defs"]["output"]["properties"]
    assert set(Made.model_fields) | {"seed", "work"} == set(named)
    assert set(Other.model_fields) == set(named["other_jobs"]["items"]["properties"])
    assert set(Refusal.model_fields) <= set(WIRE["$defs"]["error"]["properties"])
    assert fits("error", json.loads(WorkerRefusal("in_hand", "another job is at it", job="job-1").text))
    assert fits("progress", {"share": 0.25, "stage": "denoise"})
    assert not fits("error", json.loads(crash("wrk1")))


@pytest.mark.parametrize(
    "wrong",
    [
        {"job_key": "short"},
        {"width": 1001},
        {"seconds": 2.0},
        {"image": {"base64": "aaaaaaaaaaaa", "url": "https://example.org/a.png"}},
        {"image": {"url": "http://169.254.169.254/"}},
        {"references": [{"path": "/etc/passwd"}]},
        {"surprise": 1},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_the_wire_refuses(wrong: dict[str, object]) -> None:
    good = {"engine": "svd-xt", "job_key": "a" * 64, "width": 1024, "height": 576, "seed": 1, "frames": 25}
    assert fits("input", good)
    assert not fits("input", good | wrong)


@pytest.mark.parametrize(("fault", "error"), [(Fault.BUSY, Busy), (Fault.DENIED, Denied)])
def test_faults_of_the_double_are_the_vendors(fault: Fault, error: type[VendorError]) -> None:
    double = RunPodDouble(Schedule({"health": [fault] * 4}))
    with serving(double.app) as base:
        jobs = Jobs(KEY, "ep1", f"{base}/v2", to=quiet_line())
        with pytest.raises(error):
            jobs.health()
        with pytest.raises(Invalid):
            jobs.run({"policy": {}})
        jobs.close()
        double.close()
