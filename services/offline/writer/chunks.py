"""Cuts a pitch into tokens and noun phrases by word lists; says of each whether it is a person, a thing or a place."""

from __future__ import annotations

import re
from functools import lru_cache, partial

from services.offline.writer import lexicon
from services.offline.writer.grammar import Phrase, is_plural
from services.offline.writer.verbs import BE, among, by_form, verbs
from studio.story.noun import Noun

TOKEN = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*|[.!?…;:,()–—。！？、]")
OWNS = "'s"
PLURALS = (
    ("ies", "y"), ("es", ""), ("s", ""), ("ves", "f"), ("men", "man"), ("children", "child"), ("geese", "goose"),
    ("mice", "mouse"),
)  # fmt: skip
BESIDE_VERBS = frozenset(["who", "only", "always", "never", "also"])
ANYBODY = frozenset(["nobody", "somebody", "everybody", "anybody", "everyone", "someone", "he", "she", "it"])
RINGS = frozenset(["phone", "telephone", "bell", "doorbell", "alarm"])
ENDS = frozenset(".!?…。！？")
SAYS = frozenset(["he", "she", "his", "her", "him", "himself", "herself", "who"])
ABSTRACT = ("tion", "ness", "ment", "ity", "ance", "ence", "ism", "ship", "ure")  # endings of what is nobody


class Token(Noun):
    """A word or mark of a pitch; `starts` says it opens a sentence."""

    text: str
    low: str
    starts: bool
    capital: bool
    mark: bool


class Chunk(Noun):
    """A noun phrase: kind (person, thing, place), its words, its determiner and where it stands."""

    kind: str
    phrase: Phrase
    determiner: str
    adjectives: tuple[str, ...]
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """Cut a text into words and marks; a possessive 's is a mark of its own."""
    found: list[Token] = []
    starts = True
    for word in TOKEN.findall(text):
        mark = not word[0].isalnum()
        plain = re.sub(r"['’]s?$", "", word)
        found.append(Token(text=plain, low=plain.casefold(), starts=starts, capital=plain[:1].isupper(), mark=mark))
        if plain != word:
            found.append(Token(text=OWNS, low=OWNS, starts=False, capital=False, mark=True))
        starts = word in ENDS
    return found


def kind_of(words: str) -> str:
    """Whether words name a person, a place or a thing; empty if no list has them and they are no agent."""
    return listed(words) or ("person" if agent(words.rpartition(" ")[2]) else "")


def listed(words: str) -> str:
    """The kind by the lists alone."""
    if words in lexicon.roles():
        return "person"
    if words in lexicon.places():
        return "place"
    if words in lexicon.things():
        return "thing"
    return ""


@lru_cache(maxsize=8192)
def agent(word: str) -> bool:
    """Whether a word no list has is somebody who does something: a tuner, a stuntwoman, an ex-boxer."""
    known = partial(lexicon.words, "people.toml", "agents")
    if word in known("not") or listed(word):
        return False
    if "-" in word:
        return kind_of(word.rsplit("-", 1)[1]) == "person"
    if word in known("words") or any(len(word) > len(end) + 2 and word.endswith(end) for end in known("endings")):
        return True
    stem = word[:-2] if word.endswith(("er", "or")) else ""
    doubled = stem[:-1] if len(stem) > 2 and stem[-1] == stem[-2] else ""
    return any(base in verbs() or base in known("verbs") for base in filter(None, (stem, stem and f"{stem}e", doubled)))


def singular(word: str) -> str:
    """A plural's singular if a list has it, else the word; who serves is no serf."""
    acts = by_form("third").get(word)
    for cut, add in PLURALS:
        one = word[: -len(cut)] + add
        if word.endswith(cut) and (kind := kind_of(one)) and not (kind == "person" and acts and acts.base != one):
            return one
    return word


def chunks(stream: list[Token]) -> list[Chunk]:
    """All noun phrases of a token stream, in order."""
    found: list[Chunk] = []
    spot = 0
    while spot < len(stream):
        made = chunk_at(stream, spot)
        if made:
            found.append(made)
        spot = made.end if made else spot + 1
    return found


def chunk_at(stream: list[Token], spot: int) -> Chunk | None:
    """The noun phrase that starts at a token, if one does."""
    opens = stream[spot].low in lexicon.english("determiners")
    run = words_from(stream, spot + 1 if opens else spot)
    if not run or (not opens and is_act(stream, spot)):
        return None
    head = head_of(run, opens)
    seeks = spot > 0 and stream[spot - 1].low in lexicon.english("seeks")
    if head is None and opens and (seeks or len(run) > 1):
        return unknown(stream, spot, run, seeks)
    if head is None:
        return None
    start, end, kind, noun = head
    if kind == "person" and seeks and opens and noun in lexicon.things():
        kind = "thing"
    if any(token.capital and not token.starts for token in run[start:end]) and kind == "person" and not opens:
        return None
    first = spot + (1 if opens else 0)
    said = [token.low for token in run[:start]]
    said = said[1:] if said and not opens and said[0] in verbs() else said  # they find message
    plural = noun.split()[-1] != run[end - 1].low.split()[-1] or is_plural(run[end - 1].low)
    phrase = phrase_for(noun, said, run[start:end], plural, kind)
    if kind == "place" and not opens and run[0].capital and not run[0].starts:
        phrase = Phrase(head=noun, full=" ".join(token.text for token in run[:end]), proper=True)
    determiner = stream[spot].low if opens else ""
    return Chunk(kind=kind, phrase=phrase, determiner=determiner, adjectives=tuple(said), start=spot, end=first + end)


def is_act(stream: list[Token], spot: int) -> bool:
    """Whether a word is a verb: its subject is right before it ("strangers swap suitcases"), or "will" and the like."""
    before = stream[spot - 1] if spot else None
    word = stream[spot].low
    if before is not None and before.text == "," and spot + 1 < len(stream):  # Kenji and Hana, guard an empty box
        follows = word in verbs() and stream[spot + 1].low in ("a", "an", "the")
        return follows or (word in by_form("third") and not kind_of(singular(word)))
    if before is None or before.mark:
        return False
    if before.low in BESIDE_VERBS or before.low in ANYBODY:
        return word in by_form("third")
    if before.low == "to" and kind_of(word) == "person":  # he learns to cook
        return word in verbs()
    if before.low in among("modal"):
        return word in verbs()
    if before.low in BE and word in by_form("going"):
        return True
    tells = before.low in lexicon.english("function") or before.low in by_form("third")
    return not tells and (word in verbs() or word in by_form("third"))


def phrase_for(noun: str, said: list[str], heads: list[Token], plural: bool, kind: str) -> Phrase:
    """The phrase of a known head; a plural thing is told of as one of them only where it is a person."""
    head = " ".join(token.low for token in heads) if plural and kind != "person" else noun
    known = lexicon.things()
    sort = known.get(noun) or known.get(noun.split()[-1], "") if kind == "thing" else ""
    if kind == "place":
        head = noun
    numerals = {word for word in said if word.isdigit()}
    kept = [word for word in said if word not in numerals and word not in ("same", "own", "sleeping")]
    mass = noun.split()[-1] in lexicon.words("things.toml", "finer", "mass")
    return Phrase(
        head=head,
        full=" ".join([*kept, head]),
        plural=plural and kind == "thing",
        mass=mass and kind == "thing",
        sort=sort,
    )


def words_from(stream: list[Token], spot: int) -> list[Token]:
    """Up to five words from a token on, stopping at small words and marks."""
    run: list[Token] = []
    stops = lexicon.english("function") | lexicon.english("determiners")
    for token in stream[spot : spot + 5]:
        if token.mark or token.low in stops:
            break
        run.append(token)
    return run


def head_of(run: list[Token], opens: bool) -> tuple[int, int, str, str] | None:
    """The first known noun of a run and the compound it begins: start, end, kind, noun."""
    lows = [token.low for token in run]
    for start in range(len(run)):
        if lows[start] in lexicon.english("not_nouns") and start:
            return None
        called = bool(lows[start + 1 :] and kind_of(f"{lows[start]} {singular(lows[start + 1])}"))  # a con man
        if not called and not kind_of(singular(lows[start])):
            if not opens and start >= 1:
                return None
            continue
        end = min(start + 1 + called, len(run))
        while end < len(run) and (goes_on(lows[end - 1], lows[end]) or (opens and leads_on(lows[end:]))):
            end += 1
        noun = " ".join([*lows[start : end - 1], singular(lows[end - 1])])
        kind = kind_of(noun) or kind_of(singular(lows[end - 1]))
        if kind == "place" and noun not in lexicon.places():
            start, noun = end - 1, singular(lows[end - 1])
        return start, end, kind, noun
    return None


def goes_on(word: str, after: str) -> bool:
    """Whether a noun goes on with the next word, as "clock shop" does and "girl bets" does not."""
    acts = (
        after in lexicon.english("not_nouns")
        or after in by_form("third")
        or (after == "ring" and word in RINGS)
        or (after in verbs() and kind_of(singular(word)) == "person" and kind_of(after) != "person")
        or (
            kind_of(singular(word)) in ("person", "place")
            and after.endswith("s")
            and kind_of(singular(after)) != "person"
        )
    )
    several = word != singular(word) and kind_of(singular(word)) == "person" and kind_of(singular(after)) != "person"
    return bool(kind_of(singular(after))) and not acts and not several


def leads_on(lows: list[str]) -> bool:
    """Whether a word no list has leads to somebody: the disposal of a bomb disposal expert."""
    word, *after = lows
    verb = word in verbs() or any(word in by_form(form) for form in ("third", "past", "done", "going"))
    plain = not verb and not word.endswith(("s", "ed", "ing", "ly")) and word not in lexicon.english("not_nouns")
    return plain and not kind_of(word) and bool(after) and kind_of(after[0]) == "person"


def unknown(stream: list[Token], spot: int, run: list[Token], sought: bool) -> Chunk | None:
    """A phrase no list has: a person by its last word's ending or by what they do, a thing when something seeks it."""
    kept, acts = run, False
    for place, token in enumerate(run):
        if place and (token.low in lexicon.english("not_nouns") or token.low.endswith(("ing", "ed"))):
            kept, acts = run[:place], token.low in by_form("third")
            break
    head = kept[-1]
    person = acts and somebody(stream, spot, head.low)
    after = stream[spot + 1 + len(kept)].low if spot + 1 + len(kept) < len(stream) else ""
    if (
        head.low in lexicon.english("unheld") or (head.low in lexicon.english("several") and after == "of")
    ) and not person:
        return None
    if head.capital or not (person or (sought and len(kept) <= 3)):
        return None
    said = [token.low for token in kept[:-1]]
    phrase = Phrase(
        head=head.low, full=" ".join([*said, head.low]), plural=is_plural(head.low), sort="" if person else "cloth"
    )
    end = spot + 1 + len(kept)
    kind = "person" if person else "thing"
    return Chunk(kind=kind, phrase=phrase, determiner=stream[spot].low, adjectives=tuple(said), start=spot, end=end)


def somebody(stream: list[Token], spot: int, word: str) -> bool:
    """Whether an unknown word that opens a sentence and acts is a person: the pitch goes on with him or her."""
    told = {token.low for token in stream[spot + 2 :]}
    return stream[spot].starts and not word.endswith(ABSTRACT) and bool(told & SAYS)
