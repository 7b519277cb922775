"""What a file sounds like to the ffmpeg program, which knows nothing of our own measures."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np

from services.media.ffmpeg import Ffmpeg

RATE = 48_000


def heard(path: Path) -> np.ndarray:
    """Decode a file's sound as players would: (n, 2) floats."""
    command = [Ffmpeg().path, "-v", "error", "-i", path, "-map", "0:a:0", "-f", "f32le", "-"]
    raw = subprocess.run(command, capture_output=True, check=True).stdout
    return np.frombuffer(raw, np.float32).reshape(-1, 2)


def loudness(path: Path) -> tuple[float, float]:
    """Measure LUFS and true peak with ebur128."""
    said = Ffmpeg().run(["-i", str(path), "-vn", "-af", "ebur128=peak=true", "-f", "null", "-"], what="a measure")
    summary = said[said.rindex("Summary:") :].split()
    return float(summary[summary.index("I:") + 1]), float(summary[summary.index("Peak:") + 1])


def band(sound: np.ndarray, hertz: float) -> np.ndarray:
    """Level of one frequency in each 50 ms, in dB."""
    block = RATE // 20
    cut = sound[: len(sound) // block * block, 0].reshape(-1, block)
    wave = np.exp(-2j * np.pi * hertz * np.arange(block) / RATE)
    return np.asarray(20 * np.log10(np.abs(cut @ wave) / block * 2 + 1e-9))
