"""Vendors' usage reports, for founders: taken in, matched to the ledger, and what is left over on either side."""

from __future__ import annotations

from studio.db import now
from studio.desk.founding_seat import FoundersSeat, reports
from studio.errors import BadRequest, NotFound
from studio.money.vendorbills import Matched, Odd, compared, odd, take_in
from studio.money.vendorreports import read
from studio.people.acts import Deed, note
from studio.story.noun import Noun

_LARGEST = 50_000_000  # bytes of a report


class TakenIn(Noun):
    """What a report held: lines, and how many of them are new."""

    lines: int
    new: int


class Billing(FoundersSeat):
    """Holds vendors' reports against the ledger."""

    def reporting(self) -> tuple[str, ...]:
        """The vendors whose reports can be read."""
        with self._reading():
            return tuple(one.vendor for one in reports())

    def take_report(self, vendor: str, name: str, body: bytes) -> TakenIn:
        """Take a vendor's usage report in, CSV with a line for each request; a line that came before stays as it is.

        NotFound for a vendor whose reports cannot be read, BadRequest names the line that cannot: then nothing is kept.
        """
        layout = next((one for one in reports() if one.vendor == vendor), None)
        if layout is None:
            raise NotFound(f"no report of {vendor} can be read")
        if len(body) > _LARGEST:
            raise BadRequest(f"a report has at most {_LARGEST // 1_000_000} MB; split it", field="report")
        at = now()
        with self._writing() as session:
            seen, new = take_in(session, read(layout, body, name))
            came = f"lines: {seen}, new: {new}"
            note(session, self._account, Deed.BILL, f"report {name[:200]}", at=at, about=vendor, came=came)
        return TakenIn(lines=seen, new=new)

    def bills(self) -> tuple[Matched, ...]:
        """Each vendor's reports beside the ledger."""
        with self._reading() as session:
            return compared(session, {one.vendor: one.hours for one in reports()})

    def odd_bills(self, vendor: str) -> tuple[Odd, ...]:
        """The lines of a vendor on which report and ledger disagree, those that weigh most first.

        None where its lines are sums of hours: there are no requests that could be told apart.
        """
        with self._reading() as session:
            if any(one.hours for one in reports() if one.vendor == vendor):
                return ()
            return odd(session, vendor)
