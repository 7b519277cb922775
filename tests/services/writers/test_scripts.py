"""A pitch written out at Groq: a screenplay the studio can make, its people's looks, and every answer billed."""

from __future__ import annotations

import json
import re

import pytest

from services.settings import ROOT
from services.writers.prompts import STEPS, colours, prompt, version
from studio.crew import Remote
from studio.errors import Conflict, Invalid
from studio.story.breaking import break_down
from studio.story.cast import DNA
from studio.story.checking import check
from studio.story.designing import parts
from studio.story.fountain import read_fountain
from studio.story.places import Kit, Mood, Time, Weather
from studio.takes.briefs import ScriptBrief
from studio.takes.recipe import TakeKind
from studio.takes.roster import Roster
from tests.doubles.errands import KeptErrand
from tests.services.writers.conftest import MODEL, Build


def test_a_pitch_becomes_a_screenplay_that_can_be_made(build: Build) -> None:
    studio = build()
    made = studio.script()
    text = made.file.read_text()
    assert made.file == studio.folder / "screenplay.fountain"
    assert not [one for one in check(text) if one.error]
    found = break_down(read_fountain(text))
    assert found.lines
    assert 0.55 * 30 < made.measure["seconds"] < 1.7 * 30
    assert json.loads(json.dumps(made.measure)) == made.measure


def test_its_people_come_with_looks_the_workshop_has_parts_for(build: Build) -> None:
    made = build().script()
    found = break_down(read_fountain(made.file.read_text()))
    assert list(made.measure["cast"]) == [one.name for one in found.cast]
    for look in made.measure["cast"].values():
        dna = DNA.model_validate(look)
        assert dna.hair in parts("hair")
        assert dna.garment in parts("garment")
        assert dna.hat in parts("hat")
        assert dna.cloth in colours()["cloth"].values()


def test_its_scenes_come_with_set_and_light(build: Build) -> None:
    made = build().script()
    found = break_down(read_fountain(made.file.read_text()))
    assert [one["heading"] for one in made.measure["settings"]] == [scene.heading for scene in found.scenes]
    for one in made.measure["settings"]:
        known = {"kit": Kit, "time": Time, "weather": Weather, "mood": Mood}
        assert all(one[name] in list(values) for name, values in known.items())


def test_the_title_is_the_persons_where_there_is_one(build: Build) -> None:
    made = build().script(title="Half an Oven")
    assert read_fountain(made.file.read_text()).title == made.measure["title"] == "Half an Oven"
    assert made.measure["logline"]


def test_a_long_film_is_written_in_parts_that_know_what_came_before(build: Build) -> None:
    studio = build()
    made = studio.script(seconds=500)
    asked = [body["messages"][1]["content"] for body in studio.double.bodies if "Write scene" in str(body)]
    assert len(asked) > 1
    assert "What was written before ends so:" not in asked[0]
    assert all("What was written before ends so:" in one for one in asked[1:])
    assert 0.55 * 500 < made.measure["seconds"] < 1.7 * 500


def test_every_answer_is_billed_as_the_vendor_counts_it(build: Build) -> None:
    studio = build()
    studio.script()
    assert len(studio.errand.bills) == studio.double.books.asked["chat"] == 4
    assert studio.errand.bills.keys() == studio.double.books.billed.keys()
    assert studio.billed == studio.double.books.total > 0
    assert {one.model for one in studio.errand.bills.values()} == {MODEL}
    assert all(one.quantities["cached_tokens"] for one in studio.errand.bills.values())


def test_what_is_under_way_is_kept_before_it_is_asked_and_how_far_it_is(build: Build) -> None:
    studio = build()
    studio.script()
    asked = ["1 outline-1", "1 script-2", "1 looks-3", "1 breakdown-4"]
    tickets = [" ".join(ticket.split(" ")[:2]) for ticket in studio.errand.tickets]
    assert tickets == [ticket for one in asked for ticket in (one, "1 -")]
    assert set(studio.errand.bills) <= {word for ticket in studio.errand.tickets for word in re.split("[ =]", ticket)}
    assert studio.errand.shares == sorted(studio.errand.shares)
    assert 0 < studio.errand.shares[0] < studio.errand.shares[-1] <= 1


def test_schemas_are_strict_and_prose_has_none(build: Build) -> None:
    studio = build()
    studio.script()
    held = [body.get("response_format", {}).get("json_schema", {}).get("strict") for body in studio.double.bodies]
    assert held == [True, None, True, True]
    assert [body["reasoning_effort"] for body in studio.double.bodies] == ["medium", "low", "low", "low"]
    assert {body["seed"] for body in studio.double.bodies} == {3}


def test_what_is_called_off_is_not_asked(build: Build) -> None:
    studio = build()
    with pytest.raises(Conflict):
        studio.script(errand=KeptErrand(called_off=True))
    assert studio.double.books.asked["chat"] == 0


def test_what_a_writer_does_not_make_is_refused(build: Build) -> None:
    studio = build()
    order = studio.order(TakeKind.SCRIPT, ScriptBrief(text="A door.", seconds=30))
    other = order.recipe.model_copy(update={"kind": TakeKind.CLIP})
    with pytest.raises(Invalid, match="makes no clip"):
        studio.writer.make(type(order)(other, {}, order.folder), studio.errand)


def test_the_roster_has_the_version_of_the_prompts() -> None:
    cards = Roster.load(ROOT / "data" / "crew.toml").engine
    assert {card.version for card in cards if card.role == "writer" and card.vendor} == {version()}


def test_a_writer_is_a_remote_engine_whose_version_holds_its_prompts(build: Build) -> None:
    writer: Remote = build().writer
    assert writer.version == version()
    assert version().endswith(".".join(str(prompt(step).version) for step in STEPS))
