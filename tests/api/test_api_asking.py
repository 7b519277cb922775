"""The way of every request: tokens, scopes, limits, keys, and how it is told what went wrong."""

from __future__ import annotations

import inspect
import json
import socket
from base64 import urlsafe_b64encode
from contextlib import ExitStack
from datetime import timedelta

import httpx
import pytest
from sqlmodel import col, update
from starlette.applications import Starlette
from starlette.testclient import TestClient

from services.api.application import mounted
from services.api.asking import Platform
from services.api.problems import TYPE, problem, status_of
from services.api.seats import ALL as ALL_SEATS
from studio import errors
from studio.db import now
from studio.desk.admitting import Admission
from studio.desk.desk import Desk
from studio.errors import StorageError
from studio.people.access import AccessToken, Scope
from studio.people.account import OWNER, Account, State
from tests.api.conftest import ALL, Station
from tests.doubles.server import serving
from tests.test_architecture import tree

PITCH = {"pitch": "A keeper finds a key.", "seconds": 30}


def code(answer: object) -> str:
    return f"{answer.status_code} {answer.json()['code']}"  # type: ignore[attr-defined]


@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer tfs_wrong", "Basic b3duZXI6", "Bearer " + "x" * 5000])
def test_without_a_token_that_holds_nothing_is_told(station: Station, shown: str) -> None:
    answer = station.client.get("/api/projects", headers={"Authorization": shown} if shown else {})
    assert code(answer) == "401 token_refused"
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == TYPE


def test_a_revoked_an_expired_and_a_suspended_token_let_nobody_in(station: Station) -> None:
    desk = Desk(station.house, OWNER)
    revoked, expired = desk.new_token("Revoked", [Scope.READ]), desk.new_token("Expired", [Scope.READ], days=1)
    ask = lambda token: station.client.get("/api/token", headers={"Authorization": f"Bearer {token}"}).status_code  # noqa: E731
    assert ask(revoked.token) == ask(expired.token) == 200
    desk.revoke_token(revoked.view.id)
    with station.house.db.write() as session:
        past = update(AccessToken).where(col(AccessToken.id) == expired.view.id).values(expires=now())
        session.exec(past)
        session.add(Account(id="sue", name="Sue"))
    theirs = Desk(station.house, "sue").new_token("Sue's", [Scope.READ])
    assert ask(theirs.token) == 200
    with station.house.db.write() as session:
        session.get_one(Account, "sue").state = State.SUSPENDED
    assert ask(revoked.token) == ask(expired.token) == ask(theirs.token) == 401


def test_a_token_is_kept_as_a_digest_and_its_last_use_is_noted(station: Station) -> None:
    made = Desk(station.house, OWNER).new_token("Noted", [Scope.READ])
    assert made.view.seen is None
    station.client.get("/api/token", headers={"Authorization": f"Bearer {made.token}"})
    row = next(one for one in Desk(station.house, OWNER).tokens() if one.id == made.view.id)
    assert row.seen is not None
    assert now() - row.seen < timedelta(minutes=5)
    with station.house.db.read() as session:
        kept = session.get_one(AccessToken, made.view.id)
    assert made.token not in repr(kept)


def test_who_guesses_tokens_is_slowed_down_and_others_are_not(station: Station) -> None:
    wrong = {"Authorization": "Bearer tfs_guess"}
    for _ in range(61):
        last = station.client.get("/api/token", headers=wrong)
    assert code(last) == "429 too_many_calls"
    assert 0 < int(last.headers["retry-after"]) <= 60
    station.platform.strangers.__init__()  # type: ignore[misc]
    assert station.ask("GET", "/token").status_code == 200


def test_who_guesses_keeps_no_neighbour_out_whose_token_held_before(station: Station) -> None:
    wrong = {"Authorization": "Bearer tfs_guess"}
    desk = Desk(station.house, OWNER)
    made, fresh = desk.new_token("Neighbour", [Scope.READ]), desk.new_token("Newcomer", [Scope.READ])
    ask = lambda token: station.client.get("/api/token", headers={"Authorization": f"Bearer {token}"}).status_code  # noqa: E731
    assert ask(made.token) == 200
    for _ in range(61):
        station.client.get("/api/token", headers=wrong)
    assert (ask(made.token), ask(fresh.token)) == (200, 429)
    desk.revoke_token(made.view.id)
    assert [ask(made.token) for _ in range(2)] == [401, 429]  # known no more
    station.platform.strangers.__init__()  # type: ignore[misc]
    assert ask(fresh.token) == 200


@pytest.mark.parametrize(
    ("method", "path", "lacks"),
    [
        ("GET", "/projects", Scope.READ),
        ("POST", "/projects", Scope.WRITE),
        ("GET", "/hooks", Scope.HOOKS),
        ("DELETE", "/screenings/x", Scope.SCREEN),
    ],
)
def test_a_token_may_only_what_it_says(station: Station, method: str, path: str, lacks: Scope) -> None:
    scopes = [one for one in ALL if one is not lacks]
    answer = station.ask(method, path, PITCH if method == "POST" else None, scopes=scopes)
    assert code(answer) == "403 scope_missing"
    assert f"the scope {lacks}" in answer.json()["detail"]


def test_to_spend_takes_the_scope_and_a_key(station: Station) -> None:
    project = station.ask("POST", "/projects", PITCH).json()["id"]
    path, order = f"/projects/{project}/generate-video", {"max_micros": 1}
    for lacks in (Scope.SPEND, Scope.WRITE):
        without = [one for one in ALL if one is not lacks]
        assert code(station.ask("POST", path, order, scopes=without)) == "403 scope_missing"
        film = station.ask("POST", f"/projects/{project}/film", {"quality": "standard", "credits": 5}, scopes=without)
        assert code(film) == "403 scope_missing"
        assert f"the scope {lacks}" in film.json()["detail"]
    answer = station.ask("POST", path, order)
    assert code(answer) == "422 bad_request"
    assert answer.json()["field"] == "Idempotency-Key"


def test_a_plan_holds_so_many_requests_a_minute_and_every_answer_says_how_many_are_left(station: Station) -> None:
    with station.house.db.write() as session:
        session.add(Account(id="fred", name="Fred", tier="free"))
    first = station.ask("GET", "/token", account="fred")
    assert (first.headers["ratelimit-limit"], first.headers["ratelimit-remaining"]) == ("60", "59")
    assert "ratelimit-limit" not in station.ask("GET", "/token").headers  # the owner's own studio
    for _ in range(60):
        last = station.ask("GET", "/token", account="fred")
    assert code(last) == "429 too_many_calls"
    assert 0 < int(last.headers["retry-after"]) <= 60
    assert (last.headers["ratelimit-limit"], last.headers["ratelimit-remaining"]) == ("60", "0")


def test_a_key_gives_the_first_answer_again_and_nothing_is_done_twice(station: Station) -> None:
    key = {"Idempotency-Key": "open-1"}
    body = {"screenplay": "INT. HALL - NIGHT\n\nANNA\nOnce.\n", "title": "Once"}
    first = station.ask("POST", "/projects", body, headers=key)
    again = station.ask("POST", "/projects", body, headers=key)
    assert first.status_code == again.status_code == 201
    assert again.json() == first.json()
    assert again.headers["location"] == first.headers["location"]
    assert (first.headers.get("idempotency-replayed"), again.headers["idempotency-replayed"]) == (None, "true")
    other = station.ask("POST", "/projects", {**body, "title": "Twice"}, headers=key)
    assert code(other) == "422 bad_request"
    assert other.json()["field"] == "Idempotency-Key"


def test_what_was_done_is_answered_also_where_the_answer_cannot_be_kept(station: Station) -> None:
    class Full(Admission):
        def keep(self, *_told: object) -> None:
            raise StorageError("the disk is full")

    house, platform = station.house, station.platform
    full = Platform(lambda: Full(house), platform.desk, True, platform.resolve)
    shaky = Station(house, full, TestClient(Starlette(routes=mounted(full))))
    key = {"Idempotency-Key": "full-1"}
    answer = shaky.ask("POST", "/projects", PITCH, headers=key)
    assert answer.status_code == 201
    again = station.ask("POST", "/projects", PITCH, headers=key)
    assert code(again) == "409 conflict"


def test_who_sends_slowly_keeps_nobody_waiting(station: Station) -> None:
    with serving(lambda _url: Starlette(routes=mounted(station.platform))) as url, ExitStack() as open_now:
        host, _, port = url.removeprefix("http://").partition(":")
        for _ in range(ALL_SEATS + 2):
            slow = open_now.enter_context(socket.create_connection((host, int(port))))
            slow.sendall(
                f"POST /api/projects HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {station.token()}\r\n"
                'Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{"pitch": '.encode()
            )
        shown = {"Authorization": f"Bearer {station.token()}"}
        assert httpx.post(f"{url}/api/projects", json=PITCH, headers=shown, timeout=60).status_code == 201


def test_a_key_is_of_one_account_and_of_what_went_well(station: Station) -> None:
    with station.house.db.write() as session:
        session.add(Account(id="kay", name="Kay"))
    key = {"Idempotency-Key": "shared"}
    mine = station.ask("POST", "/projects", PITCH, headers=key)
    theirs = station.ask("POST", "/projects", PITCH, headers=key, account="kay")
    assert theirs.json()["id"] != mine.json()["id"]
    bad = {"Idempotency-Key": "bad"}
    assert station.ask("POST", "/projects", {"pitch": ""}, headers=bad).status_code == 422
    assert station.ask("POST", "/projects", PITCH, headers=bad).status_code == 201


@pytest.mark.parametrize("key", ["", "two words", "x" * 201])
def test_a_key_that_is_none_is_refused(station: Station, key: str) -> None:
    assert station.ask("POST", "/projects", PITCH, headers={"Idempotency-Key": key}).status_code == 422


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"pitch": "x", "colour": "red"}, "body.colour"),
        ({"pitch": "x", "seconds": 5}, "body.seconds"),
        ({"pitch": "x", "seconds": "long"}, "body.seconds"),
        ({}, "body"),
        ({"pitch": "x", "screenplay": "INT. HALL"}, "body"),
        ([], "body"),
    ],
)
def test_a_field_that_cannot_be_used_is_named_and_nothing_is_told_back(
    station: Station, body: object, field: str
) -> None:
    answer = station.ask("POST", "/projects", body)
    assert code(answer) == "422 bad_request"
    assert answer.json()["errors"][0]["field"] == field
    assert "long" not in answer.text


def test_what_is_no_json_too_large_or_unknown_is_told_as_a_problem(station: Station) -> None:
    headers = {"Content-Type": "application/json"}
    broken = station.ask("POST", "/projects", headers=headers, content=b"{")
    large = station.ask("POST", "/projects", headers=headers, content=b'"' + b"x" * 3_000_001)
    hidden = station.ask("POST", "/projects", headers=headers, content=iter([b'"' + b"x" * 1_600_000] * 2))
    keyed = {**headers, "Idempotency-Key": "large"}
    with_key = station.ask("POST", "/projects", headers=keyed, content=iter([b'"' + b"x" * 1_600_000] * 2))
    nowhere, method = station.ask("GET", "/nowhere"), station.ask("PATCH", "/projects")
    parameter = station.ask("GET", "/projects?colour=red")
    found = [broken, large, hidden, with_key, nowhere, method, parameter]
    assert [one.status_code for one in found] == [422, 413, 413, 413, 404, 405, 422]
    assert {one.headers["content-type"] for one in found} == {TYPE}
    assert method.headers["allow"]


def forged(*mark: object) -> str:
    return f"cursor={urlsafe_b64encode(json.dumps(mark).encode()).decode()}"


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=201", "limit=1e9", "cursor=x", "cursor=WzFd", "cursor=%20",
     forged("0001-01-01T00:00:00+14:00", "x"), forged("9999-12-31T23:59:59-14:00", "x"), forged("2026-01-01", "x"),
     forged("2026-01-01T00:00:00Z", "\ud800"), forged("2026-01-01T00:00:00Z", "\x00"),
     forged("2026-01-01T00:00:00Z", 1)],
)  # fmt: skip
def test_a_page_that_cannot_be_is_refused(station: Station, query: str) -> None:
    assert station.ask("GET", f"/projects?{query}").status_code == 422


def test_every_error_has_a_status_and_is_told_with_its_code_and_sentence() -> None:
    for kind in tree(errors.StudioError):
        given = {"after": 1.2} if "after" in inspect.signature(kind).parameters else {}
        answer = problem(kind("why it is so", **given))
        assert answer.status_code == status_of(kind) >= 400
        assert kind.code.encode() in bytes(answer.body)
        assert answer.headers["content-type"] == TYPE
