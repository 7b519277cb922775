"""Switching: who takes over where the engine of a take cannot be had. It decides and writes down, and asks nobody.

Only what was certainly not accepted is handed on: a take with a ticket or a doubt stays with whom it was sent to.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Session

from studio.db import now
from studio.errors import BudgetReached, Busy, Denied, Down, KeyMissing, RateMissing, StudioError
from studio.money.hold import LIVE
from studio.money.parting import part_of, release, switch
from studio.production.film import Choices
from studio.production.house import House
from studio.production.quoting import row_of
from studio.production.run import Job, JobState, Run
from studio.takes.recipe import Recipe
from studio.takes.roster import ANIMATOR, Crew, EngineCard
from studio.takes.take import Take, TakeState

_AWAY = (Busy, Down, Denied, KeyMissing)  # nothing was accepted, and asking again now is of no use


def casting(house: House, crew: Crew) -> Crew:
    """A crew as it would begin now: where it lets others take over, an animator found wanting has a stand-in."""
    names = sorted({crew.engines.get(ANIMATOR, ""), *crew.shots.values()} - {""}) if crew.switch else []
    found = {name: house.gate.instead(name) for name in names}
    return crew.model_copy(update={"instead": {name: one for name, one in found.items() if one}})


def cloud(house: House) -> Crew:
    """The first engine at a vendor for each role whose model is still there, or who stands in for an animator."""
    crew = house.roster.cloud(without=[card.name for card in house.roster.engine if house.offers.gone(card.name)])
    found = house.gate.instead(crew.engines.get(ANIMATOR, ""))
    return crew.model_copy(update={"engines": {**crew.engines, ANIMATOR: found.engine}}) if found else crew


def playing(session: Session, run: str, subject: str) -> str:
    """Who took a subject of a run over; empty while nobody did."""
    job = session.get(Job, (run, subject))
    return str(job.switches[-1][1]) if job and job.switches else ""


def instead_of(session: Session, run: Run, subject: str, engine: str) -> Mapping[str, str]:
    """For whom an engine made a subject of a run, and why, as shelf.circle writes it; empty where it was chosen."""
    job, crew = session.get(Job, (run.id, subject)), Choices.model_validate(run.order).crew
    if job and job.switches:
        why = "; ".join(told for *_, told in job.switches)
        return {"instead_of": _chosen_before(crew, job.switches[0][0]), "why": why}
    for chosen, found in (crew.instead if crew else {}).items():
        if found.engine == engine and chosen in _named(crew, subject):
            return {"instead_of": chosen, "why": found.why}
    return {}


def hand_on(house: House, run: Run, subject: str, recipe: Recipe, error: StudioError) -> str:
    """Hand a subject on to the first engine that may take over after this error; gives its name, empty where none may.

    It is written down with what is held for it in one transaction, so that whoever goes on from here asks nobody else.
    """
    crew = Choices.model_validate(run.order).crew
    if not (crew and crew.switch and isinstance(error, _AWAY)):
        return ""
    with house.db.write(durable=True) as session:
        take = session.get(Take, (run.account, recipe.fingerprint))
        job = session.get(Job, (run.id, subject))
        if job is None or take is None or take.state != TakeState.FAILED or take.ticket or take.doubtful:
            return ""
        lost = [*(of for of, *_ in job.switches), recipe.engine]
        dearer: list[str] = []
        for card in house.roster.after(recipe.kind, lost):
            if _fits(house, session, run, subject, recipe, card):
                told = error.detail or type(error).__name__
                told += f", and {' and '.join(dearer)} may take more than is held" if dearer else ""
                job.switches = [*job.switches, [recipe.engine, card.name, told]]
                job.state, job.fingerprint, job.error, job.updated = JobState.WAITING, "", "", now()
                session.add(job)
                return card.name
            dearer.append(card.name)
    return ""


def _fits(house: House, session: Session, run: Run, subject: str, recipe: Recipe, card: EngineCard) -> bool:
    """Whether an engine may do it for what is held: the part is its own then, or goes back if it is free."""
    part = part_of(session, run.id, subject)
    held = part if part and part.state in LIVE else None
    if not card.vendor:
        if held:
            release(session, held, f"{card.name} takes over, for nothing", at=now())
        return True
    try:
        row = row_of(house, session, card, recipe, subject)
        if held:
            switch(session, held, row, at=now())
    except (BudgetReached, RateMissing):
        return False
    return bool(held) or not row.quote.ceiling


def _named(crew: Crew | None, subject: str) -> tuple[str, ...]:
    """The animator chosen for a subject's shot."""
    return (crew.name(ANIMATOR, subject.partition(":")[2].partition("@")[0]),) if crew else ()


def _chosen_before(crew: Crew | None, engine: str) -> str:
    """Whom a person chose where this engine already stood in for them."""
    stood = {found.engine: chosen for chosen, found in (crew.instead if crew else {}).items()}
    return stood.get(engine, engine)
