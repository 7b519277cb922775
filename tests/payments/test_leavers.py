"""Credits of who leaves: what is left of a young pack is paid back, all else is given up, and each is said before."""

from __future__ import annotations

import pytest
from sqlmodel import select

from studio.desk.desk import Desk
from studio.money.checking import check
from studio.money.credits import CREDIT
from studio.money.entry import About, Book, Entry, Verb
from studio.money.leftover import leftovers
from studio.money.lots import Wallet
from studio.money.orders import OrderState
from studio.money.packs import Pack
from studio.money.reserving import reserve, restore, spend
from studio.people.account import Account, State
from studio.people.leavers import settle_leavers
from tests.payments.world import FILMS, World

TRIAL, HOUR = FILMS.pack[0], FILMS.pack[2]
FILM = "film"


def bought(world: World, name: str, pack: str = TRIAL.name) -> Desk:
    desk = world.person(name)
    world.pay(desk.buy_pack(pack))
    return desk


def used(world: World, name: str, credits: int) -> None:
    with world.house.db.write() as session:
        about = About(account=name, fingerprint=FILM)
        reserve(session, FILM, credits * CREDIT, about, at=world.now())
        spend(session, FILM, credits * CREDIT, about, at=world.now())


def left(world: World, name: str) -> None:
    """Leave, with all that was made gone."""
    with world.house.db.write() as session:
        account = session.get_one(Account, name)
        account.state, account.left, account.erased = State.GONE, world.now(), world.now()
        session.add(account)


def swept(world: World) -> None:
    """Let a worker look twice, as the hours pass, with the payment service's word in between."""
    for _ in range(2):
        settle_leavers(world.house.db, world.stripe, FILMS.refund_days, clock=world.now)
        world.settle()


def has(world: World, name: str) -> tuple[int, int]:
    """What is free and owed, in credits; the books add up."""
    with world.house.db.read() as session:
        check(session)
        found = session.get_one(Wallet, name)
        return found.micros // CREDIT, found.owed // CREDIT


def refunds(world: World) -> list[int]:
    """What went back at the payment service, in micro-dollars."""
    return [row["amount"] * CREDIT for row in world.double.billing.objects.every("refund")]


def given_up(world: World, name: str) -> int:
    with world.house.db.read() as session:
        query = select(Entry.micros).where(Entry.book == Book.CREDIT, Entry.verb == Verb.FORFEIT, Entry.account == name)
        return sum(micros for micros in session.exec(query) if micros > 0) // CREDIT


@pytest.mark.parametrize(("pack", "spent", "back"), [(TRIAL, 0, 2_500), (TRIAL, 1_001, 1_499), (HOUR, 1_500, 23_500)])
def test_what_is_left_of_a_young_pack_goes_back_once_and_bonus_credits_count_as_used(
    world: World, pack: Pack, spent: int, back: int
) -> None:
    desk = bought(world, "anna", pack.name)
    if spent:
        used(world, "anna", spent)
    told = desk.credits_left()
    assert (told.days, told.back, told.lost) == (14, back, pack.credits + pack.bonus - spent - back)
    assert told.micros == pack.micros * back // pack.credits
    left(world, "anna")
    swept(world)
    world.pass_days(2)  # a key that makes two asks one is forgotten by then
    swept(world)
    assert (refunds(world), has(world, "anna")) == ([told.micros], (0, 0))
    assert given_up(world, "anna") == 0 if not told.lost else given_up(world, "anna") > 0


def test_what_is_left_of_an_older_pack_is_given_up_by_a_line_that_says_so(world: World) -> None:
    desk = bought(world, "anna")
    world.pass_days(FILMS.refund_days + 1)
    with world.house.db.read() as session:
        assert leftovers(session, "anna", FILMS.refund_days, at=world.now()) == ()
    left(world, "anna")
    swept(world)
    assert (refunds(world), has(world, "anna"), given_up(world, "anna")) == ([], (0, 0), TRIAL.credits)
    assert desk.credit_statement()[0].words == "2,500 credits of Trial given up with the account"


def test_what_a_film_holds_counts_as_there_and_waits_until_it_has_come_back(world: World) -> None:
    desk, about = bought(world, "anna"), About(account="anna", fingerprint=FILM)
    with world.house.db.write() as session:
        reserve(session, FILM, 2_500 * CREDIT, about, at=world.now())
    assert desk.credits_left().back == 2_500
    left(world, "anna")
    swept(world)
    assert refunds(world) == []
    with world.house.db.write() as session:
        restore(session, FILM, 2_500 * CREDIT, about, at=world.now())
    swept(world)
    assert (refunds(world), has(world, "anna")) == ([TRIAL.micros], (0, 0))


def test_nothing_happens_to_who_stays_or_is_still_being_erased(world: World) -> None:
    bought(world, "anna")
    swept(world)
    with world.house.db.write() as session:
        account = session.get_one(Account, "anna")
        account.state, account.left = State.GONE, world.now()
        session.add(account)
    swept(world)
    assert (refunds(world), has(world, "anna")) == ([], (2_500, 0))


def test_a_payment_whose_bank_has_the_money_is_not_paid_back_too(world: World) -> None:
    bought(world, "anna")
    (order,) = world.bought("anna")
    left(world, "anna")
    dispute = world.double.billing.dispute(world.double.find(order.payment))
    world.settle()
    swept(world)
    assert (refunds(world), world.bought("anna")[0].state) == ([], OrderState.DISPUTED)
    world.double.billing.judge(dispute, won=True)
    world.settle()
    swept(world)
    assert (refunds(world), has(world, "anna")) == ([TRIAL.micros], (0, 0))
