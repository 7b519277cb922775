"""The way of every request: tokens, scopes, limits, keys, and how it is told what went wrong."""

from __future__ import annotations

import inspect
from datetime import timedelta

import pytest
from sqlmodel import col, update

from services.api.problems import TYPE, problem, status_of
from studio import errors
from studio.db import now
from studio.desk.desk import Desk
from studio.people.access import AccessToken, Scope
from studio.people.account import OWNER, Account, State
from tests.api.conftest import ALL, Station
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
    without = [one for one in ALL if one is not Scope.SPEND]
    assert code(station.ask("POST", path, order, scopes=without)) == "403 scope_missing"
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


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=1e9", "cursor=x", "cursor=WzFd", "cursor=%20"])
def test_a_page_that_cannot_be_is_refused(station: Station, query: str) -> None:
    assert station.ask("GET", f"/projects?{query}").status_code == 422


def test_every_error_has_a_status_and_is_told_with_its_code_and_sentence() -> None:
    for kind in tree(errors.StudioError):
        given = {"after": 1.2} if "after" in inspect.signature(kind).parameters else {}
        answer = problem(kind("why it is so", **given))
        assert answer.status_code == status_of(kind) >= 400
        assert kind.code.encode() in bytes(answer.body)
        assert answer.headers["content-type"] == TYPE
