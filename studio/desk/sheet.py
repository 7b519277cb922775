"""Sheets: tables that leave the studio as CSV, in which no cell is a formula to whoever opens them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from io import StringIO

_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_AMOUNT = re.compile(r"-[0-9]+(\.[0-9]+)?")


def written(head: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """A table with its head, as CSV."""
    text = StringIO(newline="")
    table = csv.writer(text)
    table.writerow(head)
    table.writerows(map(cell, row) for row in rows)
    return text.getvalue()


def cell(value: object) -> object:
    """A cell no spreadsheet takes for a formula; an amount may well begin with a minus."""
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULAS) and not _AMOUNT.fullmatch(text) else value
