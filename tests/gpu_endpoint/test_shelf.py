"""Results by key: whole or not there, of the dead nothing stays, and a result reaches its caller or says why not."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from botocore.exceptions import EndpointConnectionError
from jobs import KLEIN, SVD, a_worker, job, key, picture

from gpu_endpoint.delivery import Delivery
from gpu_endpoint.errors import InHand, Internal, UploadFailed
from gpu_endpoint.settings import Bucket, Settings
from gpu_endpoint.shelf import Shelf
from gpu_endpoint.worker import Errand
from tests.ports import free_port
from tests.until import HANGS

BUCKET = Bucket(url="https://s3.test", key="k", secret="s3cr3t", name="films")


class Storage:
    """A bucket that keeps what it is given, or is not there."""

    def __init__(self, *, gone: bool = False) -> None:
        self.kept: dict[str, bytes] = {}
        self.gone = gone

    def upload_file(self, file: str, bucket: str, name: str, **given: Any) -> None:
        if self.gone:
            raise EndpointConnectionError(endpoint_url="https://s3.test")
        self.kept[f"{bucket}/{name}"] = Path(file).read_bytes()

    def generate_presigned_url(self, operation: str, **given: Any) -> str:
        assert given["ExpiresIn"] >= 86_400
        return f"https://s3.test/{given['Params']['Bucket']}/{given['Params']['Key']}?signed"


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "results", 3600.0)


def test_a_claim_holds_while_its_job_gives_signs_of_life(shelf: Shelf) -> None:
    slot = shelf.slot(key("a"))
    with slot.claimed("job-a"):
        with pytest.raises(InHand) as refused, slot.claimed("job-b"):
            pass
        assert refused.value.more == {"job": "job-a"}
        old = time.time() - 120
        os.utime(slot.claim, (old, old))
        slot.renew()
        with pytest.raises(InHand), slot.claimed("job-b"):
            pass
    assert not slot.claim.exists()


def test_the_claim_of_a_dead_worker_is_taken_over_and_not_torn_from_its_heir(shelf: Shelf) -> None:
    slot = shelf.slot(key("b"))
    with slot.claimed("job-dead"):
        old = time.time() - 120
        os.utime(slot.claim, (old, old))
        heir = slot.claimed("job-heir")
        heir.__enter__()
        assert slot.claim.read_text() == "job-heir"
    # The one that was taken for dead has ended, and leaves the heir's claim alone.
    assert slot.claim.read_text() == "job-heir"
    heir.__exit__(None, None, None)
    assert not slot.claim.exists()


def test_a_job_that_comes_again_after_its_worker_died_is_not_its_own_rival(shelf: Shelf) -> None:
    slot = shelf.slot(key("again"))
    slot.claim.write_text("job-a")
    with pytest.raises(InHand), slot.claimed("job-b"):
        pass
    with slot.claimed("job-a"):
        assert slot.claim.exists()
    assert not slot.claim.exists()


def test_a_sign_of_life_makes_no_claim(shelf: Shelf) -> None:
    slot = shelf.slot(key("c"))
    slot.renew()
    assert not slot.claim.exists()


def test_a_result_is_there_whole_or_not_at_all(shelf: Shelf) -> None:
    slot = shelf.slot(key("d"))
    (shelf.folder / f"{slot.key}.json").write_text("{}")
    assert slot.kept() is None
    draft = shelf.draft(slot.key, "job/../a")
    assert draft.parent == shelf.folder
    draft.write_bytes(b"film")
    slot.keep(draft, {"kind": "clip"})
    found = slot.kept()
    assert found is not None
    assert (found.file.read_bytes(), found.facts) == (b"film", {"kind": "clip"})
    assert not draft.exists()


def test_what_is_older_than_is_kept_is_cleared_away(shelf: Shelf) -> None:
    slot = shelf.slot(key("e"))
    slot.note("job-a")
    draft = shelf.draft(slot.key, "job-a")
    draft.write_bytes(b"film")
    slot.keep(draft, {})
    old = time.time() - 7200
    for file in shelf.folder.iterdir():
        os.utime(file, (old, old))
    assert shelf.slot(key("e")).kept() is None
    assert not list(shelf.folder.iterdir())


def test_the_whole_folder_is_looked_through_now_and_then_and_a_key_s_own_result_each_time(tmp_path: Path) -> None:
    now = [time.time()]
    shelf = Shelf(tmp_path / "results", 3600.0, clock=lambda: now[0])
    slot = shelf.slot(key("mine"))
    draft = shelf.draft(slot.key, "job-a")
    draft.touch()
    slot.keep(draft, {})
    left = shelf.folder / f"{key('another')}.bin"
    left.touch()
    old = now[0] - 7200
    for file in shelf.folder.iterdir():
        os.utime(file, (old, old))
    assert shelf.slot(key("mine")).kept() is None
    assert left.exists()  # jobs by the hundred list no folder of thousands each
    now[0] += 600.0
    shelf.slot(key("mine"))
    assert not left.exists()


def test_a_result_that_shows_nothing_is_answered_but_not_kept(tmp_path: Path) -> None:
    worker = a_worker(tmp_path)
    still = job(SVD, "still", image={"base64": "unused-here"})
    worker.pictures.of = lambda job, wanted, check: wanted.shown(picture(64, 64), None, ())  # type: ignore[method-assign]
    worker.residency.load = _Still  # type: ignore[assignment]
    output = worker.answer(still, Errand("job-a"))
    assert output["frames"] == 14
    assert not [file for file in worker.shelf.folder.iterdir() if file.suffix != ".jobs"]
    worker.close()


class _Still:
    """An engine whose pictures never change."""

    def __init__(self, spec: Any, source: Any) -> None:
        self.spec, self.source = spec, source

    def make(self, asked: Any, watch: Any) -> Any:
        yield from (np.asarray(asked.image) for _ in range(asked.frames))

    def move(self, device: str) -> None:
        pass


def test_a_result_goes_into_the_bucket_and_never_stays_a_path(tmp_path: Path) -> None:
    storage = Storage()
    worker = a_worker(tmp_path, delivery=Delivery(BUCKET, storage))
    output = worker.answer(job(KLEIN, "bucket"), Errand("job-a"))
    assert output["url"] == f"https://s3.test/films/results/{key('bucket')}.png?signed"
    assert "base64" not in output
    assert storage.kept[f"films/results/{key('bucket')}.png"].startswith(b"\x89PNG")
    storage.gone = True
    with pytest.raises(UploadFailed) as refused:
        worker.answer(job(KLEIN, "bucket"), Errand("job-b"))
    assert "s3" not in refused.value.text()
    storage.gone = False
    worked = worker.seconds
    assert worker.answer(job(KLEIN, "bucket"), Errand("job-c"))["url"] == output["url"]
    assert worker.seconds == worked
    worker.close()


def test_a_result_too_large_for_an_answer_needs_a_bucket(tmp_path: Path) -> None:
    file = tmp_path / "film"
    file.write_bytes(bytes(8_000_000))
    with pytest.raises(UploadFailed, match="needs a bucket"):
        Delivery().deliver(file, "film", "video/mp4")


def test_a_full_disk_is_a_coded_answer(tmp_path: Path) -> None:
    worker = a_worker(tmp_path)
    results = worker.shelf.slot(key("x")).folder
    (results / f"{key('full')}.jobs").symlink_to("/dev/full")
    with pytest.raises(Internal, match="disk is full"):
        worker.answer(job(KLEIN, "full"), Errand("job-a"))
    assert worker.answer(job(KLEIN, "after"), Errand("job-b"))["kind"] == "picture"
    worker.close()


@pytest.mark.parametrize(("engine", "file"), [(KLEIN, "{}.job-a.draft"), (SVD, ".{}.job-a.draft.part")])
def test_a_disk_that_fills_up_while_a_result_is_written_is_one_too(tmp_path: Path, engine: str, file: str) -> None:
    worker = a_worker(tmp_path)
    results = worker.shelf.slot(key("x")).folder
    (results / file.format(key("filling"))).symlink_to("/dev/full")
    with pytest.raises(Internal, match="disk is full"):
        worker.answer(job(engine, "filling"), Errand("job-a"))
    assert {one.suffix for one in results.iterdir()} == {".jobs"}
    assert worker.answer(job(engine, "filling"), Errand("job-b"))["engine"] == engine
    worker.close()


def test_settings_are_read_from_the_environment_and_secrets_are_not_shown() -> None:
    read = Settings.read(
        {"ENDPOINT_ENGINE": "svd-xt", "ENDPOINT_VRAM": "22.5", "ENDPOINT_TOKEN": "sesame", "PORT": "81",
         "BUCKET_ENDPOINT_URL": "https://s3.test", "BUCKET_SECRET_ACCESS_KEY": "s3cr3t"}
    )  # fmt: skip
    assert (read.engine, read.vram, read.port) == ("svd-xt", 22.5, 81)
    assert read.bucket is not None
    assert "s3cr3t" not in repr(read)
    assert "sesame" not in repr(read)


def test_the_sdks_local_server_runs_a_job(tmp_path: Path) -> None:
    port = free_port()
    child = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "gpu_endpoint.handler", "--rp_serve_api", "--rp_api_port", str(port)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "ENDPOINT_RESULTS": str(tmp_path), "RUNPOD_LOG_LEVEL": "ERROR", "OMP_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        transport = httpx.HTTPTransport(retries=0)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", transport=transport, timeout=HANGS) as http:
            end = time.monotonic() + HANGS
            while True:
                try:
                    answer = http.post("/runsync", json={"input": job(KLEIN, "local")})
                    break
                except httpx.ConnectError:
                    assert time.monotonic() < end
                    assert child.poll() is None
                    time.sleep(0.1)
        assert answer.json()["status"] == "COMPLETED"
        assert answer.json()["output"]["kind"] == "picture"
    finally:
        os.killpg(child.pid, 9)
        child.wait()
