"""What every writer keeps, the offline one and those at vendors: one pitch, the same kind of screenplay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.guard import Line, vendors
from services.offline.writer.engine import TemplateWriter
from services.writers.compatible import compatible_writer
from services.writers.engine import RemoteWriter
from services.writers.groq import groq_writer
from studio.crew import Order, Pitch
from studio.story.breaking import break_down
from studio.story.checking import check
from studio.story.fountain import read_fountain, write_fountain
from studio.story.proposal import Proposal, Request
from studio.story.shortening import length
from studio.takes.briefs import ProposalBrief, ScriptBrief
from studio.takes.recipe import Recipe, TakeKind
from studio.takes.roster import EngineCard, Roster
from tests.doubles.errands import KeptErrand
from tests.doubles.groq import GroqDouble
from tests.doubles.openai_compatible import CompatibleDouble
from tests.doubles.server import serving
from tests.services.clock import Clock

ROSTER = Roster.load(Path(__file__).parents[2] / "data" / "crew.toml")
WRITERS = [card.name for card in ROSTER.engine if card.role == "writer"]
PITCH = "Two rival bakers must share one oven on the night before the fair."
Write = Callable[[Pitch], str]
Revise = Callable[[str, Request], Proposal]


class Hand:
    """A writer of either kind, asked in one way."""

    def __init__(self, writer: TemplateWriter | RemoteWriter, folder: Path) -> None:
        self.writer, self.folder = writer, folder

    def write(self, pitch: Pitch) -> str:
        if isinstance(self.writer, TemplateWriter):
            return write_fountain(self.writer.write(pitch))
        brief = ScriptBrief(text=pitch.text, seconds=pitch.seconds, seed=pitch.seed, title=pitch.title)
        return self._made(TakeKind.SCRIPT, brief)

    def revise(self, fountain: str, request: Request) -> Proposal:
        play = read_fountain(fountain)
        found = break_down(play)
        if isinstance(self.writer, TemplateWriter):
            return self.writer.revise(play, found, request)
        brief = ProposalBrief(fountain=fountain, request=request, cast=found.cast)
        return Proposal.model_validate_json(self._made(TakeKind.PROPOSAL, brief))

    def _made(self, kind: TakeKind, brief: ScriptBrief | ProposalBrief) -> str:
        assert isinstance(self.writer, RemoteWriter)
        given = brief.model_dump(mode="json")
        recipe = Recipe(kind=kind, brief=given, engine=self.writer.name, engine_version=self.writer.version)
        return self.writer.make(Order(recipe, {}, self.folder), KeptErrand()).file.read_text()


@pytest.fixture(params=WRITERS)
def hand(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hand]:
    """Each writer of the roster in turn."""
    card: EngineCard = ROSTER.named(request.param)
    if not card.vendor:
        yield Hand(TemplateWriter(), tmp_path)
        return
    own = Line(vendors()[card.vendor], Clock().patience)
    double = GroqDouble() if card.vendor == "groq" else CompatibleDouble()
    with serving(double.app) as url:
        if isinstance(double, GroqDouble):
            writer = groq_writer(card.name, card.model, double.key, url, own=own)
        else:
            writer = compatible_writer(card.name, double.model, f"{url}/v1", own=own)
        assert (writer.name, writer.version) == (card.name, card.version)
        yield Hand(writer, tmp_path)
        writer.close()


@pytest.mark.parametrize("seconds", [30, 90])
def test_a_pitch_becomes_a_screenplay_of_about_its_length(hand: Hand, seconds: int) -> None:
    text = hand.write(Pitch(PITCH, seconds, 4))
    play = read_fountain(text)
    assert not [one for one in check(text) if one.error]
    assert 0.5 * seconds < length(play) < 1.8 * seconds
    found = break_down(play)
    assert found.scenes
    assert {line.character for line in found.lines} <= {one.id for one in found.cast}
    assert write_fountain(play) == text


def test_a_title_that_is_given_is_kept(hand: Hand) -> None:
    assert read_fountain(hand.write(Pitch(PITCH, 30, 4, "Half an Oven"))).title == "Half an Oven"


def test_the_same_pitch_and_seed_are_the_same_screenplay(hand: Hand) -> None:
    assert hand.write(Pitch(PITCH, 30, 4)) == hand.write(Pitch(PITCH, 30, 4))


def test_a_change_is_proposed_and_made_by_nobody_yet(hand: Hand) -> None:
    text = hand.write(Pitch(PITCH, 90, 4))
    scenes = len(break_down(read_fountain(text)).scenes)
    found = hand.revise(text, Request(text="Cut scene 1"))
    assert found.changes
    assert found.sentence
    assert found.what
    assert len(break_down(read_fountain(found.fountain)).scenes) == scenes - 1


def test_a_renamed_person_keeps_who_they_are(hand: Hand) -> None:
    text = hand.write(Pitch(PITCH, 30, 4))
    who = break_down(read_fountain(text)).cast[0]
    found = hand.revise(text, Request(text=f"Rename {who.called} to Zebedee"))
    assert found.names == {who.id: "ZEBEDEE"}
    assert who.name not in found.fountain
