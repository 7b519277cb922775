"""Wants: every subject of a film, what each needs, and the brief that follows once its needs are met.

The list is in an order in which everything comes after what it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from studio.cut.timeline import END, TITLE, Entry, EntryKind, Spoken, Timeline, beds, captions, lay, pace, shot_captions
from studio.production.film import Film, lengths, words
from studio.story.breakdown import Framing, Line, Move, Scene, Shot, Staging
from studio.story.noun import Noun
from studio.story.places import Mood, Setting
from studio.takes.briefs import (
    BoardBrief,
    Caption,
    CardBrief,
    CardKind,
    ClipBrief,
    Cue,
    LookBrief,
    MasterBrief,
    MixBrief,
    MusicBrief,
    NameStrip,
    PlateBrief,
    PosterBrief,
    ShotBrief,
    Speaking,
    SpeechBrief,
)
from studio.takes.frame import SAMPLE_RATE
from studio.takes.recipe import Recipe, TakeKind
from studio.takes.roster import Roster
from studio.takes.shelf import Made

BED_SECONDS = 48  # a mood's bed is looped under its scenes, so a changed line leaves it as it is
ASSEMBLED = frozenset({TakeKind.SHOT, TakeKind.MIX, TakeKind.MASTER})  # follow from the rest, cost nothing to ask

# what makes a poster: nearness that shows faces and place, two people, past the middle of the story
_LIKED = {Framing.MEDIUM: 3, Framing.FULL: 3, Framing.OVER_SHOULDER: 2, Framing.WIDE: 2, Framing.CLOSE: 2}

Given = Mapping[str, Made]  # role -> the take that fills it


@dataclass(frozen=True)
class Need:
    """A subject another one is made from. `instead` are subjects that may stand in when it fails, in this order."""

    subject: str
    role: str
    optional: bool = False
    instead: tuple[str, ...] = ()


@dataclass(frozen=True)
class Want:
    """A subject, its needs, and how its brief follows from them. A spare is made only when something failed."""

    subject: str
    kind: TakeKind
    brief: Callable[[Given], Noun]
    needs: tuple[Need, ...] = ()
    spare: bool = False


def resolve(want: Want, given: Given, film: Film, roster: Roster) -> Recipe:
    """The recipe of a want whose needs are met."""
    card = roster.card(want.kind)
    return Recipe(
        kind=want.kind,
        brief=want.brief(given).model_dump(mode="json"),
        inputs={role: made.content for role, made in sorted(given.items())},
        engine=card.name,
        engine_version=card.version,
        seed=film.seed,
    )


def wants(film: Film) -> tuple[Want, ...]:
    """Every subject of a film."""
    return tuple(_each(film))


def _each(film: Film) -> Iterator[Want]:
    for member in film.breakdown.cast:
        brief = LookBrief(dna=member.dna, name=member.name)
        yield Want(f"look:{member.id}", TakeKind.LOOK, partial(_ready, brief))
    for subject, setting in _plates(film).items():
        yield Want(subject, TakeKind.PLATE, partial(_ready, PlateBrief(setting=setting, frame=film.frame)))
    for line in film.breakdown.lines:
        yield Want(f"speech:{line.id}", TakeKind.SPEECH, partial(_speech, film, line))
    if film.choices.music:
        for mood in dict.fromkeys(scene.setting.mood for scene in film.breakdown.scenes):
            brief_ = MusicBrief(mood=mood, samples=BED_SECONDS * SAMPLE_RATE)
            yield Want(f"music:{mood}", TakeKind.MUSIC, partial(_ready, brief_))
    yield _card(film, TITLE, CardKind.TITLE)
    for scene in film.breakdown.scenes:
        for shot in scene.shots:
            yield from _shot(film, scene, shot)
    yield _card(film, END, CardKind.END)
    for ident in (TITLE, END):
        yield Want(f"shot:{ident}@{film.mark}", TakeKind.SHOT, partial(_card_master, film, ident),
                   (Need(f"card:{ident}@{film.mark}", "clip"),))  # fmt: skip
    if poster := _poster(film):
        yield poster
    yield Want(f"mix:film@p{film.frame.fps}", TakeKind.MIX, partial(_mix, film), (*_speeches(film), *_music(film)))
    yield Want(f"master:film@{film.mark}", TakeKind.MASTER, partial(_master, film), _master_needs(film))


def _shot(film: Film, scene: Scene, shot: Shot) -> Iterator[Want]:
    size = f"{film.frame.width}x{film.frame.height}"
    board, clip, slate = f"board:{shot.id}@{size}", f"clip:{shot.id}@{film.mark}", f"slate:{shot.id}@{film.mark}"
    looks = tuple(Need(f"look:{figure.character}", f"look:{figure.character}") for figure in shot.staging.figures)
    plate = Need(_plate(film, scene.setting), "plate")
    yield Want(board, TakeKind.BOARD, partial(_board, film, scene, shot), (*looks, plate))
    heard = tuple(Need(f"speech:{line.id}", f"speech:{n}", optional=True) for n, line in enumerate(shot.lines))
    yield Want(clip, TakeKind.CLIP, partial(_clip, film, scene, shot), (Need(board, "board"), *heard))
    yield Want(slate, TakeKind.CARD, partial(_slate, film, scene, shot), heard, spare=True)
    seen = Need(clip, "clip", instead=(board, slate))
    yield Want(f"shot:{shot.id}@{film.mark}", TakeKind.SHOT, partial(_shot_master, film, shot), (seen, *heard))


def _card(film: Film, ident: str, kind: CardKind) -> Want:
    scenes = film.breakdown.scenes
    scene = (scenes[0] if kind is CardKind.TITLE else scenes[-1]) if scenes else None
    needs = (Need(_plate(film, scene.setting), "plate", optional=True),) if scene else ()
    mood = scene.setting.mood if scene else Mood.DUSK
    credit = (film.author,) if film.author else ()
    lines = credit if kind is CardKind.TITLE else (film.title, *credit)
    seconds = pace().title if kind is CardKind.TITLE else pace().end
    brief = CardBrief(
        kind=kind,
        title=film.title if kind is CardKind.TITLE else "The End",
        lines=lines,
        mood=mood,
        frame=film.frame,
        frames=round(seconds * film.frame.fps),
    )
    return Want(f"card:{ident}@{film.mark}", TakeKind.CARD, partial(_ready, brief), needs)


def _poster(film: Film) -> Want | None:
    """The poster, over the board that tells the most at a glance."""
    shots = film.breakdown.shots

    def worth(place: int) -> float:
        staging = shots[place].staging
        return min(2, len(staging.figures)) * 2 + _LIKED.get(staging.framing, 0) - abs(place / len(shots) - 0.6)

    if not shots:
        return None
    chosen = shots[max(range(len(shots)), key=worth)]
    size = f"{film.frame.width}x{film.frame.height}"
    brief = PosterBrief(title=film.title, mood=film.scene_of[chosen.id].setting.mood, frame=film.frame)
    board = Need(f"board:{chosen.id}@{size}", "board")
    return Want(f"poster:film@{size}", TakeKind.POSTER, partial(_ready, brief), (board,))


def _plate(film: Film, setting: Setting) -> str:
    return (
        f"plate:{setting.place.id}-{setting.time}-{setting.weather}-{setting.mood}"
        f"@{film.frame.width}x{film.frame.height}"
    )


def _plates(film: Film) -> dict[str, Setting]:
    return {_plate(film, scene.setting): scene.setting for scene in film.breakdown.scenes}


def _speeches(film: Film) -> tuple[Need, ...]:
    return tuple(Need(f"speech:{line.id}", f"speech:{line.id}", optional=True) for line in film.breakdown.lines)


def _music(film: Film) -> tuple[Need, ...]:
    moods = dict.fromkeys(scene.setting.mood for scene in film.breakdown.scenes) if film.choices.music else {}
    return tuple(Need(f"music:{mood}", f"music:{mood}", optional=True) for mood in moods)


def _master_needs(film: Film) -> tuple[Need, ...]:
    order = (TITLE, *(shot.id for shot in film.breakdown.shots), END)
    shots = tuple(Need(f"shot:{ident}@{film.mark}", f"shot:{ident}") for ident in order)
    return (*shots, Need(f"mix:film@p{film.frame.fps}", "mix"), *_speeches(film))


def _ready(brief: Noun, _given: Given) -> Noun:
    return brief


def _speech(film: Film, line: Line, _given: Given) -> SpeechBrief:
    casting = film.breakdown.character(line.character).casting
    return SpeechBrief(text=line.text, manner=line.manner, language=line.language, casting=casting)


def _board(film: Film, scene: Scene, shot: Shot, _given: Given) -> BoardBrief:
    """A still has no camera move: changing one leaves the board as it is."""
    return _staged(film, scene, shot.staging.model_copy(update={"move": Move.HOLD}))


def _staged(film: Film, scene: Scene, staging: Staging) -> BoardBrief:
    cast = {figure.character: film.breakdown.character(figure.character).dna for figure in staging.figures}
    return BoardBrief(staging=staging, setting=scene.setting, cast=cast, frame=film.frame)


def _said(shot: Shot, given: Given) -> dict[str, Made]:
    """The speeches of a shot that are there, by line id; their roles are counted within the shot."""
    return {line.id: given[f"speech:{n}"] for n, line in enumerate(shot.lines) if f"speech:{n}" in given}


def _clip(film: Film, scene: Scene, shot: Shot, given: Given) -> ClipBrief:
    said = _said(shot, given)
    frames, spoken = lay(shot, lengths(said), film.frame.fps)
    speaking = tuple(
        Speaking(character=line.character, start=at.start, visemes=tuple(said[line.id].measure["visemes"]))
        for line, at in zip(shot.lines, spoken, strict=True)
        if line.id in said and not line.offscreen
    )
    return ClipBrief(board=_staged(film, scene, shot.played or shot.staging), frames=frames, speaking=speaking)


def _slate(film: Film, scene: Scene, shot: Shot, given: Given) -> CardBrief:
    frames, _ = lay(shot, lengths(_said(shot, given)), film.frame.fps)
    text = shot.staging.action or " ".join(line.text for line in shot.lines)
    return CardBrief(
        kind=CardKind.SLATE,
        title=f"Shot {shot.number}",
        lines=(text[:180],),
        mood=scene.setting.mood,
        frame=film.frame,
        frames=frames,
    )


def _shot_master(film: Film, shot: Shot, given: Given) -> ShotBrief:
    said = _said(shot, given)
    frames, spoken = lay(shot, lengths(said), film.frame.fps)
    burnt: tuple[Caption, ...] = ()
    if film.choices.burn:
        timed = {line: words(made) for line, made in said.items()}
        entry = Entry(id=shot.id, kind=EntryKind.SHOT, start=0, frames=frames, lines=spoken)
        burnt = shot_captions(entry, shot, film.breakdown, film.frame.fps, timed)
    names = tuple(_introduced(film, shot, spoken)) if film.choices.names else ()
    return ShotBrief(frame=film.frame, frames=frames, captions=burnt, names=names, style=film.choices.burn or "")


def _introduced(film: Film, shot: Shot, spoken: Sequence[Spoken]) -> Iterator[NameStrip]:
    for line, at in zip(shot.lines, spoken, strict=True):
        if line.id in film.first_lines:
            member = film.breakdown.character(line.character)
            yield NameStrip(text=member.name.title(), start=at.start, accent=member.dna.cloth)


def _card_master(film: Film, ident: str, _given: Given) -> ShotBrief:
    return ShotBrief(frame=film.frame, frames=film.timeline({}).entry(ident).frames)


def by_line(film: Film, given: Given) -> dict[str, Made]:
    """The speeches among a film's given takes, by line id."""
    found = {line.id: given.get(f"speech:{line.id}") for line in film.breakdown.lines}
    return {line: made for line, made in found.items() if made}


def _mix(film: Film, given: Given) -> MixBrief:
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


def _master(film: Film, given: Given) -> MasterBrief:
    said = by_line(film, given)
    timeline = film.timeline(said)
    timed = {line: words(made) for line, made in said.items()}
    return MasterBrief(
        title=film.title,
        frame=film.frame,
        shots=tuple(f"shot:{entry.id}" for entry in timeline.entries),
        frames=timeline.frames,
        captions=captions(timeline, film.breakdown, timed),
        language=film.breakdown.language,
    )
