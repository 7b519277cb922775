"""Passwords as they are kept: bcrypt above its limit, and what streamlit-authenticator's hasher makes of them."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from dataclasses import replace
from importlib.metadata import distribution
from importlib.util import module_from_spec, spec_from_file_location

import pytest

from services.passwords import Bcrypt
from studio.desk.reception import Reception
from studio.errors import BadRequest
from studio.people.account import by_email
from studio.people.passwords import LONGEST, SHORTEST, check_password
from tests.people.town import EMAIL, NONCE, PASSWORD, Town

HASHER = Bcrypt(rounds=4)


@pytest.mark.parametrize("password", ["eleven green lanterns", "ä" * 256, "zero\x00byte one", "🔥" * 100])
def test_a_password_matches_itself_alone(password: str) -> None:
    kept = HASHER.hash(password)
    assert HASHER.matches(password, kept)
    assert not HASHER.matches(password + "x", kept)
    assert not HASHER.matches(password[:-1], kept)
    assert kept != HASHER.hash(password)


def test_letters_written_in_two_ways_are_the_same() -> None:
    assert HASHER.matches("cafe\u0301 au lait", HASHER.hash("caf\u00e9 au lait"))


def test_no_hash_matches_nothing_and_is_worked_out_all_the_same() -> None:
    assert not HASHER.matches("eleven green lanterns", "")
    assert not HASHER.matches("", "")


def test_the_library_reads_what_is_kept_and_the_other_way_round() -> None:
    """Its hasher alone is loaded: the library would bring Streamlit along."""
    file = distribution("streamlit-authenticator").locate_file("streamlit_authenticator/utilities/hasher.py")
    spec = spec_from_file_location("hasher", str(file))
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    short = b64encode(hashlib.sha256(b"eleven green lanterns").digest()).decode()
    assert module.Hasher.check_pw(short, HASHER.hash("eleven green lanterns"))
    assert HASHER.matches("eleven green lanterns", module.Hasher.hash(short))


@pytest.mark.parametrize(
    "good",
    [
        "eleven green lanterns",
        ("eleven green lanterns " * 12)[:256],
        "harbour4711x",
        "wx7z9q4k2m",
        "Ada likes eleven lanterns",
        "пароль из слов",
    ],
)
def test_long_ones_of_ones_own_will_do(good: str) -> None:
    assert SHORTEST <= len(good) <= LONGEST
    check_password(good, "ada@example.com", "Ada Lovelace")


@pytest.mark.parametrize(
    "bad",
    ["lovelace1815", "ada.lovelace", "Ada Lovelace!", "ada.lovelace@example.com", "example.com", "QWERTYUIOP",
     "Correct Horse Battery Staple", "abababababab", "trashfire123", "TrashFireStudio2026!", "Sunshine2024!",
     "1qaz2wsx3edc", "P@ssw0rd123", "dragonMonkey1", "123qweasdzxc",
     "trustno1trustno1", "iLoveYou!!!!", "9876543210", "wx7z" * 64, "manchester 1999"],
)  # fmt: skip
def test_what_anybody_tries_first_will_not(bad: str) -> None:
    with pytest.raises(BadRequest) as refused:
        check_password(bad, "ada.lovelace@example.com", "Ada Lovelace")
    assert refused.value.field == "password"


def test_a_password_that_was_hashed_with_less_work_is_hashed_anew_when_it_is_typed(town: Town) -> None:
    town.settle()
    weak, strong = Bcrypt(rounds=4), Bcrypt(rounds=5)
    house = replace(town.house, doors=replace(town.house.doors, passwords=strong))
    door, kept = Reception(house, clock=town.clock), [weak.hash(PASSWORD)]
    with house.db.write() as session:
        account = by_email(session, EMAIL)
        assert account
        account.password = kept[0]
        session.add(account)
    for _ in range(2):
        assert door.finish(door.sign_in(EMAIL, PASSWORD, NONCE), NONCE)
        with house.db.read() as session:
            found = by_email(session, EMAIL)
            assert found
            kept.append(found.password)
    assert [one[:7] for one in kept] == ["$2b$04$", "$2b$05$", "$2b$05$"]
    assert kept[1] == kept[2], "once is enough"
