"""Writing at a vendor: a pitch becomes a screenplay as a paid take, with the looks and the light the writer gave it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session

from studio.db import now
from studio.errors import Refused
from studio.money.estimates import Ask
from studio.money.quote import QuoteSheet
from studio.production import funding
from studio.production.film import Choices
from studio.production.house import House
from studio.production.names import WRITING
from studio.production.quoting import quoter
from studio.production.run import Run
from studio.production.runs import add_jobs
from studio.production.script import prepare, revise
from studio.production.wants import SCRIPT
from studio.story.breakdown import Breakdown
from studio.story.designing import design
from studio.story.episode import Episode, Revision
from studio.story.fountain import read_fountain
from studio.story.places import Kit, Mood, Time, Weather
from studio.story.settling import build, kits, settle
from studio.takes.briefs import ScriptBrief
from studio.takes.recipe import Recipe, TakeKind
from studio.takes.roster import EngineCard
from studio.takes.take import Take


def commission(house: House, run: Run, card: EngineCard) -> None:
    """Hold what a run's screenplay may cost with this writer, and list it as what is to be made; BudgetReached."""
    with house.db.write() as session:
        episode = session.get_one(Episode, run.episode)
        funding.fund(session, house, run, sheet(house, session, episode, card))
        add_jobs(session, run, [(SCRIPT, TakeKind.SCRIPT)])
        session.get_one(Run, run.id).stage = WRITING


def ordered(house: House, run: Run, engine: str) -> Recipe:
    """The recipe of a run's screenplay, by its own writer or by this engine, which took over."""
    crew, roster = Choices.model_validate(run.order).crew, house.roster
    card = roster.named(engine) if engine else roster.player(crew, TakeKind.SCRIPT)
    with house.db.read() as session:
        return recipe(session.get_one(Episode, run.episode), card)


def keep(house: House, run: Run, fingerprint: str) -> Revision:
    """Keep a run's screenplay, once it is made, as the newest revision, broken down; once, however often it is asked.

    Raises BadScript.
    """
    with house.db.read() as session:
        take = session.get_one(Take, (run.account, fingerprint))
        seed = session.get_one(Episode, run.episode).seed
    screenplay = read_fountain(house.vault.open(take.content).read_text(encoding="utf-8"))
    breakdown = told(prepare(house, screenplay, seed, None), take.measure)
    with house.db.write() as session:
        kept = revise(session, run.account, session.get_one(Episode, run.episode), screenplay)
        kept.breakdown = kept.breakdown or breakdown.model_dump_json()
        session.add(kept)
        return kept


def sheet(house: House, session: Session, episode: Episode, card: EngineCard) -> QuoteSheet:
    """What a screenplay of an episode's pitch will cost with this writer, as what is held for it."""
    return QuoteSheet(rows=(quoter(house, session).row(card, asked(episode), SCRIPT, at=now()),))


def asked(episode: Episode) -> Ask:
    """What decides the price of a screenplay: the letters of the pitch and the length of the film."""
    return Ask(kind=TakeKind.SCRIPT, letters=len(episode.pitch), ms=episode.seconds * 1000)


def recipe(episode: Episode, card: EngineCard) -> Recipe:
    """The recipe of an episode's screenplay."""
    brief = ScriptBrief(text=episode.pitch, seconds=episode.seconds, seed=episode.seed, title=episode.title)
    return Recipe(
        kind=TakeKind.SCRIPT,
        brief=brief.model_dump(mode="json"),
        engine=card.name,
        engine_version=card.version,
        seed=episode.seed,
    )


def told(breakdown: Breakdown, measure: Mapping[str, Any]) -> Breakdown:
    """The breakdown with the looks and the light a writer gave; what cannot be drawn is left as the script has it."""
    looks = {name.casefold(): dna for name, dna in measure.get("cast", {}).items()}
    for member in breakdown.cast:
        if dna := looks.get(member.name.casefold()):
            breakdown = _designed(breakdown, member.id, dna)
    return _lit(breakdown, measure.get("settings", ()))


def _lit(breakdown: Breakdown, settings: Sequence[Mapping[str, str]]) -> Breakdown:
    for scene, light in zip(breakdown.scenes, settings, strict=False):
        if light.get("heading") != scene.heading:
            continue
        time, weather, mood = Time(light["time"]), Weather(light["weather"]), Mood(light["mood"])
        breakdown = settle(breakdown, [scene.id], time=time, weather=weather, mood=mood)
        place, kit = scene.setting.place, Kit(light["kit"])
        if kit in kits(place.interior):
            breakdown = build(breakdown, place.id, kit)
    return breakdown


def _designed(breakdown: Breakdown, character: str, dna: Mapping[str, object]) -> Breakdown:
    try:
        return design(breakdown, character, dna)
    except Refused:
        return breakdown
