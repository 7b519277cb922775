"""What the benches cut: clips like a camera's (texture, moving figures, grain), a voice, music and captions.

Everything is drawn from seeds, so that each machine cuts the same.
"""

from __future__ import annotations

import wave
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from services.media.encoding import encoder, tagged
from services.media.ffmpeg import Ffmpeg
from studio.takes.frame import SAMPLE_RATE

FPS, SECONDS = 24, 5
FRAMES = FPS * SECONDS
FLASH = 60  # the white frame of a flash clip, counted from 0
_SIZE = (1280, 720)
_GRAIN, _FINE = 5, 1  # of a camera; of a film whose hour takes 600 MB, as a drawn one does
_CAMERA = ("-c:v", "libx264", "-preset", "fast", "-b:v", "3M", "-pix_fmt", "yuv420p")
Wave = NDArray[np.float32]


def clip(out: Path, seed: int, codec: Sequence[str] = _CAMERA, *, flash: bool = False, grain: int = _GRAIN) -> Path:
    """Make a clip of 5 s at 720p24: a wandering view of a texture, two moving shapes, grain; kept if it is there."""
    if out.exists():
        return out
    texture = out.with_suffix(".png")
    cv2.imwrite(str(texture), _texture(seed))
    x, y = f"200+160*sin(t*{0.5 + seed % 5 / 5})", f"120+90*cos(t*{0.4 + seed % 7 / 9})"
    white = f",drawbox=t=fill:color=white:enable='eq(n,{FLASH})'" if flash else ""
    graph = (
        f"[0:v]crop=1280:720:x='{x}':y='{y}'[a];"
        f"[a][1:v]overlay=x='480+420*sin(t*1.3+{seed})':y=220[b];[b][2:v]overlay=x='(t*170+{seed * 40})':y=400,"
        f"noise=alls={grain}:allf=t:all_seed={seed}{white},{tagged()}"
    )
    draft = out.with_suffix(".part.mp4")
    inputs = ["-loop", "1", "-framerate", str(FPS), "-i", str(texture)]
    for size in ("120x330", "210x200"):
        inputs += ["-f", "lavfi", "-i", f"color=0x{seed * 2654435 % 0xFFFFFF:06x}:s={size}:r={FPS}"]
    arguments = [*inputs, "-filter_complex", graph, "-frames:v", str(FRAMES), "-threads", "1", *codec, str(draft)]
    Ffmpeg().run(arguments, what=out.name)
    texture.unlink()
    return draft.replace(out)


def clips(folder: Path, count: int, *, conformed: bool = False) -> list[Path]:
    """Make so many different clips, two at a time; conformed ones are shot masters already."""
    folder.mkdir(parents=True, exist_ok=True)
    codec = encoder(FPS) if conformed else _CAMERA
    names = [folder / f"clip-{number:02}.mp4" for number in range(count)]
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(partial(clip, codec=codec, grain=_FINE if conformed else _GRAIN), names, range(count)))


def voice(out: Path, seconds: float, seed: int = 0) -> Path:
    """Make something that swells and stops like speech, with a voice's overtones."""
    dice = np.random.default_rng(seed)
    at = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    pitch = 2 * np.pi * np.cumsum(130 + 25 * np.sin(at * 2.1 + seed)) / SAMPLE_RATE
    tone = sum(np.sin(pitch * n) / n**1.2 for n in range(1, 12))
    syllables = np.clip(np.sin(at * 25.0 + dice.uniform(0, 6)), 0, 1)
    pauses = np.interp(at, np.arange(0, seconds + 1, 0.5), (dice.random(len(np.arange(0, seconds + 1, 0.5))) > 0.25))
    return _write(out, (0.12 * tone * syllables * pauses).astype(np.float32)[:, None])


def click(out: Path) -> Path:
    """Make a line of 1 s that is silent but for a knock of 2 ms at its very start."""
    sound = np.zeros((SAMPLE_RATE, 1), np.float32)
    knock = np.arange(SAMPLE_RATE // 500)
    sound[: len(knock), 0] = 0.7 * np.sin(2 * np.pi * 3000 * knock / SAMPLE_RATE)
    return _write(out, sound)


def music(out: Path, seconds: float) -> Path:
    """Make slow chords in stereo."""
    at = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    chord = np.array([220.0, 277.2, 329.6])[None, :] * (1 + 0.12 * (np.floor(at / 4) % 3))[:, None]
    tone = np.sin(2 * np.pi * np.cumsum(chord, axis=0) / SAMPLE_RATE).sum(axis=1) * 0.12
    return _write(out, np.stack([tone, tone * (0.9 + 0.1 * np.sin(at))], axis=1).astype(np.float32))


def captions(out: Path, count: int, seconds: float) -> Path:
    """Write so many captions, evenly over the film, two lines each."""
    step = seconds / count
    rows = [
        f"{n + 1}\n{_clock(n * step + 0.2)} --> {_clock((n + 1) * step - 0.2)}\n"
        f"This is what somebody says in {n + 1},\nand here they go on saying it.\n"
        for n in range(count)
    ]
    out.write_text("\n".join(rows), "utf-8")
    return out


def _texture(seed: int) -> NDArray[np.uint8]:
    """A picture with detail at every size and hard edges, 1920x1080 BGR."""
    dice = np.random.default_rng(seed)
    height, width = 1080, 1920
    down, across = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :]
    fall = 1 / np.maximum(np.hypot(down, across), 1 / width)
    spectrum = np.fft.rfft2(dice.standard_normal((height, width))) * fall
    grey = np.fft.irfft2(spectrum, (height, width))
    grey = (grey - grey.mean()) / grey.std() * 38 + 120
    tint = np.array([dice.uniform(0.6, 1.1) for _ in range(3)])
    picture: NDArray[np.uint8] = np.clip(grey[..., None] * tint, 0, 255).astype(np.uint8)
    for _ in range(14):
        corner, size = dice.integers(0, [1700, 900]), dice.integers(60, 320, 2)
        colour = [int(value) for value in dice.integers(30, 220, 3)]
        cv2.rectangle(picture, tuple(map(int, corner)), tuple(map(int, corner + size)), colour, -1)
    return picture


def _write(out: Path, sound: Wave) -> Path:
    out.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(out), "wb") as file:
        file.setnchannels(sound.shape[1])
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return out


def _clock(seconds: float) -> str:
    millis = round(seconds * 1000)
    return f"{millis // 3_600_000:02}:{millis // 60_000 % 60:02}:{millis // 1000 % 60:02},{millis % 1000:03}"
