"""A house that sells, Stripe's double beside it, and time that passes in both alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import col, select

from services.payments.stripe import Stripe
from studio.db import Database, now
from studio.desk.desk import Desk
from studio.errors import Invalid
from studio.money.films import Films
from studio.money.inbox import PaymentNotice
from studio.money.orders import Purchase
from studio.people.account import NEWCOMER, Account
from studio.people.letters import Letter
from studio.people.paying import Till
from studio.production.house import House
from tests.doubles.stripe import StripeDouble
from tests.doubles.stripe_objects import Row
from tests.doubles.stripe_pages import GOOD, Outcome
from tests.money.rows import DATA
from tests.payments.near import TIERS, near
from tests.web.rows import house_at


def _start(at: datetime) -> datetime:
    """The first of the next month of 31 days.

    Desks go by the machine's clock, and what they did must not lie ahead of the till, nor have run out there: so a
    world begins after now. It begins with a long month so that sums about one are the same whenever the tests run.
    """
    first = at.replace(day=1, hour=9, minute=0, second=0, microsecond=0)
    while True:
        first = (first + timedelta(days=31)).replace(day=1)
        if (first + timedelta(days=30)).month == first.month:
            return first


START = _start(now())
NEXT_MONTH = START + timedelta(days=31)
FILMS = Films.load(DATA / "films.toml")


@dataclass
class World:
    """The house and the double; what happens there is posted here when `post` says so."""

    house: House
    double: StripeDouble
    stripe: Stripe
    till: Till = field(init=False)

    def __post_init__(self) -> None:
        self.till = Till(self.house.db, self.stripe, TIERS, FILMS.pack, self.now)
        self.double.post.prompt = False
        self.double.post.to = self.deliver

    def now(self) -> datetime:
        """The time."""
        return datetime.fromtimestamp(self.double.billing.now(), UTC)

    def deliver(self, body: bytes, signature: str) -> int:
        """Hand a notice to the till; gives the status."""
        try:
            self.till.hear(body, signature)
        except Invalid:
            return 400
        return 200

    def person(self, name: str) -> Desk:
        """The desk of somebody who has just registered."""
        with self.house.db.write() as session:
            session.add(Account(id=name, name=name, tier=NEWCOMER, email=f"{name}@mail.example", shown=f"{name}@x"))
        return Desk(self.house, name)

    def page(self, url: str) -> Row:
        """The page to pay on at an address."""
        return self.double.find(url.rpartition("/")[2])

    def pay(self, url: str, card: str = GOOD) -> Outcome:
        """Pay on a page and have everybody told."""
        came = self.double.desk.pay(self.page(url), card)
        self.settle()
        return came

    def settle(self) -> None:
        """Post everything and act on it, until nothing is left."""
        self.double.post.flush(everything=True)
        self.till.look()

    def pass_days(self, days: int) -> None:
        """Let days pass, one by one, with a worker at its chores."""
        for _ in range(days):
            self.double.billing.advance(int(timedelta(days=1).total_seconds()))
            self.settle()

    def tier(self, account: str) -> str:
        """The tier somebody has."""
        with self.house.db.read() as session:
            return session.get_one(Account, account).tier

    def letters(self, account: str) -> list[str]:
        """The kinds of letters written to somebody, in their order."""
        with self.house.db.read() as session:
            mine = select(Letter.kind).where(Letter.account == account)
            return [str(kind) for kind in session.exec(mine.order_by(col(Letter.asked)))]

    def bought(self, account: str) -> list[Purchase]:
        """Every order of somebody, also those that were not paid."""
        with self.house.db.read() as session:
            mine = select(Purchase).where(Purchase.account == account)
            return list(session.exec(mine.order_by(col(Purchase.created), col(Purchase.id))))

    def waiting(self) -> int:
        """How many notices are not acted on yet."""
        with self.house.db.read() as session:
            return len(session.exec(select(PaymentNotice.id).where(col(PaymentNotice.due).is_not(None))).all())

    def subscription(self, account: str) -> Row:
        """Somebody's newest subscription as the double holds it."""
        mine = [
            row
            for row in self.double.billing.objects.every("subscription")
            if self.double.find(row["customer"])["metadata"]["account"] == account
        ]
        return mine[-1]

    def change(self, account: str, tier: str) -> None:
        """Change to another plan in the portal."""
        price = next(self.double.billing.objects.every("price", lookup_key=f"trashfire_{tier}_month"))
        self.double.billing.change(self.subscription(account), price)
        self.settle()


@contextmanager
def world_at(home: Path, db: Database | None = None) -> Iterator[World]:
    """A world with a house in this folder, or on this database."""
    built = house_at(home)
    double = StripeDouble()
    double.billing.clock = START.timestamp
    stripe = near(double)
    try:
        house = replace(built, payments=stripe, films=FILMS, tiers=TIERS, db=db or built.db)
        yield World(house, double, stripe)
    finally:
        built.db.close()
