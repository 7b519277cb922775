"""The breakdown of a screenplay: scenes, shots and lines, with what each shot shows."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from studio.story.cast import Character
from studio.story.noun import Noun
from studio.story.places import Colours, Setting

# What a person decided is left out while nobody decided it: such a breakdown is the one it was before.
_Decided = Field(exclude_if=lambda value: not value)


class Framing(StrEnum):
    WIDE = "wide"  # places us: the whole set, figures small
    FULL = "full"  # figures head to foot
    MEDIUM = "medium"  # from the waist
    CLOSE = "close"  # a face
    OVER_SHOULDER = "over shoulder"  # the focus, past the other's shoulder
    INSERT = "insert"  # a prop fills the frame


class Move(StrEnum):
    """What the camera does, eased at both ends."""

    HOLD = "hold"
    PUSH_IN = "push in"
    PULL_OUT = "pull out"
    PAN_LEFT = "pan left"
    PAN_RIGHT = "pan right"
    DRIFT = "drift"
    SHAKE = "shake"


class Emotion(StrEnum):
    JOY = "joy"
    SORROW = "sorrow"
    ANGER = "anger"
    FEAR = "fear"
    SURPRISE = "surprise"
    DOUBT = "doubt"
    CALM = "calm"
    TENDERNESS = "tenderness"


class Gesture(StrEnum):
    REST = "rest"  # arms down, weight on one leg
    POINT = "point"
    HOLD = "hold"  # carries `prop` in front of the body
    COVER_MOUTH = "cover mouth"
    HIPS = "hips"
    CROSSED = "crossed"
    SHRUG = "shrug"
    REACH = "reach"
    WAVE = "wave"
    THINK = "think"  # hand at the chin


class Entrance(StrEnum):
    NONE = ""
    ENTERS = "enters"
    LEAVES = "leaves"


class Figure(Noun):
    """A character in a shot and what they do there."""

    character: str  # Character.id
    emotion: Emotion = Emotion.CALM
    gesture: Gesture = Gesture.REST
    prop: str = ""  # in the hand; a part in data/paper
    looks_at: str = ""  # Character.id, "camera", "away", or empty: whoever speaks
    beyond: int = 0  # where the partner stands when out of the shot: 1 right, -1 left, 0 there is none
    entrance: Entrance = Entrance.NONE
    walks: bool = False


class Staging(Noun):
    """What a shot shows, for every format: whoever draws it composes it again for 16:9, 9:16 and 1:1."""

    framing: Framing = Framing.MEDIUM
    move: Move = Move.HOLD
    figures: tuple[Figure, ...] = ()  # left to right; the order holds for the whole scene (no crossing the line)
    focus: str = ""  # Character.id or prop the shot is about
    action: str = ""  # the writer's action lines this shot covers
    # Things of the place that somebody has taken who is not seen holding them: they no longer stand there.
    taken: Annotated[tuple[str, ...], _Decided] = ()


class Line(Noun):
    """One speech: a cue with its dialogue, the writer's words unchanged."""

    id: str
    character: str  # Character.id
    text: str
    manner: str = ""  # the parentheticals, without brackets
    language: str = "en"  # BCP 47
    dual: bool = False  # spoken at the same time as the line before it
    offscreen: bool = False  # V.O. and O.S.: heard, no mouth seen
    speed: Annotated[float, _Decided] = 0.0  # a person's, times the character's pace; 0 is as they always speak
    said_as: Annotated[str, _Decided] = ""  # spoken instead of the text, which captions keep
    like: Annotated[str, _Decided] = ""  # a manner of the voice engine, instead of the parentheticals


class Shot(Noun):
    """One framing: what it shows and what is said in it. `id` survives edits elsewhere in the script.

    `staging` hears the words once, when its framing is first chosen, and not again, so that a reworded line leaves
    the board as it is; `played` is the same shot with the faces, hands and camera the words ask for, None where they
    ask for nothing.
    """

    id: str
    number: str  # as on a slate: scene number and letter, 1A
    staging: Staging
    played: Staging | None = None
    lines: tuple[Line, ...] = ()
    pause: float = 1.0  # seconds the picture needs beyond its lines
    least: Annotated[float, _Decided] = 0.0  # seconds a person wants it to last at the least
    note: Annotated[str, _Decided] = ""  # a person's, to whoever reads the storyboard
    directed: Annotated[bool, _Decided] = False  # a person decided how it is staged
    added: Annotated[bool, _Decided] = False  # by a person: the script knows nothing of it


class Passage(StrEnum):
    """How the picture comes or goes at the edge of a scene."""

    CUT = "cut"
    DISSOLVE = "dissolve"  # out of the scene before
    FADE = "fade"  # from black, or to it


class Scene(Noun):
    """A scene: its setting and its shots, how it opens (any passage) and how it closes (a cut or a fade)."""

    id: str
    number: str
    heading: str
    setting: Setting
    shots: tuple[Shot, ...] = ()
    opening: Passage = Passage.CUT
    closing: Passage = Passage.CUT
    written: Annotated[Setting | None, _Decided] = None  # the setting the script tells, where a person chose another
    told: Annotated[str, _Decided] = ""  # mark of the action a person directed it on; empty while nobody did
    dropped: Annotated[tuple[str, ...], _Decided] = ()  # actions of the shots a person took out


class Breakdown(Noun):
    """A screenplay ready to be made; `colours` are those its action gives to things."""

    title: str
    language: str = "en"
    cast: tuple[Character, ...] = ()
    scenes: tuple[Scene, ...] = ()
    colours: Annotated[Colours, Field(exclude_if=lambda told: not told)] = ()

    @property
    def shots(self) -> tuple[Shot, ...]:
        """All shots in the order of the film."""
        return tuple(shot for scene in self.scenes for shot in scene.shots)

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines in the order they are spoken."""
        return tuple(line for shot in self.shots for line in shot.lines)

    def character(self, ident: str) -> Character:
        """The member of the cast with this id; KeyError if there is none."""
        for member in self.cast:
            if member.id == ident:
                return member
        raise KeyError(ident)
