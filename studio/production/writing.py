"""Writing at a vendor: a pitch becomes a screenplay as a paid take, with the looks and the light the writer gave it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session

from studio.db import now
from studio.errors import Refused, StudioError
from studio.money.estimates import Ask
from studio.money.quote import QuoteSheet
from studio.production import funding, switching
from studio.production.house import House
from studio.production.making import Outcome, ended_in, obtain
from studio.production.quoting import quoter
from studio.production.run import Run
from studio.production.runs import add_jobs, set_job
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


def write(house: House, run: Run, card: EngineCard, executor: str) -> Revision:
    """Have a writer at a vendor write a run's screenplay and keep it as the first revision, broken down.

    Where that writer cannot be had, another one may take over. Raises what the last of them does, and BudgetReached.
    """
    with house.db.write() as session:
        episode = session.get_one(Episode, run.episode)
        funding.fund(session, house, run, sheet(house, session, episode, card))
        add_jobs(session, run, [(SCRIPT, TakeKind.SCRIPT)])
        playing = switching.playing(session, run.id, SCRIPT)
    made = _written(house, run, episode, house.roster.named(playing) if playing else card, executor)
    with house.db.read() as session:
        take = session.get_one(Take, (run.account, made.fingerprint))
    screenplay = read_fountain(house.vault.open(take.content).read_text(encoding="utf-8"))
    breakdown = told(prepare(house, screenplay, episode.seed, None), take.measure)
    with house.db.write() as session:
        kept = revise(session, run.account, session.get_one(Episode, run.episode), screenplay)
        kept.breakdown = kept.breakdown or breakdown.model_dump_json()
        session.add(kept)
        return kept


def _written(house: House, run: Run, episode: Episode, card: EngineCard, executor: str) -> Outcome:
    """The screenplay's take, by this writer or whoever takes over."""
    wanted = recipe(episode, card)
    try:
        return obtain(house, run, SCRIPT, wanted, {}, executor)
    except StudioError as error:
        if other := switching.hand_on(house, run, SCRIPT, wanted, error):
            return _written(house, run, episode, house.roster.named(other), executor)
        with house.db.write() as session:
            funding.end(session, run, SCRIPT, "", ended_in(error))
            set_job(session, run.id, SCRIPT, ended_in(error), error=f"{type(error).__name__}: {error}")
        raise


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
