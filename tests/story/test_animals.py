"""Animals of a screenplay look like animals; people who are called one do not."""

from __future__ import annotations

import pytest

from services.offline.writer import lexicon as writers
from studio.story.breaking import break_down
from studio.story.cast import DNA, Build
from studio.story.fountain import read_fountain
from studio.story.lexicon import lexicon, tables


def looked(action: str, name: str = "MILO") -> DNA:
    read = read_fountain(f"INT. ROOM - DAY\n\n{action}\n\n{name}\nHello there.\n")
    return break_down(read).cast[0].dna


@pytest.mark.parametrize(
    ("action", "hat", "face"),
    [
        ("MILO, a rabbit, hops in.", "ears_long", "snout"),
        ("MILO, a small white rabbit in a waistcoat, hops in.", "ears_long", "snout"),
        ("MILO (a very old fox with a limp) waits.", "ears", "snout"),
        ("MILO - a bear who never sleeps - yawns.", "ears_round", "snout"),
        ("MILO is an elephant.", "ears_hanging", "trunk"),
        ("The tortoise MILO plods along.", "", "snout"),
        ("By the door sits a dog, and the brown dog MILO looks up.", "ears_hanging", "snout"),
        ("A rabbit named MILO hops in.", "ears_long", "snout"),
        ("MILO, a rabbit who lost his watch, hops in.", "ears_long", "snout"),
        ("MILO, a cat with long whiskers, yawns.", "ears", "snout"),
        ("MILO, un conejo blanco, entra.", "ears_long", "snout"),
        ("MILO, ein alter Hase, kommt herein. MILO, ein Fuchs, folgt.", "", ""),
        ("MILO, ein schlauer Fuchs, kommt herein.", "ears", "snout"),
        ("MILO, une vieille vache, entre.", "horns", "muzzle"),
        ("MILO, a pig called Prince by the others, snores.", "ears", "snout_round"),
    ],
)
def test_an_animal_looks_like_one(action: str, hat: str, face: str) -> None:
    dna = looked(action)
    if face:
        assert (dna.hat, dna.face, dna.hair) == (hat, face, "bald")
    else:
        assert dna.face not in ("snout", "beak", "muzzle", "trunk", "snout_round")


def test_a_name_with_an_article_is_an_animals() -> None:
    assert looked("THE FOX waits.", "THE FOX").face == "snout"
    assert looked("THE FOX, 45, in a grey suit, waits.", "THE FOX").face != "snout"


@pytest.mark.parametrize(
    "action",
    [
        "MILO, a dog walker, waits.",
        "MILO, a cat burglar in a black suit, waits.",
        "MILO, a mouse of a man, waits.",
        "MILO, 50, a bear in a suit, waits.",
        "MILO, a cat in his arms, waits.",
        "MILO, a dog with him, waits.",
        "MILO, a parrot on his shoulder, waits.",
        "MILO, a boy with a rabbit, waits.",
        "MILO, a night owl, waits.",
        "MILO, a lone wolf, waits.",
        "MILO, a Navy SEAL, waits.",
        "MILO, a rat, waits.",
        "MILO walks a dog.",
        "MILO, the fox hunter, waits.",
        "MILO holds a rabbit. A horse waits.",
        "MILO, her dog's vet, waits.",
        "MILO and a dog come in.",
        "MILO fires, the wolf, hit, falls.",
        "MILO freezes — a bear.",
        "MILO stops - a wolf - and aims.",
        "MILO enters, the dog, wet, behind him.",
        "MILO is asleep, a cat, purring, on his chest.",
        "MILO corre, el perro ladra.",
        "JANE, MILO, the dog, and a horse come in.",
        "MILO, a dog, and a horse come in.",
        "MILO, a detective, a bear with a limp, waits.",
        "MILO, fifties, a wolf in a suit, waits.",
        "MILO, his lawyer, a wolf in pinstripes, waits.",
        "MILO, a rabbit in his hat, bows.",
        "MILO, a cat called Tom in his arms, waits.",
        "MILO, a dog who limps at his heels, waits.",
        "MILO, un chien derrière lui, entre.",
        "MILO, un lobo de mar, entra.",
        "MILO, a silver fox in a suit, waits.",
        "MILO, a legal eagle, waits.",
        "MILO, a guinea pig, waits.",
        "MILO, a stool pigeon, waits.",
        "MILO, a spring chicken, waits.",
        "MILO, un vieux renard, entre.",
        "MILO, a toy rabbit, waits.",
        "MILO, a gorilla in a suit, waits.",
        "Behind the horse MILO waits.",
        "She rides the horse MILO bought.",
        "He points at the old pig MILO.",
        "FOX waits for MILO, a friend.",
    ],
)
def test_people_are_not_made_animals(action: str) -> None:
    assert looked(action).face not in ("snout", "beak", "muzzle", "trunk", "snout_round")


def test_what_is_told_of_an_animal_goes_before_its_kind() -> None:
    dna = looked("MILO, a rabbit in a top hat and a red waistcoat, bows.")
    assert (dna.hat, dna.face, dna.garment) == ("tophat", "snout", "vest")


def test_a_bear_is_larger_than_a_mouse_unless_the_script_says_so() -> None:
    bear, mouse, tall = (looked(f"MILO, a {one}, waits.") for one in ("bear", "mouse", "tall mouse"))
    assert bear.height > 1.05 > 0.85 > mouse.height
    assert bear.build == Build.HEAVY
    assert bear.height > tall.height > mouse.height
    assert looked("Beside the lion is MILO, a mouse, who waits.").height == mouse.height
    assert looked("MILO, a thin bear, waits.").build == Build.LEAN


@pytest.mark.parametrize(
    ("told", "colour"),
    [
        ("a black cat", "#33333d"),
        ("un conejo negro", "#33333d"),
        ("a brown rabbit", "#8a5f3d"),
        ("a golden lion", "#c9974e"),
    ],
)
def test_its_colour_is_as_it_is_said(told: str, colour: str) -> None:
    assert looked(f"MILO, {told}, waits.").skin == colour


def test_every_animal_of_the_table_is_read() -> None:
    for look, nouns in tables("animals")["look"].items():
        for noun in nouns.split(", "):
            assert (looked(f"MILO, a {noun}, waits.").skin == look[-7:]) == bool(look), noun


def test_every_animal_can_be_drawn_and_told() -> None:
    rows = {**tables("animals")["look"], **tables("animals")["unsure"]}
    told = writers.table("look.toml")["animals"]
    for look in filter(None, rows):
        hat, face, colour = look.split("+")
        assert not hat or hat in lexicon("wardrobe", "hat").tags
        assert face in lexicon("wardrobe", "face").tags
        dna = looked(f"MILO, 40, {told[look]}, waits.")
        assert (dna.hat if hat else "", dna.face, dna.skin, dna.hair) == (hat, face, colour, "bald")
