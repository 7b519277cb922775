"""Filters worked as spectra do what the sample-by-sample definition does, and rates change without a shift."""

from __future__ import annotations

import numpy as np
import pytest

from services.offline.sound.spectrum import filtered, folded, friendly, high_pass, low_pass, resampled

RATE = 22_050


def recursed(sections: np.ndarray, samples: np.ndarray) -> np.ndarray:
    """The definition: each output from the last two inputs and outputs."""
    for b0, b1, b2, _, a1, a2 in sections:
        out, x1, x2, y1, y2 = np.zeros_like(samples), 0.0, 0.0, 0.0, 0.0
        for i, x in enumerate(samples):
            out[i] = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2
            x1, x2, y1, y2 = x, x1, out[i], y1
        samples = out
    return samples


@pytest.mark.parametrize("count", [1, 777, 6000])
def test_a_cascade_filters_as_its_recursion_does(count: int) -> None:
    sections = np.vstack([high_pass(RATE, 80), low_pass(RATE, 7000)])
    samples = np.random.default_rng(1).standard_normal(count)
    assert np.abs(filtered(sections, samples) - recursed(sections, samples)).max() < 1e-9


@pytest.mark.parametrize(
    ("sections", "passed", "held"), [(high_pass(RATE, 80), 1000, 8), (low_pass(RATE, 70), 1, 7000)]
)
def test_passes_pass_and_hold_back_and_are_3_db_down_where_they_turn(
    sections: np.ndarray, passed: float, held: float
) -> None:
    turning = 80 if passed > held else 70
    moment = np.arange(3 * RATE) / RATE
    heard = [np.abs(filtered(sections, np.sin(2 * np.pi * f * moment))[RATE:]).max() for f in (passed, held, turning)]
    assert heard[0] == pytest.approx(1, abs=0.01)
    assert heard[1] < 0.02
    assert heard[2] == pytest.approx(0.5**0.5, abs=0.01)


def test_a_room_answers_as_convolution_says() -> None:
    chance = np.random.default_rng(2)
    samples, answer = chance.standard_normal(900), chance.standard_normal(250)
    assert np.abs(folded(samples, answer) - np.convolve(samples, answer)[:900]).max() < 1e-9


def test_a_tone_at_another_rate_is_the_same_tone_at_the_same_time() -> None:
    at = np.arange(RATE) / RATE
    fine = resampled(np.sin(2 * np.pi * 440 * at) * np.hanning(RATE), 320, 147)
    assert len(fine) == 48_000
    wanted = np.sin(2 * np.pi * 440 * np.arange(48_000) / 48_000) * np.interp(
        np.arange(48_000) / 48_000, at, np.hanning(RATE)
    )
    assert np.abs(fine - wanted).max() < 1e-4


@pytest.mark.parametrize(("count", "size"), [(1, 1), (7, 8), (11, 12), (101, 108), (4801, 4860), (1000001, 1012500)])
def test_friendly_sizes_are_the_next_with_small_factors(count: int, size: int) -> None:
    assert friendly(count) == size
