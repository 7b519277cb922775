"""Lines in many languages, told apart; short ones inherit."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from studio.story.language import direction, language

LINES = [
    ("en", "I never said that you were wrong."),
    ("es", "No sé dónde está la llave de la puerta."),
    ("fr", "Je ne sais pas où il est parti."),
    ("de", "Ich weiß nicht, wo der Schlüssel ist."),
    ("pt", "Eu não sei onde está a chave da porta."),
    ("it", "Non so dove sono le chiavi della porta."),
    ("hi", "मुझे नहीं पता चाबी कहाँ है।"),
    ("ar", "لا أعرف أين المفتاح"),
    ("fa", "نمی‌دانم چه کسی گفت"),
    ("he", "אני לא יודע איפה המפתח"),
    ("ru", "Я не знаю, где ключ."),
    ("uk", "Я не знаю, де він її бачив."),
    ("ja", "鍵がどこにあるか知りません"),
    ("zh", "我不知道钥匙在哪里"),
    ("ko", "열쇠가 어디 있는지 몰라요"),
    ("el", "Δεν ξέρω πού είναι το κλειδί"),
]


@pytest.mark.parametrize(("tag", "line"), LINES)
def test_a_line_is_told_by_script_and_small_words(tag: str, line: str) -> None:
    assert language(line) == tag


@pytest.mark.parametrize(("tag", "line"), [pair for pair in LINES if pair[0] != "en"])
def test_an_english_default_does_not_win_over_a_clear_line(tag: str, line: str) -> None:
    assert language(line, default="en") == language(line, default=tag) == tag


@pytest.mark.parametrize("line", ["No!", "Anna?", "...", "1895", "OK", ""])
def test_a_line_too_short_to_tell_inherits(line: str) -> None:
    assert [language(line, default) for default in ("en", "es", "de")] == ["en", "es", "de"]


def test_kanji_alone_in_a_japanese_script_is_japanese() -> None:
    assert (language("東京駅", "ja"), language("東京駅", "en")) == ("ja", "zh")


@pytest.mark.parametrize(("tag", "line"), [pair for pair in LINES if pair[0] in ("ar", "he", "ru", "hi")])
def test_a_japanese_word_does_not_turn_a_film_in_another_script(tag: str, line: str) -> None:
    assert language(f"{line} さくら") == tag


def test_a_foreign_name_does_not_turn_a_line() -> None:
    assert language("She said that Мара was never here.") == "en"


@pytest.mark.parametrize(("line", "way"), [("... لا", "rtl"), ("— שלום", "rtl"), ("OK", "ltr"), ("12", "ltr")])
def test_direction_follows_the_first_letter(line: str, way: str) -> None:
    assert direction(line) == way


def test_every_language_somebody_speaks_has_its_letters_and_an_ending() -> None:
    data = Path(__file__).parents[2] / "data"
    spoken = tomllib.loads((data / "voices" / "languages.toml").read_text("utf-8"))["language"]
    assert not spoken.keys() - tomllib.loads((data / "languages.toml").read_text("utf-8"))["three"].keys()
    assert not spoken.keys() - tomllib.loads((data / "words" / "ending.toml").read_text("utf-8"))["ending"].keys()
