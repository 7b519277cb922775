"""Breaks a screenplay down into cast, places, scenes, shots and lines. Rules only, and the same every time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from studio.story.alignment import Idents
from studio.story.blocking import Blocking
from studio.story.breakdown import Breakdown, Line, Move, Scene, Shot
from studio.story.cast import Character
from studio.story.casting import cast, world
from studio.story.colouring import coloured
from studio.story.keeping import keep, scripted
from studio.story.language import language
from studio.story.mentions import Roll
from studio.story.pause import pause
from studio.story.places import Setting
from studio.story.portrait import sights
from studio.story.reading import Said, Sheet, sheets
from studio.story.roster import Roster, known_as
from studio.story.scouting import scout
from studio.story.screenplay import Screenplay
from studio.story.settling import remember, settled
from studio.story.shotlist import Draft, divide, props
from studio.story.slates import numbered
from studio.story.staging import Ground, Stage, Was
from studio.story.tracing import Kept, describe, same_shots, slates, trace
from studio.story.voicing import as_read

_BRIEF = 2  # shots of a scene too short to open wide
_SAMPLE = 4000  # signs of dialogue that tell the language of a script


@dataclass(frozen=True)
class _Script:
    """What every scene of one script shares."""

    roster: Roster
    roll: Roll
    cast: dict[str, Character]
    language: str
    idents: Idents
    before: dict[str, Line]  # line id -> the line it was


def break_down(screenplay: Screenplay, *, seed: int = 0, previous: Breakdown | None = None) -> Breakdown:
    """Break a screenplay down; with `previous`, whatever is still the same keeps its id, looks and framing."""
    read = sheets(screenplay)
    roster = Roster(read, known_as(previous.cast) if previous else None)
    seen = sights(roster.names, [sheet.action for sheet in read])
    era = world([f"{sheet.heading}\n{sheet.action}" for sheet in read])
    members = cast(roster, seen, era, seed, previous.cast if previous else ())
    idents = Idents(_used(previous) if previous else ())
    kept = trace(read, roster, previous, idents)
    spoken = language(_sample(read), previous.language if previous else "en")
    before = {line.id: line for line in previous.lines} if previous else {}
    script = _Script(roster, Roll(roster.names), {member.id: member for member in members}, spoken, idents, before)
    told = scout(read, {tag for sight in seen.values() for _, tag in props(sight.calling)})
    settings = settled(told, [one.was for one in kept], [sheet.heading for sheet in read], previous)
    scenes = [_scene(script, sheet, one, settings, at) for at, (sheet, one) in enumerate(zip(read, kept, strict=True))]
    scenes = [remember(scene, setting) for scene, setting in zip(scenes, told, strict=True)]
    return Breakdown(
        title=screenplay.title,
        language=spoken,
        cast=members,
        scenes=_ended(scenes),
        colours=coloured([sheet.action for sheet in read]),
    )


def _used(previous: Breakdown) -> list[str]:
    named = [scene.id for scene in previous.scenes] + [shot.id for shot in previous.shots]
    return named + [line.id for line in previous.lines]


def _sample(read: Sequence[Sheet]) -> str:
    spoken = [beat.text for sheet in read for beat in sheet.beats if isinstance(beat, Said)]
    return "\n".join(spoken or [sheet.action for sheet in read])[:_SAMPLE]


def _scene(script: _Script, sheet: Sheet, kept: Kept, settings: Sequence[Setting], at: int) -> Scene:
    number = sheet.number or str(at + 1)
    drafts = divide(sheet, script.roll, script.roster, kept.lines, kept.cuts)
    before = scripted(kept.was.shots) if kept.was else ()
    pairs = same_shots(slates(before), describe([(draft.lines, draft.action) for draft in drafts]))
    old = [before[pairs[one]] if one in pairs else None for one in range(len(drafts))]
    ids = [was.id if was else _fresh(script.idents, kept.ident, draft) for was, draft in zip(old, drafts, strict=True)]
    blocking = Blocking(sheet, kept.ident, script.roster, script.roll, script.cast)
    stage = Stage(blocking, [who for draft in drafts for _, who, _ in draft.said], _ground(settings, at, len(drafts)))
    shots = []
    for index, (draft, ident) in enumerate(zip(drafts, ids, strict=True)):
        after = old[index + 1] if index + 1 < len(old) else None
        this = old[index]
        was = Was(this.staging if this else None, after.staging if after else None)
        staging = stage.play(draft, ident, was)
        shots.append(
            Shot(
                id=ident,
                number=number,
                staging=staging,
                played=stage.played,
                lines=tuple(as_read(_line(script, *said), script.before.get(said[0])) for said in draft.said),
                pause=pause(draft, staging),
            )
        )
    found = keep(kept.was, shots, script.cast)
    return Scene(
        id=kept.ident,
        number=number,
        heading=sheet.heading,
        setting=settings[at],
        shots=numbered(number, found.shots),
        told=found.told,
        dropped=found.dropped,
        opening=sheet.opening,
        closing=sheet.closing,
    )


def _ground(settings: Sequence[Setting], at: int, shots: int) -> Ground:
    place = settings[at].place
    before = [setting.place.id for setting in settings[:at]]
    return Ground(
        interior=place.interior,
        known=place.id in before,
        brief=before[-1:] == [place.id] and shots <= _BRIEF,
        final=at + 1 == len(settings),
        things=place.props,
    )


def _fresh(idents: Idents, scene: str, draft: Draft) -> str:
    return idents.fresh("shot", scene, draft.purpose.value, *(draft.lines or (draft.action,)))


def _line(script: _Script, ident: str, who: str, said: Said) -> Line:
    return Line(
        id=ident,
        character=who,
        text=said.text,
        manner=said.manner,
        language=language(said.text, script.language),
        dual=said.dual,
        offscreen=said.offscreen,
    )


def _ended(scenes: Sequence[Scene]) -> tuple[Scene, ...]:
    """Pull out from the last shot of the film, unless a person directed its scene."""
    if not scenes or not scenes[-1].shots:
        return tuple(scenes)
    *shots, last = scenes[-1].shots
    if scenes[-1].told:
        return tuple(scenes)
    out = {"move": Move.PULL_OUT}
    played = last.played.model_copy(update=out) if last.played else None
    ending = last.model_copy(update={"staging": last.staging.model_copy(update=out), "played": played})
    end = scenes[-1].model_copy(update={"shots": (*shots, ending)})
    return (*scenes[:-1], end)
