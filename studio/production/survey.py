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
from studio.takes.recipe import Recipe, TakeKind
from studio.takes.roster import Roster
from studio.takes.shelf import Made

_GONE = "its file was damaged or gone"
_FETCHED = "its file was damaged or gone, and its vendor is asked for it once more, for nothing"


@dataclass(frozen=True)
class Shelf:
    """What the survey may look at: circled takes by subject, a finder of made takes by essence, a check of bytes."""

    circled: Mapping[str, Made]
    mislaid: Mapping[str, Made]  # circled, but known not to be there any more
    twin: Callable[[str, int, str, str], Made | None]  # essence, seed, note, engine or none
    expect: Callable[[Collection[str]], None]  # essences whose twins will be asked for: one question for all
    damaged: Callable[[Collection[str]], set[str]]  # those of some contents that are, or are gone


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
        damaged = shelf.damaged({made.content for made in _read(wanted, found)})
        if not damaged - lost:
            return found
        lost |= damaged


def _read(wanted: Sequence[Want], found: Survey) -> list[Made]:
    """Takes whose bytes this production reads: inputs of what it makes, and what it keeps and delivers as it is."""
    making = {item.subject for item in found.plan.to_make if not item.fetched}
    subjects = {need.subject for want in wanted if want.subject in making for need in want.needs}
    subjects |= {want.subject for want in (*wanted[-1:], *(one for one in wanted if one.kind is TakeKind.POSTER))}
    return [found.kept[subject] for subject in sorted(subjects) if subject in found.kept]


class _Pass:
    """One walk over the wants, with what is known to be lost left out."""

    def __init__(self, film: Film, shelf: Shelf, roster: Roster, lost: frozenset[str]) -> None:
        self.film, self.shelf, self.roster, self.lost = film, shelf, roster, lost
        self.recipes: dict[str, Recipe] = {}  # of what needs nothing
        self.kept: dict[str, Made] = {}
        self.there: dict[str, Made] = {}  # what is kept, and what will be as it was once it is brought back
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
        circled, again = self.shelf.circled.get(want.subject), want.subject in self.film.choices.again
        gone = self.shelf.mislaid.get(want.subject)
        if circled and circled.content in self.lost:
            circled, gone = None, circled
        if circled and circled.own and not again:
            return self._keep(want, circled, State.CURRENT)
        waits = [need for need in want.needs if need.subject not in self.there]
        if waits:
            return self._make(want, State.MISSING, _GONE) if gone else self._waiting(want, circled, waits)
        given = {need.role: self.there[need.subject] for need in want.needs}
        recipe = self.recipes.get(want.subject) or resolve(want, given, self.film, self.roster)
        chosen = self.film.chosen(self.roster.card(want.kind).role, want.subject)
        if gone and not again and self._stands(want, gone, given, recipe, chosen):
            return self._bring_back(want, gone, given, recipe)
        alike = circled is not None and circled.essence == recipe.essence
        if circled and not again and self._stands(want, circled, given, recipe, chosen):
            return self._keep(want, circled, State.CURRENT)
        twin = self.shelf.twin(recipe.essence, recipe.seed, recipe.note, chosen and recipe.engine)
        if twin and twin.content not in self.lost:
            self.adopted[want.subject] = twin
            return self._keep(want, twin, State.CURRENT, "made before")
        if circled is None:
            return self._make(want, State.MISSING, _GONE if gone else "")
        if again:
            return self._make(want, State.CURRENT, "another take was asked for")
        return self._stale(want, circled, f"{chosen} was chosen for it" if alike else "the script or a choice changed")

    def _bring_back(self, want: Want, gone: Made, given: Mapping[str, Made], recipe: Recipe) -> PlanItem:
        """Bring the very take back whose file is damaged or gone: by its ticket, or made as it was; else another."""
        if gone.ticketed and self.roster.sold(gone.engine):
            self.there[want.subject] = gone
            return self._make(want, State.MISSING, _FETCHED, back=gone, fetched=True)
        if gone.engine != recipe.engine:
            recipe = self._by(gone, want, given) or recipe
        as_it_was = recipe.once_more(gone.seed, gone.note).fingerprint == gone.fingerprint
        if as_it_was and not self.roster.sold(gone.engine):
            self.there[want.subject] = gone
            return self._make(want, State.MISSING, _GONE, back=gone)
        twin = self.shelf.twin(gone.essence, gone.seed, gone.note, gone.engine)
        if twin and twin.content not in self.lost:
            self.adopted[want.subject] = twin
            return self._keep(want, twin, State.CURRENT, "made before")
        return self._make(want, State.MISSING, _GONE, back=gone if as_it_was else None)

    def _by(self, gone: Made, want: Want, given: Mapping[str, Made]) -> Recipe | None:
        """What the offline engine of a take would make now; None where it is at a vendor, or makes no more of these."""
        able = {card.name for card in self.roster.engine if want.kind in card.makes and not card.vendor}
        return resolve(want, given, self.film, self.roster, gone.engine) if gone.engine in able else None

    def _stands(self, want: Want, circled: Made, given: Mapping[str, Made], recipe: Recipe, chosen: str) -> bool:
        """Whether a take is what would be made now, by whom it was chosen for or by whoever took over from them."""
        if circled.engine == recipe.engine or not chosen:
            return circled.essence == recipe.essence
        named = {card.name for card in self.roster.engine if want.kind in card.makes}
        if circled.engine not in named or chosen not in (circled.engine, circled.instead_of):
            return False
        return circled.essence == resolve(want, given, self.film, self.roster, circled.engine).essence

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
        self.kept[want.subject] = self.there[want.subject] = made
        return PlanItem(
            subject=want.subject,
            kind=want.kind,
            state=state,
            why=why,
            own=made.own,
            fingerprint=made.fingerprint,
            engine=made.engine,
        )

    def _make(self, want: Want, state: State, why: str, *, back: Made | None = None, fetched: bool = False) -> PlanItem:
        card = self.roster.named(back.engine) if back else self.film.card(self.roster, want.kind, want.subject)
        return PlanItem(
            subject=want.subject,
            kind=want.kind,
            state=state,
            why=why,
            made_now=True,
            engine=card.name,
            back=back.fingerprint if back else "",
            fetched=fetched,
            seconds=card.seconds.get(want.kind, 0.0),
        )
