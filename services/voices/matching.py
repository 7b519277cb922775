"""Which of ElevenLabs' voices could be a character's, the best first, each with the reason in words. Asks nobody."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable

from services.voices.casting_tables import CastingTables, casting_tables
from services.voices.elevenlabs_answers import Fluency, Voice
from services.voices.elevenlabs_faults import VENDOR
from studio.crew import VoiceCard
from studio.story.cast import DNA, Age, Character, Presents
from studio.story.noun import Noun

_WORD = re.compile(r"[^\W_]+")
_GOOD = 0.7  # an age that is played well


class Candidate(Noun):
    """A voice for a character: how well it fits, 0 to 1, and why."""

    card: VoiceCard
    score: float
    reason: str


class Heard(Noun):
    """A voice in one language: the vendor's labels in our words."""

    voice: Voice
    presents: Presents
    age: str
    tongue: str  # own, verified or other
    accent: str
    words: frozenset[str]

    def card(self, table: CastingTables) -> VoiceCard:
        """As a person reads it."""
        ages = tuple(age for age, playing in table.age.items() if playing.score(self.age) >= _GOOD)
        return VoiceCard(
            voice=self.voice.voice_id,
            name=self.voice.name or self.voice.voice_id,
            accent=self.accent,
            presents=self.presents,
            ages=ages or tuple(Age),
            hz=0.0,  # the vendor does not tell
        )


def cards(voices: Iterable[Voice], language: str) -> tuple[VoiceCard, ...]:
    """The voices that speak a language, its own first; all of them where none was made for it."""
    table, heard = casting_tables(), [_heard(voice, language) for voice in voices]
    spoken = [one for one in heard if one.tongue != "other"] or heard
    spoken.sort(key=lambda one: (one.tongue != "own", one.voice.name, one.voice.voice_id))
    return tuple(one.card(table) for one in spoken)


def matched(voices: Iterable[Voice], dna: DNA, language: str) -> tuple[Candidate, ...]:
    """Every voice as a candidate, the best first; those that fit equally well lie in the order of their ids."""
    found = [_candidate(_heard(voice, language), dna, language) for voice in voices]
    return tuple(sorted(found, key=lambda one: (-one.score, one.card.voice)))


def assigned(voices: Iterable[Voice], members: tuple[Character, ...], language: str) -> tuple[Character, ...]:
    """Give each who has no ElevenLabs voice the best that is left; whoever comes first keeps theirs when more join.

    Somebody shares a voice only where no other one would fit: then the one that is shared least.
    """
    known = tuple(voices)
    taken = Counter(member.casting.also[VENDOR] for member in members if VENDOR in member.casting.also)
    given: list[Character] = []
    for member in members:
        chosen = (
            "" if VENDOR in member.casting.also else _chosen(matched(known, member.dna, language), member.id, taken)
        )
        if chosen:
            taken[chosen] += 1
            also = {**member.casting.also, VENDOR: chosen}
            member = member.model_copy(update={"casting": member.casting.model_copy(update={"also": also})})
        given.append(member)
    return tuple(given)


def described(dna: DNA, language: str) -> str:
    """A character's voice in words, for the vendor's design of a new one."""
    design = casting_tables().design
    return design.text.format(
        presents=design.presents[dna.presents],
        age=design.age[dna.age],
        build=design.build[dna.build],
        manner=design.manner[dna.manner],
        language=_tongue(language),
    )


def labelled(dna: DNA) -> dict[str, str]:
    """A designed voice's labels in the vendor's words, so that it is matched like any other."""
    table = casting_tables()
    gender = next(label for label, presents in table.gender.items() if presents is dna.presents)
    playing = table.age[dna.age]
    age = max(("young", "middle_aged", "old"), key=playing.score)
    use = max(table.use, key=lambda use: table.use[use])
    return {"gender": gender, "age": age, "use_case": use}


def _chosen(candidates: tuple[Candidate, ...], character: str, taken: Counter[str]) -> str:
    """The best voice nobody has, equally good ones told apart by who asks; empty when there is none at all."""
    floor = casting_tables().floor["score"]
    fitting = [one for one in candidates if one.score >= floor] or list(candidates)
    ranked = sorted(fitting, key=lambda one: (taken[one.card.voice], -one.score, _rank(character, one.card.voice)))
    return ranked[0].card.voice if ranked else ""


def _rank(character: str, voice: str) -> str:
    return hashlib.sha256(f"{character}|{voice}".encode()).hexdigest()


def _heard(voice: Voice, language: str) -> Heard:
    primary = _primary(language)
    fluent = next((one for one in voice.verified_languages or () if _primary(one.language) == primary), None)
    own = _primary(voice.labels.get("language", "")) == primary
    tongue = "own" if own else "verified" if fluent else "other"
    gender = voice.labels.get("gender", "").casefold().replace("-", "_").replace(" ", "_")
    said = " ".join([*voice.labels.values(), voice.description or ""])
    return Heard(
        voice=voice,
        presents=casting_tables().gender.get(gender, Presents.NEUTRAL),
        age=voice.labels.get("age", "").casefold().replace("-", "_").replace(" ", "_"),
        tongue=tongue,
        accent=_accent(voice, fluent, own),
        words=frozenset(_WORD.findall(said.casefold())),
    )


def _accent(voice: Voice, fluent: Fluency | None, own: bool) -> str:
    told = (fluent.accent or "") if fluent else ""
    return (told or (voice.labels.get("accent", "") if own or not fluent else "")).title()


def _tongue(tag: str) -> str:
    return casting_tables().tongue.get(_primary(tag), tag)


def _primary(tag: str) -> str:
    return tag.replace("_", "-").partition("-")[0].casefold()


def _candidate(heard: Heard, dna: DNA, language: str) -> Candidate:
    """Score a voice trait by trait: each gives a share of its weight and, where it tells, a phrase."""
    table = casting_tables()
    traits = {
        "presents": _presents(heard, dna, table),
        "age": _age(heard, dna, table),
        "language": _language(heard, language, table),
        "accent": _local(heard, language, table),
        "manner": _worded(heard, table.manner[dna.manner], f"for a {dna.manner} manner"),
        "use": _use(heard, table),
        "build": _worded(heard, table.build[dna.build], f"for a {dna.build} build"),
    }
    weights = table.weights.model_dump()
    score = sum(weights[name] * share for name, (share, _) in traits.items()) / 100
    reason = ", ".join(phrase for _, phrase in traits.values() if phrase)
    return Candidate(card=heard.card(table), score=round(score, 4), reason=reason)


_Trait = tuple[float, str]


def _presents(heard: Heard, dna: DNA, table: CastingTables) -> _Trait:
    if dna.age is Age.CHILD:
        # Children of any kind have the high voices.
        share = {Presents.FEMININE: 1.0, Presents.NEUTRAL: table.between["presents"]}.get(heard.presents, 0.0)
        return share, f"a {heard.presents} voice"
    if heard.presents is dna.presents:
        return 1.0, f"a {heard.presents} voice as they have"
    if Presents.NEUTRAL in (heard.presents, dna.presents):
        return table.between["presents"], f"a {heard.presents} voice"
    return 0.0, f"a {heard.presents} voice, which they have not"


def _age(heard: Heard, dna: DNA, table: CastingTables) -> _Trait:
    playing = table.age[dna.age]
    share = playing.score(heard.age)
    told = heard.age.replace("_", "-") or "of unknown age"
    return share, f"{told}: {'right' if share >= _GOOD else 'not quite right'} for {playing.phrase}"


def _language(heard: Heard, language: str, table: CastingTables) -> _Trait:
    share = float(getattr(table.language, heard.tongue))
    if heard.tongue == "other":
        return share, f"speaks {_tongue(language)} with a foreign accent"
    return share, "" if heard.tongue == "own" else f"verified in {_tongue(language)}"


def _local(heard: Heard, language: str, table: CastingTables) -> _Trait:
    wanted = table.accent.get(language.replace("_", "-").partition("-")[2].upper(), ())
    if not wanted:
        return 1.0, f"{heard.accent} accent" if heard.accent else ""
    fits = heard.accent.casefold() in wanted
    return float(fits), f"{heard.accent or 'unknown'} accent{' as asked' if fits else ''}"


def _worded(heard: Heard, words: tuple[str, ...], purpose: str) -> _Trait:
    found = next((word for word in words if word in heard.words), "")
    return float(bool(found) or not words), f"{found} {purpose}" if found else ""


def _use(heard: Heard, table: CastingTables) -> _Trait:
    use = heard.voice.labels.get("use_case", "").casefold().replace(" ", "_")
    share = table.use.get(use, table.use["other"])
    return share, f"made for {use.replace('_', ' and ')}" if share == 1.0 else ""
