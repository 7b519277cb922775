"""What a worker's jobs cost: refused before they begin where that is too much, and told with their answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from jobs import DF, KLEIN, SVD, a_worker, job

from gpu_endpoint.errors import TooExpensive
from gpu_endpoint.meter import Meter, card
from gpu_endpoint.worker import Errand, Worker

SCHEMA = json.loads((Path(__file__).parents[2] / "data" / "wire" / "gpu-job.json").read_text())
RATE = 0.5  # dollars a second


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    known = card("cpu")
    assert known is not None
    made = a_worker(tmp_path_factory.mktemp("worker"), meter=Meter(known, RATE))
    yield made
    made.close()


@pytest.mark.parametrize("engine", [SVD, KLEIN, DF])
def test_a_job_beyond_its_callers_ceiling_is_refused_and_the_next_one_runs(worker: Worker, engine: str) -> None:
    worked = worker.seconds
    with pytest.raises(TooExpensive) as refused:
        worker.answer(job(engine, f"dear-{engine}", ceiling_ms=1), Errand("job-1"))
    told = refused.value.told()
    jsonschema.Draft202012Validator({**SCHEMA, "$ref": "#/$defs/error"}).validate(told)
    assert told["predicted_ms"] > 1
    assert worker.seconds == worked
    assert worker.answer(job(engine, f"dear-{engine}", ceiling_ms=600_000), Errand("job-2"))["engine"] == engine


def test_an_answer_tells_what_it_took_and_one_from_the_shelf_took_nothing(worker: Worker) -> None:
    first = worker.answer(job(KLEIN, "told", width=96), Errand("job-1"))
    jsonschema.Draft202012Validator({**SCHEMA, "$ref": "#/$defs/output"}).validate(first)
    work = first["work"]
    assert 0 < work["seconds"] * 1000 <= first["gpu_ms"] + 1
    assert work["dollars"] == pytest.approx(RATE * work["seconds"], rel=0.01)
    assert work["tflops"] == pytest.approx(work["tflop"] / work["seconds"], rel=0.01)
    assert work["peak_share"] == pytest.approx(work["tflops"] / 0.1, rel=0.01)
    assert "work" not in worker.answer(job(KLEIN, "told", width=96, ceiling_ms=1), Errand("job-2"))
    assert worker.meter.told()["tflops"]
