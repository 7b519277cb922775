"""What the desk answers with: plain nouns for pages, command line and API."""

from __future__ import annotations

from datetime import datetime

from studio.production.run import ACTIVE, RunState
from studio.story.breakdown import Breakdown
from studio.story.deciding import Shift
from studio.story.noun import Noun
from studio.takes.recipe import TakeKind


class FileView(Noun):
    """A finished file: its name, its content in the vault, its size in bytes."""

    name: str
    content: str
    size: int
    frame: str


class Removed(Noun):
    """An episode that was taken off the lists."""

    id: str
    title: str
    pitch: str


class Failure(Noun):
    """A take that could not be made, and why; `blocked` ones wait for another."""

    subject: str
    why: str
    blocked: bool = False
    unclear: bool = False  # it was sent to a vendor, and nobody knows whether it was accepted
    retake: bool = False  # another take of something that is there
    run: str = ""  # that tried


class Switched(Noun):
    """A take that another engine made than the one chosen for it, and why."""

    subject: str
    engine: str
    instead_of: str
    why: str


class SilentLine(Noun):
    """A line no voice could read, and why: it is captioned and has its time, but nobody hears it."""

    line: str  # its id
    speaker: str
    text: str
    why: str


class Stage(Noun):
    """How far one kind of take is."""

    kind: TakeKind
    done: int
    total: int
    failed: int


class Sent(Noun):
    """A take that is made at a vendor, and how far that is, from 0 to 1."""

    subject: str
    share: float


class Progress(Noun):
    """A run as it stands: counts by stage, time left, the newest picture, and what failed."""

    run: str
    episode: str
    state: RunState
    stage: str  # the kind being made, "script" before there are any
    done: int
    total: int
    made: int  # by this run
    reused: int  # there before
    cost_micros: int = 0  # what the vendors billed for what this run made, micro-dollars
    stale: int
    seconds_left: float
    newest: str = ""  # content of the newest board
    picture: str = ""  # fingerprint of the newest look, plate, board or poster
    whole: bool = True  # it makes all of the film, not a part
    frame: str = ""  # it makes the film for, 1280x720p24
    stages: tuple[Stage, ...] = ()
    sent: tuple[Sent, ...] = ()  # takes under way at vendors that say how far they are
    awaited: tuple[str, ...] = ()  # vendors that are busy: takes wait for them
    failures: tuple[Failure, ...] = ()
    silent: tuple[SilentLine, ...] = ()  # of the whole film, once the run is done
    switched: tuple[Switched, ...] = ()  # what other engines made than those chosen, once the run has ended
    error: str = ""
    started: datetime
    finished: datetime | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.state not in ACTIVE

    @property
    def share(self) -> float:
        """How far it is, from 0 to 1; what vendors say of takes under way counts."""
        return min(1.0, (self.done + sum(one.share for one in self.sent)) / self.total) if self.total else 0.0


class Trouble(Noun):
    """A run that left something undone: why, and what it could not make and nobody has made since."""

    run: str
    why: str
    failures: tuple[Failure, ...] = ()


class Situation(Noun):
    """How things stand with the takes of an episode beyond their plan: what is being made, and what went wrong."""

    making: frozenset[str] = frozenset()
    failed: dict[str, Failure] = {}  # noqa: RUF012  by subject; pydantic copies defaults
    troubles: tuple[Trouble, ...] = ()


class EpisodeRow(Noun):
    """An episode in a list: what to call it, its poster and length, how far its last run is, what it has cost."""

    id: str
    title: str
    pitch: str
    created: datetime
    seconds: float = 0.0  # of its newest master
    poster: FileView | None = None  # in the frame of its newest master
    run: str = ""  # the last one
    state: RunState | None = None  # of that run; None before there was any
    done: int = 0
    total: int = 0
    failed: int = 0
    newest: str = ""  # content of the newest board, while there is no film
    cost_micros: int = 0  # what the vendors billed for all its runs, micro-dollars
    credits: int | None = None  # what its films have cost so far; None where its owner's plan pays

    @property
    def under_way(self) -> bool:
        """Whether it is being made."""
        return self.state in ACTIVE


class EpisodeView(Noun):
    """An episode in full: its title, how far it is, its files."""

    id: str
    title: str
    pitch: str
    created: datetime
    seconds: float = 0.0  # of its newest master
    frame: str = ""  # of its newest master
    progress: Progress | None = None
    files: tuple[FileView, ...] = ()
    silent: tuple[SilentLine, ...] = ()  # lines of its newest script that no voice could read

    def file(self, name: str) -> FileView | None:
        """The finished file of this name in the newest frame."""
        return next((one for one in self.files if one.name == name and one.frame == self.frame), None)


class TakeView(Noun):
    """A take of a subject: its file, who made it and after which note, whether it is circled."""

    fingerprint: str
    kind: TakeKind
    content: str
    suffix: str  # .png, .wav, .mp4
    engine: str
    instead_of: str = ""  # the engine chosen for it, where another one made it
    why: str = ""  # that one did not
    note: str = ""
    own: bool = False  # the person brought it
    circled: bool = False
    seconds: float = 0.0  # of a speech
    cost_micros: int = 0
    made: datetime


class Story(Noun):
    """An episode as it stands in its newest version: text, and breakdown with all that was decided."""

    episode: str
    number: int  # of the version; whoever changes the episode names it
    title: str
    fountain: str
    breakdown: Breakdown


class VersionView(Noun):
    """A version beside a later one: its text, and what was decided otherwise since."""

    fountain: str
    shifts: tuple[Shift, ...] = ()


class RevisionView(Noun):
    """A version in the list of versions."""

    number: int
    what: str
    created: datetime
