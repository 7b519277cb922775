"""The thing a plot turns around: the pitch's own, or one that suits its people, place or genre."""

from __future__ import annotations

from services.offline.writer import lexicon
from services.offline.writer.casting import Player
from services.offline.writer.grammar import Phrase
from services.offline.writer.reading import Reading


def thing(reading: Reading, genre: str, lead: Player, home: Phrase, plot: int) -> Phrase:
    """The thing of one plot of a story."""
    known = reading.things[plot : plot + 1]
    data = lexicon.table("things.toml")
    if known:
        held = data["held"].get(known[0].head)
        return Phrase(head=held, full=held, sort="paper") if held else known[0]
    by_word = next((row for word, row in data["stand_in_word"].items() if word in reading.words), "")
    by_word = by_word or data["stand_in_role"].get((lead.role.split() or [""])[-1], "")
    rows = lexicon.listed(by_word or data["stand_in_place"].get(home.head.split()[-1]) or data["stand_in"][genre])
    full, sort = rows[(len(lead.looks) + plot) % len(rows)].split("|")
    noun = full.split(maxsplit=1)[1] if full.startswith(("a ", "an ")) else full
    return Phrase(head=noun.split()[-1], full=noun, sort=sort)


def finer(phrase: Phrase) -> str:
    """The kinds within its sort that a thing is of: an instrument, small, or some of something."""
    words = {phrase.head, phrase.head.split()[-1]}
    table = lexicon.table("things.toml")["finer"]
    return " ".join(key for key, known in table.items() if words & set(known.split()))
