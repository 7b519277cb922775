"""Word tables of data/words: which words of a text stand for which tag. It reads words, not meaning."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from studio.errors import AssetMissing

_FOLDER = Path(__file__).parents[2] / "data" / "words"
# Vowel signs of Indic scripts are not \w for Python, yet belong to their word.
_WORD = re.compile(r"[\w\u0300-\u036f\u0900-\u0dff]+(?:['’]\w+)?")
_TABLE = TypeAdapter(dict[str, dict[str, str]])
_ANY = "~"


def fold(text: str) -> str:
    """Write a text without case and without the accents of Latin letters."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not "\u0300" <= letter <= "\u036f")


@lru_cache(maxsize=8192)
def words(text: str) -> tuple[str, ...]:
    """Split a text into folded words; a possessive 's is dropped."""
    return tuple(_bare(word) for word in _WORD.findall(fold(text)))


def _bare(word: str) -> str:
    return word[:-2] if word.endswith(("'s", "’s")) else word.replace("’", "'")


@lru_cache(maxsize=65536)
def stems(word: str) -> tuple[str, ...]:
    """List the word and the plain English forms it may be an inflection of."""
    found = [word]
    for ending in ("s", "es", "ed", "ing"):
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            root = word[: -len(ending)]
            found.append(root)
            if ending in ("ed", "ing"):
                found += [root + "e"] + ([root[:-1]] if len(root) > 2 and root[-1] == root[-2] else [])
    if word.endswith(("ies", "ied")):
        found.append(word[:-3] + "y")
    return tuple(dict.fromkeys(found))


class Lexicon:
    """Phrases and their tags; a `~` in a phrase stands for any one word, an empty tag for `not what it looks like`."""

    def __init__(self, table: Mapping[str, str], *, inflected: bool = True) -> None:
        self.tags = tuple(table)
        self._stems = stems if inflected else lambda word: (word,)
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for tag, listed in table.items():
            for phrase in filter(None, (tuple(fold(part).replace("-", " ").split()) for part in listed.split(","))):
                self._phrases.setdefault(phrase[0], []).append((phrase, tag))
        for phrases in self._phrases.values():
            phrases.sort(key=lambda entry: -len(entry[0]))
        self._begin = lru_cache(maxsize=8192)(self._beginning)

    def find(self, text: str) -> list[str]:
        """List the tags of the phrases in the text, in the order they are read."""
        return [tag for _, tag in self.spots(text)]

    def first(self, text: str) -> str:
        """The tag of the first phrase in the text, or an empty string."""
        return next((tag for _, tag in self.spots(text)), "")

    def spots(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield the index of the word a phrase begins at, and its tag."""
        spoken = words(text)
        at = 0
        while at < len(spoken):
            for phrase, tag in self._begin(spoken[at]):
                if len(phrase) == 1 or self._follows(phrase, spoken[at : at + len(phrase)]):
                    if tag:
                        yield at, tag
                    at += len(phrase)
                    break
            else:
                at += 1

    def _beginning(self, word: str) -> tuple[tuple[tuple[str, ...], str], ...]:
        return tuple(phrase for stem in self._stems(word) for phrase in self._phrases.get(stem, ()))

    def _follows(self, phrase: tuple[str, ...], spoken: tuple[str, ...]) -> bool:
        if len(spoken) < len(phrase):
            return False
        pairs = zip(phrase[1:], spoken[1:], strict=True)
        return all(word == _ANY or word in self._stems(heard) for word, heard in pairs)


@cache
def tables(name: str) -> dict[str, dict[str, str]]:
    """Read data/words/<name>.toml: sections of tags with phrases between commas; AssetMissing if it is broken."""
    path = _FOLDER / f"{name}.toml"
    try:
        return _TABLE.validate_python(tomllib.loads(path.read_text("utf-8")))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise AssetMissing(f"word table {path.name}: {error}", cause=error) from error


@cache
def lexicon(name: str, section: str, *, inflected: bool = True) -> Lexicon:
    """The lexicon of one section of a word table; AssetMissing if there is none."""
    found = tables(name).get(section)
    if found is None:
        raise AssetMissing(f"word table {name}.toml has no section {section}")
    return Lexicon(found, inflected=inflected)
