"""Final Draft files in and out, and those that are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.errors import BadScript
from studio.story.breaking import break_down
from studio.story.fdx import read_fdx, write_fdx
from studio.story.fountain import plain, read_fountain, write_fountain
from studio.story.screenplay import Element, Kind, Screenplay
from tests.story.scripts import kinds, long_script

SAMPLES = Path(__file__).parents[2] / "data" / "samples"


def fdx(body: str) -> bytes:
    """A Final Draft file around some paragraphs."""
    return f'<?xml version="1.0"?><FinalDraft><Content>{body}</Content></FinalDraft>'.encode()


def test_the_sample_reads_whole() -> None:
    script = read_fdx((SAMPLES / "last-ferry.fdx").read_bytes())
    assert script.title == "LAST FERRY"
    assert dict(script.title_page)["Author"] == "TrashFire Studio"
    headings = [(e.text, e.number) for e in script.elements if e.kind is Kind.HEADING]
    assert headings == [("EXT. FERRY LANDING - NIGHT", "1"), ("INT. FERRY CABIN - CONTINUOUS", "2")]
    assert [e.text for e in script.elements if e.dual] == ["TOM"]
    assert ("action", "CLOSE ON THE ROPE") in kinds(script)
    assert ("dialogue", "The **last** boat is full.") in kinds(script)
    assert ("centered", "THE END") in kinds(script)
    assert read_fountain(write_fountain(script)) == script


def test_what_is_written_reads_back_the_same() -> None:
    for script in (
        read_fdx((SAMPLES / "last-ferry.fdx").read_bytes()),
        read_fountain("A\nHi.\n\nB ^\nHo.\n\n===\n\nC"),
    ):
        assert read_fdx(write_fdx(script)) == script


def test_a_long_script_keeps_every_spoken_word_in_order() -> None:
    script = long_script(40)
    back = read_fdx(write_fdx(script))
    said = [plain(e.text) for e in script.elements if e.kind is Kind.DIALOGUE]
    assert [plain(e.text) for e in back.elements if e.kind is Kind.DIALOGUE] == said


def test_styled_runs_become_emphasis_around_their_words() -> None:
    runs = '<Text>She </Text><Text Style="Bold+Italic">never </Text><Text Style="Underline">came</Text><Text>.</Text>'
    (action,) = read_fdx(fdx(f'<Paragraph Type="Action">{runs}</Paragraph>')).elements
    assert action.text == "She ***never*** _came_."


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["", "Bold", "Italic", "Bold+Underline"]), st.text("ab *_[]/\\.", max_size=9)))
)
def test_no_style_and_no_character_changes_a_word(runs: list[tuple[str, str]]) -> None:
    body = "".join(f'<Text Style="{style}">{text}</Text>' for style, text in runs)
    script = read_fdx(fdx(f'<Paragraph Type="Action"><Text>x</Text>{body}<Text>x</Text></Paragraph>'))
    words = "x" + "".join(text for _, text in runs) + "x"
    assert plain("".join(element.text for element in script.elements)) == words
    assert read_fountain(write_fountain(script)) == script


def test_brackets_general_paragraphs_and_script_notes_find_their_kind() -> None:
    note = "<ScriptNote><Paragraph><Text>check</Text></Paragraph></ScriptNote>"
    body = (
        f'<Paragraph Type="General"><Text>Snow.</Text>{note}</Paragraph>'
        '<Paragraph Type="Character"><Text>太郎</Text></Paragraph>'
        '<Paragraph Type="Parenthetical"><Text>beat</Text></Paragraph>'
        '<Paragraph Type="Dialogue"><Text>(what?)</Text></Paragraph>'
        '<Paragraph Type="Dialogue"><Text>لا</Text></Paragraph>'
    )
    script = read_fdx(fdx(body))
    assert kinds(script) == [
        ("action", "Snow."),
        ("note", "check"),
        ("character", "太郎"),
        ("parenthetical", "(beat)"),
        ("dialogue", "(what?)\nلا"),
    ]
    assert read_fountain(write_fountain(script)) == script


def test_acts_and_omitted_scenes_are_printed_and_not_filmed() -> None:
    script = read_fdx(
        fdx(
            '<Paragraph Type="New Act"><Text>ACT ONE</Text></Paragraph>'
            '<Paragraph Type="Scene Heading" Number="1"><SceneProperties><Summary><Paragraph><Text>Told</Text>'
            "</Paragraph></Summary></SceneProperties><Text>INT. HALL - DAY</Text></Paragraph>"
            '<Paragraph Type="Action"><Text>Rain.</Text></Paragraph>'
            '<Paragraph Type="Scene Heading" Number="2"><Text>OMITTED</Text></Paragraph>'
            '<Paragraph Type="End of Act"><Text>END OF ACT ONE</Text></Paragraph>'
        )
    )
    assert kinds(script) == [
        ("centered", "ACT ONE"),
        ("heading", "INT. HALL - DAY"),
        ("action", "Rain."),
        ("centered", "2 OMITTED"),
        ("centered", "END OF ACT ONE"),
    ]
    (scene,) = break_down(script).scenes
    assert [shot.staging.action for shot in scene.shots] == ["Rain."]
    assert read_fdx(write_fdx(script)) == script


def test_characters_xml_cannot_hold_are_left_out() -> None:
    script = Screenplay(elements=(Element(kind=Kind.ACTION, text="a\x0bb & <c>"),))
    assert kinds(read_fdx(write_fdx(script))) == [("action", "ab & <c>")]


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<FinalDraft><Content><Paragraph Type="Action"><Text>&b;</Text></Paragraph></Content></FinalDraft>"""
EXTERNAL = BOMB.replace(b'"ha"', b'SYSTEM "file:///etc/passwd"')


@pytest.mark.parametrize("data", [BOMB, EXTERNAL, b'<!DOCTYPE FinalDraft SYSTEM "x.dtd"><FinalDraft/>'])
def test_bombs_and_external_entities_are_refused(data: bytes) -> None:
    with pytest.raises(BadScript, match="DTD or entities"):
        read_fdx(data)


def test_broken_xml_names_its_line() -> None:
    with pytest.raises(BadScript, match=r"line 3: .*broken XML") as refused:
        read_fdx(b"<FinalDraft>\n<Content>\n<Paragraph></Content></FinalDraft>")
    assert refused.value.line == 3


@pytest.mark.parametrize("data", [b"<html/>", b"<FinalDraft/>", b'<?xml version="1.0" encoding="x-no"?><FinalDraft/>'])
def test_other_xml_is_refused(data: bytes) -> None:
    with pytest.raises(BadScript):
        read_fdx(data)


def test_speeches_nested_without_end_are_read_and_not_followed() -> None:
    nested = "<Paragraph><DualDialogue>" * 5000 + "</DualDialogue></Paragraph>" * 5000
    said = '<Paragraph Type="Action"><Text>Rain.</Text></Paragraph>'
    assert kinds(read_fdx(fdx(nested + said))) == [("action", "Rain.")]
