"""Everyday phrases that a word list could take for something else: no limit, no person, no garment, no animal."""

from __future__ import annotations

import pytest

from services.offline.writer.engine import TemplateWriter
from services.offline.writer.plot import is_beast
from services.offline.writer.reading import read
from studio.crew import Pitch


@pytest.mark.parametrize(
    "pitch",
    [
        "A tailor who can't speak Japanese finds a gun.",
        "A thief who can't walk away from one last job steals a ring.",
        "A medium who can't see ghosts hides a key.",
        "A spy who cannot hear the word no sells a map.",
        "A baker on a blind date loses a ring.",
        "A driver in a blind alley finds a map.",
        "A speechless baker finds a key.",
    ],
)
def test_who_cannot_do_one_thing_can_do_the_rest(pitch: str) -> None:
    assert read(pitch).people[0].limits == ()


@pytest.mark.parametrize(
    ("pitch", "limit"),
    [
        ("A girl who can't speak finds a map.", "mute"),
        ("A girl who can’t speak finds a map.", "mute"),
        ("A girl who can't hear, Ana, finds a map.", "deaf"),
        ("A girl who cannot see at all finds a map.", "blind"),
        ("A boxer who can't walk any more finds a map.", "wheelchair"),
        ("A pianist who cannot see is hired by a thief.", "blind"),
        ("A girl who can't speak found a map.", "mute"),
        ("A blind pianist finds a map.", "blind"),
    ],
)
def test_who_cannot_at_all_is_known_for_it(pitch: str, limit: str) -> None:
    assert read(pitch).people[0].limits == (limit,)


@pytest.mark.parametrize(
    ("pitch", "thing"),
    [
        ("Ein weißer Hund sucht einen Bäcker im Wald.", ""),
        ("Die Frau versteckt einen weißen Koffer.", "white suitcase"),
        ("Er weiß nicht, wo der Koffer ist.", "suitcase"),
        ("Er weiß nicht", ""),
    ],
)
def test_german_white_is_read_and_so_is_he_knows(pitch: str, thing: str) -> None:
    assert TemplateWriter().write(Pitch(pitch, 60, 0)).elements
    assert not thing or [one.full for one in read(pitch).things] == [thing]


@pytest.mark.parametrize(
    ("pitch", "gender"),
    [
        ("Ein Bäcker verliert seinen Schlüssel.", "m"),
        ("Ein Bäcker findet sein Buch.", "m"),
        ("Ein Bäcker verliert ihren Schlüssel.", "f"),
    ],
)
def test_german_his_is_his_and_her_is_hers(pitch: str, gender: str) -> None:
    assert read(pitch).people[0].gender == gender


@pytest.mark.parametrize(
    ("pitch", "people"),
    [
        ("Berlin 1961: a tailor hides a spy.", ["tailor", "spy"]),
        ("Chicago 1929. A singer finds a gun.", ["singer"]),
        ("Chapter 2: a tailor finds a gun.", ["tailor"]),
        ("Episode Nine: a tailor finds a gun.", ["tailor"]),
        ("Day 3, and a tailor finds a gun.", ["tailor"]),
        ("Unit 7 hides a key from a baker.", ["Unit 7", "baker"]),
        ("Unit Seven, a robot, hides a key.", ["Unit Seven"]),
    ],
)
def test_a_year_and_a_chapter_are_nobody(pitch: str, people: list[str]) -> None:
    assert [who.name or who.role for who in read(pitch).people] == people


@pytest.mark.parametrize(
    ("pitch", "worn"),
    [
        ("A tailor in a dress shop finds a gun.", ("", "")),
        ("A singer in a dress rehearsal finds a gun.", ("", "")),
        ("A boy in a hat factory finds a gun.", ("", "")),
        ("A tailor in a red dress finds a gun.", ("red dress", "")),
        ("A tailor in a red dress at a ball finds a gun.", ("red dress", "")),
        ("A tailor in a red dress is hired by a spy.", ("red dress", "")),
        ("A girl in a red raincoat named Mei finds a gun.", ("red raincoat", "")),
        ("A woman in a straw hat sits on a bench.", ("", "straw hat")),
        ("A tailor in a red dress stole a gun.", ("red dress", "")),
        ("A boy in a paper hat, Tom, finds a gun.", ("", "paper hat")),
    ],
)
def test_what_is_named_for_a_garment_is_not_worn(pitch: str, worn: tuple[str, str]) -> None:
    who = read(pitch).people[0]
    assert (who.clothes, who.hat) == worn
    assert "dress" not in [thing.head for thing in read(pitch).things]


@pytest.mark.parametrize(
    ("pitch", "large"),
    [
        ("A girl looks for a lost teddy bear at a beach.", False),
        ("A boy rides a toy horse on a beach.", False),
        ("A girl sells a rocking horse in a field.", False),
        ("A boy feeds a polar bear on a beach.", True),
        ("A nomad sells his camels in a desert.", True),
    ],
)
def test_a_toy_is_no_large_animal(pitch: str, large: bool) -> None:
    assert is_beast(read(pitch)) == large
