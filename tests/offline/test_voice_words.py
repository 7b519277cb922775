"""Words, mouths, manners and scripts, without a sound being made."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.offline.voice.languages import reader
from services.offline.voice.manners import Delivery, delivery, unread
from services.offline.voice.reading import Event, Sounding
from services.offline.voice.visemes import SHORTEST, shapes, visemes
from services.offline.voice.words import spans, speakable, spread, timed
from studio.takes.briefs import Mouth

sounds = st.lists(
    st.tuples(st.sampled_from(["", "m", "ˈa", "aɪ", "t", "f", "uː", "l", "k", "(fr)ʁ"]), st.integers(0, 4000)),
    max_size=40,
)


def phonemes(pairs: list[tuple[str, int]]) -> tuple[Event, ...]:
    clock, events = 0, []
    for sound, length in pairs:
        events.append(Event(Sounding.PHONEME, clock, 0, 0, sound))
        clock += length
    return (*events, Event(Sounding.PHONEME, clock, 0))


@given(st.text(max_size=80))
def test_words_put_back_between_their_spaces_are_the_text(text: str) -> None:
    rebuilt, at = "", 0
    for start, end in spans(text):
        assert not text[at:start].strip()
        rebuilt += text[at:start] + text[start:end]
        at = end
    assert rebuilt + text[at:] == text


@given(st.text(max_size=80))
def test_what_is_said_keeps_every_letter_in_its_place(text: str) -> None:
    said = speakable(text)
    assert len(said) == len(text)
    assert all(a == b for a, b in zip(said, text, strict=True) if b.isalnum())


@given(st.text(max_size=60), st.floats(0.1, 30))
def test_a_silence_is_shared_by_all_its_words(text: str, seconds: float) -> None:
    words = spread(text, seconds)
    assert [word.text for word in words] == [text[a:b] for a, b in spans(text)]
    assert all(a.end == b.start for a, b in itertools.pairwise(words))


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(0, 45), st.integers(0, 60_000)), max_size=30))
def test_words_stay_in_order_whatever_the_events_say(text: str, marks: list[tuple[int, int]]) -> None:
    events = tuple(Event(Sounding.PHONEME, sample, at, 0, "a") for at, sample in marks)
    words = timed(text, events, 22050, 2.0)
    edges = [edge for word in words for edge in (word.start, word.end)]
    assert edges == sorted(edges)
    assert [word.text for word in words] == [text[a:b] for a, b in spans(text)]
    assert all(0 <= edge <= 2.0 for edge in edges)


@given(sounds)
def test_no_mouth_flickers(pairs: list[tuple[str, int]]) -> None:
    seen = visemes(phonemes(pairs), 22050, seconds=10)
    assert seen[0].at == 0
    assert seen[-1].mouth is Mouth.REST
    assert all(b.at - a.at >= SHORTEST - 0.0011 for a, b in itertools.pairwise(seen))
    assert all(a.mouth is not b.mouth for a, b in itertools.pairwise(seen))


def test_a_short_closure_of_the_lips_is_still_seen() -> None:
    seen = visemes(phonemes([("ˈa", 4000), ("b", 500), ("ˈa", 4000)]), 22050, seconds=1)
    assert [viseme.mouth for viseme in seen] == [Mouth.A, Mouth.MBP, Mouth.A, Mouth.REST]


@pytest.mark.parametrize(
    ("sound", "mouths"),
    [
        ("ˈaɪ", [Mouth.A, Mouth.EI]),
        ("əʊ", [Mouth.EI, Mouth.UW]),
        ("uː", [Mouth.UW]),
        ("θ", [Mouth.LTH]),
        ("ɔ̃", [Mouth.O]),
        ("k", [Mouth.A]),
        ("", [Mouth.REST]),
        ("(en)f", [Mouth.FV]),
    ],
)
def test_sounds_have_their_shapes(sound: str, mouths: list[Mouth]) -> None:
    assert shapes(sound, Mouth.A) == mouths


@pytest.mark.parametrize(
    "manner", ["whispering", "in a whisper", "susurrando", "en chuchotant", "flüsternd", "फुसफुसाते हुए"]
)
def test_whispers_in_many_languages(manner: str) -> None:
    assert delivery(manner).whispered


@pytest.mark.parametrize("manner", ["", "to Mara", "not whispering", "sans crier", "turning the page", "happens by"])
def test_what_is_no_manner_changes_nothing(manner: str) -> None:
    assert delivery(manner) == Delivery()


def test_manners_add_up() -> None:
    both, slow, sad = delivery("slowly, sad"), delivery("slowly"), delivery("sad")
    assert both.rate == pytest.approx(slow.rate * sad.rate)
    assert delivery("गुस्से में").pitch > 1


@pytest.mark.parametrize(
    ("text", "tag", "language"),
    [
        ("Hello.", "en-GB", "en"),
        ("नमस्ते", "en", "hi"),
        ("Привет", "bg", "bg"),
        ("OK!", "hi", "hi"),
        ("1984", "fr", "fr"),
        ("Bonjour", "xx", "en"),
        ("Mr. Ελένη said nothing at all to the other people there.", "en", "en"),
        ("こんにちは", "ja", "ja"),
        ("サム、行こう", "ja", ""),
        ("你好", "zh-CN", "zh"),
        ("—", "en", ""),
    ],
)
def test_who_reads_what(text: str, tag: str, language: str) -> None:
    found = reader(text, tag)
    assert found.language == language
    assert bool(found.why) is not bool(language)


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("slower, whispering, with a wink", ("wink",)),
        ("not angry but under her breath please", ()),
        ("More weight on the last word, the last", ("weight", "last", "word")),
        ("wütend und traurig", ()),
    ],
)
def test_words_that_tell_a_voice_nothing_are_named_once(note: str, words: tuple[str, ...]) -> None:
    assert unread(note) == words
