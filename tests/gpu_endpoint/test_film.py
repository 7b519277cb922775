"""Films out of a model's few pictures: as long, smooth, still where nothing moves, and in the colours that went in."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import av
import cv2
import jobs
import numpy as np
import pytest
from av.video.reformatter import ColorRange, Colorspace
from PIL import Image

from gpu_endpoint.between import OnCard, OnProcessor
from gpu_endpoint.cropping import cropped
from gpu_endpoint.film import written
from gpu_endpoint.motion import Motion, Pixels
from gpu_endpoint.smoothing import length, smoothed

WIDE, HIGH = 320, 192


def cloth(seed: int, wide: int, high: int) -> Pixels:
    """Something with details of every size."""
    dice, made = np.random.default_rng(seed), np.zeros((high, wide, 3), np.float32)
    for size in (4, 8, 16, 32, 64):
        coarse = dice.normal(0, 1, (high // size + 2, wide // size + 2, 3)).astype(np.float32)
        made += cv2.resize(coarse, (wide, high), interpolation=cv2.INTER_CUBIC) * size**0.6
    return ((made - made.min()) / np.ptp(made) * 255).astype(np.uint8)


BACK, BALL = cloth(3, WIDE * 2, HIGH * 2), cloth(5, 80, 80)


def view(time: float, *, pan: float = 0.0, run: float = 14.0, grain: float = 0.0) -> Pixels:
    """A ball before a cloth at a time between pictures; `pan` and `run` are pixels a picture."""
    back = cv2.warpAffine(BACK, np.array([[1, 0, -60 - pan * time], [0, 1, -60]], np.float32), (WIDE, HIGH)).astype(
        np.float32
    )
    x, y, mask = 60 + run * time, 100, np.zeros((HIGH, WIDE), np.float32)
    cv2.circle(mask, (round(x * 16), y * 16), 24 * 16, 1, -1, cv2.LINE_AA, 4)
    there = np.array([[1, 0, x - 40], [0, 1, y - 40]], np.float32)
    ball = cv2.warpAffine(BALL, there, (WIDE, HIGH), borderMode=cv2.BORDER_REFLECT) * 0.5 + (110, 90, 60)
    shown = back + (ball - back) * mask[..., None]
    noise = np.random.default_rng(int(time * 1000)).normal(0, grain, shown.shape) if grain else 0.0
    return np.clip(shown + noise, 0, 255).astype(np.uint8)


def fidelity(one: Pixels, other: Pixels) -> float:
    """Peak signal to noise, dB."""
    return float(10 * np.log10(255**2 / max(np.mean((one.astype(float) - other) ** 2), 1e-9)))


@pytest.mark.parametrize(("pan", "run"), [(0, 14), (6, 14), (6, 6), (-5, 0)], ids=["ball", "both", "follow", "pan"])
def test_what_lies_between_is_where_it_would_be(pan: int, run: int) -> None:
    first, second, truth = (view(time, pan=pan, run=run) for time in (0, 1, 0.5))
    made = OnProcessor().paint(first, second, Motion(first, second).at(0.5))
    mixed = cv2.addWeighted(first, 0.5, second, 0.5, 0)
    assert fidelity(made, truth) > fidelity(np.asarray(mixed, np.uint8), truth) + 4
    assert fidelity(made, truth) > fidelity(first, truth) + 6


def test_a_still_background_does_not_swim_under_grain() -> None:
    first, second = view(0, grain=4), view(1, grain=4)
    moment = Motion(first, second).at(0.5)
    made = OnProcessor().paint(first, second, moment)
    still = np.s_[120:, 180:]  # a part the ball never reaches
    assert np.abs(moment.to_first[still]).max() * WIDE < 0.05
    mixed = (first[still].astype(float) + second[still]) / 2
    assert np.abs(made[still] - mixed).mean() < 0.5


def test_every_picture_is_another_while_something_moves_and_the_models_own_are_kept() -> None:
    own = [view(time, pan=6) for time in range(4)]
    film = list(smoothed(iter(own), 8, 24))
    assert len(film) == length(4, 8, 24) == 10
    assert min(np.abs(one.astype(int) - other).mean() for one, other in pairwise(film)) > 0.5
    for number, picture in enumerate(own):
        assert np.array_equal(film[number * 3], picture)


def test_motion_goes_on_evenly() -> None:
    film = list(smoothed((view(time, pan=7, run=0) for time in range(3)), 7, 28))
    for turn, picture in enumerate(film):
        inside = np.s_[:, : WIDE - 12]  # what comes in at the side is not known before it does
        assert fidelity(picture[inside], view(turn / 4, pan=7, run=0)[inside]) > 34


def test_across_a_cut_nothing_is_mixed() -> None:
    one, other = view(0), cloth(11, WIDE, HIGH)
    for picture in smoothed(iter([one, other]), 7, 24):
        assert np.array_equal(picture, one) or np.array_equal(picture, other)


@pytest.mark.parametrize(("frames", "rate", "fps", "many"), [(25, 7, 24, 83), (25, 7, 30, 103), (97, 24, 24, 97)])
def test_a_film_runs_from_the_first_picture_to_the_last(frames: int, rate: int, fps: int, many: int) -> None:
    flat = (np.full((16, 16, 3), number, np.uint8) for number in range(frames))
    film = list(smoothed(flat, rate, fps))
    assert len(film) == length(frames, rate, fps) == many
    assert film[0].max() == 0
    assert film[-1].mean() > frames - 2


def test_a_card_paints_what_the_processor_paints() -> None:
    first, second = view(0, pan=6), view(1, pan=6)
    moment = Motion(first, second).at(0.4)
    one, other = OnProcessor().paint(first, second, moment), OnCard("cpu").paint(first, second, moment)
    assert np.abs(one.astype(int) - other).max() <= 3


def test_a_long_take_is_never_held_whole() -> None:
    taken, most = 0, 0

    def pictures() -> Iterator[Pixels]:
        nonlocal taken
        for time in range(40):
            taken += 1
            yield np.full((16, 16, 3), time * 5, np.uint8)

    for given, _ in enumerate(smoothed(pictures(), 7, 28)):
        most = max(most, taken - given // 4)
    assert most <= 7


def test_a_film_keeps_its_colours_says_so_and_begins_with_its_index(tmp_path: Path) -> None:
    colours = [(200, 30, 30), (30, 180, 40), (40, 40, 210), (128, 128, 128)]
    bars = np.concatenate([np.full((64, 16, 3), colour, np.uint8) for colour in colours], axis=1)
    file = tmp_path / "film.mp4"
    assert written(iter([bars] * 7), 24, file) == 7
    raw = file.read_bytes()
    assert raw.index(b"moov") < raw.index(b"mdat")
    with av.open(str(file)) as film:
        context = film.streams.video[0].codec_context
        told = context.colorspace, context.color_primaries, context.color_trc, context.color_range
        assert told == (1, 1, 1, ColorRange.MPEG)
        assert (context.name, context.pix_fmt) == ("h264", "yuv420p")
        assert film.streams.video[0].average_rate == 24
        frame = next(film.decode(video=0))
    shown = frame.to_ndarray(format="rgb24", src_colorspace=Colorspace.ITU709)
    for number, colour in enumerate(colours):
        assert np.abs(shown[20:44, number * 16 + 4 : number * 16 + 12].astype(int) - colour).max() <= 6
    luma = frame.to_ndarray()[32, 8]
    assert luma == pytest.approx(16 + 219 / 255 * (0.2126 * 200 + 0.7152 * 30 + 0.0722 * 30), abs=1.5)


def test_the_same_pictures_make_the_same_file(tmp_path: Path) -> None:
    for name in ("one", "other"):
        written(smoothed((view(time) for time in range(3)), 7, 24), 24, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_so_do_pictures_too_small_for_the_widest_instructions(tmp_path: Path) -> None:
    first, last = (jobs.picture(112, 64, seed) for seed in (0, 1))
    shown = [np.asarray(Image.blend(first, last, step / 13)) for step in range(14)]
    for name in range(20):
        written(iter(shown), 7, tmp_path / str(name))
    assert len({(tmp_path / str(name)).read_bytes() for name in range(20)}) == 1


def test_a_film_that_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    def breaking() -> Iterator[Pixels]:
        yield view(0)
        raise RuntimeError("cancelled")

    with pytest.raises(RuntimeError, match="cancelled"):
        written(breaking(), 24, tmp_path / "film.mp4")
    with pytest.raises(ValueError, match="no pictures"):
        written(iter(()), 24, tmp_path / "film.mp4")
    with pytest.raises(ValueError, match="even"):
        written(iter([np.zeros((33, 64, 3), np.uint8)]), 24, tmp_path / "film.mp4")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("size", [(600, 200), (200, 600), (64, 64)])
def test_a_picture_is_cut_to_shape_and_never_stretched(size: tuple[int, int]) -> None:
    picture = np.zeros((size[1], size[0], 3), np.uint8)
    cv2.circle(picture, (size[0] // 2, size[1] // 2), min(size) // 4, (255, 255, 255), -1)
    made = np.asarray(cropped(Image.fromarray(picture), 128, 72))[..., 0] > 127
    assert made.shape == (72, 128)
    assert made.any(axis=0).sum() == pytest.approx(made.any(axis=1).sum(), abs=2)
