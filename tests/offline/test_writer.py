"""The offline writer on twenty pitches: length, people, places, words, grammar, sameness and determinism."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from services.offline.writer import clock
from services.offline.writer.engine import TemplateWriter
from services.offline.writer.lexicon import first_names
from studio.crew import Pitch
from studio.story.screenplay import Kind, Screenplay

PITCHES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "pitches.toml").read_text("utf-8"))["pitch"]
IDS = [pitch["text"][:40] for pitch in PITCHES]


@cache
def script(spot: int, seed: int = 0) -> Screenplay:
    return TemplateWriter().write(Pitch(PITCHES[spot]["text"], PITCHES[spot]["seconds"], seed))


def texts(play: Screenplay, kind: Kind) -> list[str]:
    return [element.text for element in play.elements if element.kind == kind]


def seconds(play: Screenplay) -> float:
    said, done = texts(play, Kind.DIALOGUE), texts(play, Kind.ACTION)
    return clock.CARDS + sum(map(clock.spoken, said)) + sum(map(clock.shown, done))


def plain(text: str) -> str:
    return re.sub(r"[^\w ]", "", text.casefold())


def grams(play: Screenplay) -> set[tuple[str, ...]]:
    names = {word.casefold() for cue in texts(play, Kind.CHARACTER) for word in cue.split()}
    found: set[tuple[str, ...]] = set()
    for text in texts(play, Kind.DIALOGUE):
        words = [word for word in plain(text).split() if word not in names]
        found |= set(zip(words, words[1:], words[2:], words[3:], strict=False))
    return found


@pytest.mark.parametrize("spot", range(len(PITCHES)), ids=IDS)
def test_a_script_has_the_length_scenes_and_people_that_were_asked_for(spot: int) -> None:
    play, wanted = script(spot), PITCHES[spot]["seconds"]
    assert abs(seconds(play) - wanted) <= 0.05 * wanted
    assert 3 <= len(texts(play, Kind.HEADING)) <= 6
    assert 2 <= len(set(texts(play, Kind.CHARACTER))) <= 4


@pytest.mark.parametrize("spot", range(len(PITCHES)), ids=IDS)
def test_a_script_speaks_of_what_the_pitch_speaks_of(spot: int) -> None:
    play = script(spot)
    spoken = "\n".join(element.text for element in play.elements if element.kind != Kind.SYNOPSIS).casefold()
    assert [word for word in PITCHES[spot]["keep"] if word.casefold() not in spoken] == []


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("spot", range(len(PITCHES)), ids=IDS)
def test_no_line_is_said_twice(spot: int, seed: int) -> None:
    lines = Counter(plain(text) for text in texts(script(spot, seed), Kind.DIALOGUE))
    assert [line for line, count in lines.items() if count > 1] == []


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("spot", range(len(PITCHES)), ids=IDS)
def test_every_sentence_is_clean_english(spot: int, seed: int) -> None:
    play = script(spot, seed)
    for text in [*texts(play, Kind.DIALOGUE), *texts(play, Kind.ACTION)]:
        assert not re.search(r"[{}|\[\]*_]|  |\s[,.;:!?]|\bnull\b|\bNone\b", text), text
        assert not re.search(r"\b(\w+) \1\b(?! night)", text, re.IGNORECASE) or "had had" in text, text
        assert not re.search(r"\ba [aeio](?!ne\b|nce\b)\w|\ban [bcdfgjklmnpqrstvwxyz]\w", text), text
        assert re.match(r"['\"“(]?[^a-z\s]", text), text
        assert re.search(r"[.!?…]['\"”)]?$", text), text


@pytest.mark.parametrize("spot", range(len(PITCHES)), ids=IDS)
def test_a_script_stays_what_it_is_as_fountain(spot: int) -> None:
    for element in script(spot).elements:
        assert "\n" not in element.text
        assert element.text.strip() == element.text != ""
        if element.kind == Kind.ACTION:
            assert element.text.upper() != element.text
            assert element.text[0] not in ".!@~>=#("
            assert not element.text.endswith(" TO:")
        if element.kind == Kind.DIALOGUE:
            assert not element.text.startswith(("(", "~"))
        if element.kind == Kind.CHARACTER:
            assert element.text == element.text.upper()


@pytest.mark.parametrize("spot", range(len(PITCHES)), ids=IDS)
def test_everybody_is_seen_before_they_are_heard(spot: int) -> None:
    seen = ""
    for element in script(spot).elements:
        if element.kind == Kind.ACTION:
            seen += element.text + "\n"
        if element.kind == Kind.CHARACTER:
            assert re.search(rf"{re.escape(element.text)}, \d+, ", seen), element.text


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_twenty_scripts_share_less_than_one_line_in_twenty(seed: int) -> None:
    lines = Counter(
        line for spot in range(len(PITCHES)) for line in {plain(t) for t in texts(script(spot, seed), Kind.DIALOGUE)}
    )
    shared = sum(count for count in lines.values() if count > 1)
    assert shared / sum(lines.values()) < 0.05


@pytest.mark.parametrize("seed", range(10))
def test_no_two_of_twenty_scripts_are_built_from_the_same_sentences(seed: int) -> None:
    bags = [grams(script(spot, seed)) for spot in range(len(PITCHES))]
    shares = [len(one & two) / min(len(one), len(two)) for at, one in enumerate(bags) for two in bags[:at]]
    assert max(shares) <= 0.12
    assert sum(shares) / len(shares) < 0.006


def test_the_same_pitch_and_seed_give_the_same_script_and_another_seed_another() -> None:
    pitch = Pitch(PITCHES[0]["text"], 90, 4)
    assert TemplateWriter().write(pitch) == TemplateWriter().write(pitch)
    one, two = grams(script(0, 0)), grams(script(0, 1))
    assert len(one & two) / min(len(one), len(two)) < 0.7


def test_the_title_page_says_that_this_is_a_template_writer() -> None:
    page = dict(script(0).title_page)
    assert page["Author"] == "Template writer (offline)"
    assert "template writer" in page["Notes"]
    assert "key" in page["Notes"]


def test_a_given_title_is_kept_and_an_invented_one_is_short() -> None:
    assert TemplateWriter().write(Pitch("A baker finds a key.", title="Salt")).title == "Salt"
    titles = [script(spot).title for spot in range(len(PITCHES))]
    assert all(1 <= len(title.split()) <= 8 for title in titles)
    assert len(set(titles)) == len(titles)


def test_people_who_share_a_script_start_with_different_letters_when_the_pitch_names_nobody() -> None:
    cues = set(texts(TemplateWriter().write(Pitch("A baker and a diver steal a clock.", 180)), Kind.CHARACTER))
    assert len({cue[0] for cue in cues}) == len(cues)
    assert all(cue.capitalize() in first_names() for cue in cues)
