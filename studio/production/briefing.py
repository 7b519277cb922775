"""Briefing: what each subject of a film is asked for, once what it needs is there. Decides no order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from studio.cut.fades import Fade, Handles
from studio.cut.pieces import pieces
from studio.cut.timeline import Entry, EntryKind, Spoken, Timeline, beds, captions, lay, shot_captions
from studio.production.film import Film, lengths, words
from studio.story.breakdown import Line, Move, Scene, Shot, Staging
from studio.story.noun import Noun
from studio.takes.briefs import (
    BoardBrief,
    Caption,
    CardBrief,
    CardKind,
    ClipBrief,
    Cue,
    FadeBrief,
    MasterBrief,
    MixBrief,
    NameStrip,
    ShotBrief,
    Speaking,
    SpeechBrief,
)
from studio.takes.shelf import Made

Given = Mapping[str, Made]  # role -> the take that fills it


def ready(brief: Noun, _given: Given) -> Noun:
    """A brief that follows from the film alone."""
    return brief


def speech(film: Film, line: Line, _given: Given) -> SpeechBrief:
    """One line to be spoken, as a person wants it read."""
    casting = film.breakdown.character(line.character).casting
    if line.speed:
        casting = casting.model_copy(update={"pace": round(casting.pace * line.speed, 3)})
    manner = line.like or line.manner
    return SpeechBrief(text=line.text, manner=manner, language=line.language, casting=casting, said_as=line.said_as)


def board(film: Film, scene: Scene, shot: Shot, _given: Given) -> BoardBrief:
    """A still has no camera move: changing one leaves the board as it is."""
    return _staged(film, scene, shot.staging.model_copy(update={"move": Move.HOLD}))


def _staged(film: Film, scene: Scene, staging: Staging) -> BoardBrief:
    cast = {figure.character: film.breakdown.character(figure.character).dna for figure in staging.figures}
    seen = {staging.focus, *(figure.prop for figure in staging.figures)}
    colours = tuple(pair for pair in film.breakdown.colours if pair[0] in seen)
    return BoardBrief(staging=staging, setting=scene.setting, cast=cast, frame=film.frame, colours=colours)


def _said(shot: Shot, given: Given) -> dict[str, Made]:
    """The speeches of a shot that are there, by line id; their roles are counted within the shot."""
    return {line.id: given[f"speech:{n}"] for n, line in enumerate(shot.lines) if f"speech:{n}" in given}


def _laid(film: Film, shot: Shot, said: Mapping[str, Made]) -> tuple[int, tuple[Spoken, ...]]:
    return lay(shot, lengths(said), film.frame.fps, held=film.handles.get(shot.id))


def _key(film: Film, shot: Shot) -> int:
    """Where the master may come in after the fade at a shot's head."""
    return film.handles.get(shot.id, Handles()).head


def clip(film: Film, scene: Scene, shot: Shot, given: Given) -> ClipBrief:
    """A shot in motion, as long as its speeches make it; over a board the person brought the camera moves."""
    said = _said(shot, given)
    frames, spoken = _laid(film, shot, said)
    staged = _staged(film, scene, shot.played or shot.staging)
    if "board" in given and given["board"].own:
        return ClipBrief(board=camera_only(staged), frames=frames, key=_key(film, shot), still=True)
    speaking = tuple(
        Speaking(character=line.character, start=at.start, visemes=tuple(said[line.id].measure["visemes"]))
        for line, at in zip(shot.lines, spoken, strict=True)
        if line.id in said and not line.offscreen
    )
    return ClipBrief(board=staged, frames=frames, speaking=speaking, key=_key(film, shot))


def camera_only(staged: BoardBrief) -> BoardBrief:
    """What counts of a staging where the picture is there already: what the camera does."""
    return staged.model_copy(update={"staging": Staging(move=staged.staging.move), "cast": {}})


def slate(film: Film, scene: Scene, shot: Shot, given: Given) -> CardBrief:
    """A card that stands in for a shot nobody could draw."""
    frames, _ = _laid(film, shot, _said(shot, given))
    text = shot.staging.action or " ".join(line.text for line in shot.lines)
    return CardBrief(
        kind=CardKind.SLATE,
        title=f"Shot {shot.number}",
        lines=(text[:180],),
        mood=scene.setting.mood,
        frame=film.frame,
        frames=frames,
    )


def shot_master(film: Film, shot: Shot, given: Given) -> ShotBrief:
    """A shot as it is joined to the film, with what is burnt into it."""
    said = _said(shot, given)
    frames, spoken = _laid(film, shot, said)
    burnt: tuple[Caption, ...] = ()
    if film.choices.burn:
        timed = {line: words(made) for line, made in said.items()}
        entry = Entry(id=shot.id, kind=EntryKind.SHOT, start=0, frames=frames, lines=spoken)
        burnt = shot_captions(entry, shot, film.breakdown, film.frame.fps, timed)
    names = tuple(_introduced(film, shot, spoken)) if film.choices.names else ()
    return ShotBrief(
        frame=film.frame,
        frames=frames,
        captions=burnt,
        names=names,
        key=_key(film, shot),
        style=film.choices.burn or "",
    )


def _introduced(film: Film, shot: Shot, spoken: Sequence[Spoken]) -> Iterator[NameStrip]:
    for line, at in zip(shot.lines, spoken, strict=True):
        if line.id in film.first_lines:
            member = film.breakdown.character(line.character)
            yield NameStrip(text=member.called, start=at.start, accent=member.dna.cloth)


def card_master(film: Film, ident: str, _given: Given) -> ShotBrief:
    """A title or end card as it is joined to the film."""
    return ShotBrief(frame=film.frame, frames=film.timeline({}).entry(ident).frames)


def fade(film: Film, one: Fade, _given: Given) -> FadeBrief:
    """A dissolve, or a fade from or to black."""
    return FadeBrief(frame=film.frame, frames=one.frames)


def by_line(film: Film, given: Given) -> dict[str, Made]:
    """The speeches among a film's given takes, by line id."""
    found = {line.id: given.get(f"speech:{line.id}") for line in film.breakdown.lines}
    return {line: made for line, made in found.items() if made}


def mix(film: Film, given: Given) -> MixBrief:
    """The soundtrack: every speech and bed at its sample."""
    said = by_line(film, given)
    timeline = film.timeline(said)
    heard = timeline.heard()
    speech = tuple(Cue(role=f"speech:{line}", start=heard[line]) for line in said)
    return MixBrief(samples=timeline.samples, speech=speech, music=tuple(_cues(film, timeline, given)))


def _cues(film: Film, timeline: Timeline, given: Given) -> Iterator[Cue]:
    """Music under the scenes; neighbours of one mood share one cue."""
    moods = {scene.id: scene.setting.mood for scene in film.breakdown.scenes}
    last: Cue | None = None
    for bed in beds(timeline):
        role = f"music:{moods[bed.scene]}"
        if role not in given:
            continue
        if last and last.role == role and last.start + last.samples == bed.start:
            last = last.model_copy(update={"samples": last.samples + bed.samples})
            continue
        if last:
            yield last
        last = Cue(role=role, start=bed.start, samples=bed.samples)
    if last:
        yield last


def master(film: Film, given: Given) -> MasterBrief:
    """The film: its shots and fades in order, its captions; a fade that could not be made is a cut."""
    said = by_line(film, given)
    timeline = film.timeline(said)
    timed = {line: words(made) for line, made in said.items()}
    joined = pieces(timeline, {one.id for one in film.fades if f"fade:{one.id}" in given})
    return MasterBrief(
        title=film.title,
        frame=film.frame,
        shots=tuple(piece.role for piece in joined),
        spans={piece.role: (piece.first, piece.first + piece.frames) for piece in joined if not piece.whole},
        frames=timeline.frames,
        captions=captions(timeline, film.breakdown, timed),
        language=film.breakdown.language,
    )
