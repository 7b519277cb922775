"""What is written down of who comes and goes: enough to see an attack by, and nothing that is worth stealing."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.desk.membership import Membership
from studio.errors import BadCredentials, TooManyTries
from studio.people.account import by_email
from tests.people.town import EMAIL, NONCE, PASSWORD, Town, founded


@pytest.fixture
def town(home: Path) -> Iterator[Town]:
    """A house nobody lives in yet."""
    with founded(home) as made:
        yield made


def test_who_comes_in_and_who_is_refused_is_written_down_without_a_secret(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    town.at().register(EMAIL, "Ada", PASSWORD)
    town.post()
    link = town.mail.token()
    with pytest.raises(BadCredentials):
        town.open(link, "nine purple kettles")
    code = town.open(link)
    sid = town.at().finish(code, NONCE)
    with town.house.db.read() as session:
        found = by_email(session, EMAIL)
    assert found
    for email in (EMAIL, "nobody@example.com"):
        with pytest.raises(BadCredentials):
            town.at().sign_in(email, "not the password", NONCE)
    with pytest.raises(BadCredentials):
        Membership(town.house, found.id).leave("not the password")
    for n in range(6):
        with pytest.raises((BadCredentials, TooManyTries)):
            town.at(f"192.0.2.{n}").sign_in(EMAIL, f"guess {n}", NONCE)
    events = [record.getMessage() for record in caplog.records if record.getMessage().startswith("people.")]
    mine = f"account={found.id}"
    steps = ["open_refused", "opened", "signed_in", "sign_in_refused"]
    assert events[:4] == [f"people.{step} {mine}" for step in steps]
    assert events[4:6] == ["people.sign_in_refused account=nobody", f"people.proof_refused {mine}"]
    assert events[-1].startswith("people.too_many who=")
    told = "\n".join(record.getMessage() for record in caplog.records)
    secrets = (EMAIL, "nobody@", PASSWORD, "kettles", "not the password", "guess", link, code, sid, NONCE, "192.0.2")
    assert not [one for one in secrets if one in told]
