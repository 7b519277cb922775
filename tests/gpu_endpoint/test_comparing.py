"""Comparisons as jobs: clips and pictures in the job, at addresses and on the volume, each key compared once."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from jobs import KLEIN, a_worker, job, key, png
from PIL import Image
from test_worker import SCHEMA, fits

from gpu_endpoint.errors import InHand, Refusal
from gpu_endpoint.fetching import Fetcher
from gpu_endpoint.film import written
from gpu_endpoint.materials import Materials
from gpu_endpoint.pictures import Pictures
from gpu_endpoint.scoring import SceneScore, Score
from gpu_endpoint.wire import ComparisonInput, understood
from gpu_endpoint.worker import Errand, Worker
from tests.media.scenes import GOOD

OPEN, INSIDE = "93.184.216.34", "10.0.0.7"


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """Three small films."""
    folder, made = tmp_path_factory.mktemp("clips"), []
    for number, kind in enumerate(("pan", "walk", "zoom")):
        film = folder / f"{number}.mp4"
        written((one[..., ::-1].copy() for one in GOOD[kind](number)), 7, film)
        made.append(film.read_bytes())
    return made


@pytest.fixture
def worker(tmp_path: Path, clips: list[bytes]) -> Iterator[Worker]:
    """A worker with the first film on its volume, and an internet in which the second one lies."""
    (tmp_path / "0.mp4").write_bytes(clips[0])
    found = {"/b.mp4": clips[1], "/list.mp4": b"#EXTM3U\nfile:///etc/hostname\n"}

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/far.mp4":
            return httpx.Response(302, headers={"location": f"https://{INSIDE}/b.mp4"})
        return httpx.Response(200, content=found[request.url.path])

    def resolve(host: str, port: int) -> list[str]:
        return [{"clips.test": OPEN, "inside.test": INSIDE}.get(host, host)]

    fetcher = Fetcher(resolve=resolve, transport=httpx.MockTransport(answer))
    made = a_worker(tmp_path, pictures=Pictures(tmp_path, fetcher=fetcher))
    yield made
    made.close()


def sent(data: bytes) -> dict[str, str]:
    return {"base64": base64.b64encode(data).decode()}


def comparison(*scenes: dict[str, Any], name: str = "", **more: Any) -> dict[str, Any]:
    """A job without weights; scenes are named by their number."""
    named = [{"name": str(number), **one} for number, one in enumerate(scenes)]
    keyed = {"job_key": key(name)} if name else {}
    return {**keyed, "consistency": {"method": "weight-free", "scenes": named, **more}}


def test_clips_in_the_job_at_addresses_and_on_the_volume_are_one_set(worker: Worker, clips: list[bytes]) -> None:
    still = png(Image.fromarray(GOOD["zoom"](2)[0][..., ::-1].copy()))
    given = comparison(
        {"clip": {"path": "/runpod-volume/0.mp4"}},
        {"clip": {"url": "https://clips.test/b.mp4"}},
        {"clip": sent(clips[2]), "keyframe": still},
        cast={"ann": [still]},
    )
    fits(given, "comparison")
    heard: list[dict[str, Any]] = []
    made = worker.answer(given, Errand("job-1", heard.append))
    fits(made, "compared")
    for one in heard:
        fits(one, "progress")
    assert [one["reason"] for one in made["score"]["scenes"]] == ["", "", ""]
    assert made["score"]["good"] == 3
    assert not made["score"]["passed"]


def test_a_key_is_compared_once_and_not_mistaken_for_a_picture(worker: Worker, clips: list[bytes]) -> None:
    first = worker.answer(comparison({"clip": "0.mp4"}, {"clip": sent(clips[1])}, name="once"), Errand("job-1"))
    worked = worker.seconds
    again = worker.answer(comparison({"clip": "0.mp4"}, {"clip": "none.mp4"}, name="once"), Errand("job-2"))
    assert again["score"] == first["score"]
    assert worker.seconds == worked
    assert [(one["id"], one["ms"]) for one in again["other_jobs"]] == [("job-1", first["gpu_ms"])]
    assert worker.answer(job(KLEIN, "once"), Errand("job-3"))["kind"] == "picture"
    assert not list(worker.shelf.folder.glob("*.claim"))


def test_a_comparison_at_work_is_not_begun_again(worker: Worker, clips: list[bytes]) -> None:
    given = comparison({"clip": "0.mp4"}, {"clip": sent(clips[1])}, name="twice")
    compared = hashlib.sha256(f"/compared/{given['job_key']}".encode()).hexdigest()  # beside what is made under the key
    with worker.shelf.slot(compared).claimed("job-a"), pytest.raises(InHand) as refused:
        worker.answer(given, Errand("job-b"))
    assert refused.value.more == {"job": "job-a"}


def test_missing_weights_are_said_before_anything_is_fetched(worker: Worker) -> None:
    given = comparison({"clip": {"url": "https://inside.test/b.mp4"}}, {"clip": "0.mp4"}, method="trained")
    with pytest.raises(Refusal) as refused:
        worker.answer(given, Errand("job-1"))
    assert refused.value.code == "not_installed"
    fits(refused.value.told(), "error")


@pytest.mark.parametrize(
    ("clip", "told"),
    [
        ({"url": "https://inside.test/b.mp4"}, "public"),
        ({"url": "https://clips.test/far.mp4"}, "public"),
        ({"url": "https://clips.test/list.mp4"}, "MP4"),
        ({"url": "http://clips.test/b.mp4"}, "scenes.0.clip"),
        (sent(b"#EXTM3U\nhttps://clips.test/b.mp4\n"), "MP4"),
        (sent(b"\0\0\0\x20ftypisom" + bytes(64)), "film"),
        ({"base64": "not base64!"}, "base64"),
        ({"base64": "AAAA" * 20_000_000}, "at most"),
        ({"path": "/runpod-volume/../secret.mp4"}, "no such file"),
        ({"path": "/etc/hostname"}, "scenes.0.clip"),
    ],
    ids=["inside", "led inside", "a list fetched", "http", "a list", "torn", "letters", "too large", "out", "path"],
)
def test_what_is_no_clip_or_lies_where_it_must_not_is_refused(worker: Worker, clip: dict[str, str], told: str) -> None:
    with pytest.raises(Refusal, match=told) as refused:
        worker.answer(comparison({"clip": clip}, {"clip": "0.mp4"}), Errand("job-1"))
    assert refused.value.code == "invalid_input"
    fits(refused.value.told(), "error")
    assert not any(secret in refused.value.text() for secret in ("/etc", INSIDE, str(worker.pictures.volume)))


def test_all_that_is_sent_is_counted_together(tmp_path: Path, clips: list[bytes]) -> None:
    given = comparison({"clip": sent(clips[0])}, {"clip": sent(clips[1])})
    wanted = understood(ComparisonInput, given).consistency
    room = len(clips[0]) + len(clips[1])
    assert len(Materials(Pictures(tmp_path), tmp_path, left=room).scenes(wanted)) == 2
    with pytest.raises(Refusal, match="all clips and pictures"):
        Materials(Pictures(tmp_path), tmp_path, left=room - 1).scenes(wanted)


def test_the_wire_names_every_figure_of_a_score() -> None:
    told = SCHEMA["$defs"]["compared"]["properties"]["score"]["properties"]
    assert set(told) == set(Score.model_fields)
    assert set(told["scenes"]["items"]["properties"]) == set(SceneScore.model_fields)
