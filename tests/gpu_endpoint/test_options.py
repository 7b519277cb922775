"""What speeds an engine up and changes its pictures: off without being asked for, and then the same each time."""

from __future__ import annotations

import numpy as np
import pytest
from jobs import DF, I2V, KLEIN, T2V, picture

from gpu_endpoint.asked import Asked, asked
from gpu_endpoint.engine import Pixels, Source, Watch
from gpu_endpoint.registry import engine
from gpu_endpoint.residency import Residency, loaded
from gpu_endpoint.settings import Settings
from gpu_endpoint.starting import worker
from gpu_endpoint.wire import JobInput


def wanted(name: str) -> Asked:
    """A small job of four steps."""
    spec = engine(name)
    frames = {} if spec.kind == "picture" else {"frames": 9}
    given = {"engine": name, "job_key": "0" * 64, "prompt": "a cat", "width": 64, "height": 64, "seed": 7, "steps": 4}
    image = {"image": {"path": "/runpod-volume/a.png"}} if spec.image == "required" else {}
    found = asked(JobInput.model_validate({**given, **frames, **image}), spec)
    return found.shown(picture(64, 64), None, ()) if image else found


def made(name: str, source: Source) -> list[list[Pixels]]:
    """The same job done twice by one engine."""
    loaded_ = loaded(engine(name), source)
    return [list(loaded_.make(wanted(name), Watch())) for _ in range(2)]


def apart(one: list[Pixels], other: list[Pixels]) -> float:
    return float(np.mean([np.abs(a.astype(float) - b).mean() for a, b in zip(one, other, strict=True)]))


@pytest.mark.parametrize("name", [DF, T2V, I2V])
def test_a_cache_skips_and_leaves_nothing_behind_for_the_next_job(name: str) -> None:
    (plain, again), (cached, repeated) = made(name, Source()), made(name, Source(cache=100.0))
    assert apart(plain, again) == 0
    assert apart(cached, plain) > 0
    assert apart(cached, repeated) == 0


@pytest.mark.parametrize("name", [DF, I2V])
def test_half_decoding_changes_little(name: str) -> None:
    plain, half = made(name, Source())[0], made(name, Source(half_decoder=True))[0]
    assert 0 < apart(plain, half) < 3


def test_what_changes_pictures_is_off_unless_the_operator_asks() -> None:
    def pulled(**environment: str) -> Source:
        made_ = worker(Settings.read({"ENDPOINT_DEVICE": "cpu", **environment}))
        made_.close()
        return made_.residency.levers

    assert pulled() == Source()
    assert (Source().cache, Source().half_decoder, Source().fit) == (0.0, False, "whole")
    assert pulled(ENDPOINT_CACHE="0.1", ENDPOINT_HALF="1", ENDPOINT_COMPILE="1") == Source(
        cache=0.1, half_decoder=True, compile=True
    )


def test_levers_reach_the_engines() -> None:
    found = Residency(16.0, 16.0, levers=Source(cache=0.5)).use(engine(KLEIN))
    assert found.source == Source(cache=0.5)
