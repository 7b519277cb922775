"""Outlining: the scenes of an episode at a glance, how long it runs, what it would cost; and a text not yet kept."""

from __future__ import annotations

from collections import Counter

from studio.desk.preview import known_before, preview_script
from studio.desk.seat import Seat
from studio.desk.sources import find_episode
from studio.desk.views import Story
from studio.money.quote import Quote
from studio.production.film import Choices, Film
from studio.production.looking import look
from studio.story.breakdown import Scene
from studio.story.checking import Remark, check
from studio.story.noun import Noun
from studio.story.renaming import titled
from studio.story.source import read_script
from studio.story.synopsis import appearing, synopsis
from studio.takes.plan import Plan, State
from studio.takes.recipe import TakeKind

_TOLD = (TakeKind.BOARD, TakeKind.CLIP, TakeKind.SPEECH)  # what a scene is made of for who looks at it


class SceneRow(Noun):
    """A scene in an outline: names, its length in the film, and how many of its boards, clips and lines stand how."""

    number: str
    heading: str
    synopsis: str
    people: tuple[str, ...] = ()
    seconds: float = 0.0
    current: int = 0
    stale: int = 0
    missing: int = 0


class Weight(Noun):
    """What a text comes to: seconds of film, takes to make, what they cost and their seconds of work."""

    seconds: float
    takes: int
    price: Quote
    work_seconds: float


class Outline(Noun):
    """The scenes of an episode and what it comes to."""

    scenes: tuple[SceneRow, ...]
    weight: Weight


class Checked(Noun):
    """What there is to say about a text, and what it would come to; no weight for one that cannot be read."""

    remarks: tuple[Remark, ...] = ()
    weight: Weight | None = None


class Outlining(Seat):
    """Reads scripts."""

    def outline(self, story: Story, choices: Choices) -> Outline:
        """The scenes of a story with their lengths; speeches that are there count as they are."""
        film = self._film(story.episode, choices)
        found = look(self._house, self._account, story.episode, film)
        timeline = found.cut.timeline
        names = {one.id: titled(one.name) for one in story.breakdown.cast}
        states = _states(found.plan)
        spans = {entry.id: entry.frames / timeline.fps for entry in timeline.entries}
        scenes = tuple(
            SceneRow(
                number=scene.number,
                heading=scene.heading,
                synopsis=synopsis(scene),
                people=tuple(names[who] for who in appearing(scene) if who in names),
                seconds=sum(spans.get(shot.id, 0.0) for shot in scene.shots),
                **_counted(scene, states),
            )
            for scene in story.breakdown.scenes
        )
        return Outline(scenes=scenes, weight=_weight(found.plan, timeline.frames / timeline.fps))

    def check(self, episode: str, fountain: str, choices: Choices) -> Checked:
        """Check a text that is not kept yet, and weigh it as the episode's next version. Writes no row."""
        remarks = check(fountain)
        if any(remark.error for remark in remarks):
            return Checked(remarks=remarks)
        screenplay = read_script("screenplay.fountain", fountain.encode())
        with self._house.db.read() as session:
            row = find_episode(session, self._account, episode)
            before = known_before(session, self._account, row, "")
        film = preview_script(self._house, screenplay, choices, before, seed=row.seed, title=row.title)
        return Checked(remarks=remarks, weight=self._weigh(episode, film))

    def _weigh(self, episode: str, film: Film) -> Weight:
        found = look(self._house, self._account, episode, film)
        return _weight(found.plan, found.cut.timeline.frames / found.cut.timeline.fps)


def _states(plan: Plan) -> dict[str, list[State]]:
    """How boards, clips and lines stand, by the shot or line they are of."""
    found: dict[str, list[State]] = {}
    for item in plan.items:
        if item.kind in _TOLD:
            found.setdefault(item.subject.partition(":")[2].partition("@")[0], []).append(item.state)
    return found


def _counted(scene: Scene, states: dict[str, list[State]]) -> dict[str, int]:
    """How many of a scene's boards, clips and lines are in each state."""
    of = [one for shot in scene.shots for one in (shot.id, *(line.id for line in shot.lines))]
    counted = Counter(state for one in of for state in states.get(one, ()))
    return {state.value: counted[state] for state in State}


def _weight(plan: Plan, seconds: float) -> Weight:
    price = Quote(low=plan.low_micros, likely=plan.price_micros, ceiling=plan.ceiling_micros)
    return Weight(seconds=seconds, takes=len(plan.to_make), price=price, work_seconds=plan.work_seconds)
