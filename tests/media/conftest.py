"""Small pictures and sounds for the cut, made once a run."""

from __future__ import annotations

import subprocess
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from services.media.ffmpeg import Ffmpeg
from studio.takes.frame import Frame
from tests.media import hearing

TINY = Frame(width=160, height=90, fps=24)


@pytest.fixture(scope="session")
def ffmpeg() -> Ffmpeg:
    return Ffmpeg()


@pytest.fixture
def tiny() -> Frame:
    return TINY


@pytest.fixture(scope="session")
def source(ffmpeg: Ffmpeg, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Make (once) a clip of moving bars that does not conform: other size, rate and settings."""
    folder = tmp_path_factory.mktemp("sources")

    def make(seconds: float = 1.0, hue: int = 0, sound: bool = False) -> Path:
        out = folder / f"clip-{seconds}-{hue}-{sound}.mp4"
        if not out.exists():
            tone = ["-f", "lavfi", "-i", f"sine=f=500:r=44100:d={seconds}"] if sound else []
            picture = ["-f", "lavfi", "-i", f"testsrc2=s=200x150:r=25:d={seconds},hue=h={hue}"]
            ffmpeg.run([*picture, *tone, "-c:v", "libx264", "-preset", "ultrafast", str(out)], what="a clip")
        return out

    return make


@pytest.fixture
def wav(tmp_path: Path) -> Callable[..., Path]:
    """Write samples (mono or stereo floats) as a 16-bit WAV at 48 kHz."""

    def write(name: str, samples: np.ndarray) -> Path:
        data = samples.reshape(len(samples), -1)
        with wave.open(str(tmp_path / name), "wb") as file:
            file.setnchannels(data.shape[1])
            file.setsampwidth(2)
            file.setframerate(48_000)
            file.writeframes((np.clip(data, -1, 1) * 32767).astype("<i2").tobytes())
        return tmp_path / name

    return write


@pytest.fixture
def heard() -> Callable[[Path], np.ndarray]:
    """Decode a file's sound as players would: (n, 2) floats."""
    return hearing.heard


@pytest.fixture
def pictures(ffmpeg: Ffmpeg) -> Callable[[Path], np.ndarray]:
    """Decode all pictures of a TINY film as grey (n, 90, 160); fails on any decode error."""

    def decode(path: Path) -> np.ndarray:
        command = [ffmpeg.path, "-v", "error", "-xerror", "-i", path, "-map", "0:v:0", "-fps_mode", "passthrough"]
        command += ["-pix_fmt", "gray", "-f", "rawvideo", "-"]
        done = subprocess.run(command, capture_output=True, check=True)
        assert not done.stderr, done.stderr
        return np.frombuffer(done.stdout, np.uint8).reshape(-1, TINY.height, TINY.width)

    return decode


@pytest.fixture
def loudness() -> Callable[[Path], tuple[float, float]]:
    """Measure LUFS and true peak with a standard meter."""
    return hearing.loudness
