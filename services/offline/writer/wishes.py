"""Reads what a person asks for in plain English as a wish: what to do, to which scenes, how much. Changes nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache

from services.offline.writer.lexicon import table
from studio.errors import AssetMissing
from studio.story.lexicon import lexicon, tables
from studio.story.noun import Noun
from studio.story.places import Time, Weather

_FILE = "wishes.toml"
_LESS, _MORE = 0.25, 0.34  # of the length, where nobody says how much
_SECONDS = re.compile(r"\b(?:to|under|about|within|in)\s+(?:about\s+)?(\d+)\s*(?:s|sec|secs|seconds?)\b")
_PERCENT = re.compile(r"(\d{1,2})\s*(?:%|per ?cent)")
_QUIET = re.compile(r"\b(?:no|without|stop|stops|stopped|end|ends|not|never|isn't|dry)\b")
_EDGES = " \t.,;:!?'\"“”‘’"
_TAIL = re.compile(r"\s+(?:please|everywhere|throughout|instead|now|in (?:the )?(?:whole )?(?:script|story)|#.*)$")
_MARK = "#"  # stands for the scenes that are named


class WishKind(StrEnum):
    """What the offline writer can do; anything else is free writing."""

    RENAME = "rename"
    ADD = "add"
    CUT = "cut"
    SHORTEN = "shorten"
    LENGTHEN = "lengthen"
    MOVE = "move"
    FREE = "free"


class Wish(Noun):
    """One request, read. Scenes are places in the film from 1; `missing` is a scene number nobody has."""

    kind: WishKind = WishKind.FREE
    scenes: tuple[int, ...] = ()
    missing: str = ""
    old: str = ""
    new: str = ""
    share: float = 0.0  # of the length that is to go or to come
    seconds: int = 0  # the length asked for
    place: str = ""
    outdoors: bool = False  # what the words before the place say
    time: Time | None = None
    weather: Weather | None = None
    after: int | None = None  # the scene a new one follows; 0 puts it first


def read_wish(text: str, labels: Mapping[str, int]) -> Wish:
    """Read a request; `labels` are the scene numbers as they are shown, with their places in the film."""
    asked = " ".join(text.split()).strip(_EDGES)
    asked = asked.lower() if asked.isupper() else asked[:1].lower() + asked[1:]
    asked, scenes, after, missing = _named(asked, labels)
    found = Wish(scenes=scenes, after=after, missing=missing)
    for kind, patterns in _patterns():
        hit = next((one for pattern in patterns if (one := pattern.search(asked))), None)
        if hit:
            return _filled(found.model_copy(update={"kind": kind}), hit, asked)
    where = _where(asked)
    if where and not where.pop("left"):
        return found.model_copy(update={"kind": WishKind.MOVE, **where})
    return found


def _filled(wish: Wish, hit: re.Match[str], asked: str) -> Wish:
    if wish.kind is WishKind.RENAME:
        old, new = (_TAIL.sub("", hit[name].strip(_EDGES)).strip(_EDGES) for name in ("old", "new"))
        return wish.model_copy(update={"old": old, "new": new})
    if wish.kind is WishKind.ADD:
        where = _where(hit["rest"]) or {}
        where.pop("left", None)
        return wish.model_copy(update=where)
    seconds = _SECONDS.search(asked)
    return wish.model_copy(update={"share": _share(asked, wish.kind), "seconds": int(seconds[1]) if seconds else 0})


def _share(asked: str, kind: WishKind) -> float:
    percent = _PERCENT.search(asked)
    if percent:
        return int(percent[1]) / 100
    known: Mapping[str, float] = table(_FILE)["share"]
    for words in sorted(known, key=len, reverse=True):
        if re.search(rf"\b{words}\b", asked):
            return known[words]
    return _LESS if kind is WishKind.SHORTEN else _MORE


def _named(asked: str, labels: Mapping[str, int]) -> tuple[str, tuple[int, ...], int | None, str]:
    """The request with a mark for the scenes it names; those scenes, the one a new one follows, and a wrong number."""
    scenes: list[int] = []
    after: list[int] = []
    missing: list[str] = []
    order: dict[str, int] = dict(table(_FILE)["number"])

    def place(word: str) -> int | None:
        at = labels.get(word) or order.get(word)
        at = len(labels) if at == -1 else at
        if at is None or at > len(labels):
            missing.append(word)
            return None
        return at

    def taken(found: re.Match[str]) -> str:
        first, last = place(found["first"]), place(found["to"]) if found["to"] else None
        more = [place(word) for word in re.findall(r"[\w.]+", found["more"] or "") if word not in ("and", "scene")]
        numbers = [one for one in (first, *more) if one]
        if first and last:
            numbers = list(range(first, last + 1))
        if found["where"] in ("after", "before") and numbers:
            after.append(numbers[0] - (found["where"] == "before"))
            return " "
        scenes.extend(numbers)
        return f"{found['where'] or ''} {_MARK} "

    ordinals = "|".join(order)
    marked = re.sub(
        rf"(?:\b(?P<where>after|before|in|of|from)\s+)?\b(?:the\s+)?(?:scenes?|sc\.)\s+(?P<first>\d+\w?|{ordinals})\b"
        r"(?:\s*(?:to|-|–|through)\s*(?P<to>\d+\w?)\b|(?P<more>(?:\s*(?:,|and|&|, and)\s*(?:scene )?\d+\w?\b)+))?",
        taken,
        re.sub(rf"\b(?:the\s+)?({ordinals}|\d+(?=st|nd|rd|th))(?:st|nd|rd|th)?\s+scene\b", r"scene \1", asked),
    )
    marked = " ".join(marked.split())
    if re.search(r"\bat the (?:end|close)\b", marked):
        after.append(len(labels))
    elif re.search(r"\bat the (?:start|beginning|opening|top)\b", marked):
        after.append(0)
    marked = re.sub(r"\bat the (?:end|close|start|beginning|opening|top)\b", "", marked)
    return marked, tuple(dict.fromkeys(scenes)), after[0] if after else None, missing[0] if missing else ""


def _where(text: str) -> dict[str, object] | None:
    """Place, time and weather that a text tells, and how many words it leaves unread; None when it tells none."""
    low = text.lower()
    time = lexicon("places", "time", inflected=False).first(low)
    weather = lexicon("places", "weather", inflected=False).first(low)
    bare = _without(_without(low, "time", time), "weather", weather) if time or weather else low
    place = _place_pattern().search(bare)
    name = place["place"].strip(_EDGES) if place else ""
    if not (time or weather or name):
        return None
    rest = bare.replace(place[0], " ") if place and name else bare
    small = set(table(_FILE)["move"]["small"].split()) | set(re.split(r",\s*", table(_FILE)["move"]["verbs"]))
    left = [word for word in re.findall(r"[\w'’]+", rest) if word not in small]
    told: dict[str, object] = {"left": len(left)}
    if time:
        told["time"] = Time(time)
    if weather:
        told["weather"] = Weather.CLEAR if _QUIET.search(low) else Weather(weather)
    if name:
        outside = re.split(r",\s*", table(_FILE)["move"]["outside"])
        told |= {"place": name, "outdoors": bool(place and place["how"] in outside)}
    return told


def _without(text: str, section: str, tag: str) -> str:
    """A text without the words that told a time or a weather."""
    if not tag:
        return text
    known = [phrase.strip() for phrase in tables("places")[section][tag].split(",")]
    words = "|".join(re.escape(phrase) for phrase in sorted(known, key=len, reverse=True))
    lead = r"(?:\b(?:at|in|into|during|by|with|to)\s+)?(?:\b(?:the|a|some|heavy|thick|pouring|deep)\s+)?"
    return re.sub(rf"{lead}\b(?:{words})\b", " ", text)


@cache
def _place_pattern() -> re.Pattern[str]:
    move = table(_FILE)["move"]
    how = "|".join(sorted(re.split(r",\s*", f"{move['inside']}, {move['outside']}"), key=len, reverse=True))
    ends = r",|;|\.|$|#|\b(?:instead|please|and|while|with|during|after|before|at|in|now)\b"
    return re.compile(
        rf"\b(?P<how>{how})\s+(?:(?:a|an|the|some|our|their|his|her)\s+)?(?!it\b|this\b|scene)"
        rf"(?P<place>[^\W\d_][\w'’-]*(?:\s+(?!instead|please|and|while|with)[\w'’-]+){{0,3}}?)\s*(?={ends})"
    )


@cache
def _patterns() -> tuple[tuple[WishKind, tuple[re.Pattern[str], ...]], ...]:
    """The patterns of each wish in order; AssetMissing names one that cannot be read."""
    try:
        return tuple(
            (WishKind(one["kind"]), tuple(re.compile(pattern) for pattern in one["says"]))
            for one in table(_FILE)["wish"]
        )
    except (KeyError, ValueError, re.error) as error:
        raise AssetMissing(f"{_FILE}: {error}", cause=error) from error
