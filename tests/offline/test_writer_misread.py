"""Everyday phrases that a word list could take for something else: no limit, no person, no garment, no animal."""

from __future__ import annotations

import pytest

from services.offline.writer.engine import TemplateWriter
from services.offline.writer.reading import read
from studio.crew import Pitch


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
