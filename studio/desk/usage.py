"""Usage: what an account has used since its month began, and every movement of its money, page by page."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col, select

from studio.db import now
from studio.desk.seat import Seat
from studio.money.counting import resets, used
from studio.money.entry import Entry, Purse
from studio.money.sums import billed, held, month
from studio.money.tiers import Share
from studio.production.funding import tier_of
from studio.story.noun import Noun

_SPANS = (Share.EPISODES, Share.WORK, Share.REQUESTS)
_SHOWN = (Purse.COST, Purse.HELD, Purse.SPENT, Purse.OVERRUN)


class Used(Noun):
    """What is used of a share, its limit (None is none), and when it is full again; work is in milliseconds."""

    share: Share
    used: int
    limit: int | None
    resets: datetime | None = None


class UsageView(Noun):
    """An account's month, in micro-dollars; `monthly` is what vendors may be paid of it, None for no limit."""

    tier: str
    since: datetime
    billed_micros: int
    held_micros: int
    monthly: int | None
    shares: tuple[Used, ...]


class UsageRow(Noun):
    """A movement of money, in micro-dollars; those that leave a purse are below zero."""

    id: int
    at: datetime
    verb: str
    purse: str
    micros: int
    episode: str
    run: str
    subject: str
    kind: str
    engine: str
    vendor: str
    why: str


class Usage(Seat):
    """Says what was used."""

    def usage(self) -> UsageView:
        """What this account has used since its month began."""
        at = now()
        with self._house.db.read() as session:
            tier = tier_of(session, self._house, self._account)

            def share(one: Share) -> Used:
                so_far = used(session, self._account, one, at=at)
                limit = tier.limit(one) if tier.limited else None
                return Used(share=one, used=so_far, limit=limit, resets=resets(one, at))

            return UsageView(
                tier=tier.name,
                since=month(at),
                billed_micros=billed(session, self._account, since=month(at)),
                held_micros=held(session, self._account),
                monthly=self._house.tiers.monthly(tier),
                shares=tuple(map(share, _SPANS)),
            )

    def usage_rows(
        self, *, since: datetime | None = None, until: datetime | None = None, most: int = 100, past: int | None = None
    ) -> tuple[UsageRow, ...]:
        """Every movement of this account's money in a span, the newest first, after the row that was `past`."""
        purses = [purse.of(self._account) for purse in _SHOWN]
        query = select(Entry).where(Entry.account == self._account, col(Entry.purse).in_(purses))
        if since:
            query = query.where(col(Entry.at) >= since)
        if until:
            query = query.where(col(Entry.at) < until)
        if past is not None:
            query = query.where(col(Entry.id) < past)
        with self._house.db.read() as session:
            return tuple(map(_row, session.exec(query.order_by(col(Entry.id).desc()).limit(most))))


def _row(entry: Entry) -> UsageRow:
    told = {name: getattr(entry, name) for name in UsageRow.model_fields if name != "purse"}
    return UsageRow(purse=entry.purse.partition(":")[0], **told)
