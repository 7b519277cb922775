"""A film: one breakdown at one frame with the person's choices; the thing a production makes."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from pydantic import Field, PositiveInt

from studio.cut.captions import CaptionStyle
from studio.cut.fades import Fade, Handles, fades, handles
from studio.cut.pace import pace
from studio.cut.timeline import SpeechLength, Timeline, cut
from studio.story.breakdown import Breakdown, Scene
from studio.story.noun import Noun
from studio.takes.briefs import Word
from studio.takes.frame import Aspect, Frame, Quality, frame
from studio.takes.recipe import Recipe, TakeKind, fingerprint
from studio.takes.roster import Crew, EngineCard, Roster
from studio.takes.shelf import Made


class Again(Noun):
    """Another take of something: a seed no take of it has had, and what should be different, in the person's words."""

    seed: int
    note: str = ""


class Terms(Noun):
    """What a film for credits was ordered at: its quality, and the seconds it was quoted for."""

    quality: str
    seconds: PositiveInt


class Choices(Noun):
    """What the person chose for a production. `burn` burns captions in; without it they are a track and files.

    `only` names the subjects asked for, with what they need; without it the whole film is made. `again` names those
    to be made once more though they are current.
    """

    aspect: Aspect = Aspect.WIDE
    quality: Quality = Quality.LOW
    burn: CaptionStyle | None = None
    names: bool = False  # a lower third introduces everybody at their first line
    music: bool = True
    keep_stale: bool = False
    only: tuple[str, ...] = ()
    again: dict[str, Again] = {}  # noqa: RUF012  subject -> how; pydantic copies defaults
    crew: Annotated[Crew | None, Field(exclude_if=lambda crew: not crew)] = (
        None  # the episode's, unless it is said here
    )
    film: Annotated[Terms | None, Field(exclude_if=lambda terms: not terms)] = None  # it is paid for with credits

    @property
    def part(self) -> str:
        """Names the part of the film that is asked for; empty for all of it."""
        return fingerprint([self.only, self.model_dump(mode="json")["again"]])[:10] if self.only else ""


def _shot(subject: str) -> str:
    """What a subject is of: the shot of a clip."""
    return subject.partition(":")[2].partition("@")[0]


def mark(choices: Choices) -> str:
    """The name of the frame chosen, in subjects, runs and deliveries: 1280x720p24."""
    made = frame(choices.aspect, choices.quality)
    return f"{made.width}x{made.height}p{made.fps}"


@dataclass(frozen=True)
class Film:
    """A breakdown to be made with these choices."""

    breakdown: Breakdown
    choices: Choices
    title: str
    author: str
    seed: int

    @cached_property
    def frame(self) -> Frame:
        """The delivery frame."""
        return frame(self.choices.aspect, self.choices.quality)

    @cached_property
    def mark(self) -> str:
        """The frame's name in subjects and deliveries: 1280x720p24."""
        return mark(self.choices)

    @cached_property
    def recipes(self) -> dict[Hashable, Recipe]:
        """Recipes of this film drawn up before, by all they follow from; only wants.resolve looks in here."""
        return {}

    def card(self, roster: Roster, kind: TakeKind, subject: str) -> EngineCard:
        """The engine that makes a subject: who was chosen for it or stands in for them, else the first of its kind."""
        first = roster.card(kind)
        crew = self.choices.crew
        name = crew.plays(first.role, _shot(subject)) if crew else ""
        return roster.card(kind, name) if name else first

    def chosen(self, role: str, subject: str) -> str:
        """The engine a person chose for this, for its role or its shot; empty where nobody did."""
        crew = self.choices.crew
        return crew.name(role, _shot(subject)) if crew else ""

    @property
    def master(self) -> str:
        """The subject of the master."""
        return f"master:film@{self.mark}"

    @property
    def poster(self) -> str:
        """The subject of the poster."""
        return f"poster:film@{self.frame.width}x{self.frame.height}"

    @cached_property
    def scene_of(self) -> dict[str, Scene]:
        """Shot id -> its scene."""
        return {shot.id: scene for scene in self.breakdown.scenes for shot in scene.shots}

    @cached_property
    def fades(self) -> tuple[Fade, ...]:
        """Every dissolve and fade, in order."""
        return fades(self.breakdown, self.frame.fps, pace().fade)

    @cached_property
    def handles(self) -> dict[str, Handles]:
        """Shot id -> its frames that lie in a fade; only of shots that have some."""
        return handles(self.fades)

    @cached_property
    def first_lines(self) -> dict[str, str]:
        """Line id -> whoever is seen to speak for the first time in it."""
        first: dict[str, str] = {}
        for line in self.breakdown.lines:
            if not line.offscreen and line.character not in first.values():
                first[line.id] = line.character
        return first

    @cached_property
    def seconds(self) -> float:
        """How long it will be about, before anybody has spoken."""
        return self.timeline({}).frames / self.frame.fps

    def timeline(self, speech: Mapping[str, Made]) -> Timeline:
        """Lay the film out from the speeches that are there, by line id; others count by their letters."""
        return cut(self.breakdown, lengths(speech), self.frame.fps, title=self.title)


def lengths(speech: Mapping[str, Made]) -> dict[str, SpeechLength]:
    """What the timeline needs of each speech, by line id."""
    return {line: SpeechLength(seconds=made.measure["seconds"], words=words(made)) for line, made in speech.items()}


def words(made: Made) -> tuple[Word, ...]:
    """The words of a speech with their times."""
    return tuple(Word.model_validate(word) for word in made.measure.get("words", ()))
