"""Chooses a story's shape, motif, length in scenes and where each scene is; writes no line."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from services.offline.writer import lexicon, shelf
from services.offline.writer.grammar import Phrase
from services.offline.writer.lexicon import Spot
from services.offline.writer.reading import Reading, Site, by_words
from services.offline.writer.shelf import Motif, Shape
from studio.story.noun import Noun
from studio.story.places import Time

HOURS = [time.value for time in Time]
BY_SECONDS = ((45, 1), (52, 2), (104, 3), (144, 4), (178, 5), (247, 6))
BY_HOUR = re.compile(r"(?i)\b(?:until|till|before|by) (\w+)")
NEAR = 1.8  # points by which a shape may be behind the best
SHUT_IN = frozenset(["in", "inside", "together", "up", "overnight", "out", "for", "with", ""])  # after "locked"
CONFINED = frozenset(["locked", "trapped", "stuck", "stranded", "snowed", "wait", "waits"])
ROOMY = ("barn", "circus", "warehouse")  # kits under a roof that a horse goes into
LEFT_OUT = ((36, ("choice",)), (83, ("plant", "payoff", "obstacle")), (90, ("plant", "payoff")))
BEATS = {
    1: ("turn choice",),
    2: ("want", "turn choice"),
    3: ("want plant", "obstacle turn", "choice close payoff"),
    4: ("want plant", "obstacle", "turn", "choice close payoff"),
    5: ("want plant", "side", "obstacle", "turn", "choice close payoff"),
    6: ("want plant", "side", "obstacle", "side", "turn", "choice close payoff"),
}


class SceneCard(Noun):
    """One scene before it is written: which beats of which plot, where and when."""

    beats: tuple[str, ...]
    site: Site
    time: str
    plot: int = 0


def scene_count(wanted: int) -> int:
    """How many scenes a story of so many seconds has; one more for each 41 s beyond 247."""
    return next((count for limit, count in BY_SECONDS if wanted < limit), 6 + (wanted - 247) // 41 + 1)


def choose_shape(
    reading: Reading,
    rng: random.Random,
    strangers: bool,
    spot: Spot,
    deeds: Mapping[str, str],
    without: Sequence[Shape] = (),
) -> Shape:
    """The shape the pitch's words call for; among the near ones the seed decides."""
    said = stems(reading.words) | {f"{one}_{two}" for one, two in pairwise(reading.words)}
    acts = stems(deeds[key].split()[0] for key in ("A.do", "A.goal", "B.goal") if key in deeds)
    goal = deeds.get("A.goal", "").split()
    aims = {"_".join(goal[:2])}
    lost = is_lost(reading)
    scored = [
        (
            5 * len(said & (stems(shape.words) | shape.words))
            - 6 * (shape.called and not said & (stems(shape.words) | shape.words))
            + 1.5 * (reading.genre in shape.genres)
            - 3 * (bool(shape.words) and not said & (stems(shape.words) | shape.words))
            - 3.5 * (shape.inside and not spot.interior)
            + 3.5 * bool(shape.needs)
            + 6 * (len(acts & stems(shape.words)) + bool(aims & shape.words))
            + 8 * (shape.absent and lost)
            + rng.random() * 3,
            shape.name,
            shape,
        )
        for shape in shelf.shapes()
        if shape not in without
        and fits_cast(shape, strangers)
        and (not shape.needs or f"A.{shape.needs}" in deeds)
        and shape.kit in ("", spot.kit)
        and (reading.things or not shape.own)
        and shape.sort in ("", *(thing.sort for thing in reading.things[:1]))
    ]
    best = max(score for score, _, _ in scored)
    near = [shape for score, _, shape in sorted(scored, key=lambda one: one[1]) if score > best - NEAR]
    return rng.choice(near)


def is_lost(reading: Reading) -> bool:
    """Whether a pitch says that its thing is lost."""
    head = re.escape(reading.things[0].head) if reading.things else "$^"
    return bool(re.search(rf"(?i)\b(?:los(?:t|es|e|ing)|misplace[sd]?) (?:[\w'-]+ ){{0,3}}{head}\b", reading.text))


def fits_cast(shape: Shape, strangers: bool) -> bool:
    """Whether a shape can be played by strangers, or by people who know each other."""
    return not shape.family if strangers else not shape.strangers


def stems(words: Iterable[str]) -> frozenset[str]:
    """Words without the endings a verb or a plural takes."""
    return frozenset(re.sub(r"(?<=\w{3})(?:ing|ed|es|s|e)$", "", word) for word in words)


def choose_motif(facts: Mapping[str, frozenset[str]], brief: float, rng: random.Random) -> Motif:
    """A motif whose planting fits the first scene, a short one where time is short; the seed decides."""
    fitting = [motif for motif in shelf.motifs() if motif.plant.fits(facts)]
    weights = [(1 + len(one.plant.needs)) * (20 / (one.plant.bulk + one.payoff.bulk)) ** (brief / 2) for one in fitting]
    return rng.choices(fitting, weights)[0]


def scene_cards(reading: Reading, genre: str, wanted: int, rng: random.Random) -> list[SceneCard]:
    """The scenes of a story in order, the subplots of a long one between those of the main plot."""
    plan = beats_of(scene_count(wanted))
    left_out = next((beats for limit, beats in LEFT_OUT if wanted < limit), ())
    plan = [(plot, " ".join(beat for beat in beats.split() if beat not in left_out)) for plot, beats in plan]
    sites = scene_sites(reading, genre, len(plan), rng)
    begins = lexicon.table("genres.toml")["begins"].get(genre, " ".join(HOURS)).split()
    times = ending_at(reading, scene_times(reading.time or rng.choice(begins), len(plan)))
    return [
        SceneCard(beats=tuple(beats.split()), site=site, time=time, plot=plot)
        for (plot, beats), site, time in zip(plan, sites, times, strict=True)
    ]


def beats_of(count: int) -> list[tuple[int, str]]:
    """Which beats each scene plays; beyond six scenes a second and a third plot run between."""
    if count <= 6:
        return [(0, beats) for beats in BEATS[count]]
    body = [(0, beats) for beats in BEATS[5]]
    body[2:2] = [(1, "want")]
    body[4:4] = [(1, "obstacle")]
    body[6:6] = [(1, "turn"), (1, "choice close")]
    if count > 11:
        body[3:3] = [(2, "want")]
        body[6:6] = [(2, "obstacle")]
        body[9:9] = [(2, "turn choice close")]
    sides = [(0, "side")] * max(0, min(count, 16) - len(body))
    for spot, side in enumerate(sides):
        body.insert(3 + 2 * spot, side)
    return body


def scene_sites(reading: Reading, genre: str, count: int, rng: random.Random) -> list[Site]:
    """A place for each scene: the pitch's own first, then ones beside them, home again at the end."""
    known = list(reading.sites) or [haunt(reading) or opening(genre, rng)]
    home = known[0]
    near = beyond(home, known, rng)
    if not home.spot.interior and is_beast(reading):  # no horse goes into a waiting room
        wide = [site for site in near if not site.spot.interior or site.spot.kit in ROOMY]
        near = wide or [neighbour(name, False, home) for name in ("road", "hillside")]
    if is_confined(reading) or home.spot.kit == "lift":
        near = [site for site in near if site.spot.interior == home.spot.interior][: count // 4]
        known = [home]
    ring = known + near
    ring = ring[: max(2 + (count > 3), min(len(ring), len(known) + 1 + (count > 6)))]
    found = [ring[spot % len(ring)] for spot in range(count)]
    if count > 2:
        found[-1] = home
    for spot in range(1, count - 1):
        if found[spot] == found[spot + 1] and len(ring) > 2:
            found[spot] = next(one for one in ring if one not in (found[spot - 1], found[spot + 1]))
    return found


def is_confined(reading: Reading) -> bool:
    """Whether a pitch shuts its people in; a locked chest shuts in nobody."""
    pairs = zip(reading.words, (*reading.words[1:], ""), strict=True)
    return any(word in CONFINED and (word != "locked" or after in SHUT_IN) for word, after in pairs)


def is_beast(reading: Reading) -> bool:
    """Whether a story is about an animal too large for a house."""
    beasts, toys = (lexicon.words("things.toml", "finer", row) for row in ("beast", "playthings"))
    return any(
        thing.sort == "creature" and thing.head.split()[-1] in beasts and not toys & set(thing.full.split())
        for thing in reading.things[:1]
    )


def haunt(reading: Reading) -> Site | None:
    """The place that goes with somebody's trade, or with a thing, where the lists have one."""
    trades = [(who.role or who.relation).split()[-1] for who in reading.people if who.role or who.relation]
    trades += [word for thing in reading.things[:1] for word in (thing.head, thing.head.split()[-1])]
    for row, words in lexicon.table("places.toml")["haunts"].items():
        if set(trades) & set(words.split()):
            name, side, kit = row.split("|")
            return Site(phrase=Phrase(head=name, full=name), spot=Spot(kit=kit, interior=side == "in"))
    return None


def ending_at(reading: Reading, times: list[str]) -> list[str]:
    """The same hours moved on so that the last is the one a pitch must be done by."""
    found = BY_HOUR.search(reading.text)
    hour = by_words("time", (found[1].casefold(),)) if found else ""
    if not hour or len(times) < 2:
        return times
    shift = HOURS.index(hour) - HOURS.index(times[-1])
    return [HOURS[(HOURS.index(time) + shift) % len(HOURS)] for time in times]


def opening(genre: str, rng: random.Random) -> Site:
    """The place a story of this genre opens in when its pitch names none."""
    name, side, kit = rng.choice(lexicon.listed(lexicon.table("places.toml")["openings"][genre])).split("|")
    return Site(phrase=Phrase(head=name, full=name), spot=Spot(kit=kit, interior=side == "in"))


def beyond(home: Site, known: Sequence[Site], rng: random.Random) -> list[Site]:
    """Places next to home that the pitch does not name, in the seed's order."""
    taken = {site.phrase.head for site in known}
    rows = [row.split("|") for row in lexicon.listed(nearby(home))]
    rng.shuffle(rows)
    return [neighbour(name, side == "in", home) for name, side in rows if name not in taken]


def nearby(home: Site) -> str:
    """The places beside a home, by its own name or else by its kit."""
    table = lexicon.table("places.toml")["beyond"]
    names = (home.phrase.noun, home.phrase.head, home.phrase.head.split()[-1])
    known = lexicon.places()
    own = (table.get(name) for name in names if name not in known or known[name].kit == home.spot.kit)
    kits = (table.get(kit) for kit in lexicon.kinds(home.spot.kit))
    return str(next(filter(None, (*own, *kits)), table["street"]))


def neighbour(name: str, interior: bool, home: Site) -> Site:
    """A place beside home, of a kit that suits its name, or its side of the door."""
    kit = next((lexicon.places()[word].kit for word in (name, name.split()[-1]) if word in lexicon.places()), "")
    spot = Spot(kit=kit or ("room" if interior else "street"), interior=interior)
    return Site(phrase=Phrase(head=name, full=name), spot=spot)


def scene_times(first: str, count: int) -> list[str]:
    """An hour for each scene, going forward through a day from where it starts or mostly is."""
    start = HOURS.index(first)
    step = 1 if count < 4 else max(1, 5 // count)
    found = [HOURS[(start + (spot * step) // 2) % len(HOURS)] for spot in range(count)]
    if count > 2:
        found[-1] = HOURS[(HOURS.index(found[-2]) + 1) % len(HOURS)]
    return found
