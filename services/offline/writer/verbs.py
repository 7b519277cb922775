"""Forms of the verbs a pitch turns on: from lists and spelling rules; parses no sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from services.offline.writer.lexicon import table
from studio.story.noun import Noun

BE, HAVE = ("is", "are", "was", "were"), ("has", "have", "had")
CVC = re.compile(r"^[^aeiou]*[aeiou][bdgmnprt]$")


class Verb(Noun):
    """A verb's base, past and participle."""

    base: str
    past: str
    done: str

    @property
    def third(self) -> str:
        """As in "she tries"."""
        if re.search(r"[^aeiou]y$", self.base):
            return self.base[:-1] + "ies"
        return self.base + ("es" if self.base.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")

    @property
    def going(self) -> str:
        """As in "she is trying"."""
        if self.base.endswith("ie"):
            return self.base[:-2] + "ying"
        stem = self.base[:-1] if re.search(r"[^eo]e$", self.base) else self.base
        return (stem + stem[-1] if CVC.match(stem) and stem == self.base else stem) + "ing"


@cache
def verbs() -> dict[str, Verb]:
    """All verbs by their base."""
    data = table("verbs.toml")
    found = {base: Verb(base=base, past=regular(base), done=regular(base)) for base in data["regular"].split()}
    for row in data["irregular"].split(";"):
        base, past, done = row.split()
        found[base] = Verb(base=base, past=past, done=done)
    return found


def regular(base: str) -> str:
    """The past of a regular verb."""
    if re.search(r"[^aeiou]y$", base):
        return base[:-1] + "ied"
    return base + ("d" if base.endswith("e") else base[-1] + "ed" if CVC.match(base) else "ed")


@cache
def by_form(form: str) -> dict[str, Verb]:
    """Verbs by one of their forms: third, past, done or going."""
    return {getattr(verb, form): verb for verb in verbs().values()}


def among(key: str) -> frozenset[str]:
    """One of the sets of verbs and small words of the data."""
    return frozenset(table("verbs.toml")[key].split())


def plain_forms(words: Iterable[str]) -> list[str]:
    """Words as they are said, and the bases of those that are verbs or plurals, each once."""
    found = dict.fromkeys(words)
    for word in list(found):
        for form in ("third", "past", "done", "going"):
            verb = by_form(form).get(word)
            found |= {verb.base: None} if verb else {}
        if word.endswith("s"):
            found[word[:-1]] = None
    return list(found)
