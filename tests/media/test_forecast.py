"""How loud a film will be is known before it is mixed, so that it is mixed once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.media.forecast import forecast, levelled, powers_of
from services.media.loudness import HOP, SILENCE
from services.media.mix import MUSIC, VOICE, looped, mix
from services.media.stretch import Placed, Score
from tests.media.hearing import RATE
from tests.media.test_mix import opened, tone, voice


@pytest.fixture
def film(wav: Any, tmp_path: Path) -> Score:
    """Half a minute: lines at odd samples, one of them cut off, over two beds that are laid end to end."""
    cache = tmp_path / "cache"
    cache.mkdir()
    said, other = opened(wav("said.wav", voice(2.3))), opened(wav("other.wav", voice(4.1, 190, 0.05)))
    bed, second = opened(wav("bed.wav", tone(5.0))), opened(wav("second.wav", tone(6.0, 300.0, 0.6)))
    at = (0, RATE * 3 + 777, RATE * 8 + 2311, RATE * 22 + 55)
    lines = [Placed(sound, key, start) for start in at for sound, key in [(said, "said")]]
    lines.append(Placed(other, "other", RATE * 26, levelled(other, "other", VOICE, cache), RATE * 29))
    beds = [
        Placed(bed, "bed", 0, levelled(bed, "bed", MUSIC, cache), RATE * 15),
        Placed(second, "second", RATE * 15, levelled(second, "second", MUSIC, cache), RATE * 40),
    ]
    music = tuple(turn for one in beds for turn in looped(one, RATE * 31, RATE // 2))
    return Score(RATE * 31, tuple(lines), music)


def test_it_is_within_a_few_tenths_of_what_is_heard(film: Score, tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        expected = forecast(film, tmp_path / "cache", pool)
    heard = mix(film, tmp_path / "mix.m4a", tmp_path / "cache")
    gains = {float(file.stem[40:]) for file in (tmp_path / "cache").glob("*.aac")}
    assert len(gains) == 1
    assert abs(heard["lufs"] - gains.pop() - expected) < 0.3


def test_silence_is_forecast_as_silence(wav: Any, tmp_path: Path) -> None:
    quiet = Placed(opened(wav("quiet.wav", np.zeros(RATE))), "q", 0)
    with ThreadPoolExecutor(1) as pool:
        assert forecast(Score(3 * RATE, (quiet,), ()), tmp_path, pool) == SILENCE
        assert forecast(Score(3 * RATE, (), ()), tmp_path, pool) == SILENCE


def test_what_lies_before_or_beyond_the_film_adds_nothing(wav: Any, tmp_path: Path) -> None:
    said = opened(wav("said.wav", voice(2.0)))
    inside = (Placed(said, "said", RATE),)
    outside = (*inside, Placed(said, "said", RATE * 9), Placed(said, "said", -RATE * 3))
    with ThreadPoolExecutor(1) as pool:
        alone = forecast(Score(4 * RATE, inside, ()), tmp_path, pool)
        assert forecast(Score(4 * RATE, outside, ()), tmp_path, pool) == alone


def test_a_sound_is_measured_once(wav: Any, tmp_path: Path) -> None:
    sound = opened(wav("said.wav", voice(2.0)))
    first = powers_of(sound, "said", tmp_path)
    sound.path.unlink()
    again = powers_of(sound, "said", tmp_path)
    assert len(first) == sound.samples // HOP
    assert np.array_equal(first, again)
