"""Loudness agrees with ffmpeg's meter, and a dressed line keeps its place and its peaks."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
import pytest

from services.offline.sound import wav
from services.offline.sound.loudness import RATE, SILENT, loudness
from services.offline.voice import dressing
from studio.errors import RenderFailed


def tone(seconds: float, hertz: float = 997.0, gain: float = 0.1) -> Any:
    return gain * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE)


def test_a_full_scale_tone_is_minus_three(tmp_path: Path) -> None:
    assert loudness(tone(5, gain=1.0)) == pytest.approx(-3.01, abs=0.05)
    assert loudness(np.stack([tone(5, gain=1.0)] * 2)) == pytest.approx(0.0, abs=0.05)


def test_the_meter_agrees_with_ffmpeg(tmp_path: Path) -> None:
    chance = np.random.default_rng(3)
    speechlike = np.concatenate([chance.normal(0, gain, RATE) for gain in (0.1, 0.0001, 0.03, 0.2, 0.00001, 0.05)])
    file = tmp_path / "noise.wav"
    wav.write(file, [np.stack([speechlike, speechlike[::-1]], axis=1)], channels=2)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostats", "-i", str(file), "-af", "ebur128", "-f", "null", "-"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    theirs = float(re.findall(r"I:\s+(-?[\d.]+) LUFS", said)[-1])
    assert loudness(np.stack([speechlike, speechlike[::-1]])) == pytest.approx(theirs, abs=0.15)


def test_silence_and_nothing_have_no_loudness() -> None:
    assert loudness(np.zeros(RATE)) == SILENT
    assert loudness(np.zeros(0)) == SILENT
    assert loudness(tone(10.05)) == pytest.approx(loudness(tone(10)), abs=0.01)
    assert not dressing.level(np.zeros(RATE), -18).any()


@pytest.mark.parametrize("target", [-30.0, -18.0, -16.0])
def test_a_line_comes_to_its_loudness_without_clipping(target: float) -> None:
    bursts = np.concatenate([tone(0.3, gain=0.01), tone(0.02, gain=0.9), tone(0.5, gain=0.05), np.zeros(9600)] * 4)
    levelled = dressing.level(bursts, target)
    assert np.abs(levelled).max() <= 0.85
    assert loudness(levelled) == pytest.approx(target, abs=1)


def test_trimming_says_what_it_cut() -> None:
    trimmed, cut = dressing.trim(np.concatenate([np.zeros(22050), np.ones(100), np.zeros(5000)]), 22050)
    assert cut == pytest.approx(0.97, abs=0.001)
    assert len(trimmed) == pytest.approx(100 + 0.03 * 22050, abs=2)


def test_dressing_keeps_the_time_and_cuts_the_rumble() -> None:
    click = np.zeros(22050)
    click[11025] = 0.5
    assert np.abs(dressing.dress(click, 22050)).argmax() / RATE == pytest.approx(0.5, abs=0.004)
    rate = 22050
    low, high = (np.sin(2 * np.pi * hertz * np.arange(rate) / rate) * 0.1 for hertz in (30, 500))
    assert np.std(dressing.dress(low, rate)) < 0.25 * np.std(dressing.dress(high, rate))


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(RenderFailed, match=r"speech\.wav"):
        wav.write(tmp_path / "nowhere" / "speech.wav", [np.zeros(10)], channels=1)
