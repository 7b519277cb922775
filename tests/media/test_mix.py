from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.media import aac
from services.media.ducking import DEPTH, duck, limit
from services.media.forecast import levelled
from services.media.loudness import SILENCE, decibels, hops, integrated, peaks
from services.media.mix import MUSIC, VOICE, looped, mix
from services.media.sound import Sound, open_sound, open_wav
from services.media.stretch import LENGTH, Placed, Score
from studio.errors import Unreadable
from tests.media.hearing import RATE, band


def voice(seconds: float, pitch: float = 140.0, level: float = 0.4) -> np.ndarray:
    """Something like speech: a buzz in syllables."""
    t = np.arange(int(seconds * RATE)) / RATE
    buzz = sum(np.sin(2 * np.pi * pitch * k * t) / k for k in range(1, 16))
    syllables = np.clip(np.sin(2 * np.pi * 3.1 * t) + 0.6, 0, 1)
    return np.asarray(level * buzz * syllables / np.abs(buzz).max())


def tone(seconds: float, hertz: float = 2000.0, level: float = 0.2) -> np.ndarray:
    t = np.arange(int(seconds * RATE)) / RATE
    return np.stack([level * np.sin(2 * np.pi * hertz * t)] * 2, axis=1)


def opened(path: Path) -> Sound:
    sound = open_wav(path)
    assert sound
    return sound


@pytest.fixture
def score(wav: Any) -> Score:
    said = opened(wav("said.wav", voice(2.0)))
    bed = opened(wav("bed.wav", tone(14.0)))
    speech = tuple(Placed(said, "said", at * RATE) for at in (1, 7))
    return Score(12 * RATE, speech, (Placed(bed, "bed", 0, 0.5),))


def test_the_mix_is_as_loud_as_asked_and_exactly_as_long(
    score: Score, tmp_path: Path, loudness: Any, heard: Any
) -> None:
    out = tmp_path / "mix.m4a"
    measured = mix(score, out, tmp_path / "cache")
    lufs, peak = loudness(out)
    assert abs(lufs + 16) <= 1
    assert abs(lufs - measured["lufs"]) <= 0.3
    assert peak <= -1
    assert len(heard(out)) == measured["samples"] == 12 * RATE


def test_music_goes_down_under_speech_and_comes_back(score: Score, tmp_path: Path, heard: Any) -> None:
    out = tmp_path / "mix.m4a"
    mix(score, out, tmp_path / "cache")
    music = band(heard(out), 2000.0)
    under, alone = music[30:55].mean(), music[95:130].mean()
    assert alone - under > DEPTH - 3
    assert music[75:135].std() < 1


def test_speech_is_heard_at_its_sample(wav: Any, tmp_path: Path, heard: Any) -> None:
    said = voice(1.5)
    sound = opened(wav("said.wav", said))
    starts = (2000 * 11, 2000 * 167, 2000 * 301)
    out = tmp_path / "mix.m4a"
    mix(Score(2000 * 360, tuple(Placed(sound, "said", at) for at in starts), ()), out, tmp_path / "cache")
    track = heard(out)[:, 0]
    for at in starts:
        part = track[at - 2000 : at + len(said) + 2000]
        found = np.fft.irfft(np.fft.rfft(part) * np.conj(np.fft.rfft(said, len(part))))
        assert int(np.argmax(found)) == 2000


def test_loud_clicks_stay_under_the_ceiling_after_aac(wav: Any, tmp_path: Path, loudness: Any) -> None:
    rng = np.random.default_rng(3)
    sharp = voice(8.0, level=0.15)
    sharp[rng.integers(0, len(sharp), 60)] = rng.choice([-1.0, 1.0], 60)
    out = tmp_path / "mix.m4a"
    mix(Score(8 * RATE, (Placed(opened(wav("sharp.wav", sharp)), "sharp", 0),), ()), out, tmp_path / "cache")
    lufs, peak = loudness(out)
    assert peak <= -1
    assert abs(lufs + 16) <= 1


def test_a_changed_line_makes_only_its_own_stretch_again(wav: Any, tmp_path: Path) -> None:
    first, other = opened(wav("a.wav", voice(1.0))), opened(wav("b.wav", voice(1.0, 190)))
    total = 4 * LENGTH

    def with_line(sound: Sound, key: str) -> Score:
        lines = [Placed(first, "a", at) for at in range(RATE, total - 2 * RATE, 4 * RATE)]
        lines[3] = Placed(sound, key, lines[3].start)
        return Score(total, tuple(lines), ())

    cache = tmp_path / "cache"
    mix(with_line(first, "a"), tmp_path / "a.m4a", cache)
    before = set(cache.glob("*.aac"))
    mix(with_line(other, "b"), tmp_path / "b.m4a", cache)
    assert len(before) == 4
    assert len(set(cache.glob("*.aac")) - before) == 1
    alone = mix(with_line(other, "b"), tmp_path / "c.m4a", tmp_path / "other cache")
    assert alone["samples"] == total
    assert (tmp_path / "b.m4a").read_bytes() == (tmp_path / "c.m4a").read_bytes()


def test_stretches_join_without_a_seam(wav: Any, tmp_path: Path, heard: Any) -> None:
    sound = opened(wav("tone.wav", tone(21.0, 440.0)))
    out = tmp_path / "mix.m4a"
    mix(Score(20 * RATE, (Placed(sound, "t", 0),), ()), out, tmp_path / "cache")
    steps = np.abs(np.diff(heard(out)[2000:-2000, 0]))
    seam = steps[LENGTH - 2000 - 3000 : LENGTH - 2000 + 3000]
    assert seam.max() < 1.1 * np.median(steps[::997][steps[::997] > 0].max())


def test_silence_stays_silence(wav: Any, tmp_path: Path, heard: Any) -> None:
    quiet = opened(wav("quiet.wav", np.zeros(RATE)))
    measured = mix(Score(2 * RATE, (Placed(quiet, "q", 0),), ()), tmp_path / "mix.m4a", tmp_path / "cache")
    assert measured["lufs"] == SILENCE
    assert np.abs(heard(tmp_path / "mix.m4a")).max() < 1e-4


@pytest.mark.parametrize("kind", ["clicks", "more clicks", "hiss"])
def test_the_loudness_told_is_that_of_the_file(kind: str, wav: Any, tmp_path: Path, loudness: Any) -> None:
    """Clicks need the limiter at every gain, hiss loses 1.5 dB in AAC: what was written is what is told."""
    rng = np.random.default_rng(3)
    hard = voice(9.0, level=0.05 if kind == "clicks" else 0.02)
    count = 300 if kind == "clicks" else 2000
    hard[rng.integers(0, len(hard), count)] = rng.choice([-1.0, 1.0], count)
    sound = opened(wav("hard.wav", rng.normal(0, 0.02, 9 * RATE) if kind == "hiss" else hard))
    told = mix(Score(9 * RATE, (Placed(sound, kind, 0),), ()), tmp_path / "mix.m4a", tmp_path / "cache")
    lufs, peak = loudness(tmp_path / "mix.m4a")
    assert abs(told["lufs"] - lufs) <= 0.3
    assert peak <= -1
    assert abs(lufs + 16) <= 1 or kind == "more clicks"


def test_a_film_near_silence_is_raised_as_far_as_allowed_and_no_further(
    wav: Any, tmp_path: Path, loudness: Any
) -> None:
    faint = opened(wav("faint.wav", voice(5.0, level=0.004)))
    told = mix(Score(5 * RATE, (Placed(faint, "faint", 0),), ()), tmp_path / "mix.m4a", tmp_path / "cache")
    lufs, _ = loudness(tmp_path / "mix.m4a")
    assert -40 < lufs < -18
    assert abs(told["lufs"] - lufs) <= 0.3


@pytest.mark.parametrize("level", [0.02, 0.3, 0.9])
def test_our_loudness_is_the_standards(wav: Any, loudness: Any, level: float) -> None:
    sound = np.concatenate([voice(3.0, level=level), np.zeros(RATE), voice(2.0, 90, level / 8)])
    path = wav("some.wav", np.stack([sound, sound * 0.5], axis=1))
    mine = integrated(hops(opened(path).window(0, len(sound))))
    assert abs(mine - loudness(path)[0]) <= 0.15


def test_a_true_peak_between_samples_is_seen() -> None:
    t = np.arange(4800)
    wave = np.sin(np.pi / 2 * t + np.pi / 4).astype(np.float32) * 0.9
    both = np.stack([wave, wave], axis=1)
    assert np.abs(both).max() < 0.65
    assert abs(peaks(both, 0.5)[200:-200].max() - 0.9) < 0.02


def test_the_limiter_leaves_alone_what_is_quiet_and_holds_what_is_loud() -> None:
    quiet = tone(0.2, level=0.2).astype(np.float32)
    assert limit(quiet, 0.8) is quiet
    held = limit(tone(0.2, 997.0, level=1.6).astype(np.float32), 0.8)
    assert decibels(float(peaks(held, 0.5).max())) <= decibels(0.8) + 0.05


def test_ducking_is_quick_to_close_and_slow_to_open() -> None:
    sound = np.zeros((4 * RATE, 2), np.float32)
    sound[RATE : 2 * RATE] = 0.3
    gain = 20 * np.log10(duck(sound))
    assert gain[RATE - 4800] == 0
    assert gain[RATE + 960] < -DEPTH + 0.1
    assert gain[2 * RATE + 9600] < -DEPTH + 0.1
    assert -DEPTH + 1 < gain[2 * RATE + int(0.45 * RATE)] < -1
    assert gain[3 * RATE] == 0


def test_packets_decode_to_what_was_encoded() -> None:
    sound = np.stack([voice(1.0)] * 2, axis=1).astype(np.float32)
    back = aac.decode(aac.encode(sound, 0, 10_000))[aac.PACKET :][: len(sound)]
    noise = back - sound[: len(back)]
    assert 10 * np.log10((sound**2).mean() / (noise**2).mean()) > 20


def test_any_sound_is_brought_to_one_level(wav: Any, tmp_path: Path) -> None:
    quiet = opened(wav("quiet.wav", tone(3.0, 1000.0, 0.01)))
    gain = levelled(quiet, "quiet", MUSIC, tmp_path)
    assert abs(integrated(hops(quiet.window(0, 3 * RATE) * np.float32(gain))) - MUSIC) < 0.3
    assert VOICE > MUSIC


def test_a_short_bed_is_laid_until_the_film_is_full(wav: Any) -> None:
    bed = Placed(opened(wav("bed.wav", tone(3.0))), "bed", 0)
    laid = looped(bed, 10 * RATE, RATE // 2)
    assert laid[0].start == 0
    assert all(b.start < a.stop for a, b in itertools.pairwise(laid))
    assert laid[-1].stop >= 10 * RATE


def test_other_formats_are_decoded_first_and_rubbish_is_named(source: Any, ffmpeg: Any, tmp_path: Path) -> None:
    sound = open_sound(ffmpeg, source(1.0, sound=True), tmp_path / "kept.wav")
    assert abs(sound.samples - RATE) < 2400
    bad = tmp_path / "voice.mp3"
    bad.write_bytes(b"not sound" * 100)
    with pytest.raises(Unreadable, match=r"voice\.mp3"):
        open_sound(ffmpeg, bad, tmp_path / "bad.wav")
