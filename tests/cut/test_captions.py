from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.cut.captions import CaptionStyle, flat, read_srt, to_ass, to_srt, to_vtt
from studio.errors import BadRequest
from studio.takes.briefs import Caption
from studio.takes.frame import Frame

WIDE = Frame(width=1280, height=720, fps=24)


def said(text: str, start: int = 24, end: int = 72, **more: object) -> Caption:
    return Caption(text=text, start=start, end=end, **more)  # type: ignore[arg-type]


def test_srt_counts_from_one_and_uses_commas() -> None:
    assert to_srt([said("Hello\nthere")], 24) == "1\n00:00:01,000 --> 00:00:03,000\nHello\nthere\n"


def test_vtt_escapes_what_would_be_a_tag() -> None:
    made = to_vtt([said("a < b & c", speaker="Ada & Bo")], 24)
    assert made.startswith("WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n")
    assert "<v Ada &amp; Bo>a &lt; b &amp; c" in made


@given(st.lists(st.tuples(st.integers(0, 90_000), st.integers(1, 400)), max_size=8), st.sampled_from([24, 30]))
def test_srt_read_back_has_the_same_frames(spans: list[tuple[int, int]], fps: int) -> None:
    made = sorted((said(f"Line {i}.", a, a + n) for i, (a, n) in enumerate(spans)), key=lambda c: c.start)
    assert list(read_srt(to_srt(made, fps), fps)) == made


def test_srt_of_other_hands_is_read() -> None:
    text = "\ufeff1\r\n0:01.5 --> 00:02,250\r\n<i>Hello</i>\r\nthere\r\n\r\n\r\n"
    text += "00:00:03.000 --> 00:00:04.000 X1:0\nAgain\n"
    assert read_srt(text, 24) == (said("Hello\nthere", 36, 54), said("Again", 72, 96))


@pytest.mark.parametrize(
    ("text", "line"),
    [("1\n00:00:xx,000 --> 00:00:02,000\nHi\n", 2), ("1\n00:00:05,000 --> 00:00:02,000\nHi\n", 2), ("nothing\n", 1)],
)
def test_srt_that_makes_no_sense_names_the_line(text: str, line: int) -> None:
    with pytest.raises(BadRequest, match=f"captions: line {line}"):
        read_srt(text, 24)


def test_ass_names_a_font_for_each_script_and_disarms_commands() -> None:
    made = to_ass([said("Hi {\\b1} 你好")], WIDE)
    event = made.splitlines()[-1]
    assert "\\fnNoto Sans" in event
    assert "\\fnDroid Sans Fallback" in event
    assert "\\{\\\u2060b1\\}" in event


def test_karaoke_marks_every_word_and_fills_the_captions_time() -> None:
    caption = said("one two", 0, 48, words=(("one", 6, 12), ("two", 24, 36)))
    event = to_ass([caption], WIDE, CaptionStyle.KARAOKE).splitlines()[-1]
    assert event.count("\\k") == 3
    assert sum(int(part.split("}")[0]) for part in event.split("\\k")[1:]) == 200


def test_a_tall_frame_has_its_captions_higher() -> None:
    def bottom(frame: Frame) -> float:
        style = next(row for row in to_ass([], frame).splitlines() if row.startswith("Style:"))
        return int(style.split(",")[21]) / frame.height

    assert bottom(Frame(width=720, height=1280, fps=24)) > 2 * bottom(WIDE)


def test_overlapping_captions_become_one_row_without_overlap() -> None:
    made = flat([said("A", 0, 20), said("B", 10, 30), said("C", 40, 50)])
    assert [(c.text, c.start, c.end) for c in made] == [("A", 0, 10), ("A\nB", 10, 20), ("B", 20, 30), ("C", 40, 50)]
