"""The offline writer reads requests in plain English: it does what rules can, and says plainly what they cannot."""

from __future__ import annotations

from functools import cache

import pytest

from services.offline.writer.engine import TemplateWriter
from services.offline.writer.wishes import Wish, WishKind, read_wish
from studio.crew import Pitch
from studio.story.breakdown import Breakdown
from studio.story.breaking import break_down
from studio.story.fountain import read_fountain, write_fountain
from studio.story.places import Time, Weather
from studio.story.proposal import Proposal, Request
from studio.story.screenplay import Kind, Screenplay
from studio.story.shortening import length

LABELS = {"1": 1, "2": 2, "3": 3, "4": 4}
OWN = """INT. KITCHEN - NIGHT

MARA, 70, puts a key on the table. Rain at the window.

MARA
You kept it, Tom.

TOM
I never used it.

MARA
Then give it back.

TOM
No.

MARA
Good.

EXT. HARBOUR - DAWN

Tom throws the key away.

TOM
Gone.
"""


@cache
def ours() -> Screenplay:
    written = TemplateWriter().write(Pitch("Two rival bakers in a mountain village must share one oven.", 90))
    return read_fountain(write_fountain(written))


@cache
def broken(ours_or_own: bool) -> tuple[Screenplay, Breakdown]:
    screenplay = ours() if ours_or_own else read_fountain(OWN)
    return screenplay, break_down(screenplay)


def revised(text: str, *, template: bool = False, scenes: tuple[int, ...] = (), tab: str = "script_lab") -> Proposal:
    screenplay, breakdown = broken(template)
    return TemplateWriter().revise(screenplay, breakdown, Request(text=text, tab=tab, scenes=scenes))


def wish(**told: object) -> Wish:
    return Wish.model_validate(told)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("rename Mara to Ada", wish(kind=WishKind.RENAME, old="Mara", new="Ada")),
        ("Please rename the bakery to the mill", wish(kind=WishKind.RENAME, old="bakery", new="mill")),
        ("call Tom Old Tom", wish(kind=WishKind.RENAME, old="Tom", new="Old Tom")),
        ("make scene 2 happen at night", wish(kind=WishKind.MOVE, scenes=(2,), time=Time.NIGHT)),
        ("set it in a bakery", wish(kind=WishKind.MOVE, place="bakery")),
        ("scene two should be in a mill at dawn", wish(kind=WishKind.MOVE, scenes=(2,), place="mill", time=Time.DAWN)),
        ("rain in scene 2", wish(kind=WishKind.MOVE, scenes=(2,), weather=Weather.RAIN)),
        ("stop the rain in the last scene", wish(kind=WishKind.MOVE, scenes=(4,), weather=Weather.CLEAR)),
        ("set scenes 2-3 in the desert", wish(kind=WishKind.MOVE, scenes=(2, 3), place="desert")),
        ("add a scene on the roof", wish(kind=WishKind.ADD, place="roof", outdoors=True)),
        ("add a scene in a bakery before scene 1", wish(kind=WishKind.ADD, place="bakery", after=0)),
        ("funnier", wish()),
        ("make the ending sadder", wish()),
        ("give Mara a dog", wish()),
        ("make Tom say good night", wish()),
    ],
)  # fmt: skip
def test_plain_english_is_read(text: str, read: Wish) -> None:
    assert read_wish(text, LABELS) == read


@pytest.mark.parametrize(
    ("text", "kind", "scenes", "share"),
    [
        ("shorter by a third", WishKind.SHORTEN, (), 0.333),
        ("SHORTER", WishKind.SHORTEN, (), 0.25),
        ("shorten scenes 1 and 3 by 20%", WishKind.SHORTEN, (1, 3), 0.2),
        ("half as long", WishKind.SHORTEN, (), 0.5),
        ("make scene two longer", WishKind.LENGTHEN, (2,), 0.34),
        ("cut scene 3", WishKind.CUT, (3,), None),
        ("delete the second scene", WishKind.CUT, (2,), None),
    ],
)
def test_how_much_and_where_is_read(text: str, kind: WishKind, scenes: tuple[int, ...], share: float | None) -> None:
    read = read_wish(text, LABELS)
    assert (read.kind, read.scenes) == (kind, scenes)
    assert share is None or read.share == pytest.approx(share)


@pytest.mark.parametrize("text", ["funnier", "make the ending sadder", "translate it into French", "more like Chaplin"])
def test_free_writing_names_the_key_and_changes_nothing(text: str) -> None:
    answer = revised(text)
    assert not answer.changes
    assert "GROQ_API_KEY" in answer.sentence


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cut scene 9", "no scene 9"),
        ("rename Bob to Max", "Mara, Tom, Kitchen and Harbour"),
        ("rename Mara to Tom", "already somebody called Tom"),
        ("set scene 2 in the harbour", "already"),
        ("stop the rain in scene 1", "tells of rain"),
        ("longer", "your own words"),
        ("cut the scene", "Which one"),
    ],
)
def test_what_stands_in_the_way_is_said(text: str, said: str) -> None:
    answer = revised(text)
    assert not answer.changes
    assert said in answer.sentence


def test_shorter_by_a_third_is_shorter_by_about_that() -> None:
    answer = revised("shorter by a third", template=True)
    share = length(read_fountain(answer.fountain)) / length(ours())
    assert 0.58 < share < 0.76


def test_longer_adds_prepared_exchanges_and_takes_nothing_away() -> None:
    answer = revised("longer", template=True)
    longer = read_fountain(answer.fountain)
    assert length(longer) > length(ours()) * 1.15
    rest = iter(longer.elements)
    assert all(element in rest for element in ours().elements)
    said = [one.text for one in longer.elements if one.kind is Kind.DIALOGUE]
    assert len(said) == len(set(said))


def test_the_same_request_gets_the_same_answer() -> None:
    assert revised("longer", template=True) == revised("longer", template=True)


def test_only_the_chosen_scene_is_longer() -> None:
    answer = revised("longer", template=True, scenes=(2,))
    longer = read_fountain(answer.fountain)
    assert length(longer, [1]) == length(ours(), [1])
    assert length(longer, [2]) > length(ours(), [2])


def test_a_scene_is_added_in_stock_words_or_left_to_the_writer() -> None:
    stocked = revised("add a scene on the roof at night after scene 1", template=True)
    assert "EXT. ROOF - NIGHT" in stocked.fountain
    assert "stock" in stocked.sentence
    plain = revised("add a scene on the roof at night after scene 1")
    assert "EXT. ROOF - NIGHT\n\nRoof, at night.\n\nEXT. HARBOUR" in plain.fountain
    assert len(break_down(read_fountain(plain.fountain)).scenes) == 3


def test_weather_is_one_sentence_and_is_what_the_film_has() -> None:
    answer = revised("snow in scene 2")
    assert "EXT. HARBOUR - DAWN\n\nSnow falls" in answer.fountain
    assert break_down(read_fountain(answer.fountain)).scenes[1].setting.weather is Weather.SNOW


def test_an_unknown_place_is_said_to_have_no_set() -> None:
    assert "no set called Observatorium" in revised("set scene 1 in the observatorium").sentence


def test_a_shot_nobody_knows_and_a_note_nobody_reads_are_said() -> None:
    assert "no shot 9Z" in revised("shot 9Z closer", tab="scenes").sentence
    assert "no change" in revised("shot 1A like a dream", tab="scenes").sentence
