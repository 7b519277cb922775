"""Wants: every subject of a film, what each needs, and the brief that follows once its needs are met.

The list is in an order in which everything comes after what it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from studio.cut.fades import Fade
from studio.cut.pace import pace
from studio.cut.timeline import END, TITLE
from studio.errors import BadRequest
from studio.production import briefing
from studio.production.briefing import Given
from studio.production.film import Film
from studio.production.suiting import suited
from studio.story.breakdown import Framing, Scene, Shot
from studio.story.ending import the_end
from studio.story.noun import Noun
from studio.story.places import Mood, Setting
from studio.story.voicing import telling_line
from studio.takes.briefs import (
    CardBrief,
    CardKind,
    LookBrief,
    MusicBrief,
    PlateBrief,
    PosterBrief,
    SpeechBrief,
)
from studio.takes.frame import SAMPLE_RATE, Frame
from studio.takes.recipe import Recipe, TakeKind
from studio.takes.roster import EngineCard, Roster

BED_SECONDS = 48  # a mood's bed is looped under its scenes, so a changed line leaves it as it is
ASSEMBLED = frozenset(
    {TakeKind.SHOT, TakeKind.FADE, TakeKind.MIX, TakeKind.MASTER}
)  # follow from the rest, cost nothing to ask

SCRIPT = "script:pitch"  # the screenplay a pitch becomes; asked for alone, nothing else is made
_AUDITION = "audition"

# what makes a poster: nearness that shows faces and place, two people, past the middle of the story
_LIKED = {Framing.MEDIUM: 3, Framing.FULL: 3, Framing.OVER_SHOULDER: 2, Framing.WIDE: 2, Framing.CLOSE: 2}


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


def resolve(want: Want, given: Given, film: Film, roster: Roster, engine: str = "") -> Recipe:
    """The recipe of a want whose needs are met, for another engine where one is named.

    A film remembers it, for pages ask for the same again and again.
    """
    plays = roster.card(want.kind, engine) if engine else film.card(roster, want.kind, want.subject)
    card = _over_board(plays, given, roster)
    takes = tuple((role, made.fingerprint, made.content) for role, made in sorted(given.items()))
    key = (want.subject, card.name, card.version, takes)
    if key not in film.recipes:
        film.recipes[key] = _resolve(want, given, film, card)
    return film.recipes[key]


def _over_board(card: EngineCard, given: Given, roster: Roster) -> EngineCard:
    """Who moves a board that a vendor painted: the paper theatre would draw another picture."""
    board = given.get("board")
    if TakeKind.CLIP not in card.makes or card.vendor or board is None or not roster.sold(board.engine):
        return card
    return roster.over_board() or card


def _resolve(want: Want, given: Given, film: Film, card: EngineCard) -> Recipe:
    again = film.choices.again.get(want.subject)
    return Recipe(
        kind=want.kind,
        brief=suited(want.brief(given), card).model_dump(mode="json"),
        inputs={role: made.content for role, made in sorted(given.items())},
        engine=card.name,
        engine_version=card.version,
        seed=again.seed if again else film.seed,
        note=again.note if again else "",
    )


def wants(film: Film) -> tuple[Want, ...]:
    """Every subject of a film, or those asked for with all they need; the screenplay alone is there already."""
    if film.choices.only == (SCRIPT,):
        return ()
    every = (*_each(film), *_auditions(film))
    return _part(every, film.choices.only) if film.choices.only else every


def _part(every: tuple[Want, ...], only: Sequence[str]) -> tuple[Want, ...]:
    """The wants of these subjects and of what they are made from; BadRequest for a subject the film has not."""
    asked = set(only)
    if missing := asked - {want.subject for want in every}:
        raise BadRequest(f"the film has no {min(missing)}", field="only")
    for want in reversed(every):
        if want.subject in asked:
            asked |= {subject for need in want.needs for subject in (need.subject, *need.instead)}
    return tuple(want for want in every if want.subject in asked)


def _each(film: Film) -> Iterator[Want]:
    for member in film.breakdown.cast:
        brief = LookBrief(dna=member.dna, name=member.name)
        yield Want(f"look:{member.id}", TakeKind.LOOK, partial(briefing.ready, brief))
    for subject, setting in _plates(film).items():
        yield Want(subject, TakeKind.PLATE, partial(briefing.ready, PlateBrief(setting=setting, frame=film.frame)))
    for line in film.breakdown.lines:
        yield Want(f"speech:{line.id}", TakeKind.SPEECH, partial(briefing.speech, film, line))
    if film.choices.music:
        for mood in dict.fromkeys(scene.setting.mood for scene in film.breakdown.scenes):
            brief_ = MusicBrief(mood=mood, samples=BED_SECONDS * SAMPLE_RATE)
            yield Want(f"music:{mood}", TakeKind.MUSIC, partial(briefing.ready, brief_))
    yield _card(film, TITLE, CardKind.TITLE)
    for scene in film.breakdown.scenes:
        for shot in scene.shots:
            yield from _shot(film, scene, shot)
    yield _card(film, END, CardKind.END)
    for ident in (TITLE, END):
        yield from _card_masters(film, ident)
    yield from (_fade(film, fade) for fade in film.fades)
    if poster := _poster(film):
        yield poster
    yield Want(
        f"mix:film@p{film.frame.fps}", TakeKind.MIX, partial(briefing.mix, film), (*_speeches(film), *_music(film))
    )
    yield Want(film.master, TakeKind.MASTER, partial(briefing.master, film), _master_needs(film))


def audition(character: str, voice: str) -> str:
    """The subject of a character's own line in a voice they might have; it is made only when asked for."""
    return f"{_AUDITION}:{character}:{voice}"


def _auditions(film: Film) -> Iterator[Want]:
    """The auditions asked for: a line as it would sound in that voice, with no manner that would hide it."""
    for subject in film.choices.only:
        kind, _, rest = subject.partition(":")
        character, _, voice = rest.partition(":")
        line = telling_line(film.breakdown, character)
        if kind == _AUDITION and line and voice:
            own = film.breakdown.character(character).casting
            casting = own.model_copy(update={"voice": voice, "also": dict.fromkeys(own.also, voice)})
            brief = SpeechBrief(text=line.text, manner="", language=line.language, casting=casting)
            yield Want(subject, TakeKind.SPEECH, partial(briefing.ready, brief))


def _shot(film: Film, scene: Scene, shot: Shot) -> Iterator[Want]:
    size = f"{film.frame.width}x{film.frame.height}"
    board, clip, slate = f"board:{shot.id}@{size}", f"clip:{shot.id}@{film.mark}", f"slate:{shot.id}@{film.mark}"
    looks = tuple(Need(f"look:{one.character}", f"look:{one.character}", True) for one in shot.staging.figures)
    plate = Need(plate_subject(scene.setting, film.frame), "plate")
    yield Want(board, TakeKind.BOARD, partial(briefing.board, film, scene, shot), (*looks, plate))
    heard = tuple(Need(f"speech:{line.id}", f"speech:{n}", optional=True) for n, line in enumerate(shot.lines))
    yield Want(clip, TakeKind.CLIP, partial(briefing.clip, film, scene, shot), (Need(board, "board"), *heard))
    yield Want(slate, TakeKind.CARD, partial(briefing.slate, film, scene, shot), heard, spare=True)
    seen, held = Need(clip, "clip", instead=(board, slate)), Need(board, "clip", instead=(slate,))
    conformed = partial(briefing.shot_master, film, shot)
    yield Want(f"shot:{shot.id}@{film.mark}", TakeKind.SHOT, conformed, (seen, *heard))
    yield Want(f"still:{shot.id}@{film.mark}", TakeKind.SHOT, conformed, (held, *heard), spare=True)


def _card_masters(film: Film, ident: str) -> Iterator[Want]:
    """A card as it is joined; where it cannot be drawn or conformed, the board beside it is held as long."""
    shots = film.breakdown.shots
    near = shots[:1] if ident == TITLE else shots[-1:]
    boards = tuple(f"board:{shot.id}@{film.frame.width}x{film.frame.height}" for shot in near)
    conformed = partial(briefing.card_master, film, ident)
    card = Need(f"card:{ident}@{film.mark}", "clip", instead=boards)
    yield Want(f"shot:{ident}@{film.mark}", TakeKind.SHOT, conformed, (card,))
    for board in boards:
        yield Want(f"still:{ident}@{film.mark}", TakeKind.SHOT, conformed, (Need(board, "clip"),), spare=True)


def _fade(film: Film, fade: Fade) -> Want:
    sides = ((fade.out, "out"), (fade.into, "into"))
    needs = tuple(_joined(film, shot, role) for shot, role in sides if shot)
    return Want(f"fade:{fade.id}@{film.mark}", TakeKind.FADE, partial(briefing.fade, film, fade), needs)


def _joined(film: Film, ident: str, role: str) -> Need:
    """A shot or card as it is joined, or its still."""
    return Need(f"shot:{ident}@{film.mark}", role, instead=(f"still:{ident}@{film.mark}",))


def _card(film: Film, ident: str, kind: CardKind) -> Want:
    scenes = film.breakdown.scenes
    scene = (scenes[0] if kind is CardKind.TITLE else scenes[-1]) if scenes else None
    needs = (Need(plate_subject(scene.setting, film.frame), "plate", optional=True),) if scene else ()
    mood = scene.setting.mood if scene else Mood.DUSK
    credit = (film.author,) if film.author else ()
    lines = credit if kind is CardKind.TITLE else (film.title, *credit)
    seconds = pace().title if kind is CardKind.TITLE else pace().end
    brief = CardBrief(
        kind=kind,
        title=film.title if kind is CardKind.TITLE else the_end(film.breakdown.language),
        lines=lines,
        mood=mood,
        frame=film.frame,
        frames=round(seconds * film.frame.fps),
    )
    return Want(f"card:{ident}@{film.mark}", TakeKind.CARD, partial(briefing.ready, brief), needs)


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
    return Want(film.poster, TakeKind.POSTER, partial(briefing.ready, brief), (board,))


def plate_subject(setting: Setting, frame: Frame) -> str:
    """The subject of a place in one light; scenes that play there so share its plate."""
    return f"plate:{setting.place.id}-{setting.time}-{setting.weather}-{setting.mood}@{frame.width}x{frame.height}"


def _plates(film: Film) -> dict[str, Setting]:
    return {plate_subject(scene.setting, film.frame): scene.setting for scene in film.breakdown.scenes}


def _speeches(film: Film) -> tuple[Need, ...]:
    return tuple(Need(f"speech:{line.id}", f"speech:{line.id}", optional=True) for line in film.breakdown.lines)


def _music(film: Film) -> tuple[Need, ...]:
    moods = dict.fromkeys(scene.setting.mood for scene in film.breakdown.scenes) if film.choices.music else {}
    return tuple(Need(f"music:{mood}", f"music:{mood}", optional=True) for mood in moods)


def _master_needs(film: Film) -> tuple[Need, ...]:
    order = (TITLE, *(shot.id for shot in film.breakdown.shots), END)
    shots = tuple(_joined(film, one, f"shot:{one}") for one in order)
    fades = tuple(Need(f"fade:{one.id}@{film.mark}", f"fade:{one.id}", optional=True) for one in film.fades)
    return (*shots, *fades, Need(f"mix:film@p{film.frame.fps}", "mix", optional=True), *_speeches(film))
