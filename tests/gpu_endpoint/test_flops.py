"""Operations as counted elsewhere for the same jobs, and what is predicted, reported and refused by them."""

from __future__ import annotations

from pathlib import Path

import pytest

import gpu_endpoint
from gpu_endpoint.architectures import bare
from gpu_endpoint.asked import Asked
from gpu_endpoint.errors import TooExpensive
from gpu_endpoint.flops import Operations, counted, windows
from gpu_endpoint.meter import Meter, card, cards
from gpu_endpoint.registry import engine, engines

PETA, TERA = 1e15, 1e12
PAGE = Path(gpu_endpoint.__file__).parent / "README.md"


def job(name: str, width: int, height: int, frames: int, steps: int, **knobs: float) -> Asked:
    """A job as an engine is asked, everything else as usual."""
    spec = engine(name)
    usual = {key: knob.usual for key, knob in spec.knobs.items()}
    return Asked(spec, "", width, height, frames, steps, 7, {**usual, **knobs})


@pytest.mark.parametrize(
    ("name", "sizes", "frames", "steps", "whole"),
    [
        ("svd-xt", (1024, 576), 25, 25, 4.174),
        ("svd-xt", (512, 320), 25, 25, 1.003),
        ("svd", (1024, 576), 14, 25, 2.340),
        ("skyreels-v2-df-1.3b-540p", (960, 544), 97, 30, 37.1),
        ("skyreels-v2-df-1.3b-540p", (960, 544), 97, 50, 61.9),
        ("skyreels-v2-df-1.3b-540p", (960, 544), 57, 30, 15.4),
        ("skyreels-v2-df-14b-540p", (960, 544), 97, 30, 203.0),
        ("skyreels-v2-df-14b-540p", (960, 544), 97, 50, 338.0),
        ("skyreels-v2-t2v-14b-720p", (1280, 720), 121, 50, 1293.0),
        ("skyreels-v2-df-14b-540p", (960, 544), 257, 30, 608.0),
    ],
)
def test_counts_are_those_of_the_published_networks(
    name: str, sizes: tuple[int, int], frames: int, steps: int, whole: float
) -> None:
    assert counted(job(name, *sizes, frames, steps)).total / PETA == pytest.approx(whole, rel=0.005)


def test_parts_of_a_clip_are_counted_apart() -> None:
    found = counted(job("svd-xt", 1024, 576, 25, 25))
    assert found.denoise / 25 / TERA == pytest.approx(159.9, rel=0.001)
    assert found.decode / TERA == pytest.approx(173.6, rel=0.001)
    assert found.encode / TERA == pytest.approx(2.6, rel=0.01)
    take = counted(job("skyreels-v2-df-14b-540p", 960, 544, 97, 30))
    assert take.denoise / take.evaluations / PETA == pytest.approx(3.374, rel=0.001)
    assert take.decode / PETA == pytest.approx(0.432, rel=0.005)


@pytest.mark.parametrize(("references", "each"), [(0, 19.7), (1, 39.5), (3, 88.8)])
def test_references_are_counted(references: int, each: float) -> None:
    found = counted(job("keyframe-klein-4b", 1024, 576, 1, 4), references)
    assert found.denoise / 4 / TERA == pytest.approx(each, rel=0.005)


def test_networks_have_as_many_weights_as_published() -> None:
    many = {
        "svd-xt": 1_524_623_082,
        "skyreels-v2-df-1.3b-540p": 1_435_525_696,
        "skyreels-v2-i2v-1.3b-540p": 1_564_428_608,
        "skyreels-v2-df-14b-540p": 14_288_491_584,
        "skyreels-v2-i2v-14b-540p": 16_394_878_784,
        "keyframe-klein-4b": 3_875_544_576,
    }
    for name, weights in many.items():
        assert sum(one.numel() for one in bare(name)[0].parameters()) == weights


def test_blocks_that_wait_make_a_take_dearer() -> None:
    usual = {"base_num_frames": 97.0, "overlap_history": 17.0}
    sync = [one.steps for one in windows(257, 30, {**usual, "causal_block_size": 1, "ar_step": 0})]
    late = [one.steps for one in windows(257, 30, {**usual, "causal_block_size": 5, "ar_step": 5})]
    assert (sync, late) == ([30, 30, 30], [50, 45, 45])
    found = counted(job("skyreels-v2-df-14b-540p", 960, 544, 257, 30, causal_block_size=5, ar_step=5))
    assert found.total / PETA == pytest.approx(946, rel=0.005)


def test_without_guidance_half_is_computed() -> None:
    guided, plain = (counted(job("skyreels-v2-df-1.3b-540p", 960, 544, 97, 30, guidance_scale=by)) for by in (6, 1))
    assert guided.denoise == 2 * plain.denoise


@pytest.mark.parametrize("name", {one.family: name for name, one in engines().items() if one.random}.values())
def test_twins_are_counted_too(name: str) -> None:
    side = engine(name).sizes.least
    found = counted(job(name, side, side, engine(name).frames.least, 2))
    assert 0 < found.total < TERA


def test_a_prediction_is_work_over_rate_and_learns() -> None:
    h100 = card("NVIDIA H100 80GB HBM3")
    assert h100 is not None
    meter, spec = Meter(h100), engine("svd-xt")
    work = counted(job("svd-xt", 1024, 576, 25, 25))
    first = meter.predict(spec, work)
    assert (round(first.seconds), round(first.dollars, 3), first.by) == (17, 0.019, "published")
    report = meter.learn(spec, work, 10.0)
    assert report.tflops == pytest.approx(417.4, rel=0.001)
    assert report.peak_share == pytest.approx(417.4 / 989, rel=0.001)
    assert report.dollars == pytest.approx(0.0116)
    assert (meter.predict(spec, work).seconds, meter.predict(spec, work).by) == (pytest.approx(10.0), "measured")
    assert meter.predict(engine("svd"), work).by == "published"
    assert Meter(h100, dollars=0.002).predict(spec, work).dollars == pytest.approx(first.seconds * 0.002)


def test_a_job_above_its_callers_ceiling_is_refused_with_the_prediction() -> None:
    meter = Meter(cards()[0])
    work = Operations(encode=0, denoise=75 * TERA * 20, decode=0, evaluations=25)
    prediction = meter.predict(engine("svd-xt"), work)
    assert prediction.ms == 20_000
    meter.refuse(prediction, 20_000)
    meter.refuse(prediction, None)
    with pytest.raises(TooExpensive) as refused:
        meter.refuse(prediction, 19_999)
    assert refused.value.told()["predicted_ms"] == 20_000


def test_a_card_nobody_knows_refuses_nothing_before_it_has_shown_what_it_can() -> None:
    meter, spec = Meter(cards()[0], known=False), engine("svd-xt")
    work = Operations(encode=0, denoise=75 * TERA * 20, decode=0, evaluations=25)
    guessed = meter.predict(spec, work)
    assert (guessed.ms, guessed.by) == (20_000, "guessed")
    meter.refuse(guessed, 1)
    meter.learn(spec, work, 30.0)
    with pytest.raises(TooExpensive):
        meter.refuse(meter.predict(spec, work), 20_000)


def test_cards_are_told_apart_by_their_drivers_names() -> None:
    names = {"NVIDIA GeForce RTX 4090": "4090", "NVIDIA L40S": "L40S", "NVIDIA A100 80GB PCIe": "A100"}
    names |= {"NVIDIA RTX A6000": "A6000", "NVIDIA H200": "H200", "NVIDIA A40": "A40"}
    assert {name: found.match for name in names if (found := card(name))} == names
    assert card("A card nobody knows") is None


@pytest.mark.parametrize(
    ("title", "name", "sizes", "frames", "references"),
    [
        ("SVD-XT, 25 pictures, 25 steps", "svd-xt", (1024, 576), 25, 0),
        ("still, klein, 3 references", "keyframe-klein-4b", (1280, 720), 1, 3),
        ("SkyReels 1.3B, 97 pictures, 30 steps", "skyreels-v2-df-1.3b-540p", (960, 544), 97, 0),
        ("SkyReels 14B, 257 pictures, 30 steps", "skyreels-v2-df-14b-540p", (960, 544), 257, 0),
    ],
)
def test_the_operators_table_is_what_is_predicted(
    title: str, name: str, sizes: tuple[int, int], frames: int, references: int
) -> None:
    spec = engine(name)
    work = counted(job(name, *sizes, frames, spec.steps.usual), references)
    row = next(line for line in PAGE.read_text("utf-8").splitlines() if line.startswith(f"| {title} |"))
    h100 = card("H100")
    assert h100 is not None
    found = Meter(h100).predict(spec, work)
    assert f"| {work.total / PETA:.3g} |" in row
    assert row.split("|")[6].strip() == f"{found.seconds:,.0f} s, ${found.dollars:.3f}"
