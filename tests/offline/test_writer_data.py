"""The writer's data: every template compiles, and a wrong one is refused with the place it stands in."""

from __future__ import annotations

import pytest

from services.offline.writer import shelf
from services.offline.writer.grammar import sentences, title_case, with_article
from services.offline.writer.passage import compile_passage
from studio.errors import BadRequest
from studio.story.cast import Manner
from studio.story.places import Kit, Weather


def test_there_are_shapes_enough_and_each_beat_has_variants() -> None:
    assert len(shelf.shapes()) >= 12
    assert len(shelf.motifs()) >= 15
    assert all(len(pool) >= 2 for shape in shelf.shapes() for pool in shape.beats.values())


@pytest.mark.parametrize("key", ["telling", "thing", "sky", "kit", "genre", "manner", "idea", "people", "chorus"])
def test_every_filler_compiles(key: str) -> None:
    assert shelf.bank("fillers.toml", key)


def test_every_kit_weather_and_manner_has_something_to_say() -> None:
    told = {
        value
        for file, key in (("settings.toml", "kit"), ("settings.toml", "sky"), ("fillers.toml", "manner"))
        for passage in shelf.bank(file, key)
        for _, values in passage.needs
        for value in values
    }
    assert {*Kit, *Weather, *Manner} <= told


@pytest.mark.parametrize(
    "text",
    [
        "A: {nobody} comes.",
        "A: {A",
        "Q: Who speaks?",
        "A says hello",
        "when moon:full\nA: Oh.",
        "A: [loud] Only loud.",
        "when thing:x",
    ],
)
def test_a_passage_with_a_mistake_is_refused_with_its_file(text: str) -> None:
    with pytest.raises(BadRequest, match="shapes/x"):
        compile_passage(text, "shapes/x.toml")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("apple", "an apple"),
        ("unicorn", "a unicorn"),
        ("honest clerk", "an honest clerk"),
        ("key", "a key"),
        ("heir", "an heir"),
    ],
)
def test_articles_go_by_sound(words: str, said: str) -> None:
    assert with_article(words) == said


def test_sentences_start_with_capitals_and_titles_are_cased() -> None:
    assert sentences("the lamp. it  went out") == "The lamp. It went out"
    assert title_case("the tide clerk of the bay") == "The Tide Clerk of the Bay"
