"""What ElevenLabs' double sounds like: a hum at a voice's pitch that swells with each letter, as audio files."""

from __future__ import annotations

import base64
import io
import wave
from dataclasses import dataclass
from functools import lru_cache

import av
import numpy as np
from numpy.typing import NDArray

_PER_LETTER, _PER_SIGN, _PER_DIGIT, _REST = 0.062, 0.22, 0.3, 0.05  # seconds
_PAUSES = {",": 0.18, ".": 0.32, "!": 0.3, "?": 0.3, ";": 0.25, "…": 0.4, "—": 0.2}
_LEAD, _TAIL = 0.11, 0.25
_DIGITS = {"0": "zero", "1": "one", "2": "two", "3": "three", "4": "four", "5": "five", "6": "six", "7": "seven",
           "8": "eight", "9": "nine"}  # fmt: skip


@dataclass(frozen=True)
class Humming:
    """An answer's audio and the times of its characters, as written and as spoken."""

    audio: bytes
    media: str
    alignment: dict[str, list[object]]
    normalized: dict[str, list[object]]


@lru_cache(maxsize=256)
def humming(text: str, hz: float, speed: float, output: str, *, silent: bool = False) -> Humming:
    """Speak a text: in square brackets nothing is heard."""
    times = _times(text, speed)
    samples = _hum(times, hz, int(output.split("_")[1]))
    audio, media = _encoded(samples * (0.0 if silent else 1.0), output)
    return Humming(audio, media, _columns(times), _columns(_normalized(times)))


def preview(hz: float, output: str = "mp3_44100_128") -> str:
    """Three seconds of a designed voice, in base64."""
    return base64.b64encode(humming("A voice that nobody has kept yet.", hz, 1.0, output).audio).decode()


_Time = tuple[str, float, float]


def _times(text: str, speed: float) -> list[_Time]:
    clock, tag, times = _LEAD, False, []
    for letter in text:
        tag = tag or letter == "["
        length = 0.0 if tag else _length(letter) / speed
        times.append((letter, clock, clock + length))
        clock += length
        tag = tag and letter != "]"
    return times


def _length(letter: str) -> float:
    if letter.isdigit():
        return _PER_DIGIT
    if letter.isalpha():
        return _PER_SIGN if ord(letter) > 0x2E80 else _PER_LETTER
    return _PAUSES.get(letter, _REST if letter.isspace() else 0.0)


def _normalized(times: list[_Time]) -> list[_Time]:
    spoken: list[_Time] = []
    for letter, start, end in times:
        word = _DIGITS.get(letter, letter)
        step = (end - start) / len(word)
        spoken.extend((sign, start + step * at, start + step * (at + 1)) for at, sign in enumerate(word))
    return spoken


def _columns(times: list[_Time]) -> dict[str, list[object]]:
    return {
        "characters": [letter for letter, _, _ in times],
        "character_start_times_seconds": [round(start, 3) for _, start, _ in times],
        "character_end_times_seconds": [round(end, 3) for _, _, end in times],
    }


def _hum(times: list[_Time], hz: float, rate: int) -> NDArray[np.float64]:
    seconds = (times[-1][2] if times else 0.0) + _TAIL
    moment = np.arange(round(seconds * rate)) / rate
    drift = np.cumsum(1 + 0.03 * np.sin(2 * np.pi * 2.7 * moment)) / rate
    voice = np.zeros_like(moment)
    for harmonic in range(1, 9):
        voice += np.sin(2 * np.pi * hz * harmonic * drift) / harmonic**1.2
    loud = np.zeros_like(moment)
    for letter, start, end in times:
        if letter.isalnum() and end > start:
            a, b = round(start * rate), round(end * rate)
            loud[a:b] = 0.35 + 0.65 * np.sin(np.pi * np.linspace(0.15, 0.85, b - a))
    smooth = np.hanning(rate // 100) / np.hanning(rate // 100).sum()
    heard: NDArray[np.float64] = 0.2 * voice * np.convolve(loud, smooth, "same")
    return heard


def _encoded(samples: NDArray[np.float64], output: str) -> tuple[bytes, str]:
    codec, rate = output.split("_")[0], int(output.split("_")[1])
    pcm = (np.clip(samples, -1, 1) * 32767).astype("<i2")
    if codec == "pcm":
        return pcm.tobytes(), "audio/pcm"
    held = io.BytesIO()
    if codec == "wav":
        with wave.open(held, "wb") as file:
            file.setparams((1, 2, rate, 0, "NONE", ""))
            file.writeframes(pcm.tobytes())
        return held.getvalue(), "audio/wav"
    with av.open(held, "w", format="mp3") as file:
        stream = file.add_stream("libmp3lame", rate=rate)
        stream.layout, stream.bit_rate = "mono", int(output.split("_")[2]) * 1000
        frame = av.AudioFrame.from_ndarray(pcm[None], format="s16", layout="mono")
        frame.rate = rate
        for part in av.AudioResampler("s16p", "mono", rate, frame_size=1152).resample(frame):
            file.mux(stream.encode(part))
        file.mux(stream.encode(None))
    return held.getvalue(), "audio/mpeg"
