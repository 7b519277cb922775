"""The strip: a film as its timeline shows it, scene by scene, with the state of every shot, line and bed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise

from studio.cut.timeline import Entry, EntryKind, Timeline
from studio.production.cutting import Cut
from studio.production.film import Film
from studio.story.breakdown import Breakdown, Line, Scene, Shot
from studio.story.noun import Noun
from studio.takes.plan import Plan, State

_CARDS = ("Title", "The End")
_LONG, _PART = 900.0, 600.0  # seconds above which a film is looked at in parts, and of a part


class Block(Noun):
    """A shot, a line or a bed on the strip; times are seconds, `start` counts from the stretch's beginning."""

    id: str
    name: str
    text: str = ""
    start: float
    seconds: float
    state: State
    failed: bool = False  # the last run could not make it
    picture: str = ""  # fingerprint of a shot's circled board


class Stretch(Noun):
    """A scene of the strip, or a card; a card's `number` is empty."""

    id: str
    number: str = ""
    heading: str
    start: float
    seconds: float
    pictures: tuple[Block, ...]
    speech: tuple[Block, ...] = ()
    music: Block | None = None


class Strip(Noun):
    """A film from title to end card."""

    seconds: float
    stretches: tuple[Stretch, ...]

    @property
    def states(self) -> Counter[str]:
        """How many shots and lines are current, stale, missing or failed."""
        blocks = [block for one in self.stretches if one.number for block in (*one.pictures, *one.speech)]
        return Counter("failed" if block.failed else block.state.value for block in blocks)

    @property
    def parts(self) -> tuple[Strip, ...]:
        """A long film in like parts of whole scenes, about ten minutes each; any other is one part."""
        if self.seconds <= _LONG:
            return (self,)
        each = self.seconds / round(self.seconds / _PART)
        found = [list(some) for _, some in groupby(self.stretches, lambda one: one.start // each)]
        return tuple(Strip(seconds=sum(one.seconds for one in some), stretches=tuple(some)) for some in found)


def strip(cut: Cut, plan: Plan, failed: frozenset[str]) -> Strip:
    """Lay a film out with what is circled now; `failed` are the subjects the last run could not make."""
    known = _Known(cut, {item.subject: item.state for item in plan.items}, failed)
    timeline = cut.timeline
    return Strip(seconds=timeline.frames / timeline.fps, stretches=tuple(_stretches(known, timeline)))


@dataclass(frozen=True)
class _Known:
    """What the blocks of a strip are judged by."""

    cut: Cut
    states: Mapping[str, State]
    failed: frozenset[str]

    @property
    def film(self) -> Film:
        return self.cut.film

    def state(self, *subjects: str) -> State:
        """The worst state of these subjects."""
        found = {self.states.get(subject, State.CURRENT) for subject in subjects}
        return next((one for one in (State.MISSING, State.STALE) if one in found), State.CURRENT)

    def broke(self, *subjects: str) -> bool:
        """Whether one of these failed and is not there yet."""
        return any(one in self.failed and self.states.get(one) is not State.CURRENT for one in subjects)


def _stretches(known: _Known, timeline: Timeline) -> Iterator[Stretch]:
    """Cards and scenes in order, each as long as until the next begins."""
    cards, fps = iter(_CARDS), timeline.fps
    scenes = {scene.id: scene for scene in known.film.breakdown.scenes}
    groups = _groups(timeline)
    edges = [group[0].start for group in groups] + [timeline.frames]
    for group, (start, end) in zip(groups, pairwise(edges), strict=True):
        long = (end - start) / fps
        if group[0].kind is EntryKind.CARD:
            state = known.state(f"card:{group[0].id}@{known.film.mark}")
            block = Block(id=group[0].id, name=next(cards), start=0.0, seconds=long, state=state)
            yield Stretch(id=block.id, heading=block.name, start=start / fps, seconds=long, pictures=(block,))
            continue
        scene = scenes[group[0].scene]
        yield Stretch(
            id=scene.id,
            number=scene.number,
            heading=scene.heading,
            start=start / fps,
            seconds=long,
            pictures=tuple(_pictures(known, scene, group, end, fps)),
            speech=tuple(_speech(known, scene, group, fps)),
            music=_bed(known, scene, long),
        )


def _groups(timeline: Timeline) -> list[list[Entry]]:
    """The entries of each scene; a card stands alone."""
    groups: list[list[Entry]] = []
    for entry in timeline.entries:
        if groups and entry.scene and groups[-1][0].scene == entry.scene:
            groups[-1].append(entry)
        else:
            groups.append([entry])
    return groups


def _pictures(known: _Known, scene: Scene, group: list[Entry], end: int, fps: int) -> Iterator[Block]:
    shots = {shot.id: shot for shot in scene.shots}
    size = f"{known.film.frame.width}x{known.film.frame.height}"
    edges = [entry.start for entry in group] + [end]
    for entry, (start, stop) in zip(group, pairwise(edges), strict=True):
        shot = shots[entry.id]
        made = f"board:{shot.id}@{size}", f"clip:{shot.id}@{known.film.mark}"
        yield Block(
            id=shot.id,
            name=shot.number,
            text=_told(known.film.breakdown, shot),
            start=(start - group[0].start) / fps,
            seconds=(stop - start) / fps,
            state=known.state(*made),
            failed=known.broke(*made),
            picture=_board(known.cut, shot.id, made[0]),
        )


def _board(cut: Cut, shot: str, subject: str) -> str:
    """The fingerprint of a shot's board; that of another frame until there is one in this."""
    other = (made for name, made in sorted(cut.takes.items()) if name.startswith(f"board:{shot}@"))
    found = cut.takes.get(subject) or next(other, None)
    return found.fingerprint if found else ""


def _told(breakdown: Breakdown, shot: Shot) -> str:
    said = (f"{breakdown.character(line.character).name.title()}: {line.text}" for line in shot.lines)
    return " ".join(filter(None, (shot.staging.action, *said)))


def _speech(known: _Known, scene: Scene, group: list[Entry], fps: int) -> Iterator[Block]:
    lines: dict[str, Line] = {line.id: line for shot in scene.shots for line in shot.lines}
    for entry in group:
        for said in entry.lines:
            line, subject = lines[said.line], f"speech:{said.line}"
            yield Block(
                id=line.id,
                name=known.film.breakdown.character(line.character).name.title(),
                text=line.text,
                start=(entry.start + said.start - group[0].start) / fps,
                seconds=said.frames / fps,
                state=known.state(subject),
                failed=known.broke(subject),
            )


def _bed(known: _Known, scene: Scene, long: float) -> Block | None:
    if not known.film.choices.music:
        return None
    mood, subject = scene.setting.mood, f"music:{scene.setting.mood}"
    state, failed = known.state(subject), known.broke(subject)
    return Block(id=subject, name=mood.value, start=0.0, seconds=long, state=state, failed=failed)
