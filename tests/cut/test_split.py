from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.cut.fonts import script_of, table
from studio.cut.split import split, width_of


@settings(max_examples=80)
@given(st.text(alphabet="abcdefg ,.?!\n'", max_size=400))
def test_nothing_is_lost_and_no_word_is_broken(text: str) -> None:
    pieces = split(text)
    assert " ".join(" ".join(p.text.split()) for p in pieces) == " ".join(text.split())


@settings(max_examples=40)
@given(st.text(alphabet="一二三四，。！海船", max_size=200))
def test_scripts_without_spaces_lose_nothing(text: str) -> None:
    assert "".join(p.text.replace("\n", "") for p in split(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness.",
        "昨天晚上我看见了一艘没有人的船，它慢慢地靠近了港口，然后消失在雾里，再也没有回来过，谁也不知道为什么。",
        "لم يخبر حارس المنارة أحدا بما رآه في تلك الليلة، وعندما عادت القوارب أغلق الباب ولم يفتحه مرة أخرى أبدا.",
    ],
)
def test_captions_have_two_lines_at_most_and_each_fits(text: str) -> None:
    for piece in split(text):
        rows = piece.text.split("\n")
        assert len(rows) <= 2
        assert all(len(row) <= width_of(text) for row in rows)


def test_captions_break_after_sentences_first() -> None:
    text = "I saw the boat come in with nobody aboard. Then the lamp went out and the whole harbour went dark."
    assert split(text)[0].text.replace("\n", " ") == "I saw the boat come in with nobody aboard."


def test_a_word_longer_than_a_line_stays_whole() -> None:
    word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk"
    assert split(word)[0].text == word


def test_a_cjk_row_never_begins_with_a_closing_mark() -> None:
    text = "你好" * 7 + "，我是灯塔的看守人。" + "船" * 15 + "。"
    rows = [row for piece in split(text) for row in piece.text.split("\n")]
    assert not [row for row in rows if row[0] in "，。"]


@pytest.mark.parametrize(
    "text",
    [
        "Tu es en retard, n'est-ce pas ? L'heure c'est l'heure...",
        "Il a crié au voleur dans cette rue noire : « Au voleur ! Arrêtez-le donc ! »",
        "We sailed home at first light -- nobody came to the pier.",
    ],
)
def test_no_row_begins_or_ends_with_a_sign_torn_from_its_word(text: str) -> None:
    rows = [row for piece in split(text) for row in piece.text.split("\n")]
    assert len(rows) > 1
    assert not [row for row in rows if row[0] in "?!:;»-" or row[-1] in "«"]


def test_a_korean_row_ends_with_a_word_and_has_as_many_letters_as_a_chinese_one() -> None:
    text = "등대의 불이 꺼졌습니다. 누가 그 배를 보았는지 아무도 모릅니다."
    rows = [row for piece in split(text) for row in piece.text.split("\n")]
    assert len(rows) > 2
    assert " ".join(rows) == text
    assert max(map(len, rows)) <= 16


@pytest.mark.parametrize(
    "text",
    [
        "등대의불이꺼졌습니다누가그배를보았는지아무도모릅니다그리고다시는돌아오지않았습니다.",
        "우리는 등대의불이꺼졌습니다누가그배를보았는지아무도모릅니다그리고다시는돌아오지않았습니다! 정말?",
        "昨天晚上我看见了一艘没有人的船它慢慢地靠近了港口然后消失在雾里再也没有回来过谁也不知道为什么",
        "等等" + " …" * 14 + "等等",
    ],
)
def test_wide_letters_without_a_space_fit_their_rows(text: str) -> None:
    rows = [row for piece in split(text) for row in piece.text.split("\n")]
    assert max(map(len, rows)) <= 16
    assert "".join("".join(rows).split()) == "".join(text.split())


def test_each_script_has_its_font_and_each_font_its_file() -> None:
    samples = {"ada": "latin", "Привет": "latin", "مرحبا": "arabic", "שלום": "hebrew", "नमस्ते": "devanagari"}
    samples |= {"你好": "cjk", "こんにちは": "cjk", "안녕": "korean", "สวัสดี": "thai", "12:30": "latin"}
    assert {text: script_of(text).name for text in samples} == samples
    assert all(font.path.is_file() for font in (*table().script, table().display, table().regular))


def test_the_shipped_fonts_stay_small_and_carry_their_licences() -> None:
    folder = table().display.path.parent
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 12_000_000
    for font in (*table().script, table().display, table().regular):
        assert (folder / f"{font.licence}.txt").is_file()
