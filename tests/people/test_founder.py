"""The first founder comes from the command line; whose rights change signs in anew."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from studio.db import now
from studio.desk.appointing import appoint, dismiss_founder
from studio.desk.membership import Membership
from studio.errors import BadCredentials, BadRequest, NotAllowed
from studio.people.account import State, by_email
from tests.people.town import EMAIL, PASSWORD, Town

ROOT = Path(__file__).parents[2]


def account(town: Town, email: str = EMAIL) -> str:
    with town.house.db.read() as session:
        found = by_email(session, email)
        assert found
        assert found.state == State.OPEN
        return found.id


def test_the_first_founder_chooses_a_password_by_mail(town: Town) -> None:
    assert appoint(town.house, "Ada@Example.com")
    with pytest.raises(BadCredentials):
        town.sign_in(password="")
    town.clock.at = now()  # the command line's clock is the machine's
    town.post()
    assert town.mail.subjects == ["You are a founder of this TrashFire Studio"]
    town.at().reset(town.mail.token(), PASSWORD)
    assert town.at().whose(town.sign_in())
    assert Membership(town.house, account(town)).me().founder


def test_a_founder_can_be_given_a_password_at_once(town: Town) -> None:
    with pytest.raises(BadRequest):
        appoint(town.house, EMAIL, "Ada", "short")
    assert appoint(town.house, EMAIL, "Ada", PASSWORD)
    assert town.sign_in()


def test_whose_rights_change_signs_in_anew(town: Town) -> None:
    town.settle()
    sid = town.sign_in()
    assert not appoint(town.house, EMAIL)
    assert town.at().whose(sid) is None
    sid = town.sign_in()
    dismiss_founder(town.house, EMAIL)
    assert town.at().whose(sid) is None
    with pytest.raises(NotAllowed):
        Membership(town.house, account(town)).invitations()
    with pytest.raises(BadRequest):
        dismiss_founder(town.house, EMAIL)


def test_whoever_registered_a_founders_address_before_has_no_part_in_it(town: Town) -> None:
    town.at().register(EMAIL, "Mallory", "nine purple kettles")
    appoint(town.house, EMAIL, "Ada", PASSWORD)
    with pytest.raises(BadCredentials):
        town.sign_in(password="nine purple kettles")
    assert town.sign_in()


def test_the_command_says_what_it_did(home: Path, environment: dict[str, str]) -> None:
    asked = [sys.executable, "-m", "studio", "founder", EMAIL, "--name", "Ada"]
    ran = subprocess.run(
        asked, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120
    )
    assert ran.returncode == 0, ran.stderr
    assert f"{EMAIL} is a founder now" in ran.stdout
    assert "/auth/reset?token=" in ran.stderr
