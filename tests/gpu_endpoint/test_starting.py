"""A worker as its operator set it up: where it finds weights, and at what rate it reckons."""

from __future__ import annotations

from pathlib import Path

import pytest

from gpu_endpoint import weights
from gpu_endpoint.errors import NotInstalled
from gpu_endpoint.registry import engine
from gpu_endpoint.settings import Settings
from gpu_endpoint.starting import worker

NAME = "stabilityai--stable-video-diffusion-img2vid-xt"
PLACES = [
    f"baked/{NAME}",
    f"volume/weights/{NAME}",
    f"volume/huggingface-cache/hub/models--{NAME}/snapshots/0123abcd",
]


@pytest.mark.parametrize("place", PLACES, ids=["baked in", "volume", "vendor's cache"])
def test_weights_are_found_wherever_the_operator_put_them(tmp_path: Path, place: str) -> None:
    settings, spec = Settings(weights=tmp_path / "baked", volume=tmp_path / "volume"), engine("svd-xt")
    (tmp_path / place).mkdir(parents=True)
    with pytest.raises(NotInstalled):  # a download that broke off is none
        weights.folder(spec, settings)
    (tmp_path / place / "model_index.json").write_text("{}")
    assert weights.folder(spec, settings) == str(tmp_path / place)
    assert weights.installed(spec, settings)
    assert not weights.installed(engine("svd"), settings)


@pytest.mark.parametrize(("rate", "dollars"), [({}, 0.0), ({"ENDPOINT_RATE": "0.5"}, 0.5)])
def test_a_worker_reckons_at_the_rate_its_operator_pays(tmp_path: Path, rate: dict[str, str], dollars: float) -> None:
    read = Settings.read({"ENDPOINT_DEVICE": "cpu", "ENDPOINT_RESULTS": str(tmp_path), **rate})
    made = worker(read)
    assert made.meter.told()["dollars"] == dollars
    made.close()


def test_a_worker_takes_what_its_operator_gives_it(tmp_path: Path) -> None:
    given = {"ENDPOINT_VRAM": "22.5", "ENDPOINT_MEMORY": "7", "ENDPOINT_FP8": "1", "ENDPOINT_KEEP": "60"}
    made = worker(Settings.read({"ENDPOINT_DEVICE": "cpu", "ENDPOINT_RESULTS": str(tmp_path), **given}))
    assert (made.residency.card, made.residency.memory, made.residency.fp8) == (22.5, 7.0, True)
    assert (made.shelf.folder, made.shelf.keep) == (tmp_path, 60.0)
    made.close()
