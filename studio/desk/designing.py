"""Designing: what a person decides of looks and places, each decision a version of the episode."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from studio.desk.revising import Revising
from studio.errors import NotFound
from studio.production.film import Choices, mark
from studio.story import designing, settling
from studio.story.breakdown import Breakdown
from studio.story.labels import label
from studio.story.noun import Noun
from studio.story.places import Kit, Mood, Time, Weather
from studio.takes.plan import Plan, State
from studio.takes.recipe import TakeKind


class Stake(Noun):
    """What a change would leave stale of what is current now."""

    shots: int  # that show it
    boards: int = 0
    clips: int = 0


def stake(plan: Plan, shots: tuple[str, ...]) -> Stake:
    """What becomes stale when these shots look different; what a person brought stays."""
    kinds = [
        item.kind
        for item in plan.items
        if item.state is State.CURRENT and not item.own and item.subject.partition(":")[2].partition("@")[0] in shots
    ]
    return Stake(shots=len(shots), boards=kinds.count(TakeKind.BOARD), clips=kinds.count(TakeKind.CLIP))


def boards_of(shots: Iterable[str], choices: Choices) -> tuple[str, ...]:
    """The subjects of the boards of some shots, for films so made."""
    return tuple(f"board:{shot}@{mark(choices).partition('p')[0]}" for shot in shots)


def pictures_of(shots: Sequence[str], choices: Choices) -> tuple[str, ...]:
    """The subjects of the boards and clips of some shots, for films so made."""
    return (*boards_of(shots, choices), *(f"clip:{shot}@{mark(choices)}" for shot in shots))


class Designing(Revising):
    """Decides looks and places."""

    def plan_part(self, episode: str, subjects: Iterable[str], choices: Choices) -> Plan:
        """How these subjects of a film stand, with what they need; a tenth of the work of a long film's whole plan.

        Where another episode has made just the same and this one has none, that take is circled here too.
        """
        part = choices.model_copy(update={"only": tuple(sorted(set(subjects)))})
        return self._look(episode, self._film(episode, part)).plan

    def design(self, episode: str, character: str, traits: Mapping[str, object], *, base: int) -> int:
        """Decide traits (fields of DNA) of a character's look; gives the number of the version.

        Raises BadRequest for what cannot be chosen and for a locked look, NotFound, and Conflict as every change.
        """
        before = self.story(episode).breakdown
        after = designing.design(before, character, traits)
        changed = designing.told(before.character(character).dna, after.character(character).dna)
        what = f"{_called(before, character)}: {', '.join(label('trait', trait) for trait in changed)}"
        return self._change(episode, what, base, lambda was: designing.design(was, character, traits))

    def lock(self, episode: str, character: str, locked: bool, *, base: int) -> int:
        """Lock a look against script, chat and other episodes, or open it again."""
        name = _called(self.story(episode).breakdown, character)
        what = f"{name}: look {'locked' if locked else 'open again'}"
        return self._change(episode, what, base, lambda was: designing.lock(was, character, locked))

    def adopt(self, episode: str, character: str, source: str, known: str, *, base: int) -> int:
        """Give a character the look and the voice that `known` has in the episode `source` of this account."""
        other = self.story(source)
        if known not in {member.id for member in other.breakdown.cast}:
            raise NotFound(f"nobody called {known} is in {other.title}")
        theirs = other.breakdown.character(known)
        what = f"{_called(self.story(episode).breakdown, character)}: as {theirs.called} in {other.title}"
        return self._change(episode, what, base, lambda was: designing.adopt(was, character, theirs))

    def settle(
        self,
        episode: str,
        scenes: Collection[str],
        *,
        time: Time | None,
        weather: Weather | None,
        mood: Mood | None,
        base: int,
    ) -> int:
        """Choose time, weather and mood of some scenes; None goes back to what their script says."""
        numbers = [one.number for one in self.story(episode).breakdown.scenes if one.id in scenes]
        chosen = (("time", time), ("weather", weather), ("mood", mood))
        words = ", ".join(label(field, value).lower() for field, value in chosen if value) or "as written"
        what = f"Scene{'s' * (len(numbers) > 1)} {', '.join(numbers)}: {words}"
        return self._change(
            episode, what, base, lambda was: settling.settle(was, scenes, time=time, weather=weather, mood=mood)
        )

    def build(self, episode: str, place: str, kit: Kit, *, base: int) -> int:
        """Choose which set stands for a place in all its scenes."""
        known = {one.setting.place.id: one.setting.place.name for one in self.story(episode).breakdown.scenes}
        what = f"{known.get(place, place).capitalize()}: {label('kit', kit).lower()} set"
        return self._change(episode, what, base, lambda was: settling.build(was, place, kit))


def _called(breakdown: Breakdown, character: str) -> str:
    return next((member.called for member in breakdown.cast if member.id == character), character)
