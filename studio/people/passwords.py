"""What a password must be. How it is hashed is the hasher's business, which a house brings along."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Protocol

from studio.errors import BadRequest, KeyMissing
from studio.people.guessed import bits

SHORTEST, LONGEST = 10, 256  # letters
_HOUSE = ("trashfire studio", "trashfirestudio", "trashfire")  # the first words to try here
_GUESSED = 280  # tenths of a bit: below it, it is among some hundred million that are tried first
_WORD = 4  # letters of an address or a name that count as saying it
_FILLING = "0123456789 !?.,-_@"  # adds nothing to a word everybody knows
_FILE = Path(__file__).parents[2] / "data" / "passwords.txt"


class Passwords(Protocol):
    """The hasher. Both verbs take about as long, whatever the password."""

    def hash(self, password: str) -> str:
        """What is kept of a password."""
        ...

    def matches(self, password: str, hashed: str) -> bool:
        """Whether it is the password; of no hash it never is, and it takes as long to say so."""
        ...

    def stale(self, hashed: str) -> bool:
        """Whether it was hashed with less work than is done now."""
        ...


class NoPasswords:
    """Of a house nobody signs in to."""

    def hash(self, password: str) -> str:
        """Say that there is none."""
        raise self._none(password)

    def matches(self, password: str, hashed: str) -> bool:
        """Say that there is none."""
        raise self._none(password, hashed)

    def stale(self, hashed: str) -> bool:
        """Say that there is none."""
        raise self._none(hashed)

    def _none(self, *_given: str) -> KeyMissing:
        return KeyMissing("nobody signs in to this studio")


def check_password(password: str, email: str = "", name: str = "") -> None:
    """Refuse one that is too short, too long, among the commonest, or says whose it is: BadRequest."""
    if len(password) < SHORTEST:
        raise BadRequest(f"use at least {SHORTEST} letters, a few words do well", field="password")
    if len(password) > LONGEST:
        raise BadRequest(f"use at most {LONGEST} letters", field="password")
    plain = _plain(password)
    if plain in _commonest() or len(set(plain)) < _WORD or bits(plain) < _GUESSED:
        raise BadRequest("this is among the first that anybody tries; use a few words of your own", field="password")
    if any(not plain.replace(word, "").strip(_FILLING) for word in _HOUSE):
        raise BadRequest("this is the studio's own name; use a few words of your own", field="password")
    if any(not plain.replace(word, "").strip(_FILLING) for word in _own(email, name)):
        raise BadRequest("this is your own name or address; use something only you know", field="password")


def _own(email: str, name: str) -> Iterator[str]:
    """The words that say who somebody is."""
    local, _, domain = _plain(email).rpartition("@")
    told = (local, domain, f"{local}@{domain}", _plain(name), _plain(name).replace(" ", ""), *_plain(name).split())
    return (word for word in told if len(word) >= _WORD)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


@cache
def _commonest() -> frozenset[str]:
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(_plain(line) for line in lines if line and not line.startswith("#"))
