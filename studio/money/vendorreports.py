"""Reading a vendor's usage report: a CSV file, by the names its vendor gives to columns. It keeps nothing."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

from pydantic import NonNegativeInt

from studio.errors import BadRequest
from studio.money.amount import DOLLAR, nearest
from studio.money.vendorbills import VendorBill
from studio.story.noun import Noun

_GROUPED = r"[1-9]\d{0,2}(?:,\d{3}){1,3}"  # a comma parts thousands and nothing else: 0,25 is no amount
_AMOUNT = re.compile(rf"(-?)\$?(-?(?:{_GROUPED}|\d{{1,12}})(?:\.\d{{1,18}})?(?:[eE]-\d{{1,2}})?)(?: ?USD)?", re.ASCII)
_SECONDS = re.compile(r"\d{9,11}(?:\d{3})?")  # since 1970, or thousandths of them
_MOST = 1_000_000  # rows of a report
_WHAT = {
    "request": "by which the ledger knows a line",
    "at": "for the time",
    "amount": "for the amount in dollars",
}


class Layout(Noun):
    """What a vendor calls the columns of its report; the first of each list that is there is taken."""

    vendor: str
    request: tuple[str, ...]
    at: tuple[str, ...]
    amount: tuple[str, ...]  # in dollars
    model: tuple[str, ...] = ()
    hours: NonNegativeInt = 0  # of which a line is the sum, where it is of no request: it names what was used


def layouts(file: Path) -> tuple[Layout, ...]:
    """The vendors' layouts, of data/reports.toml; pydantic's ValidationError names a wrong field."""
    return tuple(Layout.model_validate(one) for one in tomllib.loads(file.read_text(encoding="utf-8"))["report"])


def read(layout: Layout, body: bytes, name: str) -> Iterator[VendorBill]:
    """The lines of a report; BadRequest names the line that cannot be read, or the column that is not there."""
    try:
        text = body.decode("utf-8-sig")
        rows = csv.DictReader(io.StringIO(text), delimiter=_delimiter(text))
        columns = _columns(layout, rows.fieldnames or ())
        for number, row in enumerate(rows, 2):
            if number > _MOST:
                raise BadRequest(f"a report has at most {_MOST:,} lines; split it", field="report")
            if bill := _line(layout, row, columns, number, name):
                yield bill
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadRequest("this is no CSV file in UTF-8", field="report", cause=error) from error


def _delimiter(text: str) -> str:
    """What parts the names of the columns most often."""
    head = text.partition("\n")[0]
    return max((",", ";", "\t"), key=head.count)


def _columns(layout: Layout, there: Sequence[str]) -> dict[str, str]:
    """The report's own name of each column; capitals, spaces and signs in it are no matter."""
    known = {_plain(one): one for one in reversed(there)}
    found = {}
    for what, said in _WHAT.items():
        names = getattr(layout, what)
        found[what] = next((known[_plain(one)] for one in names if _plain(one) in known), "")
        if not found[what]:
            has = ", ".join(one[:40] for one in there[:20]) or "nothing"
            told = f"the report has no column {' or '.join(names)} {said}; it has {has}"
            raise BadRequest(told, field="report")
    found["model"] = next((known[_plain(one)] for one in layout.model if _plain(one) in known), "")
    return found


def _plain(name: str) -> str:
    """A column's name without what differs from one export to the next: Request ID, request_id, requestId."""
    return re.sub(r"[\W_]+", "", name.casefold())


def _line(
    layout: Layout, row: Mapping[str, str | None], columns: Mapping[str, str], number: int, name: str
) -> VendorBill | None:
    """A line; None for one without a request, as sums at the end of a report are."""
    request = (row.get(columns["request"]) or "").strip()
    if not request:
        return None
    at = _moment((row.get(columns["at"]) or "").strip(), number)
    amount = _AMOUNT.fullmatch((row.get(columns["amount"]) or "").strip())
    if not amount or (amount[1] and amount[2].startswith("-")):
        raise BadRequest(f"line {number} has no amount that can be read", field="report")
    micros = nearest(Fraction(amount[1] + amount[2].replace(",", "")) * DOLLAR)
    model = (row.get(columns["model"]) or "")[:200]
    request = f"{request[:160]} {at.astimezone(UTC).isoformat()}" if layout.hours else request
    return VendorBill(vendor=layout.vendor, request=request[:200], model=model, micros=micros, at=at, report=name[:200])


def _moment(told: str, number: int) -> datetime:
    """A time as ISO 8601 writes it, UTC where no zone is said, or in seconds or thousandths since 1970."""
    try:
        if _SECONDS.fullmatch(told):
            return datetime.fromtimestamp(int(told) / (1000 if len(told) > 11 else 1), UTC)
        at = datetime.fromisoformat(told)
    except ValueError as error:
        raise BadRequest(f"line {number} has no time that can be read", field="report", cause=error) from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)
