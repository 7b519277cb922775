"""Hooks: told of what happened, signed, tried again, sent nowhere near our own network."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.hooks.chores import tidy
from services.hooks.sending import send_due
from services.hooks.target import find, welcome
from studio.db import now
from studio.desk.desk import Desk
from studio.errors import BadRequest, Down, Invalid
from studio.people.account import OWNER, Account, State
from studio.people.hooks import KEPT, PINGED, TRIES, CallState, Event
from studio.production.run import RunState
from studio.production.runs import close
from tests.api.conftest import Station, nowhere
from tests.attack.test_ssrf import INSIDE, Names
from tests.doubles.server import serving
from tests.web.rows import episode, run

DOCUMENT = (Path(__file__).parents[2] / "docs" / "API.md").read_text("utf-8")


@dataclass
class Receiver:
    """Somebody's program: what it heard, and how it answers."""

    url: str = ""
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    status: int = 204


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A program on this machine."""
    made = Receiver()

    async def hear(request: Request) -> Response:
        made.heard.append((dict(request.headers), await request.body()))
        return RedirectResponse("/hook", made.status) if made.status == 307 else Response(status_code=made.status)

    with serving(lambda _url: Starlette(routes=[Route("/hook", hear, methods=["POST"])])) as url:
        made.url = f"{url}/hook"
        yield made


def hooked(station: Station, receiver: Receiver) -> tuple[str, str]:
    """A hook of the receiver's; gives its id and secret."""
    answer = station.ask("POST", "/hooks", {"url": receiver.url})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"], answer.json()["secret"]


def send(station: Station, at: datetime | None = None) -> int:
    return send_due(station.house.db, near=True, clock=lambda: at or now())


def genuine() -> Any:
    """The check the document shows."""
    found = re.search(r"```python\n(def genuine.*?)```", DOCUMENT, re.DOTALL)
    assert found
    names: dict[str, Any] = {"hmac": hmac, "hashlib": hashlib}
    exec(found.group(1), names)
    return names["genuine"]


def test_a_run_that_ends_is_told_once_signed_as_the_document_says(station: Station, receiver: Receiver) -> None:
    hook, secret = hooked(station, receiver)
    film = episode(station.house)
    begun = run(station.house, film, RunState.RUNNING)
    with station.house.db.write() as session:
        close(session, begun, RunState.DONE)
    at = now()
    assert send(station, at) == 1
    assert send(station, at) == 0
    ((headers, body),) = receiver.heard
    told = json.loads(body)
    assert told["event"] == headers["studio-event"] == "run.done"
    assert told["data"]["run"] == begun
    assert told["data"]["project"] == film
    assert told["id"] == headers["studio-call"]
    check = genuine()
    assert check(secret, headers["studio-signature"], body, at.timestamp())
    assert not check(secret, headers["studio-signature"], body + b" ", at.timestamp())
    assert not check("whsec_other", headers["studio-signature"], body, at.timestamp())
    assert not check(secret, headers["studio-signature"], body, at.timestamp() + 301)
    (call,) = station.ask("GET", f"/hooks/{hook}/calls").json()["items"]
    assert (call["state"], call["status"], call["tries"]) == ("sent", 204, 1)
    station.ask("DELETE", f"/hooks/{hook}")


def test_the_secret_is_shown_once_and_never_again(station: Station, receiver: Receiver) -> None:
    key = {"Idempotency-Key": "hook-1"}
    first = station.ask("POST", "/hooks", {"url": receiver.url}, headers=key).json()
    again = station.ask("POST", "/hooks", {"url": receiver.url}, headers=key).json()
    assert first["secret"].startswith("whsec_")
    assert again == {**first, "secret": None}
    assert first["secret"] not in station.ask("GET", "/hooks").text
    station.ask("DELETE", f"/hooks/{first['id']}")


@pytest.mark.parametrize("status", [500, 404, 307])
def test_what_did_not_arrive_is_tried_later_and_later_and_then_dropped(
    station: Station, receiver: Receiver, status: int
) -> None:
    receiver.status = status
    hook, _ = hooked(station, receiver)
    station.ask("POST", f"/hooks/{hook}/ping")
    at, waits = now(), []
    while (call := Desk(station.house, OWNER).hook_calls(hook)[0]).state is CallState.WAITING:
        waits.append((call.due - at).total_seconds())
        at = max(at, call.due)
        assert send(station, at) == 0
    assert len(receiver.heard) == call.tries == TRIES
    assert call.state is CallState.DROPPED
    assert call.status == status
    assert [round(one) for one in waits[1:4]] == [10, 40, 160]
    assert waits == sorted(waits)
    receiver.status = 204
    answer = station.ask("POST", f"/hooks/{hook}/calls/{call.id}/replay")
    assert answer.json()["state"] == "waiting"
    assert send(station) == 1
    assert json.loads(receiver.heard[-1][1])["id"] == call.id
    station.ask("DELETE", f"/hooks/{hook}")


def test_an_address_that_says_it_is_gone_is_left_alone(station: Station, receiver: Receiver) -> None:
    receiver.status = 410
    hook, _ = hooked(station, receiver)
    station.ask("POST", f"/hooks/{hook}/ping")
    send(station)
    assert Desk(station.house, OWNER).hook_calls(hook)[0].state is CallState.DROPPED
    station.ask("DELETE", f"/hooks/{hook}")


def test_one_that_is_slow_to_hear_keeps_no_other_waiting(station: Station, receiver: Receiver) -> None:
    hook, _ = hooked(station, receiver)
    for _ in range(6):
        station.ask("POST", f"/hooks/{hook}/ping")
    assert (send(station), send(station)) == (4, 2)
    station.ask("DELETE", f"/hooks/{hook}")


def test_a_hook_nobody_answers_at_is_not_tried_without_end(station: Station, receiver: Receiver) -> None:
    hook, _ = hooked(station, receiver)
    tried = [station.ask("POST", f"/hooks/{hook}/ping").status_code for _ in range(PINGED + 2)]
    assert tried == [202] * PINGED + [409] * 2
    assert send(station)
    assert station.ask("POST", f"/hooks/{hook}/ping").status_code == 202
    station.ask("DELETE", f"/hooks/{hook}")


def test_a_run_of_another_account_is_told_to_nobody_else(station: Station, receiver: Receiver) -> None:
    hook, _ = hooked(station, receiver)
    theirs = run(station.house, episode(station.house, account="zoe"), RunState.RUNNING, account="zoe")
    with station.house.db.write() as session:
        close(session, theirs, RunState.DONE)
    assert send(station) == 0
    station.ask("DELETE", f"/hooks/{hook}")


def test_who_was_suspended_is_told_when_they_are_back(station: Station, receiver: Receiver) -> None:
    film = episode(station.house, account="hugo")
    hook = station.ask("POST", "/hooks", {"url": receiver.url}, account="hugo").json()["id"]
    begun = run(station.house, film, RunState.RUNNING, account="hugo")
    with station.house.db.write() as session:
        session.get_one(Account, "hugo").state = State.SUSPENDED
        close(session, begun, RunState.DONE)
    assert send(station) == 0
    with station.house.db.write() as session:
        session.get_one(Account, "hugo").state = State.OPEN
    assert send(station) == 1
    assert len(receiver.heard) == 1
    station.ask("DELETE", f"/hooks/{hook}", account="hugo")


def test_calls_are_listed_page_by_page_and_forgotten_in_time(station: Station, receiver: Receiver) -> None:
    hook, _ = hooked(station, receiver)
    made = [station.ask("POST", f"/hooks/{hook}/ping").json()["id"] for _ in range(5)]
    seen, cursor = [], ""
    while cursor is not None:
        page = station.ask("GET", f"/hooks/{hook}/calls?limit=2{cursor and f'&cursor={cursor}'}").json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
    assert seen == made[::-1]
    while send(station):
        pass
    tidy(station.house.db, now() + KEPT + timedelta(days=1))
    assert Desk(station.house, OWNER).hook_calls(hook) == ()
    station.ask("DELETE", f"/hooks/{hook}")


@pytest.mark.parametrize(
    "url",
    ["http://example.com/", "ftp://example.com/", "https://user:word@example.com/", "https://example.com/#part",
     "https://93.184.216.34/", "https://[::1]/", "https://localhost/", "https://intranet/", "https://example.com\\@evil.org/",
     "https://example.com:0/", "https://exa mple.com/", "https://", "https://example.com/" + "x" * 2_000],
)  # fmt: skip
def test_what_is_no_address_of_a_public_program_is_refused(url: str) -> None:
    with pytest.raises(BadRequest, match="url"):
        welcome(url, near=False, resolve=Names("93.184.216.34"))


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_leads_inside_is_not_asked(address: str) -> None:
    with pytest.raises(Invalid):
        find("https://hooks.example.com/a", near=True, resolve=Names("93.184.216.34", address))


def test_a_call_goes_to_the_address_that_was_looked_at() -> None:
    target = find("https://hooks.example.com:8443/a?b=c", near=False, resolve=Names("93.184.216.34"))
    assert str(target.url) == "https://93.184.216.34:8443/a?b=c"
    assert (target.host, target.name) == ("hooks.example.com:8443", "hooks.example.com")
    translated = find(
        "https://hooks.example.com/a", near=False, resolve=Names("64:ff9b::5db8:d822", "2606:2800:220:1::1")
    )
    assert translated.url.host == "64:ff9b::5db8:d822"
    with pytest.raises(Down):
        find("https://hooks.example.com/a", near=False, resolve=nowhere)


def test_a_hosted_studio_sends_nothing_to_its_own_machine(station: Station, receiver: Receiver) -> None:
    hook, _ = hooked(station, receiver)
    station.ask("POST", f"/hooks/{hook}/ping")
    assert send_due(station.house.db, near=False) == 0
    assert receiver.heard == []
    assert Desk(station.house, OWNER).hook_calls(hook)[0].state is CallState.DROPPED
    station.ask("DELETE", f"/hooks/{hook}")


def test_only_the_owners_events_can_be_asked_for(station: Station) -> None:
    answer = station.ask("POST", "/hooks", {"url": "https://example.com/a", "events": [Event.PING]})
    assert answer.status_code == 422
