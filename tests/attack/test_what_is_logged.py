"""What is written down of who comes and goes: enough to see an attack by, and nothing that is worth stealing."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from services.api.application import mounted
from services.api.asking import Platform
from studio.db import now
from studio.desk.admitting import Admission
from studio.desk.desk import Desk
from studio.desk.leaving import Leaving
from studio.errors import BadCredentials, NotAllowed, NotFound, TooManyTries
from studio.people import signing
from studio.people.access import Scope
from studio.people.account import OWNER, by_email
from tests.people.town import EMAIL, NONCE, PASSWORD, Town, founded
from tests.trespass import nowhere, settle_in
from tests.verbs import ASKING


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
        Leaving(town.house, found.id).leave("not the password")
    for n in range(6):
        with pytest.raises((BadCredentials, TooManyTries)):
            town.at(f"192.0.2.{n}").sign_in(EMAIL, f"guess {n}", NONCE)
    events = [record.getMessage() for record in caplog.records if record.getMessage().startswith("people.")]
    mine = f"account={found.id}"
    steps = ["open_refused", "opened", "signed_in", "sign_in_refused"]
    here = events[0].partition(" from=")[2]
    assert re.fullmatch("[0-9a-f]{12}", here)
    assert events[:4] == [f"people.{step} {mine} from={here}" for step in steps]
    assert events[4:6] == [f"people.sign_in_refused account=nobody from={here}", f"people.proof_refused {mine}"]
    elsewhere = {found[1] for one in events[6:] if (found := re.search(" from=(.*)", one))}
    assert len(elsewhere) > 1, "each address has one of its own"
    assert here in elsewhere, "and the same each time"
    assert events[-1].startswith("people.too_many who=")
    told = "\n".join(record.getMessage() for record in caplog.records)
    secrets = (EMAIL, "nobody@", PASSWORD, "kettles", "not the password", "guess", link, code, sid, NONCE, "192.0.2")
    assert not [one for one in secrets if one in told]


def refused(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was written down of whom for want of a right, since the last look."""
    found = [record.getMessage() for record in caplog.records if record.getMessage().startswith("access.")]
    caplog.clear()
    return found


@pytest.mark.parametrize(
    ("verb", "what"),
    [("story", "episode"), ("film", "episode"), ("takes", "episode"), ("series", "episode"), ("progress", "run"),
     ("accept", "message"), ("ticket", "ticket"), ("hook_calls", "hook"), ("revoke_token", "accesstoken"),
     ("revoke_screening", "screening"), ("order_state", "purchase")],
)  # fmt: skip
def test_who_asks_for_what_is_anothers_is_written_down_and_who_asks_for_nobodys_is_not(
    town: Town, caplog: pytest.LogCaptureFixture, verb: str, what: str
) -> None:
    theirs, own = (settle_in(town.house, account, word) for account, word in (("anna", "Lighthouse"), ("bert", "Key")))
    desk, call = Desk(town.house, "bert"), ASKING[verb][0]
    for asked in (own, nowhere(theirs)):
        try:
            call(desk, asked, own)
        except NotFound:
            continue
    assert refused(caplog) == []
    with pytest.raises(NotFound):
        call(desk, theirs, own)
    (line,) = refused(caplog)
    assert line.startswith(f"access.refused account=bert what={what}:")


def test_who_ends_anothers_session_or_acts_as_a_founder_is_written_down(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    settle_in(town.house, "anna", "Lighthouse")
    settle_in(town.house, "bert", "Key")
    with town.house.db.write() as session:
        signing.begin(session, "anna", "Firefox", at=now())
    desk = Desk(town.house, "bert")
    (theirs,) = Desk(town.house, "anna").sessions()
    with pytest.raises(NotFound):
        desk.revoke(theirs.id)
    for act in (desk.funnel, desk.all_tickets, desk.founding.alarms):
        with pytest.raises(NotAllowed):
            act()
    assert (
        refused(caplog)
        == [f"access.refused account=bert what=signin:{theirs.id}"] + ["access.refused account=bert what=founders"] * 3
    )


def test_what_a_program_may_not_is_written_down_without_its_token(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    settle_in(town.house, "anna", "Lighthouse")
    desk = Desk(town.house, "anna")
    token = desk.new_token("Mine", [Scope.WRITE]).token
    platform = Platform(lambda: Admission(town.house), lambda account: Desk(town.house, account))
    client = TestClient(Starlette(routes=mounted(platform)))
    for shown, status in ((token, 403), ("tfs_guess", 401)):
        answer = client.get("/api/projects", headers={"Authorization": f"Bearer {shown}"})
        assert answer.status_code == status
    assert refused(caplog) == ["access.refused account=anna what=scope:read", "access.token_refused"]


def test_whom_a_founder_lets_in_is_written_down_without_the_code(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    desk = Desk(town.house, OWNER)
    code = desk.invite("Ada", seats=3)
    (made,) = desk.invitations()
    desk.withdraw(made.id)
    told = [line for line in caplog.messages if line.startswith("people.invit")]
    assert told == [
        f"people.invited by=owner invitation={made.id} seats=3",
        f"people.invitation_withdrawn by=owner invitation={made.id}",
    ]
    assert code not in caplog.text
