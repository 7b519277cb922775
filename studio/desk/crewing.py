"""Crewing: who plays which part in an episode, what a take of theirs costs, and which shots get paid motion."""

from __future__ import annotations

from studio.db import now
from studio.desk.seat import Seat
from studio.desk.sources import check_episode, find_episode
from studio.errors import BadRequest
from studio.money.director import Candidate, Direction, direct
from studio.money.estimates import Ask
from studio.money.quote import Quote
from studio.production.film import Choices
from studio.production.latest import crew_of
from studio.production.looking import look
from studio.production.quoting import clip_quotes, quoter
from studio.production.switching import casting, cloud
from studio.story.noun import Noun
from studio.takes.recipe import TakeKind
from studio.takes.roster import ANIMATOR, Crew, EngineCard, StandIn

ROLES = ("writer", "painter", ANIMATOR, "voice")
_TYPICAL = {"letters": 60, "ms": 4000, "width": 1280, "height": 720}  # of a take nobody has named yet


class Player(Noun):
    """An engine that could play a role: what it lacks, empty when it could begin now, and what to know of it."""

    name: str
    vendor: str
    missing: tuple[str, ...] = ()
    caution: str = ""


class Part(Noun):
    """A role, who plays it, and who could."""

    role: str
    engine: str
    vendor: str
    players: tuple[Player, ...]


class CrewView(Noun):
    """An episode's crew; `shots` have another animator than the rest.

    With `switch` another engine may take over from one that cannot be had; `instead` names who animates for those that
    were found wanting.
    """

    parts: tuple[Part, ...]
    shots: dict[str, str]
    switch: bool = False
    instead: dict[str, StandIn] = {}  # noqa: RUF012  pydantic copies defaults

    @property
    def offline(self) -> bool:
        """Whether nobody in it is at a vendor."""
        return not any(part.vendor for part in self.parts)


class Crewing(Seat):
    """Says who makes what."""

    @property
    def free(self) -> bool:
        """Whether no engine that costs is available here."""
        roster = self._house.roster
        return not any(card.vendor and not roster.missing(card) for card in roster.engine)

    def crew(self, episode: str) -> CrewView:
        """Who plays which part in an episode, and who could."""
        crew = casting(self._house, self._crew(episode))
        parts = tuple(self._part_of(role, crew) for role in ROLES)
        return CrewView(parts=parts, shots=crew.shots, switch=crew.switch, instead=crew.instead)

    def engage(
        self,
        episode: str,
        engines: dict[str, str],
        *,
        shots: dict[str, str] | None = None,
        switch: bool | None = None,
    ) -> None:
        """Choose engines by role, and animators by shot; an empty name gives a part back to the first offline one.

        `switch` says whether another engine may take over from one that cannot be had. Raises BadRequest for an engine
        that does not play the part, KeyMissing naming the setting of one that is not available, Invalid for one whose
        model is gone. Nothing is made and nothing gets stale but what somebody else made.
        """
        with self._house.db.write(of=self._account) as session:
            row = find_episode(session, self._account, episode)
            was = Crew.model_validate(row.crew)
            chosen = {role: name for role, name in {**was.engines, **engines}.items() if name}
            moved = {shot: name for shot, name in {**was.shots, **(shots or {})}.items() if name}
            allowed = was.switch if switch is None else switch
            crew = self._house.roster.check(Crew(engines=chosen, shots=moved, switch=allowed))
            self._refuse_gone([*engines.values(), *(shots or {}).values()])
            row.crew = crew.model_dump(mode="json") if chosen or moved or allowed else {}
            session.add(row)

    def engage_named(self, episode: str, crew: str) -> None:
        """Choose a crew in words: offline, cloud, role=engine and switch, separated by commas; else BadRequest."""
        engines, switch = read_crew(crew, cloud(self._house))
        self.engage(episode, engines, switch=switch)

    def crew_named(self, crew: str) -> Crew | None:
        """The crew a word means, checked, for a plan of something not opened yet; None where nobody is chosen."""
        if not crew:
            return None
        named, switch = read_crew(crew, cloud(self._house))
        engines = {role: name for role, name in named.items() if name}
        found = self._house.roster.check(Crew(engines=engines, switch=bool(switch)))
        self._refuse_gone(engines.values())
        return casting(self._house, found) if engines else None

    def price(self, episode: str, kind: TakeKind) -> int:
        """What one more take of a kind will likely cost with an episode's crew, in micro-dollars."""
        return self._quote(self._plays(episode, kind), Ask(kind=kind, **_TYPICAL)).likely

    def direct(self, episode: str, choices: Choices, cap: int) -> Direction:
        """Choose which shots move within a cap in micro-dollars, by what the script says matters; changes nothing."""
        film = self._film(episode, choices)
        animator = self._sold_animator(episode)
        kept = look(self._house, self._account, episode, film).kept
        with self._house.db.read() as session:
            prices = clip_quotes(self._house, session, film, animator, kept)
        scenes = {shot.id: scene.number for scene in film.breakdown.scenes for shot in scene.shots}
        shots = film.breakdown.shots
        return direct([Candidate(shot=one, scene=scenes[one.id], quote=prices[one.id]) for one in shots], cap)

    def follow(self, episode: str, direction: Direction) -> None:
        """Have the shots of a direction moved as it says: those that rest by a free move over their board."""
        free = self._house.roster.over_board()
        if free is None:
            raise BadRequest("no engine here moves over a board", field="crew")
        self.engage(episode, {}, shots={one.shot: "" if one.moves else free.name for one in direction.choices})

    def _sold_animator(self, episode: str) -> EngineCard:
        name = casting(self._house, self._crew(episode)).plays(ANIMATOR)
        if not name or not self._house.roster.sold(name):
            raise BadRequest("choose an animator that costs first; all motion is free now", field="crew")
        return self._house.roster.named(name)

    def _quote(self, card: EngineCard, ask: Ask) -> Quote:
        if not card.vendor:
            return Quote()
        with self._house.db.read() as session:
            return quoter(self._house, session).quote(card, ask, at=now())

    def _crew(self, episode: str) -> Crew:
        with self._house.db.read() as session:
            if chosen := crew_of(session, self._account, episode):
                return chosen
            check_episode(session, self._account, episode)
        return Crew()

    def _part_of(self, role: str, crew: Crew) -> Part:
        roster = self._house.roster
        cards = [card for card in roster.engine if card.role == role]
        name = crew.name(role) or cards[0].name
        players = tuple(
            Player(name=one.name, vendor=one.vendor, missing=roster.missing(one), caution=one.caution) for one in cards
        )
        return Part(role=role, engine=name, vendor=roster.named(name).vendor, players=players)


def read_crew(text: str, first: Crew) -> tuple[dict[str, str], bool | None]:
    """Engines by role, and whether others may take over, from words; the later word counts, what is not named stays.

    `first` are the vendors' first engines. BadRequest names what is wrong.
    """
    engines: dict[str, str] = {}
    switch: bool | None = None
    for word in (part.strip() for part in text.split(",")):
        match word:
            case "offline":
                engines |= dict.fromkeys(ROLES, "")
            case "cloud":
                engines |= first.engines
            case "switch" | "no-switch":
                switch = word == "switch"
            case _:
                role, name = _pair(word, first)
                engines[role] = name
    return engines, switch


def _pair(part: str, cloud: Crew) -> tuple[str, str]:
    role, _, name = (word.strip() for word in part.partition("="))
    if role not in ROLES or not name:
        roles = ", ".join(ROLES)
        known = "offline, cloud, switch, no-switch or role=engine"
        raise BadRequest(f"“{part}” is not {known}; the roles are {roles}", field="crew")
    if name == "cloud":
        return role, cloud.engines.get(role, "")
    return role, "" if name == "offline" else _vendors_first(role, name, cloud)


def _vendors_first(role: str, name: str, cloud: Crew) -> str:
    """An engine's name; a vendor's stands for its first engine of the role."""
    found = cloud.engines.get(role, "")
    return found if found.startswith(f"{name}-") else name
