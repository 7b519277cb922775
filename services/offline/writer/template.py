"""The slot language of the writer's data: {A}, {A.their}, {the thing}...; every slot is checked on load."""

from __future__ import annotations

import re
from collections.abc import Mapping

from services.offline.writer.grammar import sentences
from studio.errors import BadRequest
from studio.story.noun import Noun

SLOT = re.compile(r"\{([^{}]*)\}")
CHOICE = re.compile(r"<(=?)([^<>]+)>")  # <one/two/three>; with <=...> a story makes the same choice each time
ROLES = ("A", "B", "C", "X", "Y")
FORMS = ("they", "them", "their", "theirs", "self", "role", "kin", "full")
DEED_FORMS = ("did", "do", "goal", "snag")
PARTS = ("the floor", "the wall", "the door", "the table", "chair")  # of a room; out of doors something stands for each
NOUN_FORMS = ("", ".it", ".them", ".is", ".was", ".s", ".has", ".they", ".full", ".es")
SLOTS = frozenset(
    [*ROLES]
    + [f"{role}.{form}" for role in ROLES for form in FORMS]
    + [f"a {role}.role" for role in ROLES]
    + [f"thing{form}" for form in NOUN_FORMS]
    + [
        "a thing",
        "the thing",
        "this thing",
        "place",
        "the place",
        "in the place",
        "the home",
        "in the home",
        "home",
        "gone",
        "the sky",
        "hour",
    ]
    + list(PARTS)
    + ["logline", "extra", "idea", "the idea", "by when", "we"]
    + [f"{role}.{form}{to}" for role in ("A", "B") for form in DEED_FORMS for to in ("", " you")]
)


class Template(Noun):
    """A text with slots, checked: `slots` are the names it needs."""

    text: str
    slots: tuple[str, ...] = ()

    def fill(self, values: Mapping[str, str]) -> str:
        """Put the values in; sentences start with a capital, spaces are single. KeyError names a slot without value."""
        return filled(self.text, values)

    def suits(self, values: Mapping[str, str]) -> bool:
        """Whether every slot has something to say."""
        return all(values.get(known(slot)) for slot in self.slots)


def filled(text: str, values: Mapping[str, str]) -> str:
    """Put values into a text's slots; sentences start with a capital."""
    return sentences(SLOT.sub(lambda slot: value_of(slot[1], values), text))


def known(slot: str) -> str:
    """A slot's own name: {The thing} is {the thing} with a capital."""
    return slot if slot in SLOTS else slot[:1].lower() + slot[1:]


def value_of(slot: str, values: Mapping[str, str]) -> str:
    """The value of a slot, with a capital where the slot has one."""
    value = values[known(slot)]
    return value if slot in SLOTS else value[:1].upper() + value[1:]


def compile_template(text: str, where: str) -> Template:
    """Check a text's slots; BadRequest names an unknown slot or a stray brace and the file it stands in."""
    slots = tuple(SLOT.findall(text))
    unknown = [slot for slot in slots if known(slot) not in SLOTS]
    if unknown:
        raise BadRequest(f"unknown slot {{{unknown[0]}}} in {text!r}", field=where)
    if "{" in SLOT.sub("", text) or "}" in SLOT.sub("", text):
        raise BadRequest(f"stray brace in {text!r}", field=where)
    if "<" in CHOICE.sub("", text) or ">" in CHOICE.sub("", text):
        raise BadRequest(f"stray angle bracket in {text!r}", field=where)
    return Template(text=text, slots=slots)
