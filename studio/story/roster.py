"""Who is in a script: one id for every name that speaks, and for people introduced with an age or a calling."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

from studio.story.cast import Character
from studio.story.lexicon import fold, lexicon, words
from studio.story.reading import Act, Said, Sheet

_JOINT = re.compile(r"\s*(?:&|/|,|\+)\s*|\s+(?:and|y|et|und)\s+", re.IGNORECASE)
_CAPS = r"[A-ZÀ-ÖØ-Þ](?:R\.|RS\.|[A-ZÀ-ÖØ-Þ'’\-]+)"
_ANY = re.compile(rf"\b{_CAPS}(?: {_CAPS}){{0,2}}(?![\w’'])")
_AGED = re.compile(rf"\b({_CAPS}(?: {_CAPS}){{0,2}})\s*[,(]\s*(?:aged?|early|mid|late|about)?\s*\d{{1,3}}\b")
_CALLED = re.compile(rf"\b({_CAPS}(?: {_CAPS}){{0,2}}), ((?:an?|the|une?|una|eine?|um|uma) [^,.;]+)")


def slug(name: str) -> str:
    """Make an id of a name: ASCII, the same for every spelling of its case, never empty."""
    folded = fold(" ".join(name.split()))
    latin = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
    bare = re.sub(r"[^a-z0-9]+", "-", latin).strip("-")
    if bare and not any(letter.isalpha() and not letter.isascii() for letter in folded):
        return bare
    return "-".join(filter(None, (bare or "c", hashlib.sha256(folded.encode()).hexdigest()[:8])))


class Roster:
    """The names of a script in the order they appear, with how often each one speaks."""

    def __init__(self, read: Iterable[Sheet], known_as: Mapping[str, str] | None = None) -> None:
        """Read who is there; `known_as` has the ids of those who were once called otherwise, by their names now."""
        beats = [beat for sheet in read for beat in sheet.beats]
        spoken = {beat.name for beat in beats if isinstance(beat, Said)}
        known = {slug(name) for name in spoken}
        acts = [beat.text for beat in beats if isinstance(beat, Act)] if known_as else []
        here = known | {slug(name) for text in acts for name in _ANY.findall(text)}
        self._known_as = {name: ident for name, ident in (known_as or {}).items() if name in here}
        self._ids = {name: self._lasting(_speaker(name, known)) for name in spoken}
        self.names: dict[str, str] = {}
        self.cues: Counter[str] = Counter()
        for beat in beats:
            if isinstance(beat, Said):
                ident = self._ids[beat.name]
                self.names.setdefault(ident, self._display(beat.name, ident))
                self.cues[ident] += 1
            else:
                self._introduce(beat, known)

    def ident(self, name: str) -> str:
        """The id of whoever speaks under this name; of the first of them for a cue that names several."""
        return self._ids[name]

    @property
    def hero(self) -> str:
        """Whoever speaks most, the first of equals; empty without dialogue."""
        return max(self.names, key=lambda ident: self.cues[ident], default="") if self.cues else ""

    def _display(self, name: str, ident: str) -> str:
        if self._lasting(slug(name)) == ident:
            return name
        return next(part for part in _JOINT.split(name) if self._lasting(slug(part)) == ident)

    def _lasting(self, name: str) -> str:
        """The id of a name: that of whoever was renamed to it, and no one else's."""
        if name in self._known_as:
            return self._known_as[name]
        return f"{name}-2" if name in self._known_as.values() else name

    def _introduce(self, act: Act, known: set[str]) -> None:
        # In a paragraph of capitals a capital tells nobody apart.
        if act.text.isupper():
            return
        called = [(name, told) for name, told in _CALLED.findall(act.text) if _person(told)]
        known_by_name = [name for name in _ANY.findall(act.text) if _name(name)]
        for name in [*_AGED.findall(act.text), *(name for name, _ in called), *known_by_name]:
            parts = {slug(part) for part in name.split()}
            if slug(name) not in known and not parts & known and not _within(name, known):
                self.names.setdefault(self._lasting(slug(name)), name)


def known_as(cast: Iterable[Character]) -> dict[str, str]:
    """The ids of those in a cast whose id is not that of their name, by what their name's would be."""
    return {slug(one.name): one.id for one in cast if slug(one.name) != one.id}


def _speaker(name: str, known: set[str]) -> str:
    parts = [part for part in _JOINT.split(name) if part.strip()]
    if len(parts) > 1 and all(slug(part) in known for part in parts):
        return slug(parts[0])
    return slug(name)


def _within(name: str, known: set[str]) -> bool:
    """Whether the name is part of a longer one that speaks."""
    inside = set(slug(name).split("-"))
    return any(inside <= set(ident.split("-")) for ident in known)


def _name(name: str) -> bool:
    """Whether capitals in action are somebody: a first name, or a word for a person."""
    last = words(name)[-1]
    return any(lexicon("people", section, inflected=False).first(last) for section in ("name", "presents"))


def _person(told: str) -> bool:
    spoken = " ".join(words(told))
    tables = (("people", "age"), ("people", "presents"), ("wardrobe", "profession"))
    return any(lexicon(name, section, inflected=False).first(spoken) for name, section in tables)
