"""Files as people upload them: decoded, told apart, or refused with a sentence."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from studio.errors import BadScript
from studio.story.fdx import write_fdx
from studio.story.fountain import write_fountain
from studio.story.screenplay import Kind
from studio.story.source import MOST_BYTES, decode, is_pitch, looks_like_screenplay, pages, read_pitch, read_script
from tests.story.scripts import kinds, long_script

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
SCRIPT = "INT. CAFÉ - DAY\n\nÉLODIE\nDéjà vu… “again”.\n"
SPOKEN = ("dialogue", "Déjà vu… “again”.")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_common_encodings_give_the_same_words(encoding: str) -> None:
    assert SPOKEN in kinds(read_script("cafe.fountain", SCRIPT.encode(encoding)))


def test_right_to_left_and_east_asian_scripts_are_read() -> None:
    script = read_script("a.txt", "@سارة\nأين المفتاح؟\n\n@太郎\n（小声で）\n知らない。\n".encode())
    assert kinds(script) == [
        ("character", "سارة"),
        ("dialogue", "أين المفتاح؟"),
        ("character", "太郎"),
        ("parenthetical", "（小声で）"),
        ("dialogue", "知らない。"),
    ]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.fountain", random.Random(1).randbytes(4000), "not t"),
        ("a.fountain", b"INT. A\n\nJOHN\n\0\0\0", "line 4: a.fountain is not a text file"),
        ("a.txt", b"\x01\x02\x03\x04 text", "not a text file"),
        ("a.txt", "Привет, это сценарий".encode("cp1251"), "UTF-8"),
        ("a.fountain", b"  \n\n", "empty"),
        ("a.fountain", b"", "empty"),
        ("a.fountain", b"INT. A\n\n# Act\n", "nothing to show"),
        ("a.fountain", b"x" * (MOST_BYTES + 1), "larger than 8 MB"),
        ("a.pdf", b"%PDF", "fdx"),
        ("a.fdx", b"<FinalDraft", "line 1"),
        ("a.fdx", b"", "empty"),
    ],
)
def test_what_cannot_be_read_is_refused(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(BadScript, match=reason):
        read_script(name, data)


def test_sixty_characters_are_enough() -> None:
    script = read_script("a.txt", b"INT. HALL - DAY\n\nShe waits.\n\nANNA\nIs there nobody here?\n")
    assert [e.kind for e in script.elements] == [Kind.HEADING, Kind.ACTION, Kind.CHARACTER, Kind.DIALOGUE]


def test_prose_is_a_pitch_and_a_screenplay_is_not() -> None:
    prose = b"A keeper finds a key.\nNobody knows what it opens."
    assert is_pitch("a.txt", prose)
    assert read_pitch("a.md", prose + b"\r\n") == prose.decode()
    assert not is_pitch("a.txt", SCRIPT.encode())
    assert not is_pitch("a.fountain", prose)
    with pytest.raises(BadScript):
        is_pitch("a.txt", b"\0\0\0")


@pytest.mark.parametrize(
    ("text", "pitch"),
    [
        ("THE LIGHTHOUSE\nA keeper finds a letter.\nShe wants to know who sent it.\n", True),
        ("A keeper finds a letter.\n\nCHARACTERS\nMara, 70\nTom, 40\n", True),
        ("MARA\nYou kept it.\n\nTOM\nNever.\n", False),
        ("INT. HALL - NIGHT\n\nMARA\nYou kept it.\n", False),
    ],
)
def test_a_title_in_capitals_makes_no_screenplay_of_a_pitch(text: str, pitch: bool) -> None:
    assert is_pitch("idea.txt", text.encode()) is pitch


def test_more_than_300_pages_are_read_in_both_formats() -> None:
    script = long_script(360)
    said = sum(e.kind is Kind.DIALOGUE for e in script.elements)
    for name, data in (("a.fountain", write_fountain(script).encode()), ("a.fdx", write_fdx(script))):
        read = read_script(name, data)
        assert sum(e.kind is Kind.DIALOGUE for e in read.elements) == said
        assert pages(read) > 300


def test_the_play_is_a_scene_of_three_minutes_with_its_words() -> None:
    script = read_script("the-hand-bag.fountain", (SAMPLES / "the-hand-bag.fountain").read_bytes())
    assert looks_like_screenplay(script)
    assert {e.text for e in script.elements if e.kind is Kind.CHARACTER} == {"JACK", "LADY BRACKNELL"}
    assert ("dialogue", "A hand-bag?") in kinds(script)
    assert 2 < pages(script) < 4


def test_decoding_keeps_typographic_marks() -> None:
    said = "“I’m—” said in the dark of the long hall"
    assert decode("a.txt", said.encode("cp1252")) == said
