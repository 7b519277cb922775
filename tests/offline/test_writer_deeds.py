"""The pitch's own clauses as people say them: who speaks, what they are after, what stands in the way."""

from __future__ import annotations

import random

import pytest

from services.offline.writer import deeds, lexicon, shelf
from services.offline.writer.casting import players
from services.offline.writer.engine import TemplateWriter, composed
from services.offline.writer.reading import read
from services.offline.writer.verbs import plain_forms, verbs
from services.offline.writer.voice import everyday
from studio.crew import Pitch
from studio.story.screenplay import Kind


def slots(pitch: str) -> dict[str, str]:
    reading = read(pitch)
    return deeds.slots(reading, players(reading, "drama", 2, random.Random(1)))


@pytest.mark.parametrize(
    ("pitch", "key", "said"),
    [
        ("A boxer teaches a librarian to dance.", "A.did", "I'm teaching you to dance"),
        ("A boxer teaches a librarian to dance.", "A.did you", "you're teaching me to dance"),
        ("Two rival bakers must share one oven for a night.", "A.goal", "share one oven for a night"),
        (
            "A diver finds a letter addressed to her dead sister.",
            "A.did",
            "I found a letter addressed to my dead sister",
        ),
        (
            "A diver finds a letter addressed to her dead sister.",
            "A.do you",
            "find a letter addressed to your dead sister",
        ),
        ("Mara keeps a lighthouse. Her grandson Pip wants to sell it.", "B.goal", "sell the lighthouse"),
        ("Two sisters inherit a bakery, and neither of them can bake.", "A.snag", "neither of us can bake"),
        ("Ann has until sundown to return a horse she won from an outlaw.", "by when", "until sundown"),
        ("Ann has until sundown to return a horse she won from an outlaw.", "A.goal", "return a horse I won from you"),
    ],
)
def test_a_clause_of_the_pitch_is_said_by_whoever_it_is_about(pitch: str, key: str, said: str) -> None:
    assert slots(pitch)[key] == said


@pytest.mark.parametrize("pitch", ["A lighthouse.", "灯台守の老人が古い手紙を見つける。", "Love"])
def test_a_pitch_without_an_english_clause_gives_nothing_to_say(pitch: str) -> None:
    assert slots(pitch) == {}


def test_a_lesson_and_an_oven_are_seen_in_the_stories_that_promise_them() -> None:
    for pitch, words in (
        ("A boxer teaches a librarian to dance.", ("dance", "lesson", "feet", "foot", "teach")),
        ("Two rival bakers must share one oven for a night.", ("oven", "dough", "tray", "tins", "buns", "shelf")),
    ):
        for seed in range(8):
            elements = TemplateWriter().write(Pitch(pitch, 100, seed)).elements
            text = " ".join(one.text for one in elements if one.kind != Kind.SYNOPSIS).casefold()
            assert sum(word in text for word in words) >= 2


@pytest.mark.parametrize(("bank", "key"), [("premise", "premise"), ("premise", "together"), ("spots", "views")])
def test_the_banks_of_the_pitchs_own_words_compile(bank: str, key: str) -> None:
    assert len(shelf.bank(f"{bank}.toml", key)) >= 4


@pytest.mark.parametrize("bank", ["doing", "nouns", "trades", "spots"])
def test_what_is_written_for_a_word_says_which(bank: str) -> None:
    assert all(one.keyed for one in shelf.bank(f"{bank}.toml", bank))


def test_verbs_have_their_forms() -> None:
    assert [verbs()["carry"].third, verbs()["carry"].past, verbs()["hide"].past] == ["carries", "carried", "hid"]
    assert [verbs()["lie"].going, verbs()["swap"].going, verbs()["bake"].going] == ["lying", "swapping", "baking"]
    assert plain_forms(["dances", "oven"]) == ["dances", "oven", "dance"]


def test_everyday_words_are_exchanged_alike_through_a_story() -> None:
    memo: dict[str, int] = {}
    lines = [everyday("Not before Tuesday.", memo, random.Random(3)) for _ in range(5)]
    assert len(set(lines)) == 1


@pytest.mark.parametrize(
    ("pitch", "key", "said"),
    [
        ("A knight is afraid of horses.", "A.did", "I'm afraid of horses"),
        ("A violinist plays every night on a rooftop.", "A.did", "I play every night on a rooftop"),
        ("A waiter falls in love with a customer who only orders soup.", "A.snag", "you only order soup"),
        ("An old woman teaches a robot to garden.", "A.goal", "teach you to garden"),
        ("A prison guard and an inmate write a song together.", "A.did", "we're writing a song together"),
        ("Two brothers who haven't spoken in years must bury their father.", "A.goal", "bury our father"),
        ("A translator mistranslates a peace treaty.", "A.did", "I mistranslated a peace treaty"),
        ("A monk invents a clock and is hated for it.", "A.did", "I invented a clock and am hated for it"),
        ("A cook promises soup and then hooks a pike.", "A.did", "I promised soup and then hooked a pike"),
        ("A clerk falls for an acrobat she must audit.", "A.snag", "I must audit you"),
        ("A boy doesn't want to grow up.", "A.did", "I don't want to grow up"),
        ("A fisherman's daughter refuses to marry the mayor.", "A.did", "I refuse to marry you"),
        ("A student named Ravi steals his exam and frames his friend Lena.", "A.did", "I stole my exam and framed you"),
        ("Student Ravi steals his exam and frames his friend Lena.", "A.goal you", "steal your exam and frame me"),
        ("Theo lies to his sister Ana and ruins the wedding.", "A.did", "I lied to you and ruined the wedding"),
        ("A girl lies to her brother and dyes his hair.", "A.do you", "lie to me and dye my hair"),
        ("A waiter robs a bank, then frames his brother.", "A.did", "I robbed a bank, then framed you"),
        ("A nurse plans a heist and frames a doctor.", "A.did", "I'm planning a heist and framing you"),
        ("A singer is hated by her manager and leaves him.", "A.did", "I'm hated by you and leave you"),
        ("A boy wants to trick his sister and runs off.", "A.did", "I want to trick you and run off"),
        ("A boy wants to trick his sister and runs off.", "A.goal", "trick you"),
        ("Two brothers decide to rob a train and bury it.", "A.did", "we decided to rob a train and bury it"),
        ("A pilot finds a hermit who hates her and steals her food.", "A.snag", "you hate me and steal my food"),
        ("A detective meets a thief who frames her, then vanishes.", "A.snag", "you frame me, then vanish"),
        ("A cook meets a widow and falls for her.", "A.did", "I met you and fell for you"),
        ("A girl loses her hopes and dreams.", "A.did", "I lost my hopes and dreams"),
        ("A cook bakes bread and cakes.", "A.did", "I baked bread and cakes"),
    ],
)
def test_pitches_of_every_build_are_understood(pitch: str, key: str, said: str) -> None:
    assert slots(pitch)[key] == said


@pytest.mark.parametrize(
    ("pitch", "role", "thing"),
    [
        ("A class of children elect a goat as mayor.", "child", "goat"),
        ("The last bookseller in town refuses to sell.", "last bookseller", "marked book"),
        ("A violinist in a besieged city plays on a rooftop.", "violinist", "violin"),
        ("A prison guard and an inmate write a song.", "prison guard", "song sheet"),
        ("A lift operator, 61, carries a secret.", "lift operator", "secret"),
    ],
)
def test_a_story_turns_around_what_its_people_would_hold(pitch: str, role: str, thing: str) -> None:
    stage = composed(Pitch(pitch, 60, 0), read(pitch)).stage
    assert (stage.cast["A"].role, stage.values["thing.full"]) == (role, thing)


@pytest.mark.parametrize(
    ("pitch", "mine", "yours"),
    [
        ("A lighthouse keeper finds a letter in a bottle from herself.", "from myself", "from yourself"),
        ("A baker receives a parcel addressed to himself.", "to myself", "to yourself"),
        ("A diver finds a letter from themself.", "from myself", "from yourself"),
        ("A robot teaches itself to cry.", "teaching myself to cry", "teaching yourself to cry"),
        ("A painter forges a portrait of herself and sells it to a rival.", "of myself and", "of yourself and"),
        ("Two sisters write a letter to themselves.", "to ourselves", "to ourselves"),
        ("A cook dares a waiter to taste himself.", "to taste yourself", "to taste myself"),
        ("A man asks a boy to bet on himself.", "to bet on yourself", "to bet on myself"),
        ("A man promises a boy to better himself.", "to better myself", "to better yourself"),
        ("A queen asks a waiter to talk of herself.", "to talk of myself", "to talk of yourself"),
        ("A clerk finds a letter that destroys itself.", "that destroys itself", "that destroys itself"),
    ],
)
def test_a_reflexive_is_said_by_whoever_it_goes_back_to(pitch: str, mine: str, yours: str) -> None:
    reading = read(pitch)
    for seed in range(6):
        found = deeds.slots(reading, players(reading, "drama", 2, random.Random(seed)))
        assert mine in found["A.did"]
        assert yours in found["A.did you"]


def test_a_reflexive_of_a_side_clause_goes_back_to_the_one_it_tells_of() -> None:
    found = slots("A baker meets a boxer who hates himself.")
    assert (found["A.snag"], found["A.snag you"]) == ("you hate yourself", "I hate myself")


@pytest.mark.parametrize(
    ("pitch", "gender"),
    [
        ("A lighthouse keeper finds a letter in a bottle from herself, dated next week.", "f"),
        ("A mechanic meets himself on the moon.", "m"),
        ("Robin writes a letter to herself.", "f"),
        (
            "A lighthouse keeper must save the harbour from a storm, a flood and the sea that took all the boats, or "
            "lose her lamp.",
            "f",
        ),
    ],
)
def test_the_hero_is_the_woman_or_man_the_pitch_speaks_of(pitch: str, gender: str) -> None:
    reading = read(pitch)
    for seed in range(12):
        hero = players(reading, "drama", 2, random.Random(seed))[0]
        assert hero.gender == gender
        assert reading.people[0].name or lexicon.first_names()[hero.name] == gender
