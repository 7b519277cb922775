"""Fountain as its public description has it, case by case."""

from __future__ import annotations

import pytest

from studio.story.fountain import plain, read_fountain
from studio.story.fountain_text import escape
from studio.story.screenplay import Kind
from tests.story.scripts import kinds

ONE = [
    ("INT. HOUSE - DAY", "heading", "INT. HOUSE - DAY"),
    ("ext. brick's pool - day", "heading", "ext. brick's pool - day"),
    ("EST. THE CITY", "heading", "EST. THE CITY"),
    ("INT./EXT. CAR", "heading", "INT./EXT. CAR"),
    ("INT/EXT CAR", "heading", "INT/EXT CAR"),
    ("I/E CAR", "heading", "I/E CAR"),
    (".SNIPER SCOPE POV", "heading", "SNIPER SCOPE POV"),
    (".квартира", "heading", "квартира"),
    ("...where the carnival is parked.", "action", "...where the carnival is parked."),
    ("INTERIOR DECORATORS ARRIVE", "action", "INTERIOR DECORATORS ARRIVE"),
    ("Est assise une femme.", "action", "Est assise une femme."),
    ("!INT. A DREAM", "action", "INT. A DREAM"),
    ("     Scott --", "action", "     Scott --"),
    ("\tTabbed", "action", "    Tabbed"),
    ("CUT TO:", "transition", "CUT TO:"),
    ("                CUT TO:", "transition", "CUT TO:"),
    ("CUT TO:  ", "action", "CUT TO:"),
    ("> Burn to White.", "transition", "Burn to White."),
    ("FADE OUT.", "action", "FADE OUT."),
    (">THE END<", "centered", "THE END"),
    ("> THE END <", "centered", "THE END"),
    ("~Willy Wonka!", "lyric", "Willy Wonka!"),
    ("= Set up the story.", "synopsis", "Set up the story."),
    ("====", "page break", ""),
    ("[[Was it Vietnamese?]]", "note", "Was it Vietnamese?"),
    ("[[one\ntwo\n  \nthree]]", "note", "one\ntwo\n\nthree"),
    ("/* gone */", "boneyard", "gone"),
    ("/*\nINT. GARAGE\n\nBRICK\nHi\n*/", "boneyard", "INT. GARAGE\n\nBRICK\nHi"),
    ("A man[[who?]] drinks.", "action", "A man[[who?]] drinks."),
    ("[[no end", "action", "[[no end"),
    ("/* no end", "action", "/* no end"),
    ("23\nskidoo", "action", "23\nskidoo"),
    ("JOHN", "action", "JOHN"),
]


@pytest.mark.parametrize(("source", "kind", "text"), ONE)
def test_a_lone_paragraph_is_what_the_syntax_says(source: str, kind: str, text: str) -> None:
    assert kinds(read_fountain(source)) == [(kind, text)]


@pytest.mark.parametrize(
    "cue",
    [
        "STEEL",
        "R2D2",
        "ÉLODIE",
        "МАРА",
        "ΆΝΝΑ",
        "STRAßER",
        "MOM (O. S.)",
        "HANS (on the radio)",
        "JOHN (CONT'D)",
        "   STEEL",
    ],
)
def test_a_cue_in_capitals_speaks_in_any_script(cue: str) -> None:
    assert kinds(read_fountain(f"{cue}\nHello.")) == [("character", cue.strip()), ("dialogue", "Hello.")]


@pytest.mark.parametrize("name", ["McCLANE", "राजू", "سارة", "太郎", "דנה"])
def test_an_at_sign_makes_any_name_a_cue(name: str) -> None:
    assert kinds(read_fountain(f"@{name}\nHello.")) == [("character", name), ("dialogue", "Hello.")]


def test_lines_of_a_script_without_capitals_stay_action_unless_forced() -> None:
    assert kinds(read_fountain("बारिश हो रही है\nराजू दौड़ता है")) == [("action", "बारिश हो रही है\nराजू दौड़ता है")]


@pytest.mark.parametrize("number", ["1", "1A", "1a", "A1", "I-1-A", "1.", "110A"])
def test_scene_numbers_are_taken_from_headings(number: str) -> None:
    (heading,) = read_fountain(f"INT. HOUSE - DAY - FLASHBACK (1944) #{number}#").elements
    assert (heading.text, heading.number) == ("INT. HOUSE - DAY - FLASHBACK (1944)", number)


def test_a_speech_has_parentheticals_lyrics_and_kept_empty_lines() -> None:
    source = "STEEL\n(starting the\nengine)\nTen.\n\tFour.\n  \nHit?\n~La la\n(beat)\n(ha) I see.\n\nHe leaves."
    assert kinds(read_fountain(source)) == [
        ("character", "STEEL"),
        ("parenthetical", "(starting the engine)"),
        ("dialogue", "Ten.\nFour.\n\nHit?"),
        ("lyric", "La la"),
        ("parenthetical", "(beat)"),
        ("dialogue", "(ha) I see."),
        ("action", "He leaves."),
    ]


def test_a_caret_speaks_beside_the_cue_before() -> None:
    first, _, second, _ = read_fountain("BRICK\nScrew it.\n\nSTEEL   ^\nScrew it.").elements
    assert (first.dual, second.dual, second.text) == (False, True, "STEEL")


def test_sections_nest_and_need_no_empty_lines() -> None:
    script = read_fountain("# Act\n= What happens.\n## Sequence\nINT. HALL\n\n### Scene")
    assert [(element.kind, element.depth) for element in script.elements] == [
        (Kind.SECTION, 1),
        (Kind.SYNOPSIS, 0),
        (Kind.SECTION, 2),
        (Kind.HEADING, 0),
        (Kind.SECTION, 3),
    ]


def test_title_values_may_span_lines() -> None:
    script = read_fountain("Title:\n    _**BRICK & STEEL**_\n\t_**FULL RETIRED**_\nDraft date: 1/20/2012\n\nFADE IN:")
    assert script.title_page == (("Title", "_**BRICK & STEEL**_\n_**FULL RETIRED**_"), ("Draft date", "1/20/2012"))
    assert script.title == "BRICK & STEEL FULL RETIRED"
    assert kinds(script) == [("action", "FADE IN:")]


def test_a_first_line_with_a_colon_is_no_title_page() -> None:
    assert read_fountain("As the girl runs: a truck.\n\nIt stops.").title_page == ()


def test_notes_leave_names_and_headings_clean() -> None:
    assert kinds(read_fountain("INT. HALL [[which?]] #2#\n\nDAN[[or JACK]]\nHi [[softly]] there.")) == [
        ("heading", "INT. HALL"),
        ("note", "which?"),
        ("character", "DAN"),
        ("note", "or JACK"),
        ("dialogue", "Hi [[softly]] there."),
    ]


def test_a_boneyard_inside_a_speech_loses_no_line_of_it() -> None:
    assert kinds(read_fountain("DAN\nHello /* no\n\nno */ there.\nStill me.")) == [
        ("character", "DAN"),
        ("dialogue", "Hello  there.\nStill me."),
        ("boneyard", "no\n\nno"),
    ]


def test_line_endings_marks_and_hard_spaces_do_not_matter() -> None:
    unix = "Title: X\n\nINT. A\n\nJOHN\nHi.\nYou."
    assert read_fountain("\ufeff" + unix.replace("\n", "\r\n")) == read_fountain(unix)
    assert read_fountain(unix.replace("\n", "\r")) == read_fountain(unix)
    assert read_fountain(unix.replace("\n\n", "\n\u00a0\n")) == read_fountain(unix)


PLAIN = [
    ("From _Steel's face FILLS the *Leupold Mark 4* scope_.", "From Steel's face FILLS the Leupold Mark 4 scope."),
    ("***all*** **bold** *it*", "all bold it"),
    (r"on the keypad: **\*9765\***", "on the keypad: *9765*"),
    ("He dialed *69 and then *23, and hung up.", "He dialed *69 and then *23, and hung up."),
    ("He dialed *69 and then 23*, and hung up.", "He dialed 69 and then 23, and hung up."),
    (r"He dialed *69 and then 23\*, and hung up.", "He dialed *69 and then 23*, and hung up."),
    ("*share a look.\nBAD.*", "*share a look.\nBAD.*"),
    ("un*frigging*believable", "unfriggingbelievable"),
    ("Sh*t, that f*cking car.", "Sh*t, that f*cking car."),
    ("snake_case_name", "snake_case_name"),
    ("JACK[[names?]].  They", "JACK.  They"),
    ("Hi [[softly]] there", "Hi there"),
    ("He /* not */ runs", "He runs"),
    (r"C:\new\_x \o/ \\", r"C:\new_x \o/ \\"),
    ("2 * 3 * 4 [[open", "2 * 3 * 4 [[open"),
]


@pytest.mark.parametrize(("marked", "words"), PLAIN)
def test_plain_takes_off_marks_notes_and_escapes_and_nothing_else(marked: str, words: str) -> None:
    assert plain(marked) == words


@pytest.mark.parametrize("words", ["*a*", "_b_", r"\*c", "[[d]]", "/* e */", r"\\", "[[[", "f**", r"\\[[g]]"])
def test_escaped_words_come_out_plain(words: str) -> None:
    assert plain(escape(words)) == words
