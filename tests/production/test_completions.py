"""Takes that have ended are told in the process that made them, and looked up where a peer did."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Timer

import pytest

from studio.errors import StorageError
from studio.production import completions
from studio.production.completions import Completions, Ended

OFTEN = 0.02


def nobody_looks() -> Iterable[Ended]:
    raise AssertionError("what was told need not be looked up")


def test_who_follows_a_run_hears_of_its_takes_in_the_order_they_ended() -> None:
    following = Completions("run")
    for ident in ("run:b", "run:a"):
        completions.tell("run", ident, {"state": "made", "of": ident})
    completions.tell("another", "another:a", {})
    awaited = ["run:a", "run:b"]
    told = [following.first(awaited, nobody_looks, OFTEN), following.first(awaited[:1], nobody_looks, OFTEN)]
    assert told == [(ident, {"state": "made", "of": ident}) for ident in ("run:b", "run:a")]


def test_one_that_is_told_while_it_is_waited_for_is_heard_at_once() -> None:
    following = Completions("run")
    Timer(0.01, completions.tell, ("run", "run:a", {"state": "made"})).start()
    assert following.first(["run:a"], list, OFTEN) == ("run:a", {"state": "made"})


def test_what_a_peer_made_is_looked_up_and_found_later_looks_are_rarer() -> None:
    looks = 0

    def look() -> list[Ended]:
        nonlocal looks
        looks += 1
        return [("run:a", {"state": "made"}), ("run:b", {"state": "failed"})] if looks == 3 else []

    following = Completions("run")
    assert following.first(["run:a", "run:b"], look, OFTEN) == ("run:a", {"state": "made"})
    assert following.first(["run:b"], nobody_looks, OFTEN) == ("run:b", {"state": "failed"})
    assert looks == 3


def test_one_that_is_told_and_found_is_given_once() -> None:
    following = Completions("run")
    completions.tell("run", "run:a", {"state": "made"})
    assert following.first(["run:a", "run:b"], nobody_looks, OFTEN)[0] == "run:a"
    completions.tell("run", "run:a", {"state": "made"})
    assert following.first(["run:b"], lambda: [("run:b", {})], OFTEN)[0] == "run:b"


def test_a_database_that_does_not_answer_is_outlived() -> None:
    looks = 0

    def look() -> list[Ended]:
        nonlocal looks
        looks += 1
        if looks < 3:
            raise StorageError("the database does not answer")
        return [("run:a", {})]

    assert Completions("run").first(["run:a"], look, OFTEN) == ("run:a", {})
    assert looks == 3


def test_any_other_failure_to_look_is_not_swallowed() -> None:
    def look() -> list[Ended]:
        raise OSError("nobody foresaw it")

    with pytest.raises(OSError, match="foresaw"):
        Completions("run").first(["run:a"], look, OFTEN)


def test_a_run_nobody_follows_here_is_told_of_to_nobody() -> None:
    following = Completions("run")
    assert "run" in completions._followed
    del following
    assert "run" not in completions._followed
    completions.tell("run", "run:a", {})
    assert Completions("run").first(["run:b"], lambda: [("run:b", {})], OFTEN)[0] == "run:b"
