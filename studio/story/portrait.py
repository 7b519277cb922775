"""What a script says of a character's looks: the traits of the DNA that its own words decide, and no others."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from studio.story.animal import HEARD, animal
from studio.story.cast import DNA, Age, Presents
from studio.story.lexicon import Lexicon, lexicon, words
from studio.story.mentions import Roll, sentences

_YEARS = re.compile(
    r"(?:^|[,(\s])(?:aged?|early|mid|late|about)?\s*(\d{1,3})(?=\s*(?:['’]?s\b|[,.;)\s]|$|-year))", re.IGNORECASE
)
_APPOSITIVE = re.compile(r"^(?:\s+\w[\w'’-]*)?\s*[,(–—-]|^\s+(?:is|was|es|ist|est|é)\s")
_CLAUSE = re.compile(r"[,.;:!?()\n–—]")
_TALL, _LOW = 0.1, -0.1
_STATURE: Mapping[Age, float] = {Age.CHILD: 0.68, Age.TEEN: 0.9, Age.ADULT: 1.0, Age.OLD: 0.95}
_VOTES_SEEN = 6  # mentions whose pronouns are weighed
# Weight of each sign of how a character presents, strongest first.
_TITLE, _NAME, _CALLING, _SUBJECT, _OBJECT, _ENDING = 5.0, 3.0, 2.0, 2.0, 0.5, 0.4


@dataclass
class Sight:
    """Everything action says around one name: `introduction` at its first mention, `seen` after each mention."""

    name: str
    before: str = ""
    introduction: str = ""
    seen: list[str] = field(default_factory=list)

    @property
    def calling(self) -> str:
        """What stands beside the name: `an old keeper` before it, `70, a stout keeper` after it."""
        return f"{self.name} , {self.before} , {self.beside}"

    @property
    def beside(self) -> str:
        """What the first sentence says right after the name: `, 70, a stout keeper`."""
        told = sentences(self.introduction)
        return told[0] if told and _APPOSITIVE.match(self.introduction) else ""


def sights(names: Mapping[str, str], actions: Sequence[str]) -> dict[str, Sight]:
    """Collect what the action of a script says around each name."""
    roll = Roll(names)
    found = {ident: Sight(name) for ident, name in names.items()}
    for action in actions:
        mentions = roll.subjects(action)
        for index, mention in enumerate(mentions):
            sight = found[mention.who]
            end = mentions[index + 1].start if index + 1 < len(mentions) else None
            after = action[mention.end : end]
            if not sight.seen:
                sight.introduction = _introduction(after)
                sight.before = _before(action[mentions[index - 1].end if index else 0 : mention.start])
            if len(sight.seen) < _VOTES_SEEN:
                sight.seen.append(after)
    return found


def _introduction(after: str) -> str:
    told = sentences(after)
    pronouns = lexicon("people", "pronoun", inflected=False)
    follows = [part for part in told[1:2] if pronouns.first(" ".join(words(part)[:1]))]
    return " ".join([*told[:1], *follows])


def _before(text: str) -> str:
    return " ".join(words(_CLAUSE.split(text)[-1])[-HEARD:])


def stated(sight: Sight) -> dict[str, object]:
    """List the traits the script's words decide, by their field of DNA."""
    told = f"{sight.calling} {sight.introduction}"
    beast = animal(sight.name, sight.before, sight.beside)
    traits = dict(beast)
    age = _age(sight)
    if age:
        traits["age"] = age
    presents = _presents(sight)
    if presents:
        traits["presents"] = presents
    traits |= _first_of(sight.calling, ("build", "manner"), "people")
    traits |= _clothes(sight, told) | ({"face": beast["face"]} if beast else {})  # whiskers are no beard
    stature = lexicon("people", "height", inflected=False).first(sight.calling)
    if stature:
        usual = float(str(beast.get("height", _STATURE[age or Age.ADULT])))
        traits["height"] = round(usual + (_TALL if stature == "tall" else _LOW), 2)
    return DNA.model_validate({**DNA().model_dump(), **traits}).model_dump(include=set(traits))


def _first_of(text: str, sections: Sequence[str], table: str) -> dict[str, object]:
    found = {section: lexicon(table, section, inflected=False).first(text) for section in sections}
    return {section: tag for section, tag in found.items() if tag}


def _age(sight: Sight) -> Age | None:
    years = _YEARS.search(sight.introduction[:60]) if _APPOSITIVE.match(sight.introduction) else None
    if years:
        count = int(years[1])
        return Age.CHILD if count < 13 else Age.TEEN if count < 20 else Age.ADULT if count < 60 else Age.OLD
    tag = lexicon("people", "age", inflected=False).first(sight.calling)
    return Age(tag) if tag else None


def _presents(sight: Sight) -> Presents | None:
    votes: defaultdict[str, float] = defaultdict(float)
    nouns = lexicon("people", "presents", inflected=False)
    votes[nouns.first(sight.name)] += _TITLE
    votes[lexicon("people", "name", inflected=False).first(sight.name)] += _NAME
    votes[nouns.first(sight.calling)] += _CALLING
    pronouns = lexicon("people", "pronoun", inflected=False)
    for seen in sight.seen:
        for part in sentences(seen)[:2]:
            tag = pronouns.first(part)
            votes[tag] += _SUBJECT if tag and pronouns.first(" ".join(words(part)[:1])) else _OBJECT
    if words(sight.name)[:1] and words(sight.name)[0].endswith(("a", "elle", "ine")):
        votes[Presents.FEMININE] += _ENDING
    votes.pop("", None)
    return Presents(max(votes, key=lambda tag: (votes[tag], tag))) if votes else None


def _clothes(sight: Sight, told: str) -> dict[str, object]:
    traits: dict[str, object] = {}
    worn, _, topped = lexicon("wardrobe", "profession", inflected=False).first(sight.calling).partition("+")
    traits |= {"garment": worn} if worn else {}
    traits |= {"hat": topped} if topped else {}
    said = _first_of(told, ("hair", "garment", "hat", "face"), "wardrobe")
    hidden = "hair" in said and lexicon("wardrobe", "hides", inflected=False).first(topped)
    traits |= said | ({"hat": ""} if hidden and "hat" not in said else {})
    if lexicon("wardrobe", "bare", inflected=False).first(told) == "headed":
        traits["hat"] = ""
    hair = lexicon("palette", "hair", inflected=False).first(told)
    skin = lexicon("palette", "skin", inflected=False).first(told)
    cloth = _cloth(told)
    traits |= {key: value for key, value in (("hair_colour", hair), ("skin", skin), ("cloth", cloth)) if value}
    return traits


def _cloth(told: str) -> str:
    """The colour named beside a garment: `a yellow raincoat`, `un abrigo rojo`."""
    spoken = words(told)
    colours: Lexicon = lexicon("palette", "cloth", inflected=False)
    for at, _ in lexicon("wardrobe", "garment", inflected=False).spots(told):
        near = colours.find(" ".join(spoken[max(0, at - 3) : at])) or colours.find(" ".join(spoken[at + 1 : at + 3]))
        if near:
            return near[-1]
    return ""
