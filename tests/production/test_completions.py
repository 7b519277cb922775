"""Takes that have ended are told in the process that made them, and looked up where a peer did."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Timer

import pytest

from studio.production import completions
from studio.production.completions import Completions, Ended


def nobody_looks() -> Iterable[Ended]:
    raise AssertionError("what was told need not be looked up")


def test_who_follows_a_run_hears_of_its_takes_in_the_order_they_ended() -> None:
    following = Completions("run")
    for ident in ("run:b", "run:a"):
        completions.tell("run", ident, {"state": "made", "of": ident})
    completions.tell("another", "another:a", {})
    awaited = ["run:a", "run:b"]
    told = [following.first(awaited, nobody_looks), following.first(awaited[:1], nobody_looks)]
    assert told == [(ident, {"state": "made", "of": ident}) for ident in ("run:b", "run:a")]


def test_one_that_is_told_while_it_is_waited_for_is_heard_at_once() -> None:
    following = Completions("run")
    Timer(0.01, completions.tell, ("run", "run:a", {"state": "made"})).start()
    assert following.first(["run:a"], list) == ("run:a", {"state": "made"})


def test_what_a_peer_made_is_looked_up_and_found_later_looks_are_rarer() -> None:
    looks = 0

    def look() -> list[Ended]:
        nonlocal looks
        looks += 1
        return [("run:a", {"state": "made"}), ("run:b", {"state": "failed"})] if looks == 3 else []

    following = Completions("run")
    assert following.first(["run:a", "run:b"], look) == ("run:a", {"state": "made"})
    assert following.first(["run:b"], nobody_looks) == ("run:b", {"state": "failed"})
    assert looks == 3


def test_one_that_is_told_and_found_is_given_once() -> None:
    following = Completions("run")
    completions.tell("run", "run:a", {"state": "made"})
    assert following.first(["run:a", "run:b"], nobody_looks)[0] == "run:a"
    completions.tell("run", "run:a", {"state": "made"})
    assert following.first(["run:b"], lambda: [("run:b", {})])[0] == "run:b"


def test_a_failure_to_look_is_not_swallowed() -> None:
    def look() -> list[Ended]:
        raise OSError("the database is gone")

    with pytest.raises(OSError, match="gone"):
        Completions("run").first(["run:a"], look)


def test_a_run_nobody_follows_here_is_told_of_to_nobody() -> None:
    following = Completions("run")
    del following
    completions.tell("run", "run:a", {})
    assert Completions("run").first(["run:b"], lambda: [("run:b", {})])[0] == "run:b"
