"""Times, sizes and a person's words as the screens show them."""

from __future__ import annotations

import pytest

from pages.parts.editing import weighed
from pages.parts.pricing import remedy
from pages.parts.wording import clock, format_of, picture, plain, roughly, shape, spell, weight
from services.web import visitors
from studio.desk.outlining import Weight
from studio.money.quote import Quote


@pytest.mark.parametrize(("seconds", "words"), [(45, "45 s"), (60, "1 min"), (90, "1 min 30 s"), (180, "3 min")])
def test_lengths_are_spelt(seconds: int, words: str) -> None:
    assert spell(seconds) == words


@pytest.mark.parametrize(("seconds", "words"), [(1, "5 s"), (43, "45 s"), (89, "90 s"), (95, "2 min"), (600, "10 min")])
def test_guesses_are_rough(seconds: float, words: str) -> None:
    assert roughly(seconds) == words


def test_a_film_s_length_reads_as_on_a_player() -> None:
    assert (clock(40.9), clock(62.0), clock(600.0)) == ("0:40", "1:02", "10:00")


def test_sizes_never_read_as_nothing() -> None:
    assert (weight(12), weight(812_345), weight(5_930_000)) == ("1 kB", "812 kB", "5.9 MB")
    assert weight(1_840_000_000) == "1.8 GB"


def test_a_frame_reads_as_a_picture() -> None:
    assert (picture("1280x720p24"), shape("720x1280p24")) == ("1280 × 720, 24 fps", "720 / 1280")
    assert (picture("odd"), shape("odd")) == ("odd", "16 / 9")


def test_a_price_that_is_likely_says_about() -> None:
    told = [Quote(low=300_000, likely=420_000, ceiling=600_000), Quote(low=420_000, likely=420_000, ceiling=420_000)]
    assert [weighed(Weight(seconds=62, takes=3, price=one, work_seconds=0)) for one in [*told, Quote()]] == [
        "runs 1:02 · 3 takes to make, about $0.42",
        "runs 1:02 · 3 takes to make, $0.42",
        "runs 1:02 · 3 takes to make, $0.00",
    ]
    assert weighed(Weight(seconds=62, takes=0, price=Quote(), work_seconds=0)) == "runs 1:02 · everything made"


def test_a_person_s_words_are_no_markdown() -> None:
    assert plain("Act 1: *Stars* & [x] $5 :red[y]") == r"Act 1: \*Stars\* & \[x\] \$5 \:red\[y\]"


def test_a_format_is_called_by_its_shape_and_lines() -> None:
    assert [format_of(one) for one in ("1280x720p24", "1080x1920p30", "720x720p24", "else")] == [
        "Wide 720p",
        "Tall 1080p",
        "Square 720p",
        "else",
    ]


def test_only_the_owner_of_a_machine_is_told_of_its_settings() -> None:
    assert "STUDIO_EPISODE_STOP" in remedy()
    visitors.let_strangers_in()
    try:
        assert remedy() == "Let fewer shots move, or choose a cheaper engine in Crew."
    finally:
        visitors.let_strangers_in(False)
