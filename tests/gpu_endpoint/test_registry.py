"""The registry: every engine is a file, has a twin, and the twin keeps its rules."""

from __future__ import annotations

import pytest

from gpu_endpoint.errors import UnknownEngine
from gpu_endpoint.registry import TINY, engine, engines

OURS = [name for name, spec in engines().items() if not name.startswith(TINY) and not spec.package]


def test_the_engines_of_the_studio_are_there() -> None:
    wanted = {"svd-xt", "svd", "keyframe-klein-4b", "skyreels-v3-r2v", "skyreels-v2-df-1.3b-540p"}
    wanted |= {f"skyreels-v2-{one}" for one in ("df-14b-540p", "t2v-14b-540p", "i2v-1.3b-540p", "i2v-14b-540p")}
    assert wanted <= set(engines())


@pytest.mark.parametrize("name", OURS)
def test_a_twin_keeps_the_rules_of_its_engine(name: str) -> None:
    spec, twin = engine(name), engine(TINY + name)
    assert twin.random
    assert not spec.random
    assert (twin.frames, twin.steps, twin.knobs, twin.image) == (spec.frames, spec.steps, spec.knobs, spec.image)


@pytest.mark.parametrize("name", OURS)
def test_the_usual_of_an_engine_is_valid(name: str) -> None:
    spec = engine(name)
    width, height = spec.sizes.usual
    assert width % spec.sizes.step == height % spec.sizes.step == 0
    assert width * height <= spec.sizes.most_pixels
    assert all(knob.least <= knob.usual <= knob.most for knob in spec.knobs.values())
    assert (spec.frames.usual - spec.frames.least) % spec.frames.step == 0


def test_an_engine_that_nobody_knows_is_refused_by_its_code() -> None:
    with pytest.raises(UnknownEngine) as refused:
        engine("sora")
    assert refused.value.told() == {"code": "unknown_engine", "message": "there is no engine sora"}
