"""Who is in a script, and how they come to look as they do."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping

import pytest

from studio.story.breakdown import Emotion, Entrance, Framing, Gesture, Move
from studio.story.breaking import break_down
from studio.story.cast import DNA, Age, Build, Character, Manner, Presents
from studio.story.casting import check_wardrobe, choices, silhouette
from studio.story.fountain import read_fountain
from studio.story.lexicon import lexicon, tables
from studio.story.reading import cue
from studio.story.roster import slug

HAIR = ["bob", "long", "bun", "ponytail", "short", "curly", "afro", "spiky", "bald", "braid", "messy"]
GARMENTS = [
    "coat",
    "dress",
    "suit",
    "hoodie",
    "apron",
    "uniform",
    "robe",
    "jumper",
    "cloak",
    "vest",
    "spacesuit",
    "motley",
    "wheelchair",
    "labcoat",
]
HATS = ["cap", "tophat", "beanie", "witch", "diving", "helmet", "bowler", "crown", "straw", "headscarf"]
HATS += ["ears", "ears_long", "ears_round", "ears_hanging", "horns", "antlers", "mane", "comb", "hood"]
FACES = ["beard", "moustache", "snout_round", "snout", "muzzle", "trunk", "beak", "nose"]
FACES += ["glasses", "goatee", "stubble", "eyepatch"]


def dna_of(action: str, *names: str) -> Mapping[str, DNA]:
    spoken = "\n\n".join(f"@{name}\nHello there." for name in names)
    breakdown = break_down(read_fountain(f"INT. ROOM - DAY\n\n{action}\n\n{spoken}\n"))
    return {member.id: member.dna for member in breakdown.cast}


def test_an_introduction_becomes_a_look() -> None:
    dna = dna_of("MARA, 70, a stout lighthouse keeper in a yellow raincoat, waits.", "MARA")["mara"]
    assert (dna.age, dna.build, dna.presents) == (Age.OLD, Build.HEAVY, Presents.FEMININE)
    assert (dna.garment, dna.cloth) == ("coat", "#d99a2b")


@pytest.mark.parametrize(
    ("told", "bald", "ears", "face"),
    [
        ("a wolf, grey-furred, with pointed ears and a snout", True, True, "snout"),
        ("a crow with black plumage and a beak", True, False, "beak"),
        ("a dragon, green-scaled, with a snout", True, False, "snout"),
        ("a climber who once scaled Everest, with curls", False, False, ""),
        ("a woman in a furred coat, with plumage on her bonnet and curls", False, False, ""),
        ("a clerk with curls and a beak of a nose", False, False, ""),
        ("a climber with curls from Pico", False, False, ""),
        ("a spy with curls at the muzzle of a gun", False, False, ""),
        ("a tall elf with curls and pointed ears", False, False, ""),
    ],
)
def test_animals_look_like_animals_and_people_like_people(told: str, bald: bool, ears: bool, face: str) -> None:
    dna = dna_of(f"VALE, 40, {told}, waits.", "VALE")["vale"]
    assert (dna.hair == "bald", dna.hat == "ears") == (bald, ears)
    assert (dna.face if dna.face in ("snout", "beak") else "") == face


def test_two_in_one_sentence_are_kept_apart() -> None:
    dna = dna_of("JO (12), thin and red-haired, follows OTTO, a tall bearded king.", "JO", "OTTO")
    assert (dna["jo"].age, dna["jo"].build, dna["jo"].hair_colour) == (Age.CHILD, Build.LEAN, "#b5472a")
    assert (dna["otto"].garment, dna["otto"].hat, dna["otto"].face) == ("robe", "crown", "beard")
    assert dna["jo"].height < 0.8 < dna["otto"].height


@pytest.mark.parametrize(
    ("action", "name", "presents"),
    [
        ("VALE looks up. She smiles.", "VALE", Presents.FEMININE),
        ("VALE looks up. He smiles.", "VALE", Presents.MASCULINE),
        ("A hall.", "GRANDMOTHER", Presents.FEMININE),
        ("A hall.", "KING REX", Presents.MASCULINE),
        ("A hall.", "SEÑORA LUZ", Presents.FEMININE),
        ("A hall.", "HERR KLEIN", Presents.MASCULINE),
        ("A hall.", "औरत", Presents.FEMININE),
    ],
)
def test_pronouns_titles_and_names_tell_how_somebody_presents(action: str, name: str, presents: Presents) -> None:
    assert dna_of(action, name)[slug(name)].presents is presents


@pytest.mark.parametrize(
    ("action", "garment", "colour"),
    [
        ("LUZ, una anciana con un abrigo rojo, espera.", "coat", "#c8402f"),
        ("LUZ, une jeune femme en robe de soirée, attend.", "dress", ""),
        ("LUZ, 8, trägt ein blaues Kleid.", "dress", ""),
        ("LUZ, a tired detective, waits.", "coat", ""),
    ],
)
def test_clothes_are_read_in_several_languages(action: str, garment: str, colour: str) -> None:
    dna = dna_of(action, "LUZ")["luz"]
    assert dna.garment == garment
    assert not colour or dna.cloth == colour


def test_one_name_is_one_character_however_the_cue_is_typed() -> None:
    script = (
        "INT. ROOM - DAY\n\nMARA (V.O.)\nOne.\n\nMARA (CONT'D)\nTwo.\n\nMara's Voice\nNo cue.\n\nMARA'S VOICE\nThree.\n"
    )
    breakdown = break_down(read_fountain(script))
    assert [member.id for member in breakdown.cast] == ["mara"]
    assert [line.offscreen for line in breakdown.lines] == [True, False, True]


def test_a_cue_of_two_names_makes_no_third_person() -> None:
    script = "INT. ROOM - DAY\n\nMARA\nOne.\n\nTOM\nTwo.\n\nMARA AND TOM\nThree.\n"
    breakdown = break_down(read_fountain(script))
    assert [member.id for member in breakdown.cast] == ["mara", "tom"]
    assert breakdown.lines[-1].character == "mara"


def test_somebody_who_never_speaks_is_cast_when_introduced() -> None:
    dna = dna_of("MARA pours. EZRA (9) hides. A LOUD BANG. GUS, an old fisherman, sleeps.", "MARA")
    assert sorted(dna) == ["ezra", "gus", "mara"]
    assert dna["gus"].age is Age.OLD


def test_a_first_name_in_capitals_is_somebody_and_a_sound_is_not() -> None:
    assert sorted(dna_of("A LOUD BANG. PAUL and MOTHER run. THE DOOR slams.", "MARA")) == ["mara", "mother", "paul"]


def test_a_cue_of_everybody_is_heard_and_has_no_face() -> None:
    script = "INT. ROOM - DAY\n\nMARA\nOne.\n\nTOM\nTwo.\n\nALL\nThree.\n"
    breakdown = break_down(read_fountain(script))
    assert breakdown.lines[-1].offscreen
    assert [figure.character for figure in breakdown.shots[-1].staging.figures if figure.character == "all"] == []


def test_a_cast_dresses_for_the_world_of_the_script() -> None:
    names = ["ADA", "BEN", "CLEO", "DAN"]
    spoken = "\n\n".join(f"{name}\nHello there." for name in names)
    castle = f"INT. CASTLE - DAY\n\nThe king sits on the throne. A dragon sleeps.\n\n{spoken}\n"
    rocket = f"INT. STARSHIP - DAY\n\nThe planet turns below. The airlock opens.\n\n{spoken}\n"
    worn = [{one.dna.garment for one in break_down(read_fountain(script)).cast} for script in (castle, rocket)]
    assert worn[0] <= {"dress", "cloak", "robe", "apron", "vest", "coat", "uniform"}
    assert worn[1] <= {"spacesuit", "uniform", "labcoat", "jumper", "coat", "vest", "robe", "hoodie"}


def test_a_cue_is_taken_apart() -> None:
    assert (cue("TOM (O.S.) (CONT'D)").name, cue("TOM (O.S.)").offscreen) == ("TOM", True)
    assert cue("TOM (whispering)").manner == "whispering"
    assert not cue("TOM (CONT'D)").manner


@pytest.mark.parametrize("seed", range(6))
def test_a_cast_of_eight_differs_in_two_of_what_makes_a_shape(seed: int) -> None:
    names = ["ADA", "BEN", "CLEO", "DAN", "EVE", "FRED", "GRACE", "HUGO"]
    spoken = "\n\n".join(f"{name}\nHello there." for name in names)
    cast = break_down(read_fountain(f"INT. ROOM - DAY\n\nDust.\n\n{spoken}\n"), seed=seed).cast
    for one, other in itertools.combinations(cast, 2):
        differing = sum(a != b for a, b in zip(silhouette(one.dna), silhouette(other.dna), strict=True))
        assert differing >= 2, (one.name, other.name)


def test_one_accent_belongs_to_the_hero() -> None:
    script = "INT. ROOM - DAY\n\nADA\nOne.\n\nBEN\nTwo.\n\nBEN\nThree.\n\nCLEO\nFour.\n"
    accents = tables("palette")["choice"]["accent"]
    cast = break_down(read_fountain(script)).cast
    assert [member.id for member in cast if member.dna.cloth in accents] == ["ben"]


def test_in_a_cast_of_sixty_nobody_is_doubled() -> None:
    names = [f"PERSON {chr(65 + at // 26)}{chr(65 + at % 26)}" for at in range(60)]
    script = "INT. ROOM - DAY\n\n" + "\n\n".join(f"{name}\nHello there." for name in names)
    cast = break_down(read_fountain(script)).cast
    assert len({member.id for member in cast}) == 60
    assert len({silhouette(member.dna) for member in cast}) == 60


def test_looks_stay_when_others_join_and_follow_the_script_when_it_says_otherwise() -> None:
    first = break_down(read_fountain("INT. ROOM - DAY\n\nADA waits.\n\nADA\nHello.\n\nBEN\nHello.\n"))
    joined = "INT. ROOM - DAY\n\nZOE, a tall girl, waits for ADA, 80.\n\nZOE\nHi.\n\nADA\nHello.\n\nBEN\nHello.\n"
    second = break_down(read_fountain(joined), previous=first)
    assert second.character("ben") == first.character("ben")
    assert second.character("ada").dna == first.character("ada").dna.model_copy(update={"age": Age.OLD})


def test_voices_follow_the_looks_and_are_left_to_the_engine() -> None:
    script = "INT. ROOM - DAY\n\nPIP, 8, and GUS, a heavy man of sixty, wait.\n\nPIP\nHi.\n\nGUS\nHm.\n"
    cast = {member.id: member.casting for member in break_down(read_fountain(script)).cast}
    assert cast["pip"].pitch > cast["gus"].pitch
    assert {casting.voice for casting in cast.values()} == {""}


def test_the_tables_name_only_what_exists() -> None:
    check_wardrobe()
    assert lexicon("wardrobe", "hair").tags == tuple(HAIR)
    assert lexicon("wardrobe", "garment").tags == tuple(GARMENTS)
    assert lexicon("wardrobe", "hat").tags == tuple(HATS)
    assert lexicon("wardrobe", "face").tags == tuple(FACES)


@pytest.mark.parametrize(
    ("table", "section", "nouns"),
    [
        ("people", "age", Age),
        ("people", "build", Build),
        ("people", "presents", Presents),
        ("people", "manner", Manner),
        ("acting", "emotion", Emotion),
        ("acting", "answer", Emotion),
        ("acting", "habit", Emotion),
        ("acting", "gesture", Gesture),
        ("acting", "said", Gesture),
        ("acting", "entrance", Entrance),
        ("acting", "move", Move),
        ("acting", "framing", Framing),
    ],
)
def test_every_tag_is_a_word_of_the_breakdown(table: str, section: str, nouns: type) -> None:
    assert set(tables(table)[section]) - {""} <= {noun.value for noun in nouns}


@pytest.mark.parametrize(("section", "nouns"), [("camera", Move), ("habit", Gesture)])
def test_every_feeling_has_its_moves_and_gestures(section: str, nouns: type) -> None:
    rows = tables("acting")[section]
    assert {emotion.value for emotion in Emotion} <= set(rows)
    assert {part.strip() for row in rows.values() for part in row.split(",")} <= {noun.value for noun in nouns}


def test_ids_are_ascii_and_differ_where_names_do() -> None:
    names = ["MARA", "Mára", "先生", "先輩", "राजा", "रानी", "O'NEIL", "ЖЕНЯ"]
    idents = [slug(name) for name in names]
    assert idents[0] == idents[1]
    assert len(set(idents)) == len(names) - 1
    assert all(re.fullmatch(r"[a-z0-9-]+", ident) for ident in idents)


@pytest.mark.parametrize(
    ("told", "hat"),
    [
        ("a captain, bareheaded,", ""),
        ("a captain,", "cap"),
        ("an astronaut, short grey hair,", ""),
        ("an astronaut,", "helmet"),
        ("an astronaut, short grey hair, in a helmet,", "helmet"),
        ("a miller, long red hair,", ""),
        ("a miller, with no hat,", ""),
    ],
)
def test_hair_that_is_told_is_seen_and_a_bare_head_stays_bare(told: str, hat: str) -> None:
    hats = set()
    for seed in range(6):
        script = read_fountain(f"INT. ROOM - DAY\n\nADA, 40, {told} waits.\n\nADA\nWell?\n")
        hats |= {one.dna.hat for one in break_down(script, seed=seed).cast}
    assert hats == {hat}


@pytest.mark.parametrize(
    ("cue_name", "called"),
    [
        ("MOTHER'S VOICE", "Mother's Voice"),
        ("O’BRIEN", "O’Brien"),
        ("McAVOY", "McAVOY"),
        ("JEAN-LUC", "Jean-Luc"),
        ("R2D2", "R2D2"),
        ("ÉLODIE", "Élodie"),
    ],
)
def test_a_name_is_called_as_a_sentence_has_it(cue_name: str, called: str) -> None:
    assert Character(id="a", name=cue_name).called == called


def test_an_afro_is_dark_unless_the_script_says_otherwise() -> None:
    told = "ADA, 40, an afro, waits. JOAN, 30, a blonde afro, waits."
    looks: set[str] = set()
    for seed in range(12):
        script = read_fountain(f"INT. ROOM - DAY\n\n{told}\n\nADA\nWell?\n\nJOAN\nWell.\n")
        ada, joan = (one.dna for one in break_down(script, seed=seed).cast)
        assert (ada.hair, joan.hair, joan.hair_colour) == ("afro", "afro", "#dcb96a")
        looks.add(ada.hair_colour)
    assert looks <= set(choices("palette", "choice", "hair_afro"))
    assert len(looks) > 2
