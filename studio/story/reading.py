"""Reads a screenplay as beats: what is done and what is said, scene by scene. It changes no word."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from studio.story.breakdown import Passage
from studio.story.fountain import plain
from studio.story.lexicon import lexicon, words
from studio.story.passages import Sign, sign
from studio.story.screenplay import Element, Kind, Screenplay

NOWHERE = "A PLACE"
_EXTENSION = re.compile(r"\(([^()]*)\)?")
_HEARD = re.compile(
    r"^(v\.? ?o\.?|o\.? ?s\.?|o\.? ?c\.?|off|offscreen|off[- ]screen|off[- ]camera|voice[- ]?over|pre-?lap|"
    r"voz en off|en off|hors champ|voix off|aus dem off|filtered|through .*|"
    r"on (the )?(phone|radio|intercom|speaker|tv))$",
    re.IGNORECASE,
)
_KEPT = re.compile(r"^(cont|more|fortsetzung|suite|continua)", re.IGNORECASE)
_CAMERA = re.compile(r"^(fade|cut|dissolve|smash|match|iris|wipe|over black|black)\b[^.!?]{0,24}[:.]?$", re.IGNORECASE)
_VOICE = re.compile(r"^(?:voice of (.+)|(.+?)['’]s voice)$", re.IGNORECASE)


@dataclass(frozen=True)
class Act:
    """A paragraph of action, or the part of it one shot shows."""

    text: str


@dataclass(frozen=True)
class Said:
    """One dialogue element and how it is said; `name` is the cue without its extensions."""

    name: str
    text: str
    manner: str = ""
    dual: bool = False
    offscreen: bool = False
    turn: int = 0  # the same for all that is said under one cue
    many: bool = False  # said by several at once


Beat = Act | Said


@dataclass(frozen=True)
class Cue:
    """A cue taken apart: the name, what its extensions say of the voice, and those that say how."""

    name: str
    offscreen: bool = False
    manner: str = ""


@dataclass
class Sheet:
    """A scene as it was typed: heading, number, beats, and how its picture comes and goes."""

    heading: str
    number: str = ""
    beats: list[Beat] = field(default_factory=list)
    opening: Passage = Passage.CUT
    closing: Passage = Passage.CUT

    @property
    def action(self) -> str:
        """All that is done in the scene, without what is said."""
        return "\n".join(beat.text for beat in self.beats if isinstance(beat, Act))


def cue(text: str) -> Cue:
    """Take a cue apart: `MARA (V.O.) (CONT'D)` is Mara, heard and not seen."""
    bare = plain(text)
    name = " ".join(_EXTENSION.sub(" ", bare).rstrip("^ ").split())
    heard, manner = False, []
    for extension in (found.strip() for found in _EXTENSION.findall(bare)):
        if _HEARD.match(extension):
            heard = True
        elif extension and not _KEPT.match(extension):
            manner.append(extension)
    voice = _VOICE.match(name)
    if voice:
        name, heard = (voice[1] or voice[2]).strip(), True
    return Cue(name or bare.strip() or "?", heard, ", ".join(manner))


class _Reader:
    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self._cue = Cue("")
        self._dual = False
        self._turn = 0
        self._manner: list[str] = []
        self._opening = Passage.CUT  # of the scene to come

    def take(self, element: Element) -> None:
        match element.kind:
            case Kind.HEADING:
                self._open(" ".join(plain(element.text).split()) or NOWHERE, element.number)
                self._cue = Cue("")
            case Kind.CHARACTER:
                self._cue, self._dual = cue(element.text), element.dual
                self._manner = [self._cue.manner] if self._cue.manner else []
                self._turn += 1
            case Kind.PARENTHETICAL:
                self._manner.append(" ".join(plain(element.text).strip().strip("()（）").split()))
            case Kind.DIALOGUE | Kind.LYRIC:
                self._say(element)
            case Kind.ACTION | Kind.TRANSITION if asked := self._asked(element):
                self._pass(asked)
            case Kind.ACTION:
                self._do(plain(element.text).strip())

    def _say(self, element: Element) -> None:
        text = plain(element.text)
        if not text.strip():
            return
        name = self._cue.name or "Voice"
        many = bool(lexicon("people", "group", inflected=False).find(name)) and len(words(name)) == 1
        heard = self._cue.offscreen or not self._cue.name or many
        self._beats().append(Said(name, text, "; ".join(self._manner), self._dual, heard, self._turn, many))
        self._manner, self._dual = [], False

    def _do(self, text: str) -> None:
        beats = self._beats() if text else []
        if text and beats and isinstance(beats[-1], Act) and _CAMERA.match(beats[-1].text):
            beats[-1] = Act(f"{beats[-1].text}\n{text}")
        elif text:
            beats.append(Act(text))

    def _asked(self, element: Element) -> Sign | None:
        """The transition an element is; *The End* is one after a fade to black only."""
        asked = sign(plain(element.text))
        black = bool(self.sheets) and self.sheets[-1].closing is Passage.FADE
        return asked if asked is not Sign.END or black else None

    def _pass(self, asked: Sign) -> None:
        """Note a transition for the edge of the scene it stands at; what follows in the scene takes it back."""
        if asked is Sign.END:
            return
        if asked is Sign.FADE_OUT:
            if self.sheets:
                self.sheets[-1].closing = Passage.FADE
        elif asked is Sign.FADE_IN and self.sheets and not self.sheets[-1].beats:
            self.sheets[-1].opening = Passage.FADE
        else:
            self._opening = Passage.FADE if asked is Sign.FADE_IN else Passage.DISSOLVE

    def _open(self, heading: str, number: str = "") -> None:
        black = not self.sheets or self.sheets[-1].closing is Passage.FADE
        dissolves = self._opening is Passage.DISSOLVE and not black
        opening = self._opening if dissolves or self._opening is Passage.FADE else Passage.CUT
        self.sheets.append(Sheet(heading, number, opening=opening))
        self._opening = Passage.CUT

    def _beats(self) -> list[Beat]:
        """Where the next beat goes; a transition before it was not the scene's last."""
        if not self.sheets:
            self._open(NOWHERE)
        self.sheets[-1].closing = self._opening = Passage.CUT
        return self.sheets[-1].beats


def sheets(screenplay: Screenplay) -> list[Sheet]:
    """Read a screenplay scene by scene; what is done before the first heading opens the first scene."""
    reader = _Reader()
    for element in screenplay.elements:
        reader.take(element)
    read = reader.sheets
    if len(read) > 1 and read[0].heading == NOWHERE and not any(isinstance(beat, Said) for beat in read[0].beats):
        read[1].beats = _opened(read[0].beats, read[1].beats)
        read[1].opening = read[0].opening
        del read[0]
    return read


def _opened(before: list[Beat], beats: list[Beat]) -> list[Beat]:
    first = beats[0] if beats else None
    if not isinstance(first, Act):
        return before + beats
    return [Act("\n".join([*(beat.text for beat in before), first.text])), *beats[1:]]


def silent(manner: str) -> bool:
    """Whether a parenthetical asks for a beat of silence."""
    return bool(lexicon("acting", "beat").first(manner))
