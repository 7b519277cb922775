"""What a film costs: the plan's own figures to the cent, parts that sum to it, and what would fit instead."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from studio.errors import BadRequest, NotFound
from studio.money.affording import Need, Way, afford, instead, typical
from studio.money.credits import CREDIT
from studio.money.films import FilmPrice, Films
from studio.money.quote import Quoter
from studio.money.tiers import Tiers
from studio.takes.roster import Roster
from tests.money.rows import DATA, ESTIMATES, NOON, PRICES

FILMS = Films.load(DATA / "films.toml")
PAYMENT = Tiers.load(DATA / "tiers.toml").payment
ROSTER = Roster.load(DATA / "crew.toml", frozenset())
QUOTER = Quoter(PRICES, ESTIMATES)
QUALITIES = st.sampled_from([one.name for one in FILMS.quality])
SECONDS = st.integers(1, 3 * 3_600)


@pytest.mark.parametrize(
    ("minutes", "quality", "dollars"),
    [
        (30, "standard", 130),
        (60, "standard", 250),
        (30, "fine", 195),
        (60, "fine", 375),
        (30, "cinema", 260),
        (60, "cinema", 500),
    ],
)
def test_films_cost_what_the_plan_says(minutes: int, quality: str, dollars: int) -> None:
    price = FILMS.quote(60 * minutes, quality)
    assert (price.micros, price.credits) == (dollars * 1_000_000, dollars * 100)


@pytest.mark.parametrize(("seconds", "credits"), [(1, 1_007), (90, 1_600), (100, 1_667), (191, 2_273)])
def test_seconds_are_priced_to_the_cent(seconds: int, credits: int) -> None:
    assert FILMS.quote(seconds, "standard").credits == credits


@given(SECONDS, QUALITIES, st.fractions(0, 12_000))
def test_parts_sum_to_the_price_and_a_shorter_film_costs_no_more(seconds: int, quality: str, length: Fraction) -> None:
    price = FILMS.quote(seconds, quality)
    parts = [price.part(number) for number in range(price.minutes + 1)]
    assert sum(parts) == price.micros
    assert all(part >= 0 and part % CREDIT == 0 for part in parts)
    ended = [price.part(number, length) for number in range(price.minutes + 1)]
    assert all(0 <= paid <= part for paid, part in zip(ended, parts, strict=True))
    assert sum(ended) == price.until(min(length, Fraction(seconds)))


@given(SECONDS, QUALITIES)
def test_vendors_never_get_the_margin_of_the_most_generous_pack(seconds: int, quality: str) -> None:
    price = FILMS.quote(seconds, quality)
    for pack in FILMS.pack:
        paid = Fraction(price.credits * pack.micros, pack.credits + pack.bonus)
        fees = Fraction(price.credits, pack.credits + pack.bonus) * (
            PAYMENT.fee_micros + Fraction(pack.micros * PAYMENT.fee_share, 1_000)
        )
        assert paid - fees - FILMS.vendors(price, PAYMENT) >= paid * FILMS.margin / 1_000


def test_a_length_or_quality_that_is_none_is_refused() -> None:
    with pytest.raises(BadRequest, match="length"):
        FILMS.quote(0, "standard")
    with pytest.raises(NotFound, match="there are standard, fine, cinema"):
        FILMS.quote(60, "best")
    with pytest.raises(ValidationError):
        FilmPrice(quality="standard", seconds=60, storyboard=-1, script=0, picture=0, credit=CREDIT)


def test_only_what_came_out_whole_is_sold() -> None:
    assert FILMS.sold(FILMS.made.seconds)
    assert not FILMS.sold(FILMS.made.seconds + 1)


def needs(animator: str) -> Callable[[str, int], Need]:
    """What films cost at the most as a rule, with this animator in every quality."""

    def need(quality: str, seconds: int) -> Need:
        cast = FILMS.find(quality).engines | {"animator": animator}
        return typical(FILMS, QUOTER, {role: ROSTER.named(name) for role, name in cast.items()}, seconds, at=NOON)

    return need


@pytest.mark.parametrize("animator", ["kling-v4", "skyreels-v2-df-14b-540p", "skyreels-v2-i2v-14b-540p"])
def test_four_dollars_a_minute_buy_no_minute_of_dear_motion(animator: str) -> None:
    price = FILMS.quote(1_800, "standard")
    need = needs(animator)("standard", 1_800)
    able = afford(need, FILMS.vendors(price, PAYMENT))
    assert 0 < able.moves < able.shots // 4
    assert need.still + sum(need.motion[: able.moves]) <= FILMS.vendors(price, PAYMENT)


def test_each_quality_pays_for_its_own_engines_boards_and_voices_and_some_motion() -> None:
    moves = {}
    for quality in FILMS.quality:
        need = needs(quality.engines["animator"])(quality.name, 1_800)
        moves[quality.name] = afford(need, FILMS.vendors(FILMS.quote(1_800, quality.name), PAYMENT)).moves
    assert moves == {"standard": 480, "fine": 326, "cinema": 110}


def test_what_would_fit_is_said_in_numbers() -> None:
    price = FILMS.quote(1_800, "fine")
    fits = {one.way: one for one in instead(FILMS, PAYMENT, price, 240, needs("kling-v3"))}
    assert fits[Way.MOVES].moves < 240
    assert (fits[Way.MOVES].seconds, fits[Way.MOVES].micros) == (1_800, 195_000_000)
    assert fits[Way.SHORTER].seconds < 1_800
    for one in fits.values():
        need = needs("kling-v3")(one.quality, one.seconds)
        cap = FILMS.vendors(FILMS.quote(one.seconds, one.quality), PAYMENT)
        assert need.still + sum(need.motion[: one.moves]) <= cap


def test_a_film_whose_boards_alone_are_too_dear_has_no_motion_to_offer() -> None:
    assert afford(Need(still=101, motion=(1, 1)), 100).moves == -1
    assert afford(Need(still=100, motion=(1, 0)), 100).moves == 1
