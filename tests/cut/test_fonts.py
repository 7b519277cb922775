from __future__ import annotations

import struct
import unicodedata
from functools import cache
from typing import Any

import pytest
from reportlab.pdfbase.ttfonts import TTFontFile

from studio.cut.fonts import Font, Script, pieces, runs, table

SAID = {
    "arabic": "قال “مرحبا” (25)؟",
    "hebrew": "שלום, 25!",
    "devanagari": "मेला & 25 €?",
    "bengali": "ওহে @ 25!",
    "tamil": "வணக்கம் «25» …",
    "thai": "สวัสดี — 25!",
    "georgian": "სალამი: 25!",
    "armenian": "Բարեւ 25/7",
    "telugu": "నమస్కారం 25!",
    "gujarati": "નમસ્તે 25!",
    "gurmukhi": "ਸਤ ਸ੍ਰੀ ਅਕਾਲ 25!",
    "kannada": "ನಮಸ್ಕಾರ 25!",
    "malayalam": "നമസ്കാരം 25!",
    "sinhala": "ආයුබෝවන් 25!",
    "ethiopic": "ሰላም 25!",
    "signs": "♪ La la ♫ ☺ ① A → B ≠ C ≤ ∞ ★ 5 ✓ ♥ ■ ☎ 😀 🚀",
    "korean": "안녕 25, 여러분! ㅋㅋ",
    "cjk": "第25場 “你好” (OK!)",
    "latin": "Γεια 25, Привет & hello…",
}


@cache
def file(font: Font) -> Any:
    return TTFontFile(str(font.path))


@pytest.mark.parametrize("script", table().script, ids=lambda script: script.name)
def test_every_letter_digit_and_sign_is_set_in_a_font_that_has_it(script: Script) -> None:
    parts = runs(SAID[script.name])
    assert "".join(part for _, part in parts) == SAID[script.name]
    assert script in [font for font, _ in parts]
    assert not [(char, font.name) for font, part in parts for char in part if ord(char) not in file(font).charToGlyph]


def test_a_plain_line_is_one_part_in_the_font_its_letters_are_set_in() -> None:
    plain = "".join(map(chr, range(0x20, 0x7F)))
    assert runs(plain) == [(runs("é")[0][0], plain)]
    assert runs("") == []


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("A", "z"), ("À", "ÿ"), ("Ά", "ώ"), ("А", "ё"), ("א", "ת"), ("ء", "ي"), ("अ", "ह"), ("অ", "হ"), ("ก", "ฺ"),
        ("ა", "ჰ"), ("Ա", "Ֆ"), ("ぁ", "ゔ"), ("ァ", "ヶ"), ("一", "龥"), ("가", "힣"), ("ㄱ", "ㅣ"),
        ("అ", "హ"), ("અ", "હ"), ("ਅ", "ਹ"), ("ಅ", "ಹ"), ("അ", "ഹ"), ("අ", "ෆ"), ("ሀ", "ፗ"), ("😀", "🙏"), ("←", "⇿"),
    ],
)  # fmt: skip
def test_no_letter_of_an_alphabet_is_drawn_as_a_box(first: str, last: str) -> None:
    letters = [chr(point) for point in range(ord(first), ord(last) + 1)]
    known = [one for one in letters if unicodedata.category(one)[0] != "C"]
    missing = [one for one in known if ord(one) not in file(runs(one)[0][0]).charToGlyph]
    assert not missing


@pytest.mark.parametrize("script", table().script, ids=lambda script: script.name)
def test_a_fonts_line_is_as_its_file_says(script: Script) -> None:
    above, below = struct.unpack(">HH", file(script).get_table("OS/2")[74:78])
    assert script.line == pytest.approx((above + below) / file(script).unitsPerEm, abs=0.001)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Salt 25!", "Salt 25!"),
        ("第25場", "第|25|場"),
        ("שלום 25!", "<25!>| <שלום>"),
        ("ADA: “أين” 海?", "ADA: “|<أين>|” |海|?"),
        ("Salt قال “لي” so", "Salt |<لي>|<“>| <قال>|” so"),
        ("قال لي ثم Hi 海 لا", "<لا>| Hi |海| <قال لي ثم>"),
    ],
)
def test_a_line_is_cut_into_what_one_font_draws_as_it_is_seen(text: str, seen: str) -> None:
    shown = "|".join(" " * one.before + one.text + " " * one.after for one in pieces(text))
    assert shown.replace("\u2067", "<").replace("\u2069", ">") == seen
