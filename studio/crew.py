"""The crew: one protocol per role. An engine is anything that keeps one of them.

Engines are asked through an `Order` and answer with a `Product`; they keep nothing, know no database and may run
in another process. The same recipe gives the same bytes from an offline engine, on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from studio.money.usage import Usage
from studio.story.breakdown import Breakdown
from studio.story.cast import DNA, Age, Character, Presents
from studio.story.noun import Noun
from studio.story.proposal import Proposal, Request
from studio.story.screenplay import Screenplay
from studio.takes.recipe import Recipe


@dataclass(frozen=True)
class Order:
    """A recipe, its inputs as readable files by role, and an empty folder to work in."""

    recipe: Recipe
    inputs: Mapping[str, Path]
    folder: Path


@dataclass(frozen=True)
class Product:
    """What an engine made: a file inside the order's folder and what was measured of it (JSON).

    `measure` by kind: speech {seconds, samples, words: [Word], visemes: [Viseme], audible: bool, why: str};
    clip, card, shot and fade {frames, width, height, fps}; mix {samples, lufs, peak_dbtp};
    master {frames, seconds, bytes}; look, plate and board {width, height}. `small` is a still's thumbnail as
    studio.takes.thumbs draws it, from a maker who has the pixels at hand.
    """

    file: Path
    measure: Mapping[str, Any] = field(default_factory=dict)
    small: Path | None = None


@dataclass(frozen=True)
class Footage:
    """What a film file holds: pixels, pictures a second, seconds."""

    width: int
    height: int
    fps: float
    seconds: float


@dataclass(frozen=True)
class Pitch:
    """What a writer is given: the pitch in the person's words, the length wanted and a seed."""

    text: str
    seconds: int = 90
    seed: int = 0
    title: str = ""


class VoiceCard(Noun):
    """A voice an engine has: what a Casting calls it, what a person reads of it, whom it fits, its pitch in Hz."""

    voice: str
    name: str
    accent: str = ""  # empty where the language has only one
    presents: Presents
    ages: tuple[Age, ...]
    hz: float

    def fits(self, dna: DNA) -> bool:
        """Whether it could be this character's; children of any kind have the high voices."""
        heard = {dna.presents, self.presents}
        alike = dna.age is Age.CHILD or Presents.NEUTRAL in heard or len(heard) == 1
        return alike and dna.age in self.ages


class Engine(Protocol):
    """What every engine says of itself."""

    @property
    def name(self) -> str:
        """The engine's name in data, as shown on its takes."""
        ...

    @property
    def version(self) -> str:
        """Changes whenever the same recipe would give other bytes."""
        ...


class Errand(Protocol):
    """One asking of a vendor that costs money, as its production keeps it.

    What is said to it is written down, durably, before it returns. So an engine that is begun again by another
    process finds here what the first one had sent, and never sends it twice.
    """

    @property
    def key(self) -> str:
        """The take's idempotency key, 64 hex digits; goes with the job to vendors that take one."""
        ...

    @property
    def ticket(self) -> str:
        """The vendor's id of the job an earlier process sent; empty when none was written down."""
        ...

    @property
    def doubtful(self) -> bool:
        """Whether an earlier process may have sent this without hearing of it: look it up before sending."""
        ...

    @property
    def allowed(self) -> int | None:
        """Milliseconds of the engine that what is held still pays for; None where it is not billed by time."""
        ...

    @property
    def hear(self) -> Callable[[str], None] | None:
        """Takes the words of an answer as they come, all of them so far each time; None where nobody waits for them."""
        ...

    def sent(self, ticket: str) -> None:
        """Write the vendor's job id down, before the first question about it."""
        ...

    def moved(self, share: float) -> None:
        """Say how far the vendor is, 0 to 1, where it tells."""
        ...

    def billed(self, usage: Usage) -> None:
        """Book what the vendor billed, also for what failed; a request id is booked once."""
        ...

    def check(self) -> None:
        """Raise CalledOff when the person called this off, so that polling ends and the vendor can be told."""
        ...


class Remote(Engine, Protocol):
    """An engine whose work is done at a vendor: whatever kinds of take its card says it makes."""

    def make(self, order: Order, errand: Errand) -> Product:
        """Make the take; the file lies in the order's folder.

        A ticket is polled and never sent again. Without one and doubtful, the job is looked up by its key where the
        vendor can; else Unclear is raised. Other errors: Busy, Down, Denied, Invalid, PolicyBlocked, Garbled.
        """
        ...


class VoiceLibrary(Protocol):
    """The voices of a vendor."""

    def voices(self, language: str) -> tuple[VoiceCard, ...]:
        """The voices that speak a language."""
        ...

    def ranked(self, dna: DNA, language: str) -> tuple[tuple[str, str], ...]:
        """Every voice for somebody, the best first, each with the reason in words."""
        ...

    @property
    def designer(self) -> str:
        """The model that designs new voices, by its price card; empty where the vendor designs none."""
        ...

    def forget(self) -> None:
        """List the voices anew the next time."""
        ...

    def cast(self, members: tuple[Character, ...], language: str) -> tuple[Character, ...]:
        """Give everybody who has none of the vendor's voices their own best one, in `casting.also`."""
        ...


class Writer(Engine, Protocol):
    """Turns a pitch into a screenplay, and a screenplay into another one."""

    def write(self, pitch: Pitch) -> Screenplay:
        """Write the screenplay; raises BadScript for a pitch nothing can be made of."""
        ...

    def revise(self, screenplay: Screenplay, breakdown: Breakdown, request: Request) -> Proposal:
        """Propose what is asked for, or say what stands in the way; `breakdown` is the screenplay's."""
        ...


class Painter(Engine, Protocol):
    """Makes stills: looks, plates and boards (PNG)."""

    def look(self, order: Order) -> Product:
        """LookBrief -> a character's sheet."""
        ...

    def plate(self, order: Order) -> Product:
        """PlateBrief -> a place with nobody in it."""
        ...

    def board(self, order: Order) -> Product:
        """BoardBrief, inputs look:<character> and plate -> a shot as a still."""
        ...


class Animator(Engine, Protocol):
    """Makes clips."""

    def clip(self, order: Order) -> Product:
        """ClipBrief, inputs board and speech:<line> -> a silent MP4 of exactly brief.frames frames.

        With a key frame at brief.key its bytes are the shot master's.
        """
        ...


class Voice(Engine, Protocol):
    """Speaks lines."""

    def speak(self, order: Order) -> Product:
        """SpeechBrief -> mono 48 kHz WAV, levelled, with word and mouth timings.

        A text the engine cannot read gives silence of a reader's length, audible=False and why.
        """
        ...


class Composer(Engine, Protocol):
    """Makes music."""

    def bed(self, order: Order) -> Product:
        """MusicBrief -> stereo 48 kHz WAV of exactly brief.samples samples."""
        ...


class Editor(Engine, Protocol):
    """Cuts: cards, shot masters, the mix and the master."""

    def card(self, order: Order) -> Product:
        """CardBrief, optional input plate -> an MP4 of exactly brief.frames frames."""
        ...

    def conform(self, order: Order) -> Product:
        """ShotBrief, input clip -> the shot master, with a key frame at brief.key.

        Bytes are passed on when the clip already conforms.
        """
        ...

    def fade(self, order: Order) -> Product:
        """FadeBrief, inputs out, into or both -> an MP4 of exactly brief.frames frames, encoded as a shot master is."""
        ...

    def mix(self, order: Order) -> Product:
        """MixBrief, inputs by the cues' roles -> AAC in an .m4a, one pass, -16 LUFS, at most -1 dBTP."""
        ...

    def master(self, order: Order) -> Product:
        """MasterBrief, inputs shot:<id>..., fade:<id>..., mix -> master.mp4.

        Pictures and sound are copied, never encoded again.
        """
        ...

    def poster(self, order: Order) -> Product:
        """PosterBrief, input board -> the episode's picture as JPEG, with its title."""
        ...
