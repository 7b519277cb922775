"""The survey: looks at what is on the shelf and says what a production has to make, and why."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from studio.money.quote import QuoteSheet
from studio.production.cutting import Cut
from studio.production.film import Film
from studio.production.wants import ASSEMBLED, Need, Want, resolve, wants
from studio.takes.plan import Plan, PlanItem, State
from studio.takes.recipe import Recipe
from studio.takes.roster import Roster
from studio.takes.shelf import Made


@dataclass(frozen=True)
class Shelf:
    """What the survey may look at: circled takes by subject, a finder of made takes by essence, a check of bytes."""

    circled: Mapping[str, Made]
    twin: Callable[[str, int, str, str], Made | None]  # essence, seed, note, engine or none
    expect: Callable[[Collection[str]], None]  # essences whose twins will be asked for: one question for all
    intact: Callable[[str], bool]


@dataclass(frozen=True)
class Survey:
    """The plan, the takes it keeps (subject -> take), what it adopts from elsewhere, damaged contents it met, and the
    cut of what was circled when it looked."""

    plan: Plan
    kept: Mapping[str, Made]
    adopted: Mapping[str, Made]
    lost: frozenset[str]
    cut: Cut
    sheet: QuoteSheet = field(default_factory=QuoteSheet)  # what the plan costs at vendors, take by take

    @cached_property
    def items(self) -> Mapping[str, PlanItem]:
        """The plan by subject."""
        return {item.subject: item for item in self.plan.items}

    @property
    def to_make(self) -> tuple[str, ...]:
        """Subjects to make, in an order in which everything comes after what it needs."""
        return tuple(item.subject for item in self.plan.to_make)


def survey(film: Film, shelf: Shelf, roster: Roster) -> Survey:
    """Decide what is current, stale and missing.

    Bytes are checked only of what this production would read: a damaged file counts as missing and is made again.
    """
    wanted = [want for want in wants(film) if not want.spare]
    lost: frozenset[str] = frozenset()
    while True:
        found = _Pass(film, shelf, roster, lost).walk(wanted)
        damaged = {made.content for made in _read(wanted, found) if not shelf.intact(made.content)}
        if not damaged - lost:
            return found
        lost |= damaged


def _read(wanted: Sequence[Want], found: Survey) -> list[Made]:
    """Takes whose bytes this production reads: inputs of what it makes, and the master if it keeps that."""
    making = set(found.to_make)
    subjects = {need.subject for want in wanted if want.subject in making for need in want.needs}
    subjects |= {want.subject for want in wanted[-1:]}
    return [found.kept[subject] for subject in sorted(subjects) if subject in found.kept]


class _Pass:
    """One walk over the wants, with what is known to be lost left out."""

    def __init__(self, film: Film, shelf: Shelf, roster: Roster, lost: frozenset[str]) -> None:
        self.film, self.shelf, self.roster, self.lost = film, shelf, roster, lost
        self.recipes: dict[str, Recipe] = {}  # of what needs nothing
        self.kept: dict[str, Made] = {}
        self.adopted: dict[str, Made] = {}
        self.items: list[PlanItem] = []

    def walk(self, wanted: Sequence[Want]) -> Survey:
        """Judge every want in order."""
        self.recipes = {want.subject: resolve(want, {}, self.film, self.roster) for want in wanted if not want.needs}
        self.shelf.expect([one.essence for subject, one in self.recipes.items() if not self._has(subject, one)])
        for want in wanted:
            self.items.append(self._judge(want))
        cut = Cut(self.film, self.shelf.circled)
        return Survey(Plan(items=tuple(self.items)), self.kept, self.adopted, self.lost, cut)

    def _has(self, subject: str, recipe: Recipe) -> bool:
        circled = self.shelf.circled.get(subject)
        return circled is not None and circled.essence == recipe.essence

    def _judge(self, want: Want) -> PlanItem:
        circled = self.shelf.circled.get(want.subject)
        if circled and circled.content in self.lost:
            return self._make(want, State.MISSING, "its file was damaged or gone")
        again = want.subject in self.film.choices.again
        if circled and circled.own and not again:
            return self._keep(want, circled, State.CURRENT)
        waits = [need for need in want.needs if need.subject not in self.kept]
        if waits:
            return self._waiting(want, circled, waits)
        given = {need.role: self.kept[need.subject] for need in want.needs}
        recipe = self.recipes.get(want.subject) or resolve(want, given, self.film, self.roster)
        chosen = self.film.chosen(self.roster.card(want.kind).role, want.subject)
        alike = circled is not None and circled.essence == recipe.essence
        if circled and alike and not again and chosen in ("", circled.engine):
            return self._keep(want, circled, State.CURRENT)
        twin = self.shelf.twin(recipe.essence, recipe.seed, recipe.note, chosen)
        if twin and twin.content not in self.lost:
            self.adopted[want.subject] = twin
            return self._keep(want, twin, State.CURRENT, "made before")
        if circled is None:
            return self._make(want, State.MISSING, "")
        if again:
            return self._make(want, State.CURRENT, "another take was asked for")
        return self._stale(want, circled, f"{chosen} was chosen for it" if alike else "the script or a choice changed")

    def _waiting(self, want: Want, circled: Made | None, waits: Sequence[Need]) -> PlanItem:
        why = "after " + ", ".join(need.subject for need in waits[:3]) + (" and more" if len(waits) > 3 else "")
        if circled is None:
            return self._make(want, State.MISSING, why)
        return self._stale(want, circled, why)

    def _stale(self, want: Want, circled: Made, why: str) -> PlanItem:
        if self._leave(want):
            return self._keep(want, circled, State.STALE, why)
        return self._make(want, State.STALE, why)

    def _leave(self, want: Want) -> bool:
        """Whether a stale take is left as it is: where a part is asked for, whatever is not named."""
        choices = self.film.choices
        if choices.only and want.kind not in ASSEMBLED:
            return want.subject not in choices.only
        return choices.keep_stale and want.kind not in ASSEMBLED

    def _keep(self, want: Want, made: Made, state: State, why: str = "") -> PlanItem:
        self.kept[want.subject] = made
        return PlanItem(
            subject=want.subject,
            kind=want.kind,
            state=state,
            why=why,
            own=made.own,
            fingerprint=made.fingerprint,
            engine=made.engine,
        )

    def _make(self, want: Want, state: State, why: str) -> PlanItem:
        card = self.film.card(self.roster, want.kind, want.subject)
        return PlanItem(
            subject=want.subject,
            kind=want.kind,
            state=state,
            why=why,
            made_now=True,
            engine=card.name,
            seconds=card.seconds.get(want.kind, 0.0),
        )
