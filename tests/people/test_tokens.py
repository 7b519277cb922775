"""Tokens of programs: made by who knows the password, and ended with it."""

from __future__ import annotations

import logging

import pytest

from studio.db import now
from studio.desk.admitting import Admission
from studio.desk.hooking import Hooking
from studio.desk.tokens import NewToken, Tokens
from studio.errors import BadCredentials, TooManyTries
from studio.people.access import Scope
from tests.people.town import EMAIL, MINE, NONCE, PASSWORD, Town, desk
from tests.trespass import Belongings

NEW = "seven quiet harbours"


def made(town: Town, password: str = PASSWORD) -> NewToken:
    """A token for a program of somebody's."""
    return Tokens(town.house, MINE).new_token("Mine", [Scope.READ, Scope.SPEND], days=None, password=password)


@pytest.mark.parametrize("way", ["changed", "reset"])
def test_a_new_password_ends_tokens_and_hooks_that_were_made_with_the_old_one(
    town: Town, things: Belongings, way: str
) -> None:
    token = made(town).token
    assert Admission(town.house).whose(token)
    assert Hooking(town.house, MINE).hooks()
    town.clock.at = now()
    if way == "changed":
        desk(town).change_password(PASSWORD, NEW, NONCE)
    else:
        town.at().ask_reset(EMAIL)
        town.post()
        town.at().reset(town.mail.token(), NEW)
    assert Admission(town.house).whose(token) is None
    assert Tokens(town.house, MINE).tokens() == ()
    assert Hooking(town.house, MINE).hooks() == ()
    town.clock.at = now()
    town.post()
    assert "Tokens and hooks" in town.mail.messages[-1].text


def test_a_session_alone_makes_no_token(town: Town, things: Belongings, caplog: pytest.LogCaptureFixture) -> None:
    before = Tokens(town.house, MINE).tokens()
    for guess in ("", "not the password"):
        with pytest.raises(BadCredentials):
            made(town, guess)
    assert Tokens(town.house, MINE).tokens() == before
    caplog.set_level(logging.INFO)
    fresh = made(town)
    Tokens(town.house, MINE).revoke_token(fresh.view.id)
    told = [record.getMessage() for record in caplog.records][-2:]
    assert told == [f"people.token_{what} account={MINE} token={fresh.view.id}" for what in ("made", "revoked")]
    for _ in range(5):
        with pytest.raises((BadCredentials, TooManyTries)):
            made(town, "guess")
    with pytest.raises(TooManyTries):
        made(town)
