"""Beds of music: exact to the sample, without a seam, each mood its own."""

from __future__ import annotations

import random
import wave
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.offline.music.engine import Bandstand
from services.offline.music.harmony import chord, notes, voicing
from services.offline.music.loop import play
from services.offline.music.tables import Role, band, tunes
from services.offline.sound.loudness import RATE, loudness
from studio.crew import Order
from studio.story.places import Mood
from studio.takes.briefs import MusicBrief
from studio.takes.recipe import Recipe, TakeKind

Bed = Callable[..., Any]


@pytest.fixture
def bed(tmp_path: Path) -> Bed:
    def ask(mood: Mood, samples: int, *, seed: int = 0, quiet: bool = True) -> Any:
        brief = MusicBrief(mood=mood, samples=samples, quiet=quiet).model_dump(mode="json")
        recipe = Recipe(kind=TakeKind.MUSIC, brief=brief, engine="offline-music", engine_version="1", seed=seed)
        product = Bandstand().bed(Order(recipe, {}, tmp_path))
        with wave.open(str(product.file)) as file:
            assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, RATE)
            assert file.getnframes() == product.measure["samples"]
            return np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2) / 32768

    return ask


@pytest.mark.parametrize("mood", Mood)
def test_a_bed_is_exact_quiet_and_fades(bed: Bed, mood: Mood) -> None:
    samples = 12 * RATE + 1234
    sound = bed(mood, samples)
    assert len(sound) == samples
    assert loudness(sound.T) == pytest.approx(-24, abs=1)
    assert np.abs(sound).max() < 0.5
    assert np.abs(sound[[0, -1]]).max() < 0.001
    middle, end = sound[5 * RATE : 6 * RATE].std(), sound[-RATE // 10 :].std()
    assert end < 0.1 * middle


@pytest.mark.parametrize("samples", [0, 1, 2, 100, 2000, RATE])
def test_the_shortest_beds_are_exact_too(bed: Bed, samples: int) -> None:
    assert len(bed(Mood.DUSK, samples)) == samples


def test_a_bed_longer_than_its_loop_has_no_click_at_the_joins(bed: Bed) -> None:
    loop = play(Mood.DREAD, seconds=200, seed=0, melody=False).ground.shape[1]
    sound = bed(Mood.DREAD, 2 * loop + 10 * RATE)
    steps = np.abs(np.diff(sound, n=2, axis=0)).max(axis=1)
    usual = np.percentile(steps[RATE : 2 * loop], 99.99)
    for join in (loop, 2 * loop):
        assert steps[join - 200 : join + 200].max() <= 1.5 * usual
        assert sound[join : join + RATE].std() > 0.3 * sound.std()


def test_moods_do_not_sound_alike(bed: Bed) -> None:
    colours = {}
    for mood in Mood:
        sound = bed(mood, 8 * RATE).mean(axis=1)
        power = np.abs(np.fft.rfft(sound)) ** 2
        hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
        notes_heard = np.round(12 * np.log2(np.maximum(hertz, 20) / 440)).astype(int)
        bands = np.bincount(notes_heard - notes_heard.min(), weights=power)
        colours[mood] = bands / np.linalg.norm(bands)
    alike = [float(colours[a] @ colours[b]) for a in Mood for b in Mood if a < b]
    assert max(alike) < 0.9


def test_the_same_order_is_the_same_music_and_another_seed_is_not(bed: Bed) -> None:
    first, again, other = (bed(Mood.FAIRY, 6 * RATE, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert np.abs(first - other).max() > 0.01


def test_there_is_no_melody_under_speech_and_one_where_nobody_speaks(bed: Bed) -> None:
    quiet = play(Mood.MORNING, seconds=10, seed=0, melody=False)
    sung = play(Mood.MORNING, seconds=10, seed=0, melody=True)
    assert np.array_equal(quiet.ground, sung.ground)
    assert sung.over.std() > 1.1 * quiet.over.std()


@pytest.mark.parametrize("mood", Mood)
def test_voices_move_little_and_stay_in_the_chord(mood: Mood) -> None:
    tune = tunes().mood[mood]
    part = next(part for part in tune.parts if part.role is Role.PAD)
    held: list[tuple[int, ...]] = [()]
    for bar in range(8):
        held.append(voicing(chord(tune, bar), held[-1], part.low, part.high))
        assert {pitch % 12 for pitch in held[-1]} <= {pitch % 12 for pitch in chord(tune, bar)}
        assert part.low <= min(held[-1])
        assert max(held[-1]) <= part.high
    same = [(a, b) for a, b in pairwise(held[1:]) if len(a) == len(b)]
    assert np.mean([abs(x - y) for a, b in same for x, y in zip(a, b, strict=True)]) <= 3


@pytest.mark.parametrize("mood", Mood)
def test_melodies_keep_to_the_scale_and_come_back_to_their_motif(mood: Mood) -> None:
    tune = tunes().mood[mood]
    part = next(part for part in tune.parts if part.role is Role.MELODY)
    sung = list(notes(tune, part, 8, random.Random(4)))
    steps = {(step + tune.root) % 12 for step in tune.scale}
    assert all(note.pitch % 12 in steps for note in sung)
    motif = 2 * tune.beats
    rhythm = [[note.beat % motif for note in sung if note.beat // motif == phrase] for phrase in range(4)]
    assert rhythm[0] == rhythm[1] == rhythm[3]


def test_every_mood_and_every_player_has_its_music() -> None:
    assert set(tunes().mood) == set(Mood)
    known = {*band().cloud, *band().struck, *band().noise}
    assert all(part.timbre in known for tune in tunes().mood.values() for part in tune.parts)
    roles = [{part.role for part in tune.parts} for tune in tunes().mood.values()]
    assert all({Role.PAD, Role.BASS, Role.FIGURE, Role.MELODY} <= playing for playing in roles)
