"""What a process remembers of films: as many shots as go into the bound, those that were asked for last."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studio.production.remembering import Remembered


def test_what_was_long_not_asked_for_goes_first() -> None:
    kept = Remembered[str, str](most=30)
    for name in "abc":
        kept.keep(name, name.upper(), 9)
    assert kept.find("a") == "A"
    kept.keep("d", "D", 9)
    assert [kept.find(name) for name in "abcd"] == ["A", None, "C", "D"]


def test_a_film_above_the_bound_stays_alone_until_the_next() -> None:
    kept = Remembered[str, str](most=30)
    kept.keep("short", "S", 5)
    kept.keep("long", "L", 700)
    assert (kept.find("short"), kept.find("long")) == (None, "L")
    kept.keep("next", "N", 5)
    assert (kept.find("long"), kept.find("next")) == (None, "N")


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 12))))
def test_what_is_kept_never_weighs_more_than_the_bound(steps: list[tuple[int, int]]) -> None:
    kept, weights = Remembered[int, int](most=30), dict[int, int]()
    for key, shots in steps:
        kept.keep(key, shots, shots)
        weights[key] = shots + 1
        assert kept.find(key) == shots
        assert sum(weights[one] for one in weights if kept.find(one) is not None) <= 30
