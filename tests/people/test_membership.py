"""An account of one's own: its sessions, its password, and what founders may ask for."""

from __future__ import annotations

from collections.abc import Callable
from math import log2

import pytest
from sqlmodel import col, select

from studio.db import now
from studio.desk.clearing import Clearing
from studio.desk.membership import Membership
from studio.errors import BadCredentials, BadRequest, Conflict, LinkSpent, NotAllowed, NotFound, TooManyTries
from studio.people.account import OWNER, Account, Role
from studio.production.run import Run, RunState
from tests.people.town import EMAIL, MINE, NONCE, PASSWORD, Town, desk
from tests.trespass import Belongings
from tests.web.rows import episode, run


def test_everybody_sees_their_account(town: Town, things: Belongings) -> None:
    me = desk(town).me()
    assert (me.id, me.name, me.email, me.founder) == (MINE, "Anna Lightkeeper", "Ada@example.com", False)
    assert desk(town, OWNER).me().founder


def test_a_session_can_be_ended_from_another_browser(town: Town, things: Belongings) -> None:
    here, there = town.sign_in(), town.sign_in()
    seen = desk(town).sessions(here)
    assert sorted(one.here for one in seen) == [False, True]
    assert all(here not in str(one) and one.agent == "Browser" for one in seen)
    other = next(one.id for one in seen if not one.here)
    with pytest.raises(BadCredentials):
        desk(town).revoke(other, "a guess")
    assert town.at().whose(there)
    desk(town).revoke(other, PASSWORD)
    assert town.at().whose(there) is None
    assert town.at().whose(here)


def test_nobody_ends_another_ones_session(town: Town, things: Belongings) -> None:
    sid = town.sign_in()
    named = desk(town).sessions()[0].id
    with pytest.raises(NotFound):
        desk(town, OWNER).revoke(named)
    assert desk(town, OWNER).revoke_others("") == 0
    assert town.at().whose(sid)


def test_all_other_sessions_can_be_ended_at_once(town: Town, things: Belongings) -> None:
    here, others = town.sign_in(), [town.sign_in() for _ in range(3)]
    with pytest.raises(BadCredentials):
        desk(town).revoke_others(here, "a guess")
    assert town.at().whose(others[0])
    assert desk(town).revoke_others(here, PASSWORD) == 3
    assert [town.at().whose(sid) for sid in others] == [None] * 3
    assert town.at().whose(here)


def test_a_new_password_ends_every_session_and_this_browser_goes_on_with_a_new_sid(
    town: Town, things: Belongings
) -> None:
    here, there = town.sign_in(), town.sign_in()
    town.clock.at = now()
    code = desk(town).change_password(PASSWORD, "seven quiet harbours", NONCE)
    assert [town.at().whose(sid) for sid in (here, there)] == [None, None]
    fresh = town.at().finish(code, NONCE)
    assert fresh not in (here, there)
    assert town.at().whose(fresh)
    with pytest.raises(BadCredentials):
        town.sign_in()


def test_a_password_is_changed_only_by_who_knows_it(town: Town, things: Belongings) -> None:
    for _ in range(5):
        with pytest.raises(BadCredentials):
            desk(town).change_password("not the password", "seven quiet harbours", NONCE)
    with pytest.raises(TooManyTries):
        desk(town).change_password(PASSWORD, "seven quiet harbours", NONCE)
    assert town.sign_in()


def test_without_a_nonce_a_password_stays_as_it_is(town: Town, things: Belongings) -> None:
    sid = town.sign_in()
    with pytest.raises(LinkSpent):
        desk(town).change_password(PASSWORD, "seven quiet harbours", "")
    assert town.at().whose(sid)


FOUNDERS: list[Callable[[Membership], object]] = [
    lambda desk: desk.invite("friends"),
    lambda desk: desk.invitations(),
    lambda desk: desk.withdraw("any"),
    lambda desk: desk.funnel(),
    lambda desk: desk.suspend(EMAIL, "it was asked for"),
]


def test_what_is_for_founders_is_refused_to_others(town: Town, things: Belongings) -> None:
    for verb in FOUNDERS:
        with pytest.raises(NotAllowed):
            verb(desk(town))


def test_the_vault_is_cleared_by_whoever_runs_the_house_alone(town: Town) -> None:
    with town.house.db.write() as session:
        session.add(Account(id=MINE, name="Grace", role=Role.FOUNDER))
    with pytest.raises(NotAllowed):
        Clearing(town.house, MINE).collect(delete=True, paid=True)
    assert not Clearing(town.house, OWNER).collect().deleted


def test_a_founder_invites_and_withdraws(town: Town) -> None:
    founder = desk(town, OWNER)
    code = founder.invite("friends", seats=2, days=3)
    (shown,) = founder.invitations()
    assert (shown.label, shown.seats, shown.taken, shown.open) == ("friends", 2, 0, True)
    assert code not in str(shown)
    assert log2(31) * len(code.replace("-", "")) >= 128
    founder.withdraw(shown.id)
    assert not founder.invitations()[0].open
    with pytest.raises(NotFound):
        founder.withdraw(shown.id)
    for seats, days, field in ((0, 1, "seats"), (1, 0, "days"), (10_001, 1, "seats"), (1, 400, "days")):
        with pytest.raises(BadRequest) as refused:
            founder.invite("x", seats, days)
        assert refused.value.field == field


def going(town: Town, account: str) -> int:
    """How many productions of an account go on."""
    with town.house.db.read() as session:
        mine = select(Run).where(Run.account == account, col(Run.state).in_((RunState.QUEUED, RunState.RUNNING)))
        return len(session.exec(mine).all())


def test_a_founder_suspends_and_lets_back_in(town: Town, things: Belongings) -> None:
    sid = town.sign_in()
    founder = desk(town, OWNER)
    run(town.house, episode(town.house), RunState.RUNNING)
    under_way = going(town, MINE)
    assert under_way
    with pytest.raises(BadRequest):
        founder.suspend("ADA@example.com", "")
    assert town.at().whose(sid), "nobody is let out without a reason"
    assert going(town, MINE) == under_way
    founder.suspend("ADA@example.com", "she sold her account")
    assert town.at().whose(sid) is None
    assert not going(town, MINE)
    assert going(town, OWNER) == 1
    with pytest.raises(Conflict):
        founder.suspend(EMAIL, "she sold her account")
    founder.suspend(EMAIL, "it was a mistake", back=True)
    assert town.at().whose(sid) is None
    assert town.sign_in()
    with pytest.raises(NotFound):
        founder.suspend("nobody@example.com", "it was asked for")
