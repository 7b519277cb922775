"""Places are read by the people around them, nothing stands where it cannot, and the pitch's thing stays in sight."""

from __future__ import annotations

import random
import re

import pytest

from services.offline.writer import lexicon, surroundings
from services.offline.writer.address import owned
from services.offline.writer.compose import Story
from services.offline.writer.engine import TemplateWriter, composed
from services.offline.writer.lexicon import Spot
from services.offline.writer.passage import compile_passage
from services.offline.writer.reading import read
from services.offline.writer.stage import Stage
from studio.crew import Pitch
from studio.story.breaking import break_down
from studio.story.screenplay import Kind

TANK = "Two rival astronauts share the last oxygen tank on a drifting station"
VIOLIN = "A detective in a rainy city must return a stolen violin before midnight"
SEEDS = range(4)


def story(text: str, seconds: int, seed: int) -> Story:
    pitch = Pitch(text, seconds, seed)
    return composed(pitch, read(pitch.text))


def actions(told: Story, at: int) -> str:
    """The actions of one scene of a story."""
    return "\n".join(line.text for part in told.draft.scenes[at] for line in part.lines if not line.cue)


@pytest.mark.parametrize("seconds", [60, 120])
@pytest.mark.parametrize("seed", SEEDS)
def test_astronauts_share_their_tank_on_a_space_station(seconds: int, seed: int) -> None:
    play = TemplateWriter().write(Pitch(TANK, seconds, seed))
    text = "\n".join(one.text for one in play.elements)
    kits = {card.site.spot.kit for card in story(TANK, seconds, seed).cards}
    assert kits <= {"orbit", "spaceship", "space"}
    drawn = {scene.setting.place.kit.value for scene in break_down(play, seed=0).scenes}
    assert drawn <= {"orbit", "spaceship", "space"}
    assert not re.search(r"(?i)\b(porter|waiting room|footbridge|café|tram|rain|snow|fog|umbrella|kiosk)\b", text)
    assert "oxygen tank" in play.title.casefold() + text.casefold()


@pytest.mark.parametrize(
    ("text", "place", "kit"),
    [
        (TANK, "drifting space station", "orbit"),
        ("A cosmonaut is alone on the station.", "space station", "orbit"),
        ("A policeman brings a goose to the station.", "police station", "office"),
        ("A widow waits for a soldier at the station.", "station", "station"),
        ("A lawyer defends her brother in court.", "courtroom", "courtroom"),
        ("A jester hides from the king at the court.", "royal court", "room"),
        ("Two children find a boat on the bank of the river.", "riverbank", "harbour"),
        ("A clerk hides a letter in the bank.", "bank", "office"),
        ("The crew of a starship meets on the deck.", "observation deck", "orbit"),
        ("A sailor sings on the deck.", "deck", "harbour"),
        ("A goalkeeper finds a ring on the pitch.", "football pitch", "field"),
        ("A cleaner on a generation ship finds a seed.", "generation ship", "spaceship"),
        ("A prisoner plants a rose in the yard.", "prison yard", "courtyard"),
        ("The captain of a starship sleeps on the bridge.", "spaceship bridge", "spaceship"),
        ("A radio host gets a call in the studio.", "radio studio", "office"),
        ("A dancer breaks a mirror in the studio.", "dance studio", "stage"),
        ("Two researchers at the polar station lose their sledge.", "polar station", "laboratory"),
    ],
)
def test_an_ambiguous_place_is_read_by_who_is_there(text: str, place: str, kit: str) -> None:
    assert (place, kit) in {(site.phrase.noun, site.spot.kit) for site in read(text).sites}


@pytest.mark.parametrize(
    "text",
    ["A gambler deals from a deck of cards.", "The house is mine, says Ann."],
)
def test_a_word_that_is_no_place_here_makes_no_setting(text: str) -> None:
    assert not {site.phrase.head for site in read(text).sites} & {"deck", "mine"}


@pytest.mark.parametrize(
    ("text", "never"),
    [
        (
            "A nomad trades his camel for a map in the desert.",
            "hedge gate fence tram gull puddle dustbin bicycle ladder",
        ),
        ("A sailor finds a chest on a ship.", "door doorway hedge gate tram bicycle armchair sofa horse tree"),
        ("Two miners search for silver in a mine.", "window sill curtain shelf armchair umbrella stairs gull rain"),
        (
            "A diver finds a ring under water on the seabed.",
            "hat cup tea match candle door umbrella newspaper hedge dog",
        ),
        ("An astronaut finds a flower on the moon.", "hat tea door umbrella newspaper hedge dog crow gate tram rain"),
        ("A knight hides a queen's ring in a castle.", "tram telephone wireless bicycle bus taxi photograph"),
        ("A climber loses her rope on a mountain.", "hedge tram pigeon armchair dustbin wheelbarrow table"),
        ("Two twins argue in a broken elevator.", "window umbrella shelf carpet table stairs dog"),
    ],
)
def test_nobody_and_nothing_is_where_it_cannot_be(text: str, never: str) -> None:
    word = re.compile(rf"(?i)\b(?:{'|'.join(never.split())})\b")
    for seed in SEEDS:
        told = story(text, 75, seed)
        home = told.cards[0].site
        scenes = [at for at, card in enumerate(told.cards) if card.site == home]
        assert [found[0] for at in scenes if (found := word.search(actions(told, at)))] == []


def test_a_line_is_held_against_the_place_and_one_written_for_it_is_not() -> None:
    desert = frozenset(surroundings.here(Spot(kit="desert", interior=False), "desert", "western", ()).split())
    asks = ("heard", "shown")
    assert not surroundings.stands("comes through a gap in the hedge.", desert, asks)
    assert surroundings.stands("comes in carrying a <ladder/parcel>.", desert, asks)
    assert surroundings.fitting(["ladder", "parcel"], desert, asks) == ["parcel"]
    assert surroundings.stands("You could miss the tram.", desert, ("heard",))
    assert not surroundings.stands("You could miss the tram.", desert | {"old"}, ("heard",))
    assert surroundings.asked_of(compile_passage("when kit:desert\n> A gate.", "x")) == ("heard",)
    assert "shown" in surroundings.asked_of(compile_passage("when kit:!desert\n> A gate.", "x"))


def test_a_child_was_never_nineteen() -> None:
    children = "Two kids find a coin in a school and hide it."
    for seed in range(12):
        told = story(children, 90, seed)
        spoken = " ".join(line.text for part in told.draft.parts for line in part.lines if line.cue)
        assert "nineteen" not in spoken


@pytest.mark.parametrize("seconds", [60, 90, 120])
@pytest.mark.parametrize(
    ("text", "thing"),
    [
        (TANK, "oxygen tank"),
        (VIOLIN, "violin"),
        ("A ward sister steals morphine for a dying soldier.", "morphine"),
        ("The lion tamer of a poor circus is afraid of the new lion.", "lion"),
        ("Three strangers on a night train discover they all have the same suitcase.", "suitcase"),
        ("Two polar researchers in the arctic fight over the only snowmobile.", "snowmobile"),
        ("A prisoner carves a chess set out of soap and the guard wants to play.", "chess set"),
        ("A medieval scribe changes one word in the holy book and waits for somebody to notice.", "holy book"),
    ],
)
def test_the_pitchs_thing_is_seen_in_the_turn_and_in_another_scene(text: str, thing: str, seconds: int) -> None:
    for seed in SEEDS:
        told = story(text, seconds, seed)
        seen = {at for at in range(len(told.cards)) if thing in actions(told, at).casefold()}
        turns = {at for at, card in enumerate(told.cards) if "turn" in card.beats}
        assert turns <= seen
        assert len(seen) >= 2


@pytest.mark.parametrize(
    ("text", "role", "thing"),
    [
        ("A nomad trades his last camel for a map.", "nomad", "camel"),
        ("A bank teller gives her brother a key.", "bank teller", "key"),
        ("A glimwright loses her lantern and blames the sea.", "glimwright", "lantern"),
        ("A zorber hides his kettle from the guests.", "zorber", "kettle"),
        ("A tailor borrows a frobnicator and breaks it.", "tailor", "frobnicator"),
    ],
)
def test_people_and_things_no_list_has_are_read_by_what_they_do(text: str, role: str, thing: str) -> None:
    found = read(text)
    assert (found.people[0].role, found.things[0].head) == (role, thing)


def test_what_is_lost_and_no_thing_is_not_held() -> None:
    assert read("A waiter loses his temper.").things == ()
    assert read("A host gets a call at night.").things == ()
    assert read("They find message in the bottle.").things[0].full == "message"


@pytest.mark.parametrize(
    ("place", "word"), [("ship", "on"), ("desert", "in"), ("harbour", "at"), ("space station", "on"), ("theatre", "in")]
)
def test_a_place_has_its_own_little_word(place: str, word: str) -> None:
    assert lexicon.where(place) == word


def test_small_grammar_of_things() -> None:
    assert read("A cook steals flour.").things[0].indefinite == "some flour"
    assert owned("buy back the watch of you") == "buy back your watch"
    stage = Stage({}, {}, {}, random.Random(0))
    assert stage.spin("That'll do for a <first course>.", frozenset(), ()) == "That'll do for the first course."


@pytest.mark.parametrize("seed", range(6))
def test_a_title_names_no_thing_that_the_story_never_shows(seed: int) -> None:
    play = TemplateWriter().write(Pitch("Lena and Tomas, two ex-lovers, meet in a broken elevator.", 60, seed))
    told = story("Lena and Tomas, two ex-lovers, meet in a broken elevator.", 60, seed)
    thing = told.stage.values["thing"].casefold()
    text = " ".join(one.text for one in play.elements if one.kind in (Kind.ACTION, Kind.DIALOGUE)).casefold()
    assert thing not in play.title.casefold() or thing in text
    assert {card.site.phrase.head for card in told.cards} == {"elevator"}


@pytest.mark.parametrize("kit", sorted({spot.kit for spot in lexicon.places().values()}))
def test_every_kind_of_place_has_a_place_beside_it(kit: str) -> None:
    beside = lexicon.table("places.toml")["beyond"]
    assert any(kind in beside for kind in lexicon.kinds(kit))


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("A climber on Everest hears a phone ring in the snow.", "phone"),
        ("Two brothers in the war share one pair of boots.", "boots"),
        ("A train conductor finds a baby in the luggage van.", "baby"),
        ("A caveman invents the wheel but nobody cares.", "wheel"),
    ],
)
def test_the_thing_of_a_pitch_is_the_one_it_means(text: str, thing: str) -> None:
    found = read(text)
    assert found.things[0].head == thing
    assert not {site.phrase.head for site in found.sites} & {"car"}
    assert "baby" not in {who.role for who in found.people}


def test_a_pitch_is_told_by_its_first_whole_sentence() -> None:
    text = "Rain. A bus stop. An old man gives his umbrella to a girl who hates him."
    assert read(text).logline == "An old man gives his umbrella to a girl who hates him"


def test_it_never_snows_where_it_is_hot() -> None:
    for seed in range(12):
        told = story("A taxi driver in Mumbai finds a ring.", 60, seed)
        assert not {"snow"} & told.stage.facts["weather"]


def test_somebody_with_a_trade_is_no_child_for_having_a_grandmother() -> None:
    cast = story("My grandmother is a spy, she hides a radio in the chicken house.", 60, 0).stage.cast
    assert all(player.years >= 18 for player in cast.values())
