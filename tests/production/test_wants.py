"""What a film wants: a poster that tells the most, names at first lines, briefs that hold nothing they should not."""

from __future__ import annotations

import json

import pytest

from studio.production.briefing import Given
from studio.production.film import Choices, Film
from studio.production.wants import Want, wants
from studio.story.breakdown import Breakdown, Figure, Framing, Line, Move, Passage, Scene, Shot, Staging
from studio.story.cast import Character
from studio.story.places import Place, Setting
from studio.takes.recipe import TakeKind
from studio.takes.shelf import Made

CAST = tuple(Character(id=name.lower(), name=name) for name in ("MARA", "TOM"))


def shot(ident: str, *people: str, framing: Framing = Framing.MEDIUM, lines: tuple[Line, ...] = ()) -> Shot:
    figures = tuple(Figure(character=one) for one in people)
    return Shot(id=ident, number=ident, staging=Staging(framing=framing, figures=figures, move=Move.DRIFT), lines=lines)


def line(ident: str, who: str, text: str = "You kept it.") -> Line:
    return Line(id=ident, character=who, text=text)


def film(*shots: Shot, **choices: object) -> Film:
    scene = Scene(id="s", number="1", heading="X", setting=Setting(place=Place(id="p", name="P")), shots=shots)
    told = Breakdown(title="T", cast=CAST, scenes=(scene,))
    return Film(told, Choices.model_validate(choices), "T", "", 0)


def want(made: Film, subject: str) -> Want:
    return next(one for one in wants(made) if one.subject.split("@")[0] == subject)


def spoken(count: int) -> Given:
    measure = {"seconds": 1.0, "words": [], "visemes": []}
    return {f"speech:{n}": Made(f"f{n}", f"e{n}", f"c{n}", measure) for n in range(count)}


def test_the_posters_board_has_two_people_in_it() -> None:
    shots = (
        shot("a"),
        shot("b", "mara", framing=Framing.CLOSE),
        shot("c", "mara", "tom"),
        shot("d", framing=Framing.INSERT),
    )
    assert [need.subject for need in want(film(*shots), "poster:film").needs] == ["board:c@1280x720"]


@pytest.mark.parametrize(
    ("language", "reads"), [("en", "The End"), ("fr", "Fin"), ("pt-BR", "Fim"), ("ar", "النهاية"), ("tlh", "The End")]
)
def test_the_end_card_is_in_the_language_of_the_film(language: str, reads: str) -> None:
    told = film(shot("a")).breakdown.model_copy(update={"language": language})
    card = want(Film(told, Choices(), "T", "", 0), "card:card-end").brief({}).model_dump()
    assert card["title"] == reads


def test_a_film_without_shots_wants_no_poster() -> None:
    assert TakeKind.POSTER not in {one.kind for one in wants(film())}


def test_a_name_is_shown_at_the_first_line_only() -> None:
    one = shot("a", "mara", lines=(line("1", "mara"), line("2", "tom")))
    two = shot("b", "mara", lines=(line("3", "mara"),))
    named = film(one, two, names=True)
    first = want(named, "shot:a").brief(spoken(2)).model_dump()
    assert [strip["text"] for strip in first["names"]] == ["Mara", "Tom"]
    assert want(named, "shot:b").brief(spoken(1)).model_dump()["names"] == ()
    assert want(film(one, two), "shot:a").brief(spoken(2)).model_dump()["names"] == ()


def test_a_name_is_shown_as_its_writer_spells_it() -> None:
    made = film(shot("a", "mara", lines=(line("1", "mara"),)), names=True)
    cast = (Character(id="mara", name="McAVOY"), *CAST[1:])
    called = Film(made.breakdown.model_copy(update={"cast": cast}), made.choices, "T", "", 0)
    strips = want(called, "shot:a").brief(spoken(1)).model_dump()["names"]
    assert [strip["text"] for strip in strips] == ["McAVOY"]


def test_a_board_knows_neither_words_nor_camera() -> None:
    made = film(shot("a", "mara", lines=(line("1", "mara", "A word nobody drew."),)))
    brief = want(made, "board:a").brief({}).model_dump(mode="json")
    assert "nobody drew" not in json.dumps(brief)
    assert brief["staging"]["move"] == "hold"


@pytest.mark.parametrize("burn", [None, "plain", "karaoke"])
def test_captions_are_burnt_only_when_asked(burn: str | None) -> None:
    made = film(shot("a", "mara", lines=(line("1", "mara"),)), burn=burn)
    brief = want(made, "shot:a").brief(spoken(1)).model_dump()
    assert bool(brief["captions"]) == bool(burn)


def test_everything_comes_after_what_it_needs() -> None:
    made = film(shot("a", "mara", lines=(line("1", "mara"),)), shot("b", "tom"))
    seen: set[str] = set()
    for one in wants(made):
        assert {need.subject for need in one.needs} <= seen | _spares(made)
        seen.add(one.subject)


def faded() -> Film:
    """Two scenes of a shot with a line each, the second dissolved into."""
    setting = Setting(place=Place(id="p", name="P"))
    shots = [shot(name, "mara", lines=(line(str(at), "mara"),)) for at, name in enumerate("ab")]
    scenes = [Scene(id=f"s{one.id}", number="1", heading="X", setting=setting, shots=(one,)) for one in shots]
    scenes[1] = scenes[1].model_copy(update={"opening": Passage.DISSOLVE, "closing": Passage.FADE})
    return Film(Breakdown(title="T", cast=CAST, scenes=tuple(scenes)), Choices(), "T", "", 0)


def test_a_fade_needs_the_shots_it_joins_and_nothing_else() -> None:
    needs = {need.role: (need.subject, need.instead) for need in want(faded(), "fade:a-b").needs}
    mark = "@1280x720p24"
    assert needs == {
        "out": (f"shot:a{mark}", (f"still:a{mark}",)),
        "into": (f"shot:b{mark}", (f"still:b{mark}",)),
    }
    assert [need.role for need in want(faded(), "fade:b-black").needs] == ["out"]


def test_only_a_shot_that_is_faded_into_asks_for_a_key() -> None:
    made = faded()
    for kind in ("clip", "shot"):
        briefs = [want(made, f"{kind}:{name}").brief(spoken(1)).model_dump(mode="json") for name in "ab"]
        assert [brief.get("key") for brief in briefs] == [None, 24]


def test_recipes_without_fades_are_what_they_were() -> None:
    made = film(shot("a", "mara", lines=(line("1", "mara"),)), shot("b", "tom"))
    briefs = {one.subject.split("@")[0]: one.brief(spoken(1)).model_dump(mode="json") for one in wants(made)}
    assert set(briefs["clip:a"]) == {"board", "frames", "speaking"}
    assert set(briefs["shot:a"]) == {"frame", "frames", "captions", "names", "style"}
    assert set(briefs["master:film"]) == {"title", "frame", "shots", "frames", "captions", "language"}


def test_a_master_without_its_fade_is_cut_at_the_same_length() -> None:
    master = want(faded(), "master:film")
    have = {"fade:a-b": Made("f", "e", "c", {}), "fade:b-black": Made("f", "e", "c", {})}
    whole, cut = (master.brief(given).model_dump(mode="json") for given in (have, {}))
    assert whole["shots"] == ["shot:card-title", "shot:a", "fade:a-b", "shot:b", "fade:b-black", "shot:card-end"]
    assert cut["shots"] == ["shot:card-title", "shot:a", "shot:b", "shot:card-end"]
    assert whole["frames"] == cut["frames"]
    a, b = (last for _, last in (whole["spans"]["shot:a"], whole["spans"]["shot:b"]))
    assert whole["spans"] == {"shot:a": [0, a], "shot:b": [24, b]}
    assert cut["spans"] == {"shot:b": [24, b + 24]}


def _spares(made: Film) -> set[str]:
    return {one.subject for one in wants(made) if one.spare}
