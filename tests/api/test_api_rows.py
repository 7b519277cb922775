"""Rows of the platform on either database: keys and calls are taken once, however many reach for them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from studio.db import Database, now
from studio.errors import BadRequest, Conflict
from studio.people import access, answers, hooks
from studio.people.access import Scope
from studio.people.account import OWNER
from studio.people.answers import KEPT
from studio.people.hooks import Event

MANY = 8


def test_of_many_with_one_key_one_is_answered_and_the_rest_are_told_to_wait(db: Database) -> None:
    barrier = Barrier(MANY)

    def begin(_: int) -> str:
        barrier.wait()
        try:
            with db.write(of=OWNER) as session:
                return str(answers.begin(session, OWNER, "key", "asked", at=now()))
        except Conflict:
            return "wait"

    with ThreadPoolExecutor(MANY) as pool:
        assert sorted(pool.map(begin, range(MANY))) == ["None", *["wait"] * (MANY - 1)]


def test_what_broke_off_may_have_bought_something_and_is_not_done_again(db: Database) -> None:
    at = now()
    with db.write() as session:
        assert answers.begin(session, OWNER, "key", "asked", at=at) is None
    for minutes in (6, 60, 23 * 60):
        with db.write() as session, pytest.raises(BadRequest, match="broke off") as refused:
            answers.begin(session, OWNER, "key", "asked", at=at + timedelta(minutes=minutes))
        assert refused.value.field == "Idempotency-Key"
    with db.write() as session:
        assert answers.begin(session, OWNER, "key", "asked", at=at + KEPT + timedelta(minutes=1)) is None


def test_a_key_is_kept_for_a_day(db: Database) -> None:
    at = now()
    with db.write() as session:
        assert answers.begin(session, OWNER, "key", "asked", at=at) is None
        answers.keep(session, OWNER, "key", 201, {"location": "/x"}, "{}")
    with db.write() as session:
        found = answers.begin(session, OWNER, "key", "asked", at=at + timedelta(hours=20))
        assert found
        assert (found.status, found.headers, found.body) == (201, {"location": "/x"}, "{}")
        with pytest.raises(BadRequest):
            answers.begin(session, OWNER, "key", "other", at=at + timedelta(hours=20))
        answers.prune(session, at=at + timedelta(hours=20))
        assert answers.begin(session, OWNER, "key", "other", at=at + KEPT + timedelta(hours=1)) is None
        answers.prune(session, at=at + 3 * KEPT)
        assert answers.begin(session, OWNER, "key", "third", at=at + 3 * KEPT) is None


def test_a_call_is_taken_by_one_worker_and_by_another_when_that_one_died(db: Database) -> None:
    at = now()
    with db.write() as session:
        hook = hooks.add(session, OWNER, "https://example.com", [Event.DONE], at=at)
        session.flush()
        call = hooks.put(session, hook, Event.PING, {}, at=at).id
    barrier = Barrier(MANY)

    def claim(_: int) -> bool:
        barrier.wait()
        with db.write() as session:
            return hooks.claim(session, call, at=at) is not None

    with ThreadPoolExecutor(MANY) as pool:
        assert sum(pool.map(claim, range(MANY))) == 1
    with db.write() as session:
        assert hooks.due(session, at=at, most=9, each=9) == []
        assert list(hooks.due(session, at=at + timedelta(minutes=3), most=9, each=9)) == [call]
        taken = hooks.claim(session, call, at=at + timedelta(minutes=3))
        assert taken
        assert taken[0].tries == 2


def test_calls_come_page_by_page_and_of_each_hook_in_turn(db: Database) -> None:
    at = now()
    with db.write() as session:
        noisy, quiet = (hooks.add(session, OWNER, "https://example.com", [Event.DONE], at=at) for _ in range(2))
        session.flush()
        made = [hooks.put(session, noisy, Event.PING, {}, at=at + timedelta(seconds=n)).id for n in range(6)]
        last = hooks.put(session, quiet, Event.PING, {}, at=at + timedelta(seconds=9)).id
    with db.read() as session:
        later = at + timedelta(minutes=1)
        assert list(hooks.due(session, at=later, most=9, each=2)) == [*made[:2], last]
        first = hooks.calls(session, OWNER, noisy.id, most=4)
        rest = hooks.calls(session, OWNER, noisy.id, most=4, past=(first[-1].asked, first[-1].id))
    assert [one.id for one in (*first, *rest)] == made[::-1]


def test_a_token_is_found_by_what_its_program_holds_alone(db: Database) -> None:
    at = now()
    with db.write() as session:
        row, token = access.make(session, OWNER, " My  script ", [Scope.WRITE, Scope.READ], 2, at=at)
        forever, lasting = access.make(session, OWNER, "Lasting", [Scope.READ], None, at=at)
    with db.read() as session:
        found = access.holder(session, token, at=at)
        assert found
        assert (found.id, found.account, found.scopes) == (row.id, OWNER, ["read", "write"])
        assert row.name == "My script"
        assert access.holder(session, row.digest, at=at) is None
        assert access.holder(session, token[:-1], at=at) is None
        assert access.holder(session, token, at=at + timedelta(days=2)) is None
        assert access.holder(session, lasting, at=at + timedelta(days=4000))
        assert forever.expires is None


@pytest.mark.parametrize(
    ("name", "scopes", "days", "field"),
    [("", [Scope.READ], 1, "name"), ("x" * 81, [Scope.READ], 1, "name"), ("x", [], 1, "scopes"),
     ("x", [Scope.READ], 0, "days"), ("x", [Scope.READ], 3651, "days")],
)  # fmt: skip
def test_what_is_no_token_is_refused_by_name(
    sqlite: Database, name: str, scopes: list[Scope], days: int, field: str
) -> None:
    with sqlite.write() as session, pytest.raises(BadRequest) as refused:
        access.make(session, OWNER, name, scopes, days, at=now())
    assert refused.value.field == field
