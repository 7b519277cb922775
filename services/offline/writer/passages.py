"""What rules can do to a passage alone: leave exchanges out, put some in, take it out whole, replace words in it."""

from __future__ import annotations

import re
from functools import cache

from services.offline.writer.answers import proposed, said, words
from services.offline.writer.lexicon import table
from services.offline.writer.speeches import speeches
from services.offline.writer.stock import Stock, ours
from services.offline.writer.wishes import Wish, WishKind
from studio.story.breakdown import Breakdown
from studio.story.passage import happens, with_passage
from studio.story.proposal import Proposal
from studio.story.screenplay import Element, Kind, Screenplay
from studio.story.shortening import length, shorten

_WORDED = frozenset({Kind.ACTION, Kind.DIALOGUE, Kind.LYRIC, Kind.PARENTHETICAL})
_QUOTES = " \t\"'“”‘’."


def propose(screenplay: Screenplay, breakdown: Breakdown, wish: Wish, asked: str, old: range) -> Proposal:
    """Propose a change of the elements in a range, or say what stands in the way; all others stay."""
    (number,) = wish.scenes
    if wish.kind is WishKind.SHORTEN:
        return _shorter(screenplay, wish, old)
    if wish.kind is WishKind.LENGTHEN:
        return _longer(screenplay, breakdown, number, old)
    if found := _pattern("replace").search(asked):
        return _replaced(screenplay, old, found["old"].strip(_QUOTES), found["new"].strip(_QUOTES))
    if _pattern("cut").search(asked):
        changed = with_passage(screenplay, old, ())
        return proposed(changed, words("passage_cut"), "A passage cut") if happens(changed, number) else said("all")
    return said("passage")


def _shorter(screenplay: Screenplay, wish: Wish, old: range) -> Proposal:
    before = length(screenplay, wish.scenes, old)
    share = wish.seconds / max(1.0, before) if wish.seconds else 1 - wish.share
    changed = shorten(screenplay, min(1.0, max(0.0, share)), wish.scenes, old)
    if changed == screenplay:
        return said("tight", where="The passage")
    gone = len(screenplay.elements) - len(changed.elements)
    after = length(changed, wish.scenes, range(old.start, old.stop - gone))
    sentence = words("passage_shorten", before=round(before), after=round(after))
    return proposed(changed, sentence, "A passage: shorter")


def _longer(screenplay: Screenplay, breakdown: Breakdown, number: int, old: range) -> Proposal:
    if not ours(screenplay):
        return said("own_words")
    stock = Stock(screenplay, breakdown, f"{breakdown.title}|{number}|{old.stop}")
    lines = stock.exchange(breakdown.scenes[number - 1])
    if not lines:
        return said("spent")
    kept = screenplay.elements[old.start : old.stop]
    changed = with_passage(screenplay, old, (*kept, *speeches(list(lines))))
    return proposed(changed, words("passage_lengthen"), "A passage: longer")


def _replaced(screenplay: Screenplay, old: range, was: str, new: str) -> Proposal:
    if not was or not new:
        return said("passage")
    pattern = re.compile(rf"(?<!\w){re.escape(was)}(?!\w)", re.IGNORECASE)

    def put(element: Element) -> Element:
        if element.kind not in _WORDED:
            return element
        return element.model_copy(update={"text": pattern.sub(lambda hit: _cased(hit[0], new), element.text)})

    changed = with_passage(screenplay, old, map(put, screenplay.elements[old.start : old.stop]))
    if changed == screenplay:
        return said("not_there", old=was)
    return proposed(changed, words("passage_replace", old=was, new=new), f"“{was}” is “{new}” in a passage")


def _cased(was: str, new: str) -> str:
    """The new words with a capital where the old ones have one."""
    return new[:1].upper() + new[1:] if was[:1].isupper() else new


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(table("wishes.toml")["passage"][name], re.IGNORECASE)
