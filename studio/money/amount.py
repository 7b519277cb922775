"""Amounts of money: whole micro-dollars, the one rounding rule, and how an amount is written."""

from __future__ import annotations

from fractions import Fraction

DOLLAR = 1_000_000  # micro-dollars
_CENT = DOLLAR // 100


def nearest(exact: Fraction) -> int:
    """Round an exact amount to whole micro-dollars: to the nearest one, a half away from zero.

    It is the only rounding there is, and it is done once, on the sum of a whole bill.
    """
    whole = (abs(exact) + Fraction(1, 2)).__floor__()
    return whole if exact >= 0 else -whole


def dollars(micros: int) -> str:
    """Write an amount: $0.00, $1,200.50; less than a cent with as many digits as it takes, $0.0035."""
    sign, size = "-" if micros < 0 else "", abs(micros)
    if 0 < size < _CENT:
        return f"{sign}${exact(size).rstrip('0')}"
    cents = nearest(Fraction(size, _CENT))
    return f"{sign}${cents // 100:,}.{cents % 100:02d}"


def price(micros: int) -> str:
    """Write a price to its last digit: $0.157, $0.60."""
    whole, _, rest = exact(abs(micros)).rstrip("0").partition(".")
    return f"{'-' if micros < 0 else ''}${whole}.{rest:0<2}"


def exact(micros: int) -> str:
    """Write an amount for tables and files to the micro-dollar, without a sign of its currency: 1.200000."""
    sign, size = "-" if micros < 0 else "", abs(micros)
    return f"{sign}{size // DOLLAR}.{size % DOLLAR:06d}"
