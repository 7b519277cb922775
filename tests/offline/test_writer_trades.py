"""Who a pitch is about is in the story, whatever they do for a living; a machine named like one is nobody."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from services.offline.writer import reading
from services.offline.writer.chunks import chunks, tokens
from services.offline.writer.engine import TemplateWriter
from studio.crew import Pitch

NAMED = tomllib.loads(Path(__file__).with_name("trades.toml").read_text("utf-8"))


@pytest.mark.parametrize("trade", NAMED["trades"])
def test_whoever_opens_a_pitch_is_in_the_story_by_their_trade(trade: str) -> None:
    pitch = f"{'An' if trade[0] in 'aeiou' else 'A'} {trade} hears a melody for the first time in thirty years."
    read = chunks(tokens(pitch))
    assert [(one.kind, one.phrase.full) for one in read][:1] == [("person", trade)]
    told = "\n".join(element.text for element in TemplateWriter().write(Pitch(text=pitch, seconds=60)).elements)
    assert f" {trade}," in told.replace(pitch, "")


@pytest.mark.parametrize("machine", NAMED["machines"])
def test_a_machine_that_is_named_for_what_it_does_is_nobody(machine: str) -> None:
    read = chunks(tokens(f"A girl finds {'an' if machine[0] in 'aeiou' else 'a'} {machine} that tells the future."))
    assert [one.phrase.full for one in read if one.kind == "person"] == ["girl"]


@pytest.mark.parametrize(
    ("pitch", "people"),
    [
        ("A man promises a boy to better himself.", ["man", "boy"]),
        ("A widower learns to cook for a choir.", ["widower"]),
        ("A girl learns to assist her uncle.", ["girl", "uncle"]),
        ("A tender love story about a spy.", ["spy"]),
        ("A bartender at the end of the world serves one last drink.", ["bartender"]),
    ],
)
def test_what_somebody_does_is_no_trade(pitch: str, people: list[str]) -> None:
    assert [one.phrase.full for one in chunks(tokens(pitch)) if one.kind == "person"] == people


@pytest.mark.parametrize(
    ("pitch", "things", "sites"),
    [
        ("The couple next door is building a bomb.", ["bomb"], []),
        ("The house next door is haunted by a plumber.", [], ["house"]),
        ("Next door, a widow paints a red kite.", ["red kite"], []),
        ("A vampire lives next door to a priest with a kite.", ["kite"], []),
        ("Two guards lose a key in an empty building.", ["key"], ["empty building"]),
    ],
)
def test_where_somebody_lives_is_no_thing(pitch: str, things: list[str], sites: list[str]) -> None:
    read = reading.read(pitch)
    assert [one.full for one in read.things] == things
    assert [site.phrase.full for site in read.sites] == sites


@pytest.mark.parametrize(
    ("pitch", "roles"),
    [
        ("A hedgehog moves in with a retired boxer.", ["hedgehog", "retired boxer"]),
        ("A bear and a baker inherit a honey shop.", ["bear", "baker"]),
        ("A nun and a goat argue about heaven.", ["nun", "goat"]),
        ("A detective and a dog investigate a murder.", ["detective"]),
        ("A black sheep adopts a nun.", ["nun"]),
        ("A mole confesses to a nun.", ["nun"]),
        ("A loan shark hires a nun.", ["nun"]),
        ("A toy bear hires a nun.", ["nun"]),
        ("A dog moves a nun to tears.", ["nun"]),
        ("A fox and a crow argue over a cake with a nun.", ["fox", "crow", "nun"]),
        ("A baker hires a bear.", ["baker"]),
        ("A boy and his dog argue.", ["boy"]),
        ("A boy and a dog find a map.", ["boy"]),
        ("The dogs of a baker start a war.", ["baker"]),
        ("A stray cat follows a nun.", ["nun"]),
    ],
)
def test_an_animal_that_does_what_people_do_is_somebody(pitch: str, roles: list[str]) -> None:
    assert [who.role for who in reading.read(pitch).people] == roles


@pytest.mark.parametrize(
    ("pitch", "roles"),
    [
        ("A mother-of-two robs a bank.", ["mother"]),
        ("A mother-to-be robs a bank.", ["mother"]),
        ("A mother-of-pearl comb curses a bride.", ["bride"]),
    ],
)
def test_a_mother_of_two_is_the_mother(pitch: str, roles: list[str]) -> None:
    assert [who.role for who in reading.read(pitch).people] == roles


@pytest.mark.parametrize(
    ("pitch", "roles", "relation"),
    [
        ("An elderly couple builds a rocket in the garden.", ["", ""], "partner"),
        ("Newlyweds inherit a haunted hotel.", ["", ""], "partner"),
        ("The couple next door is building a bomb.", ["", ""], "partner"),
        ("A couple of thieves hide in a church.", ["thief", "thief"], ""),
        ("A gang of girls robs a bank.", ["girl", "girl"], ""),
        ("A gang of grandmothers robs a bank.", ["grandmother", "grandmother"], ""),
        ("A couple of ducks steals a boat.", ["duck", "duck"], ""),
        ("Two sisters open a shop.", ["", ""], "sister"),
        ("A goat and a rooster run for mayor.", ["goat", "rooster"], ""),
        ("A magician's rabbit goes on strike.", ["rabbit", "magician"], ""),
        ("A lighthouse keeper's parrot knows who did it.", ["parrot", "lighthouse keeper"], ""),
    ],
)
def test_two_are_two_and_an_animal_has_whom_it_belongs_to(pitch: str, roles: list[str], relation: str) -> None:
    people = reading.read(pitch).people
    assert [who.role for who in people] == roles
    assert people[1].relation == relation


def test_the_crew_of_one_captain_has_one_captain() -> None:
    assert [who.role for who in reading.read("The crew of a drunken captain mutinies.").people] == ["drunken captain"]
