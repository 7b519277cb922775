"""A worker: films and stills by the wire's schema, each key once, coded refusals, and the next job runs after each."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any, cast

import av
import httpx
import jsonschema
import numpy as np
import pytest
from jobs import DF, I2V, KLEIN, SVD, T2V, a_worker, job, key, picture, png
from PIL import Image

from gpu_endpoint.asked import asked
from gpu_endpoint.engine import Source, Watch
from gpu_endpoint.errors import Cancelled, InHand, Refusal
from gpu_endpoint.fetching import Fetcher
from gpu_endpoint.pictures import Pictures
from gpu_endpoint.registry import engine
from gpu_endpoint.residency import loaded
from gpu_endpoint.wire import read
from gpu_endpoint.worker import Errand, Worker
from tests.until import HANGS, until

SCHEMA = json.loads((Path(__file__).parents[2] / "data" / "wire" / "gpu-job.json").read_text())


def fits(document: object, part: str) -> None:
    jsonschema.Draft202012Validator({**SCHEMA, "$ref": f"#/$defs/{part}"}).validate(document)


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    made = a_worker(tmp_path_factory.mktemp("worker"))
    yield made
    made.close()


def film(output: dict[str, Any]) -> list[np.ndarray]:
    with av.open(io.BytesIO(base64.b64decode(output["base64"]))) as found:
        return [frame.to_ndarray(format="rgb24") for frame in found.decode(video=0)]


@pytest.mark.parametrize(
    ("engine", "given", "frames"),
    [(SVD, {}, 14), (SVD, {"fps": 24}, 45), (DF, {}, 9), (T2V, {"fps": 30}, 11), (I2V, {}, 9)],
)
def test_a_clip_keeps_to_the_wire(worker: Worker, engine: str, given: dict[str, Any], frames: int) -> None:
    wanted = job(engine, f"{engine}{given}", **given)
    fits(wanted, "input")
    told: list[dict[str, Any]] = []
    output = worker.answer(wanted, Errand("job-1", told.append))
    fits(output, "output")
    for one in told:
        fits(one, "progress")
    assert [one["share"] for one in told] == sorted(one["share"] for one in told)
    pictures = film(output)
    assert len(pictures) == output["frames"] == frames
    assert pictures[0].shape == (64, 64, 3)


def test_a_still_is_a_png_of_the_size_asked_for(worker: Worker) -> None:
    references = [png(picture(80, 96, seed)) for seed in (1, 2)]
    output = worker.answer(job(KLEIN, "still", references=references, width=96), Errand("job-1"))
    fits(output, "output")
    assert Image.open(io.BytesIO(base64.b64decode(output["base64"]))).size == (96, 64)


def test_a_picture_is_the_same_however_it_comes(tmp_path: Path) -> None:
    shown = png(picture())
    data = base64.b64decode(shown["base64"])
    (tmp_path / "a.png").write_bytes(data)
    public = httpx.MockTransport(lambda request: httpx.Response(200, content=data))
    fetcher = Fetcher(resolve=lambda host, port: ["93.184.216.34"], transport=public)
    made = a_worker(tmp_path, pictures=Pictures(tmp_path, fetcher=fetcher))
    ways = {"base64": shown, "url": {"url": "https://pictures.test/a"}, "path": {"path": "/runpod-volume/a.png"}}
    films = {made.answer(job(SVD, way, image=given), Errand(way))["base64"] for way, given in ways.items()}
    assert len(films) == 1
    made.close()


def test_a_key_is_computed_once_and_its_jobs_are_told(worker: Worker) -> None:
    first = worker.answer(job(KLEIN, "once"), Errand("job-a"))
    worked = worker.seconds
    again = worker.answer(job(KLEIN, "once", seed=8), Errand("job-b"))
    assert again["base64"] == first["base64"]
    assert worker.seconds == worked
    assert [one["id"] for one in again["other_jobs"]] == ["job-a"]
    assert again["other_jobs"][0]["ms"] >= 1


def test_the_same_key_of_another_caller_is_another_result(worker: Worker) -> None:
    first = worker.answer(job(KLEIN, "mine"), Errand("job-a", caller="ann"))
    other = worker.answer(job(KLEIN, "mine", seed=8), Errand("job-b", caller="bob"))
    assert other["base64"] != first["base64"]
    assert other["other_jobs"] == []


def test_a_key_at_work_is_not_begun_again(worker: Worker) -> None:
    begun, go = Event(), Event()

    def told(progress: dict[str, Any]) -> None:
        begun.set()

    with worker.lane.working(lambda: iter(go.wait() for _ in range(1)), Watch()):  # type: ignore[arg-type]
        first: list[Any] = []
        thread = Thread(target=lambda: first.append(worker.answer(job(KLEIN, "twice"), Errand("job-a", told))))
        thread.start()
        assert begun.wait(HANGS)
        until(worker.shelf.slot(key("twice")).claim.exists)
        with pytest.raises(InHand) as refused:
            worker.answer(job(KLEIN, "twice"), Errand("job-b"))
        fits(refused.value.told(), "error")
        assert refused.value.more == {"job": "job-a"}
        go.set()
    thread.join()
    assert first[0]["kind"] == "picture"


def test_a_job_called_off_ends_within_a_step(worker: Worker) -> None:
    stop, shares = Event(), []

    def told(progress: dict[str, Any]) -> None:
        shares.append(progress["share"])
        if progress["stage"] == "denoise":
            stop.set()

    with pytest.raises(Cancelled):
        worker.answer(job(DF, "off", steps=100, frames=97, width=128, height=128), Errand("job-a", told, stop))
    assert shares[-1] < 0.5
    assert not list(worker.shelf.folder.glob(f"{key('off')}.[cdb]*"))
    assert worker.answer(job(DF, "off"), Errand("job-b"))["frames"] == 9


@pytest.mark.parametrize("name", [SVD, KLEIN, DF, T2V, I2V])
def test_the_step_in_which_a_job_is_called_off_is_its_last(name: str) -> None:
    stop, found = Event(), cast("Any", loaded(engine(name), Source()))
    calls: list[int] = []

    def called(*_: object) -> None:
        calls.append(1)
        stop.set()

    getattr(found.pipes[0], found.core).register_forward_pre_hook(called)
    wanted = asked(read(job(name, steps=4)), engine(name))
    with pytest.raises(Cancelled):
        list(found.make(wanted.shown(picture(64, 64) if name in (SVD, I2V) else None, None, ()), Watch(stop)))
    assert 1 <= len(calls) <= 2  # a step with guidance asks the network twice


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"engine": "sora"}, "unknown_engine"),
        ({"engine": "svd-xt", "width": 1024, "height": 576, "frames": 25, "image": png(picture())}, "not_installed"),
        ({"engine": "skyreels-v3-r2v", "width": 1280, "height": 720}, "not_installed"),
        ({"width": 72}, "invalid_input"),
        ({"width": 1920, "height": 1920}, "invalid_input"),
        ({"engine": DF, "frames": 10}, "invalid_input"),
        ({"engine": DF, "frames": 10_000}, "invalid_input"),
        ({"engine": DF, "seconds": 0}, "invalid_input"),
        ({"engine": DF, "seconds": 10_000}, "invalid_input"),
        ({"engine": SVD, "seconds": 20.0}, "invalid_input"),
        ({"engine": SVD, "image": None}, "invalid_input"),
        ({"engine": I2V, "parameters": {"max_sequence_length": 256}}, "invalid_input"),
        ({"steps": 9}, "invalid_input"),
        ({"prompt": "  "}, "invalid_input"),
        ({"width": True}, "invalid_input"),
        ({"surprise": 1}, "invalid_input"),
        ({"engine": SVD, "image": {"base64": "not base64!"}}, "invalid_input"),
        ({"engine": SVD, "image": {"base64": "aGVsbG8gd29ybGQ="}}, "invalid_input"),
        ({"engine": SVD, "image": {"base64": "A" * 100_000_000}}, "invalid_input"),
        ({"engine": SVD, "image": {"url": "file:///etc/passwd"}}, "invalid_input"),
        ({"engine": SVD, "image": {"path": "/runpod-volume/../etc/passwd"}}, "fetch_failed"),
        ({"references": [png(picture(32, 96))]}, "invalid_input"),
    ],
    ids=lambda found: found if isinstance(found, str) else ",".join(found),
)
def test_bad_input_is_refused_by_its_code_and_leaks_nothing(worker: Worker, wrong: dict[str, Any], code: str) -> None:
    given = job(
        str(wrong.get("engine", KLEIN)), f"bad {sorted(wrong)}", **{k: v for k, v in wrong.items() if k != "engine"}
    )
    given = {name: value for name, value in given.items() if value is not None}
    if "seconds" in wrong:
        given.pop("frames", None)
    with pytest.raises(Refusal) as refused:
        worker.answer(given, Errand("job-1"))
    assert refused.value.code == code
    fits(refused.value.told(), "error")
    assert not any(
        secret in refused.value.text() for secret in ("Traceback", "/root", "/work", "site-packages", "passwd")
    )


def test_the_nearest_valid_length_is_offered(worker: Worker) -> None:
    with pytest.raises(Refusal) as refused:
        worker.answer(job(DF, "near", frames=11), Errand("job-1"))
    assert refused.value.more["fits"] == {"frames": 13}
    output = worker.answer(job(DF, "near", frames=13), Errand("job-1"))
    assert output["frames"] == 13


def test_a_png_bomb_is_not_unpacked(worker: Worker) -> None:
    data = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(data, "PNG")
    bomb = {"base64": base64.b64encode(data.getvalue()).decode()}
    with pytest.raises(Refusal) as refused:
        worker.answer(job(SVD, "bomb", image=bomb), Errand("job-1"))
    assert refused.value.code == "invalid_input"
