"""docs/SECURITY.md promises nothing by a test that is not there, and counts its own rows right."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "SECURITY.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/.]+(?:::\w+)?)`", PAGE)))
ROW = re.compile(
    r"^\| (\d[\d., ]*) \| [^|]+ \| (held|in part|not held|does not apply) \| [^|]+ \| ([^|]+) \|$", re.MULTILINE
)
WORD_OF_MOUTH = {"6.5.3", "13.4.4", "15.3.6"}  # held, and by no test


def missing(named: str) -> bool:
    """Whether a test, a file of tests or a folder of them is not there."""
    path, _, test = named.partition("::")
    place = ROOT / path
    return not place.exists() or (test != "" and f"def {test}(" not in place.read_text(encoding="utf-8"))


def test_every_test_that_is_named_is_there() -> None:
    assert len(NAMED) > 100
    assert [one for one in NAMED if missing(one)] == []


@pytest.mark.parametrize(
    "nothing", ["tests/nowhere.py", "tests/tools/test_promises.py::test_nothing", "tests/web/test_gone.py::test_x"]
)
def test_one_that_is_not_there_is_found_out(nothing: str) -> None:
    assert missing(nothing)


def test_the_rows_are_counted_right_and_numbered_once() -> None:
    rows = [(number, state, test) for numbers, state, test in ROW.findall(PAGE) for number in numbers.split(", ")]
    count = Counter(state for _number, state, _test in rows)
    told = re.search(
        r"Of (\d+) .*?\*\*(\d+) are held, (\d+) in part, (\d+) not held\*\*; (\d+) do not apply", PAGE, re.DOTALL
    )
    assert told
    assert [int(one) for one in told.groups()] == [
        len(rows), count["held"], count["in part"], count["not held"], count["does not apply"],
    ]  # fmt: skip
    assert len({number for number, _state, _test in rows}) == len(rows)
    by_reading = {number for number, state, test in rows if state == "held" and "by reading" in test}
    assert by_reading == WORD_OF_MOUTH
