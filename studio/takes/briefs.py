"""What each kind of take is asked for. A brief is the JSON in a recipe, so it holds nothing that does not
decide the take: a board's brief has no dialogue, a clip's has no words."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from studio.story.breakdown import Staging
from studio.story.cast import DNA, Casting, Character
from studio.story.noun import Noun
from studio.story.places import Colours, Mood, Setting
from studio.story.proposal import Request
from studio.takes.frame import Frame


class Mouth(StrEnum):
    """The eight mouth shapes of a speaking face."""

    REST = "rest"
    MBP = "mbp"
    A = "a"
    EI = "ei"
    O = "o"  # noqa: E741
    UW = "uw"
    FV = "fv"
    LTH = "lth"


class Viseme(Noun):
    """From `at` seconds after the speech begins the mouth has this shape, until the next one."""

    at: float
    mouth: Mouth


class Word(Noun):
    """A word of a line as it is heard: seconds from the start of its speech; `text` is verbatim."""

    text: str
    start: float
    end: float


class ScriptBrief(Noun):
    """A pitch to be written out as a screenplay of about so many seconds; an empty title is the writer's to find."""

    text: str
    seconds: int = 90
    seed: int = 0
    title: str = ""


class ProposalBrief(Noun):
    """A screenplay, what is asked of it, and its people, whose looks may be what should change."""

    fountain: str
    request: Request
    cast: tuple[Character, ...] = ()
    seed: int = 0


class VoiceBrief(Noun):
    """Voices for somebody that say a text of theirs; or one of those that were designed, to be kept under a name."""

    dna: DNA
    language: str
    text: str = ""
    kept: str = ""  # the preview; empty for a design
    name: str = ""


class Preview(Noun):
    """A voice that was designed and is not kept yet; the sound is base64."""

    voice: str
    media: str
    seconds: float
    sound: str


class Previews(Noun):
    """What a design made: the content of its take."""

    previews: tuple[Preview, ...]


class LookBrief(Noun):
    """A sheet of one character: full figure, turned figure, faces with moods."""

    dna: DNA
    name: str


class PlateBrief(Noun):
    """A place with nobody in it."""

    setting: Setting
    frame: Frame


class BoardBrief(Noun):
    """A shot as a still. `cast` holds the DNA of everybody in the staging (and of listeners just out of it)."""

    staging: Staging
    setting: Setting
    cast: dict[str, DNA]  # Character.id -> DNA
    frame: Frame
    colours: Annotated[Colours, Field(exclude_if=lambda told: not told)] = ()  # of things held or seen large


class Speaking(Noun):
    """Somebody speaks in a clip: from which frame, and the mouth's way in seconds from there."""

    character: str
    start: int
    visemes: tuple[Viseme, ...]


# Left out of a recipe while it asks for nothing: a take without it is the take it was before.
Key = Annotated[int, Field(exclude_if=lambda frame: not frame)]


class ClipBrief(Noun):
    """A shot in motion: its board's brief, its length in frames, and who speaks when."""

    board: BoardBrief
    frames: int
    speaking: tuple[Speaking, ...] = ()
    key: Key = 0  # this frame can be begun at, besides the first
    # Its board is a picture the person brought, and that is what moves: of the staging only the camera counts.
    still: Annotated[bool, Field(exclude_if=lambda own: not own)] = False


class CardKind(StrEnum):
    TITLE = "title"
    END = "end"
    SLATE = "slate"  # stands in for a shot that could not be drawn: its number and text


class CardBrief(Noun):
    """A title or end card in motion, over the plate that is its input, if any."""

    kind: CardKind
    title: str
    lines: tuple[str, ...] = ()  # subtitle, credits
    mood: Mood
    frame: Frame
    frames: int


class SpeechBrief(Noun):
    """One line to be spoken, verbatim, or as `said_as`; its words are timed as those of the text in any case."""

    text: str
    manner: str  # parentheticals, in the script's words
    language: str
    casting: Casting
    loudness: float = -18.0  # LUFS of the line after levelling
    said_as: Annotated[str, Field(exclude_if=lambda text: not text)] = ""  # spoken instead of the text


class MusicBrief(Noun):
    """A bed for one scene: mood and length in samples at 48 kHz."""

    mood: Mood
    samples: int
    quiet: bool = True  # no melody under speech


class Caption(Noun):
    """A caption in frames of the film; `words` carry frames too, for the highlight."""

    text: str
    start: int
    end: int
    speaker: str = ""
    words: tuple[tuple[str, int, int], ...] = ()


class NameStrip(Noun):
    """A lower third that introduces somebody, from a frame of the shot on; `accent` is their colour, #rrggbb."""

    text: str
    start: int
    accent: str


class ShotBrief(Noun):
    """A shot master: exactly `frames` frames, with names and captions burnt in if there are any.

    Captions are in frames of the shot, not of the film, so a moved shot is the same shot.
    """

    frame: Frame
    frames: int
    captions: tuple[Caption, ...] = ()
    names: tuple[NameStrip, ...] = ()
    key: Key = 0  # this frame can be begun at, besides the first
    style: str = ""  # a CaptionStyle of studio.cut.captions; empty when there are no captions


class FadeBrief(Noun):
    """A fade of exactly `frames` frames: the tail of the shot master `out` turns into the head of `into`.

    Black stands where there is no such input.
    """

    frame: Frame
    frames: int


class Cue(Noun):
    """A sound in the mix: input role, first sample; `samples` loops or trims it, 0 plays it once as it is."""

    role: str
    start: int
    samples: int = 0


class MixBrief(Noun):
    """The soundtrack: speeches and beds at their samples, music ducked under speech, -16 LUFS."""

    samples: int
    speech: tuple[Cue, ...]
    music: tuple[Cue, ...]


class MasterBrief(Noun):
    """The film: shot masters and fades joined in this order of roles, the mix, and captions as a soft track.

    `spans` name those of which only some frames are joined: the first, and the one after the last.
    """

    title: str
    frame: Frame
    shots: tuple[str, ...]
    spans: Annotated[dict[str, tuple[int, int]], Field(exclude_if=lambda spans: not spans)] = {}  # noqa: RUF012
    frames: int
    captions: tuple[Caption, ...] = ()
    language: str = "en"


class PosterBrief(Noun):
    """The episode's picture: its title over a board."""

    title: str
    mood: Mood
    frame: Frame
