"""Reads what a person asks of looks, voices, shots and light, as a decision; it writes no script."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from services.offline.writer.answers import listed, said
from services.offline.writer.lexicon import table
from services.offline.writer.wishes import Wish, WishKind
from studio.cut.timeline import cut
from studio.errors import Refused
from studio.story.breakdown import Breakdown
from studio.story.cast import Age, Build, Casting, Character
from studio.story.deciding import Decision, Light, decide, shifts
from studio.story.lexicon import lexicon, words
from studio.story.mentions import Roll
from studio.story.places import Mood
from studio.story.portrait import Sight, stated
from studio.story.proposal import Proposal
from studio.story.remarks import remark

_FILE = "decisions.toml"
_SHOT = re.compile(
    r"\b(?:shots?|takes?)\s+(?P<first>\d+\w*[A-Za-z]+)(?P<more>(?:\s*(?:,|and|&)\s*(?:shot )?\d+\w*[A-Za-z]+)*)\b"
)
_FPS = 24
_TALLER, _STEP = 0.08, 0.1  # of an adult's height; of a voice's pace or pitch

Reader = Callable[[str, Breakdown, Wish], "Decision | None"]


def propose(text: str, breakdown: Breakdown, wish: Wish, tab: str) -> Proposal | None:
    """Propose a decision, the tab's own kind first; None when nothing of the kind is asked for."""
    lost = _lost_shots(text, breakdown)
    if lost:
        return lost
    own = _TABS.get(tab)
    for reader in dict.fromkeys(one for one in (own, looks, voices, shots) if one):
        decision = reader(text, breakdown, wish)
        if decision is not None:
            return _proposed(breakdown, decision)
    return None


def _proposed(breakdown: Breakdown, decision: Decision) -> Proposal:
    try:
        after = decide(breakdown, decision)
    except Refused as error:
        return said("refused", why=error.detail.rstrip("."))
    changed = shifts(breakdown, after)
    if not changed:
        return said("same", where="What you ask for")
    subjects = listed(list(dict.fromkeys(one.what.partition(",")[0] for one in changed)))
    told = dict.fromkeys(f"{one.what.partition(', ')[2]} {one.after}" for one in changed)
    what = f"{subjects}: {', '.join(told)}"
    return Proposal(
        sentence=f"{subjects} would change so. The script stays as it is.",
        what=what[:80],
        decision=decision,
        shifts=changed,
    )


def looks(text: str, breakdown: Breakdown, wish: Wish) -> Decision | None:
    """Traits asked of one character: make Mara older, with red hair and no hat."""
    who, rest = _named(text, breakdown)
    if who is None or _SHOT.search(text) or wish.kind not in (WishKind.FREE, WishKind.SHORTEN):
        return None
    traits = stated(Sight("", introduction=f", {rest}"))
    if not lexicon("people", "presents", inflected=False).first(rest):
        traits.pop("presents", None)
    traits |= _compared(rest, who)
    for trait in ("hat", "face"):
        bare = lexicon("wardrobe", trait, inflected=False).first(rest) or trait in words(rest)
        if bare and re.search(r"\b(?:no|without|lose|remove|take off)\b", rest):
            traits[trait] = ""
    return Decision(looks={who.id: traits}) if traits else None


def _compared(rest: str, who: Character) -> dict[str, object]:
    """Traits told by comparison: older, taller, heavier."""
    found: dict[str, object] = {}
    steps: dict[str, dict[str, str]] = table(_FILE)["looks"]
    spoken = set(words(rest))
    ages, builds = list(Age), list(Build)
    for field, order, now in (("age", ages, who.dna.age), ("build", builds, who.dna.build)):
        way = _way(steps[field], spoken)
        if way:
            at = min(len(order) - 1, max(0, [str(one) for one in order].index(str(now)) + way))
            found[field] = order[at]
    tall = _way(steps["height"], spoken)
    if tall:
        found["height"] = round(who.dna.height + tall * _TALLER, 2)
    return found


def _way(steps: dict[str, str], spoken: set[str]) -> int:
    return bool(spoken & set(steps["more"].split())) - bool(spoken & set(steps["less"].split()))


def voices(text: str, breakdown: Breakdown, wish: Wish) -> Decision | None:
    """Pace and pitch asked of one character: Tom slower, Mara a little deeper."""
    del wish
    who, rest = _named(text, breakdown)
    if who is None:
        return None
    steps: dict[str, dict[str, str]] = table(_FILE)["voices"]
    spoken = set(words(rest))
    pace, pitch = _way(steps["pace"], spoken), _way(steps["pitch"], spoken)
    if not (pace or pitch):
        return None
    size = _STEP * (2 if spoken & {"much", "lot", "far"} else 0.5 if spoken & {"little", "bit", "slightly"} else 1)
    now = who.casting
    fresh = {"pace": round(now.pace * (1 + pace * size), 3), "pitch": round(now.pitch * (1 + pitch * size), 3)}
    return Decision(voices={who.id: Casting.model_validate(now.model_dump() | fresh)})


def _lost_shots(text: str, breakdown: Breakdown) -> Proposal | None:
    """An answer where a request names a shot that is not there, or says nothing of it that can be read."""
    numbers = _numbers(text)
    known = {shot.number.upper() for shot in breakdown.shots}
    if numbers - known:
        return said("no_shot", number=min(numbers - known))
    if numbers and shots(text, breakdown, Wish()) is None:
        return said("unread_shot", number=listed(sorted(numbers)))
    return None


def _numbers(text: str) -> set[str]:
    """The slates a request names."""
    found = _SHOT.search(text)
    if not found:
        return set()
    return {one.upper() for one in re.findall(r"\d+\w*[A-Za-z]+", f"{found['first']} {found['more']}")}


def shots(text: str, breakdown: Breakdown, wish: Wish) -> Decision | None:
    """What a note asks of shots it names: shot 2B closer."""
    del wish
    found = _SHOT.search(text)
    if not found:
        return None
    known = {shot.number.upper(): shot.id for shot in breakdown.shots}
    asked = [known[number] for number in sorted(_numbers(text)) if number in known]
    note = text.replace(found[0], " ")
    timeline = cut(breakdown, {}, _FPS)
    read = {one: remark(note, breakdown, one, timeline.entry(one).frames / _FPS).restaging for one in asked}
    kept = {one: how for one, how in read.items() if not how.empty}
    return Decision(shots=kept) if kept else None


def light(text: str, breakdown: Breakdown, wish: Wish) -> Decision | None:
    """Time, weather and mood of scenes, without a word of the script: rain in scene 2, scene 1 like noir."""
    mood = lexicon_mood(text)
    if wish.place or not (wish.time or wish.weather or mood):
        return None
    scenes = [one for at, one in enumerate(breakdown.scenes, 1) if not wish.scenes or at in wish.scenes]
    return Decision(
        light=tuple(
            Light(
                scenes=(one.id,),
                time=wish.time or one.setting.time,
                weather=wish.weather or one.setting.weather,
                mood=mood or (None if wish.time or wish.weather else one.setting.mood),
            )
            for one in scenes
        )
    )


def lexicon_mood(text: str) -> Mood | None:
    """The mood a text names, if it does."""
    spoken = f" {' '.join(words(text))} "
    for mood, phrases in table(_FILE)["mood"].items():
        if any(f" {' '.join(words(phrase))} " in spoken for phrase in phrases.split(",")):
            return Mood(mood)
    return None


def _named(text: str, breakdown: Breakdown) -> tuple[Character | None, str]:
    """Whom a request is about, and what it says besides; nobody when it names none or several."""
    roll = Roll({one.id: one.name for one in breakdown.cast} | {})
    found = roll.mentions(text) or roll.mentions(text.title())
    who = list(dict.fromkeys(one.who for one in found))
    if len(who) != 1:
        return None, text
    rest = "".join(_between(text, [(one.start, one.end) for one in found]))
    for word in table(_FILE)["looks"]["lead"].split():
        rest = re.sub(rf"^\W*{word}\b", "", rest, flags=re.IGNORECASE)
    return breakdown.character(who[0]), rest.strip(" ,.:")


def _between(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    at, parts = 0, []
    for start, end in spans:
        parts.append(text[at:start])
        at = end
    return [*parts, text[at:]]


_TABS: dict[str, Reader] = {"characters": looks, "backgrounds": light, "scenes": shots, "voices": voices}
