"""Has a trial's clips compared by trained eyes, which see faces: on our GPU endpoint, bought as the clips were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from services.gpu.answers import Score
from services.gpu.comparing import NAME, ComparedScene, Comparer, ScoreBrief, score_of
from services.gpu.jobs import VENDOR, Jobs
from services.guard import Line, line, vendors
from services.pinging import near
from services.retry import PATIENCE, hasty
from services.settings import Settings
from studio.crew import Remote, VoiceLibrary
from studio.desk.sources import trial_episode
from studio.money.estimates import Ask
from studio.money.sums import Group, owed
from studio.people.account import OWNER
from studio.production.house import House, Remotes
from studio.production.proposing import bought
from studio.takes.recipe import Recipe, TakeKind
from studio.takes.roster import EngineCard
from studio.takes.shelf import Made

CARD = EngineCard(
    role="judge",
    name=NAME,
    version="1",
    makes=(TakeKind.SCORE,),
    vendor=VENDOR,
    model=NAME,
    needs=("RUNPOD_API_KEY", "RUNPOD_ENDPOINT_ID"),
    seconds={TakeKind.SCORE: 30.0},
)


@dataclass(frozen=True)
class Evidence:
    """One scene to be compared: its clip, the board it was made from, and who is in it."""

    name: str
    clip: Path
    board: Path
    characters: tuple[str, ...]


class Judge(Protocol):
    """Says how consistent clips are, faces included."""

    doubles: bool  # it is a double, so that what it says is of no vendor

    def judge(self, scenes: Sequence[Evidence], cast: Mapping[str, Sequence[Path]]) -> Score:
        """The score; raises errors of the studio.

        Invalid with operation not_installed where it has not got what it would see with.
        """
        ...

    def cost(self) -> int:
        """What judging cost so far, in micro-dollars, also where nothing came of it."""
        ...


def endpoint_judge(settings: Settings, house: House, engine: str, number: int) -> EndpointJudge | None:
    """The judge at the endpoint of these settings; none where none is set."""
    if any(name not in settings.given for name in CARD.needs):
        return None
    key, endpoint = settings.runpod_api_key.get_secret_value(), settings.runpod_endpoint_id
    hasty_too = PATIENCE if settings.studio_haste == 1 else hasty(settings.studio_haste)
    to = line(VENDOR) if settings.studio_haste == 1 else Line(vendors()[VENDOR], hasty_too)
    jobs = Jobs(key, endpoint, settings.runpod_jobs_base_url, to=to)
    comparer = Comparer(jobs, patience=hasty_too)
    return EndpointJudge(house, comparer, engine, number, doubles=near(VENDOR, settings))


@dataclass(frozen=True)
class _WithJudge:
    """The engines at vendors and one more, which no crew may choose."""

    others: Remotes
    comparer: Comparer

    def engine(self, card: EngineCard) -> Remote:
        """The engine of a card."""
        return self.comparer if card.name == NAME else self.others.engine(card)

    def library(self, card: EngineCard) -> VoiceLibrary:
        """The voices of the vendor of a card."""
        return self.others.library(card)


class EndpointJudge:
    """Judges on the endpoint, for the episode that the trial of an engine is, so that the books name it."""

    def __init__(self, house: House, comparer: Comparer, engine: str, number: int, *, doubles: bool = False) -> None:
        self._comparer = comparer
        roster = house.roster.model_copy(update={"engine": (*house.roster.engine, CARD)})
        self._house = replace(house, roster=roster, remotes=_WithJudge(house.remotes, comparer))
        self._number, self.doubles = number, doubles
        with house.db.write() as session:
            self._episode = trial_episode(session, OWNER, engine, number)

    def judge(self, scenes: Sequence[Evidence], cast: Mapping[str, Sequence[Path]]) -> Score:
        """The score of these clips, bought once."""
        files = {f"clip:{one.name}": one.clip for one in scenes} | {f"board:{one.name}": one.board for one in scenes}
        files |= {f"shown:{name}:{at}": file for name, shown in cast.items() for at, file in enumerate(shown)}
        contents = {role: self._house.vault.put(file) for role, file in files.items()}
        brief = ScoreBrief(
            scenes=tuple(ComparedScene(name=one.name, characters=one.characters) for one in scenes),
            cast={name: len(shown) for name, shown in cast.items()},
        )
        recipe = Recipe(
            kind=TakeKind.SCORE,
            brief=brief.model_dump(mode="json"),
            inputs=contents,
            engine=CARD.name,
            engine_version=CARD.version,
            seed=self._number,
        )
        filled = {role: Made(content, essence="", content=content) for role, content in contents.items()}
        try:
            return score_of(bought(self._house, self._episode, recipe, (CARD, Ask(kind=TakeKind.SCORE)), filled=filled))
        finally:
            self._comparer.close()

    def cost(self) -> int:
        """What the endpoint billed for this trial's comparison, as the books have it."""
        with self._house.db.read() as session:
            return sum(one.micros for one in owed(session, Group.ENGINE, episode=self._episode.id) if one.name == NAME)
