"""What the doubles of models write: real little stories, from the offline writer, in the shapes they were asked for.

Everything follows from the request alone, so the same question always has the same answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from math import ceil
from typing import Any

from services.offline.writer.engine import TemplateWriter
from services.writers.prompts import colours
from studio.crew import Pitch
from studio.story.breaking import break_down
from studio.story.cast import DNA
from studio.story.fountain import read_fountain, write_fountain
from studio.story.portrait import Sight, stated
from studio.story.proposal import Request
from studio.story.scouting import read_heading
from studio.story.screenplay import Kind, Screenplay
from studio.story.shortening import length
from studio.story.stretches import stretches
from studio.story.synopsis import appearing, synopsis

LONGEST = 600  # seconds of one template story; a longer film is several


def write(step: str, asked: str, seed: int, schema: Mapping[str, Any] | None) -> str:
    """The answer to a step's question."""
    writing: dict[str, Callable[[str, int, Mapping[str, Any]], str]] = {
        "outline": _outline, "looks": _looks, "breakdown": _lights, "doctor": _revision, "dna": _fitting,
        "passage": _passage,
    }  # fmt: skip
    if schema is not None and step in writing:
        return writing[step](asked, seed, schema)
    if "Write scene " in asked:
        return _scenes(asked, seed)
    return _chat(asked)


@lru_cache(maxsize=32)
def story(pitch: str, seconds: int, seed: int) -> Screenplay:
    """A screenplay of about so many seconds."""
    acts = ceil(seconds / LONGEST)
    plays = [TemplateWriter().write(Pitch(pitch, max(20, seconds // acts), seed + act)) for act in range(acts)]
    elements = [one for play in plays for one in play.elements if one.kind is not Kind.SYNOPSIS]
    return Screenplay(title_page=(("Title", plays[0].title),), elements=tuple(elements))


def _between(tag: str, text: str) -> str:
    found = re.search(rf"<{tag}>\n(.*?)\n</{tag}>", text, re.DOTALL)
    return found[1] if found else ""


def _number(pattern: str, text: str, otherwise: int) -> int:
    found = re.search(pattern, text)
    return int(found[1]) if found else otherwise


def _outline(asked: str, seed: int, _: Mapping[str, Any]) -> str:
    pitch, seconds = _between("pitch", asked), _number(r"Length: (\d+)", asked, 90)
    titled = re.search(r"The title is: (.+)", asked)
    play = story(pitch, seconds, seed)
    found = break_down(play, seed=seed)
    title = titled[1] if titled else play.title
    names = {one.id: one.name for one in found.cast}
    scenes = []
    for number, scene in enumerate(found.scenes, start=1):
        heading = read_heading(scene.heading)
        scenes.append({
            "interior": heading.interior is not False, "place": heading.place, "time": heading.time or "day",
            "people": [names[who] for who in appearing(scene) if who in names],
            "happens": synopsis(scene), "seconds": max(6, round(length(play, (number,)))),
        })  # fmt: skip
    return json.dumps({
        "title": title, "logline": " ".join(pitch.split()), "language": found.language,
        "people": [_person(one.name, one.dna) for one in found.cast], "scenes": scenes,
    }, ensure_ascii=False)  # fmt: skip


def _person(name: str, dna: DNA) -> dict[str, str]:
    looks = f"{dna.build}, {dna.hair} hair, in a {dna.garment}"
    wants = "to be believed" if dna.manner in ("anxious", "terse") else "the others to stay"
    return {"name": name, "age": dna.age, "presents": dna.presents, "role": f"{dna.manner} one", "looks": looks,
            "wants": wants}  # fmt: skip


def _scenes(asked: str, seed: int) -> str:
    pitch, seconds = _between("pitch", asked), _number(r"The film runs (\d+)", asked, 90)
    numbers = re.search(r"Write scene ([\d, ]+) now", asked)
    wanted = [int(one) for one in numbers[1].split(",")] if numbers else [1]
    play = story(pitch, seconds, seed)
    elements = [one for at in stretches(play) if at.number in wanted for one in play.elements[at.start : at.end]]
    return write_fountain(Screenplay(elements=tuple(elements))).strip()


def _looks(asked: str, seed: int, schema: Mapping[str, Any]) -> str:
    names = schema["properties"]["people"]["items"]["properties"]["name"].get("enum", [])
    found = break_down(read_fountain(_between("screenplay", asked)), seed=seed)
    known = {one.name: one.dna for one in found.cast}
    return json.dumps({"people": [{"name": name, **_in_words(known.get(name, DNA()))} for name in names]})


def _in_words(dna: DNA) -> dict[str, Any]:
    told = dna.model_dump(mode="json")
    for trait, named in colours().items():
        told[trait] = min(named, key=lambda word: _apart(named[word], told[trait]))
    return told


def _apart(one: str, other: str) -> int:
    return sum(abs(int(one[at : at + 2], 16) - int(other[at : at + 2], 16)) for at in (1, 3, 5))


def _lights(asked: str, seed: int, _: Mapping[str, Any]) -> str:
    found = break_down(read_fountain(_between("screenplay", asked)), seed=seed)
    scenes = []
    for number, scene in enumerate(found.scenes, start=1):
        at = scene.setting
        scenes.append(
            {"scene": number, "kit": at.place.kit, "time": at.time, "weather": at.weather, "mood": at.mood}
        )  # fmt: skip
    return json.dumps({"scenes": scenes})


def _revision(asked: str, seed: int, _: Mapping[str, Any]) -> str:
    texts = re.findall(r"<scene number=\d+>\n(.*?)\n</scene>", asked, re.DOTALL)
    play = read_fountain("\n\n".join(texts))
    found = break_down(play, seed=seed)
    named = re.search(r"It is about scene ([\d, ]+),", asked)
    numbers = tuple(int(one) for one in named[1].split(",")) if named else ()
    request = Request(text=_between("request", asked), scenes=numbers)
    proposal = TemplateWriter().revise(play, found, request)
    changed: dict[str, Any] = {"scenes": [], "added": [], "removed": [], "renamed": []}
    sentence, what = proposal.sentence, proposal.what
    if proposal.names:
        was = {one.id: one.name for one in found.cast}
        changed["renamed"] = [{"old": was[who], "new": new} for who, new in proposal.names.items()]
    elif proposal.fountain:
        changed |= _differences(texts, _split(read_fountain(proposal.fountain)))
    elif texts:
        number = (numbers or (len(texts),))[-1]
        changed["scenes"] = [{"scene": number, "text": f"{texts[number - 1]}\n\nFor a moment nobody says anything."}]
        sentence, what = f"Scene {number} would end on a silence, so that it can sink in.", "A silence"
    return json.dumps({"sentence": sentence, "what": what, **changed}, ensure_ascii=False)


def _passage(asked: str, _: int, schema: Mapping[str, Any]) -> str:
    wish, text = _between("request", asked), _between("passage", asked)
    if re.match(r"(?i)cut\b", wish):
        return json.dumps({"sentence": "It would go.", "what": "A passage cut", "text": ""})
    if wish.endswith("?"):
        return json.dumps({"sentence": "It is well as it is.", "what": "", "text": None})
    fresh = f"{text}\n\nFor a moment nobody says anything."
    return json.dumps(
        {"sentence": "It would end on a silence, so that it can sink in.", "what": "A silence", "text": fresh}
    )


def _split(play: Screenplay) -> list[str]:
    return [write_fountain(Screenplay(elements=play.elements[one.start : one.end])).strip() for one in stretches(play)]


def _differences(before: Sequence[str], after: Sequence[str]) -> dict[str, Any]:
    """Scenes that differ where as many are left, else those that went or came."""
    if len(before) == len(after):
        pairs = enumerate(zip(before, after, strict=True), start=1)
        return {"scenes": [{"scene": at, "text": new} for at, (old, new) in pairs if old.strip() != new]}
    gone = [at for at, old in enumerate(before, start=1) if old.strip() not in after]
    come = [{"after": min(at, len(before)), "text": new} for at, new in enumerate(after) if new not in before]
    return {"removed": gone if len(after) < len(before) else [], "added": come if len(after) > len(before) else []}


def _fitting(asked: str, _: int, schema: Mapping[str, Any]) -> str:
    fields = schema["properties"]["people"]["items"]["properties"]
    names, wish = fields["name"].get("enum", []), _between("request", asked)
    who = next((name for name in names if re.search(rf"\b{re.escape(name)}\b", wish, re.IGNORECASE)), "")
    called = re.search(r"(?i)\brename .+ to (\w+)", wish)
    if who and called:
        renamed = [{"old": who, "new": called[1]}]
        return _fitted(f"{who.title()} would be called {called[1]}.", "A new name", renamed=renamed)
    told = stated(Sight("", introduction=f", {wish}"))
    for trait, named in colours().items():
        if trait in told:
            drawn = str(told[trait])
            told[trait] = min(named, key=lambda word: _apart(named[word], drawn))
    told |= {field: value for word, (field, value) in _HEARD.items() if word in wish.lower()}
    if not who or not told:
        return _fitted("Say who should look or sound how, such as: Mara in a red coat.", "")
    people = [dict.fromkeys(fields) | {"name": who} | told]
    return _fitted(f"{who.title()} would be so.", f"{who.title()}, changed", people=people)


_HEARD = {"slower": ("pace", 0.9), "faster": ("pace", 1.1), "deeper": ("pitch", 0.9), "higher": ("pitch", 1.1)}


def _fitted(sentence: str, what: str, **changed: object) -> str:
    return json.dumps({"sentence": sentence, "what": what, "people": [], "renamed": [], **changed}, ensure_ascii=False)


def _chat(asked: str) -> str:
    pitch = " ".join(asked.split())[-400:] or "a word"
    play = TemplateWriter().write(Pitch(pitch, 30, 1))
    spoken = [one.text for one in play.elements if one.kind is Kind.DIALOGUE]
    return f"Here is one way in: {' '.join(spoken[:3])} Shall I write it out?"
