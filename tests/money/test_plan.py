"""The business plan reckoned again: where it holds, where not, and what would."""

from __future__ import annotations

import pytest

from studio.money.films import Films
from studio.money.plan import Plan
from studio.money.plancheck import Check, Known, check
from studio.money.tiers import Tiers
from studio.money.whatif import Supposed, break_even, cap, price_for, suppose
from tests.money.rows import DATA

PLAN = Plan.load(DATA / "plan.toml")
TIERS = Tiers.load(DATA / "tiers.toml")
FILMS = Films.load(DATA / "films.toml")
PAY = TIERS.payment
KNOWN = Known(
    episodes=10, mean=1_200_000, most=2_600_000, over=1,
    minutes={"svd-xt": 100_000, "skyreels-v2-df-14b-540p": 12_180_000},
    films={30: 130_000_000, 60: 250_000_000}, vendors={30: 70_000_000, 60: 132_000_000}, card_hour=440_000,
)  # fmt: skip


def line(part: str, start: str, known: Known = KNOWN) -> Check:
    """The one line of the plan that begins so."""
    return next(one for one in check(PLAN, TIERS, known) if one.part == part and one.line.startswith(start))


def test_pro_at_full_use_costs_more_than_it_brings() -> None:
    pro = line("Tiers at full use", "Pro")
    assert not pro.holds
    assert pro.comes.startswith("-392% to -67% margin")  # 50 x $1.95 and $0.65 of $20, less $0.88 of fees
    assert pro.instead.startswith("For a margin of 40 %: 5 to 17 episodes at this price, or $57.45 to $171.28 for 50.")


def test_the_films_sell_at_the_plans_prices_and_cost_more_in_motion() -> None:
    half, hour = line("Films", "30"), line("Films", "60")
    assert FILMS.quote(1800, "standard").micros == 130_000_000
    assert FILMS.quote(3600, "standard").micros == 250_000_000
    assert half.holds, "one engine moves thirty minutes for $3"
    assert "skyreels-v2-df-14b-540p $365.40" in half.comes
    assert hour.holds
    dear = line("GPU", "A minute of film by skyreels")
    assert (dear.holds, dear.measured) == (False, "81.2 times the plan")


def test_growth_and_the_crowd_leave_less_than_planned() -> None:
    ten = line("Growth", "10")
    assert not ten.holds
    assert ten.comes.startswith("$1,455.50 out: $1,320.00 vendors at the most, $75.50 payments, $60.00 hosting")
    crowd = line("500 users at $20.00", "Net")
    assert not crowd.holds
    assert crowd.comes == "$9,060.00 if nobody makes anything, $8,460.00 with one episode each"


def test_nothing_measured_is_said_so() -> None:
    found = check(PLAN, TIERS, Known())
    assert next(one for one in found if one.part == "Episode").comes == "nothing was billed yet"
    assert next(one for one in found if one.part == "Hosting").holds is None


@pytest.mark.parametrize(("episodes", "least"), [(50, 650_000), (50, 1_950_000), (10, 650_000), (1, 1)])
def test_a_cap_and_a_price_leave_the_margin_and_no_cent_less_would(episodes: int, least: int) -> None:
    price = price_for(episodes, least, 400, PAY)
    assert cap(price, least, 400, PAY) >= episodes
    assert cap(price - 10_000, least, 400, PAY) < episodes


def test_what_if_is_plain_arithmetic() -> None:
    one = Supposed(users=500, price=20_000_000, episodes=2, episode=1_000_000, infrastructure=1_000_000_000)
    left = suppose(one, PAY)
    assert (left.revenue, left.fees, left.goods) == (10_000_000_000, 440_000_000, 1_000_000_000)
    assert left.net == 7_560_000_000
    assert break_even(one, PAY) == 59  # each leaves $17.12 of the $1,000
    assert break_even(one.model_copy(update={"episodes": 20}), PAY) is None


def test_what_nothing_was_measured_of_neither_holds_nor_breaks() -> None:
    found = {one.line: one for one in check(PLAN, TIERS, Known())}
    assert found["What one costs"].holds is None
    assert found["An hour of a card"].holds is None
    assert (found["30 minutes"].holds, found["30 minutes"].instead) == (None, "")
