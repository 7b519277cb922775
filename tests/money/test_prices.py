"""The price book: every card reckons its own examples, none is ever edited, and what has no card has no price."""

from __future__ import annotations

import hashlib
import json
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from studio.errors import RateMissing
from studio.money.prices import PriceBook, PriceCard, Rate
from studio.money.usage import Usage
from studio.takes.roster import Roster
from tests.money.rows import DATA, NOON, PRICES

LANDED: dict[str, str] = json.loads((Path(__file__).parent / "landed_cards.json").read_text())


def name(card: PriceCard) -> str:
    return f"{card.vendor} {card.model} {card.dated}"


def digest(card: PriceCard) -> str:
    return hashlib.sha256(json.dumps(card.model_dump(mode="json"), sort_keys=True).encode()).hexdigest()[:16]


@pytest.mark.parametrize("card", PRICES.card, ids=name)
def test_a_card_reckons_its_worked_examples(card: PriceCard) -> None:
    for example in card.example:
        assert card.cost(example.quantities) == example.micros
    assert set(card.rates) >= {unit for example in card.example for unit in example.quantities}


def test_a_landed_card_is_never_edited_and_a_new_one_is_written_down() -> None:
    """A change of price is a card more. A new card's digest goes into landed_cards.json with it."""
    assert {name(card): digest(card) for card in PRICES.card} == LANDED


def test_every_engine_at_a_vendor_has_a_price() -> None:
    for engine in Roster.load(DATA / "crew.toml").engine:
        if engine.vendor:
            assert PRICES.find(engine.vendor, engine.model, NOON).rates


@pytest.mark.parametrize(("vendor", "model", "at"), [
    ("groq", "mixtral-8x7b-32768", NOON),
    ("fal", "openai/gpt-oss-120b", NOON),
    ("groq", "openai/gpt-oss-120b", datetime(2026, 10, 31, 23, 59, tzinfo=UTC)),
])  # fmt: skip
def test_what_has_no_card_at_that_moment_has_no_price(vendor: str, model: str, at: datetime) -> None:
    with pytest.raises(RateMissing, match=f"no price card for {model} at {vendor} on {at.date()}"):
        PRICES.cost(Usage(vendor=vendor, model=model, request="r"), at)


def test_a_unit_without_a_rate_has_no_price() -> None:
    usage = Usage(vendor="fal", model="fal-ai/flux/dev", request="r", quantities={"images": 1, "pixels": 1})
    with pytest.raises(RateMissing, match="fal-ai/flux/dev at fal has no rate for images"):
        PRICES.cost(usage, NOON)


def card(since: datetime, micros: int) -> PriceCard:
    return PriceCard.model_validate(
        {
            "vendor": "v",
            "model": "m",
            "from": since,
            "source": "a list",
            "rates": {"images": {"micros": micros}},
            "example": [{"quantities": {"images": 1}, "micros": micros}],
        }
    )


def test_a_newer_card_holds_from_its_moment_and_the_old_one_before_it() -> None:
    book = PriceBook(version=1, card=(card(NOON, 7), card(NOON - timedelta(days=30), 5)))
    usage = Usage(vendor="v", model="m", request="r", quantities={"images": 2})
    moments = (NOON - timedelta(seconds=1), NOON, NOON + timedelta(days=999))
    assert [book.cost(usage, at) for at in moments] == [10, 14, 14]


def test_two_cards_of_one_moment_and_a_naive_date_are_refused() -> None:
    with pytest.raises(ValidationError, match="two cards of m at v"):
        PriceBook(version=1, card=(card(NOON, 7), card(NOON, 8)))
    with pytest.raises(ValidationError, match="timezone"):
        card(datetime(2026, 1, 1), 7)


def test_a_negative_quantity_cannot_be_billed() -> None:
    with pytest.raises(ValidationError):
        Usage(vendor="v", model="m", request="r", quantities={"images": -1})


@given(st.integers(0, 10**9), st.integers(1, 10**6), st.integers(0, 10**6), st.integers(1, 10**4))
def test_a_started_step_is_paid_for_whole_and_no_more(quantity: int, per: int, micros: int, step: int) -> None:
    rate = Rate(micros=micros, per=per, step=step)
    paid = rate.cost(quantity)
    assert paid == rate.cost(-(-quantity // step) * step)
    assert 0 <= paid * per - quantity * micros < step * micros or micros == 0


def test_the_file_says_where_every_figure_is_from() -> None:
    read = tomllib.loads((DATA / "prices.toml").read_text())
    assert all(len(one["source"]) > 10 for one in read["card"])
    paid_by_time = [one for one in PRICES.card if "gpu_ms" in one.rates and one.vendor == "runpod"]
    assert paid_by_time
    assert all(one.gpu for one in paid_by_time)
