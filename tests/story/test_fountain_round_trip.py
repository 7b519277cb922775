"""Writing Fountain changes no word, and reading it back gives the same elements."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from studio.story.fountain import read_fountain, write_fountain
from studio.story.fountain_form import settle
from studio.story.screenplay import Element, Kind, Screenplay
from tests.story.scripts import elements, kinds, long_script, sources


@settings(max_examples=400, deadline=None)
@given(sources)
@example("JOHN\n  \n(\n~\\(a")
@example("[[a\n]]/*b\nc*/ d /* e")
def test_any_source_reads_the_same_after_writing(source: str) -> None:
    script = read_fountain(source)
    assert read_fountain(write_fountain(script)) == script


@settings(max_examples=300, deadline=None)
@given(st.lists(elements, max_size=8))
@example([Element(kind=Kind.CHARACTER, text="EST", dual=True), Element(kind=Kind.DIALOGUE, text="a")])
def test_any_elements_read_back_settled(made: list[Element]) -> None:
    settled = settle(made)
    assert read_fountain(write_fountain(Screenplay(elements=tuple(made)))).elements == settled
    assert settle(settled) == settled


@settings(max_examples=200, deadline=None)
@given(st.lists(elements, max_size=8))
def test_settling_loses_no_spoken_word(made: list[Element]) -> None:
    def spoken(found: list[Element] | tuple[Element, ...]) -> str:
        spoken = {Kind.DIALOGUE, Kind.ACTION, Kind.LYRIC}
        return "".join("".join(e.text.split()) for e in found if e.kind in spoken).replace("\ufeff", "")

    plainly = [e for e in made if e.kind is not Kind.PARENTHETICAL]
    assert spoken(settle(plainly)) == spoken(plainly)


def test_a_120_page_script_keeps_every_line_in_order() -> None:
    script = long_script(120)
    back = read_fountain(write_fountain(script))
    said = [element.text for element in script.elements if element.kind is Kind.DIALOGUE]
    assert [element.text for element in back.elements if element.kind is Kind.DIALOGUE] == said
    assert len(said) == 840
    assert kinds(back) == kinds(script)
    assert back.title_page == script.title_page


def test_each_kind_survives_looking_like_another() -> None:
    texts = (
        "INT. HALL",
        "CUT TO:",
        "JOHN",
        "(beat)",
        "~la",
        "> x <",
        "= y",
        "# z",
        "===",
        "@at",
        "!bang",
        ".dot",
        "Title: t",
    )
    for kind in (
        Kind.ACTION,
        Kind.CHARACTER,
        Kind.DIALOGUE,
        Kind.HEADING,
        Kind.TRANSITION,
        Kind.SECTION,
        Kind.SYNOPSIS,
    ):
        for text in texts:
            made = [Element(kind=Kind.CHARACTER, text="A")] if kind is Kind.DIALOGUE else []
            made.append(Element(kind=kind, text=text, depth=1 if kind is Kind.SECTION else 0))
            back = read_fountain(write_fountain(Screenplay(elements=tuple(made))))
            assert kinds(back)[-1] == (str(kind), text)


def test_speech_without_a_cue_goes_to_whoever_spoke_last() -> None:
    lone = Element(kind=Kind.DIALOGUE, text="And another thing.")
    said = (Element(kind=Kind.CHARACTER, text="ANNA"), Element(kind=Kind.DIALOGUE, text="No."))
    action = Element(kind=Kind.ACTION, text="She turns.")
    assert [(e.kind, e.text) for e in settle((*said, action, lone))][3:] == [
        (Kind.CHARACTER, "ANNA"),
        (Kind.DIALOGUE, "And another thing."),
    ]
    assert settle((lone,)) == (Element(kind=Kind.ACTION, text="And another thing."),)


FLOODS = {
    "notes": "]] [[\n",
    "boneyards": "/*",
    "stars": "*a",
    "brackets": "(\n",
    "groups": "JOHN (()",
    "open notes": "a [[\n",
    "cues": "@A [[",
    "backslashes": "\\",
    "hashes": "#",
    "lifted": "a /* b\nc */",
}


_READ = """
import resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
from studio.story.fountain import plain, read_fountain, write_fountain
script = read_fountain("JOHN\\n" + sys.argv[1] * 30_000)
write_fountain(script)
for element in script.elements:
    plain(element.text)
"""


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS)
def test_a_flood_of_marks_is_read_within_its_allowance(flood: str) -> None:
    """Thirty thousand marks take a second or two of CPU when time grows with length, hours when with its square."""
    child = subprocess.run([sys.executable, "-c", _READ, flood], cwd=Path(__file__).parents[2], capture_output=True)
    assert child.returncode == 0, child.stderr[-500:]
