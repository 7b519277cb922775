"""Calls somebody or some place by another name, wherever a whole word says the old one."""

from __future__ import annotations

import re

from studio.story.breakdown import Breakdown
from studio.story.screenplay import Element, Kind, Screenplay

_UNTOUCHED = frozenset({Kind.BONEYARD, Kind.PAGE_BREAK})


def rename(screenplay: Screenplay, old: str, new: str, *, common: bool = False) -> Screenplay:
    """Put a new name where the old one stands as whole words; capitals stay capitals.

    Small letters are the name too when it is `common`: the bakery, but not a rose where Rose is meant.
    """
    forms = {old.upper(): new.upper(), titled(old): titled(new)}
    if common:
        forms.setdefault(old.lower(), new)
    forms.setdefault(old, new)
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, sorted(forms, key=len, reverse=True))) + r")(?!\w)")

    def renamed(element: Element) -> Element:
        if element.kind in _UNTOUCHED:
            return element
        text = pattern.sub(lambda found: forms[found[0]], element.text)
        return element if text == element.text else element.model_copy(update={"text": text})

    return screenplay.model_copy(update={"elements": tuple(renamed(one) for one in screenplay.elements)})


def titled(name: str) -> str:
    """A name as it stands within a sentence: Old Tom, McCLANE as it is typed."""
    return " ".join(part[:1].upper() + part[1:].lower() if part.isupper() or part.islower() else part
                    for part in name.split())  # fmt: skip


def called(breakdown: Breakdown, names: dict[str, str]) -> Breakdown:
    """The breakdown with some of its cast called otherwise (id -> name), so that they keep looks, voices and lines."""
    cast = tuple(
        one.model_copy(update={"name": names[one.id]}) if one.id in names else one for one in breakdown.cast
    )  # fmt: skip
    return breakdown.model_copy(update={"cast": cast})
