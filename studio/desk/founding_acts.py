"""What a founder does for somebody: credit, refund, suspend, another tier, mail again; each with a reason that stays.

Money moves by the ledger's own ways alone; the act is written in the same transaction.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from studio.db import now
from studio.desk.founding_seat import FoundersSeat
from studio.errors import BadRequest, Conflict, NotFound, StudioError
from studio.money.amount import dollars
from studio.money.counting import correct
from studio.money.credits import CREDIT, grant_bonus
from studio.money.earning import GIVEN_BACK
from studio.money.entry import Entry, Purse, Verb
from studio.money.granting import grant
from studio.money.hold import Hold
from studio.money.lots import Wallet
from studio.money.orders import OrderState, Purchase, bought
from studio.money.reckoning import Span
from studio.money.subscriptions import entitled, live
from studio.money.tiers import Share
from studio.people import acts, courtesy
from studio.people.account import Account, State, by_email
from studio.people.acts import Act, Deed, note
from studio.people.entitling import follow
from studio.people.letters import Kind, Letter, write
from studio.people.suspending import suspend
from studio.production.runs import call_off_all
from studio.story.episode import fresh_id
from studio.story.noun import Noun

_CREDITS, _DAYS = 1_000_000, 3650
_SHOWN = 20


class ActView(Noun):
    """An act as it was written down."""

    at: datetime
    founder: str
    kind: Deed
    account: str
    about: str
    reason: str
    micros: int
    came: str


class OrderRow(Noun):
    """Something an account paid for."""

    id: str
    what: str
    state: OrderState
    micros: int
    refunded: int
    paid: datetime


class LetterRow(Noun):
    """Mail to an account, and what became of it."""

    kind: Kind
    state: str
    tries: int
    error: str
    asked: datetime


class Somebody(Noun):
    """An account as a founder sees it before they act; credits in micro-dollars."""

    id: str
    name: str
    email: str
    tier: str
    state: State
    created: datetime
    given: str = ""  # the tier a founder gave
    free: int = 0
    owed: int = 0
    tiers: tuple[str, ...] = ()  # that can be given
    orders: tuple[OrderRow, ...] = ()
    letters: tuple[LetterRow, ...] = ()
    acts: tuple[ActView, ...] = ()


class Acting(FoundersSeat):
    """Acts for a founder."""

    def somebody(self, find: str) -> Somebody:
        """The account of a mail address or an id; NotFound."""
        with self._reading() as session:
            account = session.get(Account, find.strip()) or by_email(session, find.strip().lower())
            if account is None or account.state == State.GONE:
                raise NotFound("no account has this address or number")
            wallet, gift = session.get(Wallet, account.id), session.get(courtesy.Courtesy, account.id)
            letters = select(Letter).where(Letter.account == account.id).order_by(col(Letter.asked).desc())
            mine = select(Act).where(Act.account == account.id).order_by(col(Act.at).desc()).limit(_SHOWN)
            return Somebody(
                id=account.id, name=account.name, email=account.shown, tier=account.tier, state=State(account.state),
                created=account.created, given=gift.tier if gift else "", free=wallet.micros if wallet else 0,
                owed=wallet.owed if wallet else 0, tiers=tuple(tier.name for tier in self._house.tiers.sold),
                orders=tuple(_order(row) for row in bought(session, account.id)[:_SHOWN]),
                letters=tuple(
                    LetterRow.model_validate(row, from_attributes=True) for row in session.exec(letters.limit(_SHOWN))
                ),
                acts=tuple(map(_view, session.exec(mine))),
            )  # fmt: skip

    def acts(self, span: Span) -> tuple[ActView, ...]:
        """What founders did in a span, the newest first."""
        with self._reading() as session:
            return tuple(map(_view, acts.acts(session, span.since, span.until)))

    def credit(self, account: str, credits: int, reason: str, *, days: int = 365) -> None:
        """Give somebody film credits that last so many days; BadRequest names what is wrong."""
        if self._house.films is None:
            raise BadRequest("this studio sells no films for credits", field="credits")
        if not 1 <= credits <= _CREDITS:
            raise BadRequest(f"between 1 and {_CREDITS:,} credits can be given", field="credits")
        if not 1 <= days <= _DAYS:
            raise BadRequest(f"credits can last for 1 to {_DAYS} days", field="days")
        at, once = now(), f"founder:{fresh_id()}"
        with self._writing() as session:
            _open(session, account)
            note(session, self._account, Deed.CREDIT, reason, at=at, account=account, micros=credits * CREDIT,
                 came=f"{credits:,} credits for {days} days")  # fmt: skip
            grant_bonus(session, account, credits, once=once, why="From the studio", days=days, at=at)

    def refund(self, account: str, episode: str, reason: str) -> int:
        """Give back what somebody paid for an episode, once; gives the micro-dollars.

        A film's credits come back as credits, an episode of a plan goes back into the month it was counted in. Conflict
        when nothing was paid, or it was given back already.
        """
        at = now()
        with self._writing() as session:
            _open(session, account)
            film = _of(session, Purse.FILMS, account, episode)
            paid = film or _of(session, Purse.SPENT, account, episode)
            left = paid - acts.given_back(session, account, episode)
            if left <= 0:
                raise Conflict("nothing was paid for this episode that was not given back")
            once = f"refund:{account}:{episode}:{paid}"
            if film:
                fresh = grant_bonus(session, account, left // CREDIT, once=once, why=GIVEN_BACK, days=365, at=at)
            else:
                fresh = grant(session, account, left, once=once, why="given back by the studio", at=at)
                self._uncount(session, account, episode)
            if not fresh:  # another founder gave it back at the same moment
                raise Conflict("this was given back a moment ago")
            came = f"{left // CREDIT:,} credits" if film else f"{dollars(left)} into the month"
            note(
                session,
                self._account,
                Deed.REFUND,
                reason,
                at=at,
                account=account,
                about=episode,
                micros=left,
                came=came,
            )
        return left

    def refund_order(self, order: str, reason: str) -> None:
        """Have the payment service give a payment back whole; what it bought is taken back when it says so.

        NotFound for no order, Conflict for one of which nothing is left to give back; VendorError when the service does
        not take it, which is written down too.
        """
        payments, at = self._house.payments, now()
        with self._writing() as session:
            found = session.get(Purchase, order)
            if found is None or payments is None:
                raise NotFound("no order has this number")
            if found.state != OrderState.PAID or not found.payment or found.refunded:
                raise Conflict("nothing is left of this payment that could be given back")
            came, account = f"asked for {dollars(found.micros)} back", found.account
            note(session, self._account, Deed.REFUND, reason, at=at, account=account, about=order, came=came)
        try:
            payments.refund(found.payment)
        except StudioError as error:
            with self._writing() as session:
                came = f"it was not taken: {error}"
                note(session, self._account, Deed.REFUND, reason, at=now(), account=account, about=order, came=came)
            raise

    def bar(self, account: str, reason: str, *, back: bool = False) -> None:
        """Let somebody in no more, or `back` in; NotFound for oneself and for who is not there.

        What is being made for them is called off: nobody pays vendors for who was let out.
        """
        with self._writing() as session:
            suspend(session, self._account, session.get(Account, account), reason, at=now(), back=back)
            if not back:
                call_off_all(session, account)

    def change_tier(self, account: str, tier: str, reason: str, *, days: int | None = None) -> str:
        """Give somebody a tier they do not pay for, for so many days, or take it back with ""; gives theirs now.

        NotFound for a tier that is not sold, Conflict for one that is not above what they pay for.
        """
        at, tiers = now(), self._house.tiers
        if days is not None and not 1 <= days <= _DAYS:
            raise BadRequest(f"a tier can be given for 1 to {_DAYS} days", field="days")
        with self._writing() as session:
            _open(session, account)
            before = session.get_one(Account, account).tier
            if tier:
                self._sold(session, account, tier, at)
                courtesy.give(session, account, tier, at + timedelta(days=days) if days else None, at=at)
            elif not courtesy.take_away(session, account):
                raise Conflict("no tier was given here that could be taken back")
            follow(session, account, tiers, at=at)
            after = session.get_one(Account, account).tier
            until = f" for {days} days" if days and tier else ""
            note(session, self._account, Deed.TIER, reason, at=at, account=account, about=tier,
                 came=f"{before} to {after}{until}")  # fmt: skip
        return after

    def resend(self, account: str, reason: str) -> Kind:
        """Mail somebody the way in again, or what they owe; gives which letter. Conflict for who takes no mail."""
        at = now()
        with self._writing() as session:
            found = session.get(Account, account)
            if found is None or not found.email or found.state not in (State.OPEN, State.PENDING):
                raise Conflict("this account takes no mail")
            plan = live(session, account)
            kind = Kind.OWED if plan and plan.owed else Kind.RESET if found.state == State.OPEN else Kind.UNOPENED
            act = note(session, self._account, Deed.RESEND, reason, at=at, account=account, about=kind, came="mailed")
            write(session, account, kind, f"again:{act.id}", at=at)
        return kind

    def _sold(self, session: Session, account: str, tier: str, at: datetime) -> None:
        wanted = next((one for one in self._house.tiers.sold if one.name == tier), None)
        if wanted is None:
            raise NotFound(f"no tier called {tier} is sold")
        paid = entitled(session, account, self._house.tiers, at=at)
        if paid and paid.price_micros >= wanted.price_micros:
            raise Conflict(f"they pay for {paid.name}; that is changed where they manage their plan")

    def _uncount(self, session: Session, account: str, episode: str) -> None:
        """Give the episode back to the month it was counted in."""
        counted = select(Hold).where(Hold.account == account, Hold.episode == episode, col(Hold.counted).is_not(None))
        holds = session.exec(counted.order_by(col(Hold.at))).all()
        if holds and holds[0].counted:
            correct(session, account, Share.EPISODES, -1, at=holds[0].counted)
        for hold in holds:
            hold.counted = None
            session.add(hold)


def _open(session: Session, account: str) -> None:
    """NotFound for who is not there."""
    found = session.get(Account, account)
    if found is None or found.state == State.GONE:
        raise NotFound("no account has this number")


def _of(session: Session, purse: Purse, account: str, episode: str) -> int:
    """What an account paid out of its purse for an episode."""
    where = (Entry.account == account, Entry.episode == episode, Entry.purse == purse.of(account))
    paid = select(func.coalesce(func.sum(Entry.micros), 0)).where(*where, Entry.verb == Verb.SETTLE)
    return int(session.exec(paid).one())


def _order(row: Purchase) -> OrderRow:
    return OrderRow(id=row.id, what=f"{row.ware}: {row.what}", state=OrderState(row.state), micros=row.micros,
                    refunded=row.refunded, paid=row.paid or row.created)  # fmt: skip


def _view(row: Act) -> ActView:
    return ActView.model_validate(row, from_attributes=True)
