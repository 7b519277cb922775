"""Amounts: rounded once, to the nearest micro-dollar, and written so that nothing small looks like nothing."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.money.amount import dollars, exact, nearest, price


@given(st.fractions())
def test_rounding_moves_an_amount_by_half_a_micro_at_the_most_and_knows_no_side(amount: Fraction) -> None:
    assert abs(nearest(amount) - amount) <= Fraction(1, 2)
    assert nearest(-amount) == -nearest(amount)


@given(st.integers(), st.booleans())
def test_a_half_goes_away_from_zero(whole: int, negative: bool) -> None:
    size = abs(whole)
    half = Fraction(2 * size + 1, 2)
    assert nearest(-half if negative else half) == (-size - 1 if negative else size + 1)


@pytest.mark.parametrize(
    ("micros", "written"),
    [(0, "$0.00"), (3_500, "$0.0035"), (1, "$0.000001"), (10_000, "$0.01"), (14_999, "$0.01"), (15_000, "$0.02"),
     (1_200_000, "$1.20"), (-1_999_999, "-$2.00"), (1_234_567_890_000, "$1,234,567.89")],
)  # fmt: skip
def test_amounts_are_written_in_dollars(micros: int, written: str) -> None:
    assert dollars(micros) == written


@given(st.integers())
def test_the_exact_form_loses_nothing(micros: int) -> None:
    assert Fraction(exact(micros)) == Fraction(micros, 1_000_000)


@pytest.mark.parametrize(
    ("micros", "written"), [(157_000, "$0.157"), (600_000, "$0.60"), (0, "$0.00"), (-1, "-$0.000001")]
)
def test_a_price_is_written_to_its_last_digit(micros: int, written: str) -> None:
    assert price(micros) == written
