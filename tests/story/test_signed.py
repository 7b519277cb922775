"""Which parentheticals have a line said with the hands, for the voice that keeps silent and the hands that move."""

from __future__ import annotations

import pytest

from studio.story.acting import signing
from studio.story.signed import signed

HANDS = [
    "signing",
    "(signing)",
    "angry, signing",
    "smiling; signing, fast",
    "signing to Bao",
    "quickly signing",
    "in sign language",
    "not smiling, in sign language",
    "in Gebärdensprache",
    "con señas",
    "en lengua de signos",
    "nella lingua dei segni",
]
MOUTHS = [
    "",
    "signing the papers",
    "(signing the contract)",
    "signing autographs",
    "signing off",
    "signing/speaking",
    "signing and speaking",
    "speaking and signing",
    "not signing",
    "no longer signing",
    "while signing",
    "not in sign language",
    "designing",
]


@pytest.mark.parametrize("manner", HANDS)
def test_a_signed_line_is_silent_and_the_hands_say_it(manner: str) -> None:
    assert signed(manner)
    assert signing(manner, "shot") is not None


@pytest.mark.parametrize("manner", MOUTHS)
def test_any_other_line_is_spoken_and_the_hands_are_free(manner: str) -> None:
    assert not signed(manner)
    assert signing(manner, "shot") is None
