"""A vendor's audio made one of the house's speeches: decoded, checked, trimmed and levelled."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from services.media.ffmpeg import Ffmpeg
from services.media.sound import open_sound
from services.offline.sound.loudness import RATE, loudness
from services.offline.voice import dressing
from services.offline.voice.languages import scripts
from services.voices.elevenlabs_tables import tables
from studio.errors import Unreadable

_TAIL, _FADE = 0.14, 0.02  # seconds kept after the last sound, and faded out
_FAR = 20.0  # dB: more than hearing takes off any sound there is in speech
_CUT = 0.4  # seconds the audio may be shorter than its own times say
_SIGNS = ("CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL")


@dataclass(frozen=True)
class Audio:
    """A vendor's file, and how its name would end."""

    content: bytes
    suffix: str


@dataclass(frozen=True)
class Speech:
    """Samples at 48 kHz, and the seconds by which what is heard came later than in the vendor's audio."""

    samples: dressing.Samples
    shift: float


def heard(
    spoken: Audio, ffmpeg: Ffmpeg, folder: Path, *, said: str, end: float, loud: float, pause: float
) -> Speech | str:
    """Audio that should say a text and end then, as a speech; or in words what is wrong with it."""
    try:
        samples = decoded(spoken.content, spoken.suffix, ffmpeg, folder)
    except Unreadable as broken:
        return f"ElevenLabs' audio cannot be played: {broken.detail}"
    return wrong(samples, said, end) or dressed(samples, loud=loud, pause=pause)


def decoded(audio: bytes, suffix: str, ffmpeg: Ffmpeg, folder: Path) -> dressing.Samples:
    """Decode a file of any kind to mono samples at 48 kHz; raises Unreadable."""
    if not audio:
        raise Unreadable("the audio is empty")
    with TemporaryDirectory(dir=folder) as scratch:
        file = Path(scratch) / f"answer{suffix}"
        file.write_bytes(audio)
        sound = open_sound(ffmpeg, file, Path(scratch) / "decoded.wav")
        mono: dressing.Samples = sound.window(0, sound.samples).mean(axis=1, dtype=np.float64)
        return mono


def wrong(samples: dressing.Samples, said: str, end: float) -> str:
    """What is wrong with audio that should say a text and be as long as its times; empty when nothing is."""
    bounds, seconds = tables().plausible, len(samples) / RATE
    if not _clear(samples, bounds.quietest) and loudness(samples) < bounds.quietest:
        return "ElevenLabs' audio is silent"
    if seconds < end - _CUT:
        return f"ElevenLabs' audio ends after {seconds:.1f} of {end:.1f} s"
    found = scripts(said)
    signs = sum(found[script] for script in _SIGNS)
    letters, digits = sum(found.values()) - signs, sum(sign.isdigit() for sign in said)
    least = letters * bounds.least_per_letter + signs * bounds.least_per_sign
    most = letters * bounds.most_per_letter + signs * bounds.most_per_sign + digits * bounds.most_per_digit
    if not least <= seconds <= most + bounds.spare:
        return f"ElevenLabs' audio has {seconds:.1f} s for {letters + signs + digits} letters"
    return ""


def _clear(samples: dressing.Samples, quietest: float) -> bool:
    """Whether audio is so far above the quietest that plain power tells, which costs a thirtieth of loudness."""
    return float(samples.var()) > 10 ** ((quietest + _FAR) / 10) if len(samples) else False


def dressed(samples: dressing.Samples, *, loud: float, pause: float) -> Speech:
    """Trim both ends, level to `loud` LUFS and put `pause` seconds of silence before it."""
    voice, cut = dressing.trim(samples, RATE)
    start = round(cut * RATE)
    tail = samples[start : start + len(voice) + round(_TAIL * RATE)].copy()
    tail = np.concatenate([tail, np.zeros(max(0, len(voice) + round(_TAIL * RATE) - len(tail)))])
    fade = min(len(tail), round(_FADE * RATE))
    tail[len(tail) - fade :] *= np.linspace(1.0, 0.0, fade)
    levelled = dressing.level(tail, loud)
    return Speech(np.concatenate([np.zeros(round(pause * RATE)), levelled]), pause - cut)
