"""Guessing: answers and work tell nothing, tries fade, and nobody is kept out for ever."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from services.notices import sentence
from studio.errors import BadCredentials, Refused, TooManyTries
from studio.people.attempts import neighbourhood
from tests.people.town import EMAIL, NONCE, PASSWORD, Town

OTHER = "grace@example.com"


def answer(ask: Callable[[], object]) -> str:
    """What whoever asks is told."""
    try:
        ask()
    except Refused as error:
        return f"{type(error).__name__} {sentence(error)}"
    return "done"


def test_answers_and_work_are_alike_for_known_and_unknown_addresses(town: Town) -> None:
    town.settle()
    town.at().register("pending@example.com", "P", PASSWORD)
    asked: dict[str, Callable[[str], object]] = {
        "register": lambda email: town.at().register(email, "Ada", PASSWORD),
        "sign in": lambda email: town.at().sign_in(email, "not the password", NONCE),
        "reset": lambda email: town.at().ask_reset(email),
    }
    for verb, ask in asked.items():
        told = {}
        for email in (EMAIL, OTHER, "pending@example.com"):
            before = town.hasher.calls
            told[email] = (answer(lambda: ask(email)), town.hasher.calls - before)  # noqa: B023  asked at once
        assert len(set(told.values())) == 1, (verb, told)
    town.post()
    assert "You have a TrashFire Studio account already" in town.mail.subjects
    assert [one.to for one in town.mail.messages if one.subject == "Choose a new password"] == [EMAIL]
    assert {one.to for one in town.mail.messages if "not open yet" in one.subject} == {OTHER, "pending@example.com"}


def test_an_unknown_address_is_locked_like_a_known_one(town: Town) -> None:
    town.settle()
    told = [
        [answer(lambda: town.at(f"192.0.2.{n}").sign_in(email, "not the password", NONCE)) for n in range(7)]  # noqa: B023
        for email in (EMAIL, OTHER)
    ]
    assert told[0] == told[1]
    assert told[0][-1].startswith("TooManyTries")


def test_guessing_is_slowed_down_and_never_for_ever(town: Town) -> None:
    town.settle()
    for n in range(5):
        with pytest.raises(BadCredentials):
            town.at(f"198.51.100.{n}").sign_in(EMAIL, f"guess number {n}", NONCE)
    worked = town.hasher.calls
    with pytest.raises(TooManyTries) as refused:
        town.sign_in()
    assert town.hasher.calls == worked, "a refused try must cost nothing"
    for _ in range(50):  # hammering on keeps nobody out for longer
        with pytest.raises(TooManyTries):
            town.at().sign_in(EMAIL, "yet another guess", NONCE)
    town.clock.go(seconds=refused.value.after + 1)
    assert town.sign_in()


def test_guessing_from_one_address_is_slowed_down_whatever_the_account(town: Town) -> None:
    for n in range(60):
        with pytest.raises(BadCredentials):
            town.at("203.0.113.9").sign_in(f"someone{n}@example.com", "the same guess", NONCE)
    with pytest.raises(TooManyTries):
        town.at("203.0.113.9").sign_in("another@example.com", "the same guess", NONCE)
    town.settle()
    assert town.sign_in()


def test_a_known_browser_gets_in_while_strangers_guess(town: Town) -> None:
    town.settle()
    device = town.at().remember(town.sign_in())
    for n in range(5):
        with pytest.raises(BadCredentials):
            town.at(f"198.51.100.{n}").sign_in(EMAIL, "not the password", NONCE)
    with pytest.raises(TooManyTries):
        town.sign_in()
    assert town.sign_in(device=device)
    with pytest.raises(TooManyTries):
        town.sign_in(device="d" * 43)


def test_a_clock_that_runs_late_makes_no_lock_longer(town: Town) -> None:
    town.settle()
    for _ in range(5):
        with pytest.raises(BadCredentials):
            town.at().sign_in(EMAIL, "not the password", NONCE)
    town.clock.go(hours=-10)
    with pytest.raises(TooManyTries) as refused:
        town.sign_in()
    assert refused.value.after < 15 * 60


def test_a_mailbox_is_not_flooded(town: Town) -> None:
    town.settle()
    for _ in range(12):
        town.at().ask_reset(EMAIL)
        town.clock.go(seconds=61)
    sent = town.post()
    assert 1 <= sent <= 6


def test_who_has_a_whole_network_of_addresses_is_one(town: Town) -> None:
    for n in range(60):
        with pytest.raises(BadCredentials):
            town.at(f"2001:db8:0:7::{n:x}").sign_in(f"someone{n}@example.com", "the same guess", NONCE)
    with pytest.raises(TooManyTries):
        town.at("2001:db8:0:7:ffff::1").sign_in("another@example.com", "the same guess", NONCE)
    with pytest.raises(BadCredentials):
        town.at("2001:db8:0:8::1").sign_in("another@example.com", "the same guess", NONCE)
    assert neighbourhood("::ffff:192.0.2.7") == neighbourhood("192.0.2.7") == "192.0.2.7"
    assert neighbourhood("testclient") == "testclient"


def test_a_browser_is_known_for_its_own_account_and_not_for_ever(town: Town) -> None:
    town.settle()
    town.settle(OTHER)
    ours, theirs = (town.at().remember(town.sign_in(email)) for email in (EMAIL, OTHER))
    assert town.at().remember(town.sign_in(), ours) == ours
    assert town.at().remember(town.sign_in(), theirs) not in (ours, theirs)
    for again in range(2):
        for n in range(5):
            with pytest.raises(BadCredentials):
                town.at(f"198.51.100.{n}").sign_in(EMAIL, "not the password", NONCE, theirs)
        with pytest.raises(TooManyTries):
            town.sign_in(device=theirs)
        if not again:
            assert town.sign_in(device=ours)
            town.clock.go(days=181)
    with pytest.raises(TooManyTries):
        town.sign_in(device=ours)
