"""The writer's stock of prepared exchanges, opened for a script that is there already."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import chain

from services.offline.writer import shelf, surroundings
from services.offline.writer.casting import YEARS, Player
from services.offline.writer.grammar import Phrase
from services.offline.writer.lexicon import Spot, kinds
from services.offline.writer.stage import Said, Stage, key, place_values
from studio.story.breakdown import Breakdown, Scene
from studio.story.cast import Age, Character, Presents
from studio.story.places import Setting
from studio.story.renaming import titled
from studio.story.screenplay import Kind, Screenplay

_KINDS = ("people", "manner", "kit", "sky")  # of prepared exchanges that lean on nothing a script may not have
_AUTHOR = "Template writer (offline)"
_AGES = {Age.CHILD: "child", Age.TEEN: "teen", Age.ADULT: "adult", Age.OLD: "old"}


def ours(screenplay: Screenplay) -> bool:
    """Whether the template writer wrote a script: only then do its prepared lines sound like the rest."""
    return any(key.casefold() == "author" and value == _AUTHOR for key, value in screenplay.title_page)


class Stock:
    """Prepared exchanges for one script, none twice, and none that the script has already."""

    def __init__(self, screenplay: Screenplay, breakdown: Breakdown, seed: str) -> None:
        self._breakdown = breakdown
        self._rng = random.Random(seed)
        spoken = [one.text for one in screenplay.elements if one.kind in (Kind.DIALOGUE, Kind.ACTION)]
        sentences = chain.from_iterable(text.split("\n") for text in spoken)
        self._said = {key(text) for text in (*spoken, *sentences)}
        self._spent: set[int] = set()

    def exchange(self, scene: Scene) -> list[Said]:
        """An exchange for two who speak in a scene; empty when none is left or nobody is there to talk to."""
        pairs = speakers(scene)[:2]
        if len(pairs) < 2:
            return []
        return self.between([self._breakdown.character(who) for who in pairs], scene.setting)

    def between(self, two: Sequence[Character], setting: Setting) -> list[Said]:
        """An exchange for two people in a setting, whichever way round fits; empty when none is left."""
        players = [_player(one) for one in two]
        kinds = list(_KINDS)
        self._rng.shuffle(kinds)
        self._rng.shuffle(players)
        for kind in kinds:
            for x, y in (players, players[::-1]):
                stage = self._stage(setting).bound({"X": x, "Y": y}, {}, {"manner": x.manner})
                if found := stage.pick(shelf.bank("fillers.toml", kind)):
                    return found
        return []

    def view(self, setting: Setting) -> list[Said]:
        """A line of what is seen in a place."""
        pool = (*shelf.bank("spots.toml", "views"), *shelf.bank("settings.toml", "kit"))
        return self._stage(setting).pick(pool)

    def _stage(self, setting: Setting) -> Stage:
        name = setting.place.name.casefold()
        spot = Spot(kit=setting.place.kit.value, interior=setting.place.interior)
        facts = {
            "kit": " ".join(kinds(setting.place.kit.value)),
            "weather": setting.weather.value,
            "time": setting.time.value,
            "side": "in" if setting.place.interior else "out",
            "cast": "2",
            "at": name,
            "length": "long",
            "here": surroundings.here(spot, name, "", ()),
        }
        values = place_values(Phrase(head=name, full=name), spot, setting.time.value, setting.weather.value)
        told = {fact: frozenset(value.split()) for fact, value in facts.items()}
        return Stage({}, values, told, self._rng, said=self._said, spent=self._spent)


def speakers(scene: Scene) -> list[str]:
    """Who speaks in a scene and is seen there, whoever speaks most first."""
    said = [line.character for shot in scene.shots for line in shot.lines if not line.offscreen]
    return sorted(dict.fromkeys(said), key=lambda who: -said.count(who))


def _player(one: Character) -> Player:
    gender = {Presents.FEMININE: "f", Presents.MASCULINE: "m"}.get(one.dna.presents, "")
    age = _AGES[one.dna.age]
    return Player(
        name=titled(one.name),
        role="",
        kin="",
        gender=gender or ("f" if one.name.casefold().endswith("a") else "m"),
        years=YEARS[age][0],
        manner=one.dna.manner.value,
        looks="",
    )
