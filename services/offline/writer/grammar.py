"""Small English grammar for slots: articles, plurals, pronouns and capitals; knows no story."""

from __future__ import annotations

import re

from studio.story.noun import Noun

VOWEL_EXCEPTIONS = ("uni", "use", "usu", "eu", "one ", "once", "ufo", "uku", "ute")
SILENT_H = ("hour", "honest", "honour", "honor", "heir")
IRREGULAR_PLURALS = {"keys", "coins", "flowers", "roses", "seeds", "pearls", "shoes", "gloves", "boots", "bees"}
PRONOUNS = {
    "f": {"they": "she", "them": "her", "their": "her", "theirs": "hers", "self": "herself"},
    "m": {"they": "he", "them": "him", "their": "his", "theirs": "his", "self": "himself"},
}
ONLY_ONE = frozenset(
    [
        "last",
        "first",
        "only",
        "final",
        "best",
        "worst",
        "same",
        "oldest",
        "youngest",
        "greatest",
        "biggest",
        "smallest",
        "tallest",
    ]
)
SENTENCE = re.compile(r"(^|(?<!\.\.)[.!?]['\"”]?\s+|^[\"“'])([^\W\d_])")


class Phrase(Noun):
    """A noun phrase: its head ("letter"), the whole without article ("torn letter"), number and whether a name."""

    head: str
    full: str = ""
    plural: bool = False
    proper: bool = False
    mass: bool = False
    sort: str = ""

    @property
    def bare(self) -> str:
        """The head, or the whole name of a proper noun."""
        return self.full or self.head if self.proper else self.head

    @property
    def definite(self) -> str:
        """With "the", unless it is a name."""
        return self.bare if self.proper else f"the {self.bare}"

    @property
    def indefinite(self) -> str:
        """With "a" or "an" as it is spoken; names and plurals go without."""
        return (
            self.bare
            if self.proper
            else self.full or self.head
            if self.plural
            else f"some {self.noun}"
            if self.mass and not ONLY_ONE & set(self.noun.split())
            else with_article(self.full or self.head)
        )

    @property
    def noun(self) -> str:
        """The whole without article."""
        return self.full or self.head


def with_article(words: str) -> str:
    """Put "a" or "an" before words by their first sound."""
    low = words.casefold()
    if low.split()[:1] and low.split()[0] in ONLY_ONE:
        return f"the {words}"
    silent = low.startswith(SILENT_H)
    vowel = low[:1] in "aeiouáéíóúâêîôûäëïöü" and not low.startswith(VOWEL_EXCEPTIONS)
    return f"{'an' if vowel or silent else 'a'} {words}"


def is_plural(head: str) -> bool:
    """Whether a noun looks plural."""
    return head in IRREGULAR_PLURALS or (head.endswith("s") and not head.endswith(("ss", "us", "is", "as")))


def sentences(text: str) -> str:
    """Capitalise the first letter of every sentence and tidy spaces."""
    tidy = " ".join(text.split())
    return SENTENCE.sub(lambda found: found.group(1) + found.group(2).upper(), tidy)


def title_case(text: str) -> str:
    """Capitalise a title; small words inside stay small."""
    small = {"a", "an", "the", "of", "in", "on", "at", "and", "or", "to", "for", "from", "by", "with", "that", "as"}
    words = text.split()
    done = [word if word in small and spot > 0 else word[:1].upper() + word[1:] for spot, word in enumerate(words)]
    return " ".join(done)
