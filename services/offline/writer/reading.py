"""What a pitch says: people, things, places, hour, sky, genre and language; invents nothing."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable
from functools import cache
from itertools import pairwise

from services.offline.writer import lexicon
from services.offline.writer.chunks import Chunk, Token, chunks, singular, tokens
from services.offline.writer.grammar import Phrase
from services.offline.writer.heroes import acting, heroes
from services.offline.writer.lexicon import Spot
from services.offline.writer.persons import Person, persons
from services.offline.writer.surroundings import worlds
from services.offline.writer.verbs import verbs
from studio.errors import BadScript
from studio.story.noun import Noun

LIMIT = 2000
SCRIPTS = (
    ("ja", "\u3040", "\u30ff"), ("ko", "\uac00", "\ud7af"), ("zh", "\u4e00", "\u9fff"), ("ru", "\u0400", "\u04ff"),
    ("ar", "\u0600", "\u06ff"), ("hi", "\u0900", "\u097f"), ("el", "\u0370", "\u03ff"), ("he", "\u0590", "\u05ff"),
)  # fmt: skip
SHORTENED = re.compile(r"\b(Mr|Mrs|Ms|Dr|St|Prof|Capt|Sgt|Lt|Jr|Sr)\.(?=\s+[A-Z])")
# Where somebody lives is neither a thing nor a place of the story: the couple next door.
LIVES = ((re.compile(r"\b[Nn]ext door to\b"), "beside"), (re.compile(r"^Next door, |(?<=\w) next door\b"), ""))
PARENT = re.compile(
    r"\b([Mm]other|[Ff]ather|[Mm]um|[Mm]om|[Dd]ad|[Pp]arent)-(?:to-be|of-(?:one|two|three|four|five|six|seven|\d+))\b"
)
LABEL = re.compile(r"^(?:a |an )?[\w -]{3,24}:\s+(?=\S)")
MARKS = re.compile(r"[*_\[\]{}<>|\\`~^=#@\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\ufeff]|/\*|\*/")


class Site(Noun):
    """A place a pitch names: its phrase and kind."""

    phrase: Phrase
    spot: Spot


class Reading(Noun):
    """A pitch understood as far as word lists go; what it does not say is empty."""

    text: str
    language: str
    logline: str
    people: tuple[Person, ...] = ()
    gone: str = ""
    things: tuple[Phrase, ...] = ()
    ideas: tuple[Phrase, ...] = ()
    sites: tuple[Site, ...] = ()
    time: str = ""
    weather: str = ""
    genre: str = ""
    words: tuple[str, ...] = ()
    worlds: tuple[str, ...] = ()


def read(text: str) -> Reading:
    """Read a pitch; only its first 2,000 characters of words count. BadScript if it holds no words."""
    clean = " ".join(MARKS.sub(" ", unicodedata.normalize("NFC", text[: LIMIT * 8])).split())[:LIMIT]
    clean = SHORTENED.sub(r"\1", clean)  # the full stop of a title ends no sentence
    if not any(sign.isalpha() for sign in clean):
        raise BadScript("the pitch is empty: write one sentence saying who wants what, and where")
    clean = calmed(clean)
    tongue = language(clean)
    logline = first_sentence(clean)
    stream = tokens(english_words(plain(clean), tongue))
    parts = chunks(stream)
    people, gone = persons(stream, parts, tongue)
    low = tuple(token.low for token in stream)
    animals = acting(stream, parts) if people else heroes(stream, parts)
    leads = not people or not parts or parts[0].phrase.sort == "creature"
    people = ((*animals, *people) if leads else (*people[:1], *animals, *people[1:]))[:4]
    beasts = {who.role for who in animals}
    parts = [part for part in parts if singular(part.phrase.head) not in beasts]
    things, ideas = nouns(parts)
    # Neither what somebody wears nor the wheelchair they sit in is what a story is about.
    borne = {word for who in people for word in (*who.limits, *who.clothes.split(), *who.hat.split(), who.role)}
    things = tuple(one for one in things if one.head not in borne)
    places = meant(sites(stream, parts, {who.name for who in people}), low)
    return Reading(
        text=clean, language=tongue, logline=logline, people=people, gone=gone, things=things, ideas=ideas,
        sites=places, time=by_words("time", low),
        weather=by_words("weather", low), genre=genre(low, clean), words=low,
        worlds=tuple(worlds(low, {site.spot.kit for site in places})),
    )  # fmt: skip


def plain(text: str) -> str:
    """A text without what would be read as more than it says: the couple next door, a mother-of-two."""
    for told, instead in LIVES:
        text = told.sub(instead, text)
    return PARENT.sub(r"\1", text)


def calmed(text: str) -> str:
    """A text all in capitals as it would be written in a sentence; any other stays as it is."""
    if not text.isupper() or len(text.split()) < 3:
        return text
    known = lexicon.first_names().keys() - {base.capitalize() for base in verbs()}
    known |= {word.capitalize() + end for word in lexicon.english("months") for end in ("", "s")}
    words = (word.capitalize() if re.sub(r"\W.*", "", word).capitalize() in known else word for word in text.split())
    low = " ".join(word if word[1:].islower() else word.lower() for word in words)
    return re.sub(r"(^|[.!?]\s+)(\w)", lambda found: found[1] + found[2].upper(), re.sub(r"\bi\b", "I", low))


def language(text: str) -> str:
    """Guess a pitch's language (BCP 47) by its small words, or by its script; "und" when nothing tells."""
    scripts = (("ja", "\u3040", "\u30ff"), ("ko", "\uac00", "\ud7af"), ("zh", "\u4e00", "\u9fff"))
    others = (
        ("ru", "\u0400", "\u04ff"),
        ("ar", "\u0600", "\u06ff"),
        ("hi", "\u0900", "\u097f"),
        ("el", "\u0370", "\u03ff"),
    )
    counts = {code: sum(low <= sign <= high for sign in text) for code, low, high in scripts + others}
    best = max(counts, key=lambda code: counts[code])
    if counts["ja"] and counts["zh"]:
        return "ja"
    if counts[best] * 3 > len(text.replace(" ", "")):
        return best
    said = Counter(re.findall(r"\w+", text.casefold()))
    known = lexicon.table("speech.toml")["languages"]
    scores = {code: sum(said[word] for word in small.split()) for code, small in known.items()}
    top = max(scores, key=lambda code: (scores[code], code == "en"))
    return top if scores[top] > 0 and scores[top] > scores["en"] else "en"


def english_words(text: str, tongue: str) -> str:
    """Put English words for the everyday nouns and verbs of a pitch in another language, where the lists have them."""
    nouns_of = lexicon.table("speech.toml")["nouns"].get(tongue, {})
    folded = {word.casefold(): noun for word, noun in nouns_of.items()}
    acts = lexicon.table("speech.toml")["acts"].get(tongue, {})
    if not folded:
        return text
    small = lexicon.table("speech.toml")["before"]
    before = {word: english for english, words in small.items() for word in words.split()}
    adjectives = lexicon.table("speech.toml")["adjectives"].get(tongue, {})
    between = [word for words in adjectives.values() for word in words.split()]
    told = {word.casefold(): english for english, words in adjectives.items() for word in words.split()}

    def put(found: re.Match[str]) -> str:
        noun, act = folded.get(found[3].casefold()), acts.get(found[3].casefold())
        if act:
            return f"{found[1] or ''}{found[2] or ''}{act}"
        if not noun:
            return found[0]
        how = " ".join(told[word.casefold()] for word in (found[2] or "").split())
        return f"{before.get((found[1] or '').strip().casefold(), 'the')} {how} {noun}".replace("  ", " ")

    articles, adjective = ("|".join(sorted(row, key=len, reverse=True)) for row in (before, between))
    described = rf"((?:(?:{adjective})\s+)+)?" if between else "()"
    return re.sub(rf"(?i)\b((?:{articles})\s+)?{described}([\w-]+)", put, text)


def first_sentence(text: str) -> str:
    """The pitch's first sentence without its full stop, at most 32 words, cut at a clause where it can be."""
    body = LABEL.sub("", text)
    parts = [one.strip(" .…。।\"'“”") for one in re.split(r"(?<=[!?…。！？।])\s*|(?<=\w\w\.)\s+", body or text)]
    sentence = next((one for one in parts if len(one.split()) > 3 or len(one) > 24), "")
    sentence = sentence or max(parts, key=lambda one: len(one.split())) or text
    said = sentence.split()
    if len(said) > 32:
        sentence = re.split(r"[,;:–—]\s+(?=\S+$)|[,;:–—]\s", " ".join(said[:32]))[0]
    if len(said) <= 3 and len(sentence) > 80:
        sentence = re.split(r"[、，,]", sentence[:80])[0]
    plain = sentence.strip(" ,;:-–—.")
    return plain[:1].upper() + plain[1:]


def nouns(parts: list[Chunk]) -> tuple[tuple[Phrase, ...], tuple[Phrase, ...]]:
    """The things of a pitch that can be held, and those that cannot, each once and in order."""
    held: dict[str, Phrase] = {}
    ideas: dict[str, Phrase] = {}
    for part in parts:
        if part.kind == "thing":
            shelf = ideas if part.phrase.sort == "idea" else held
            shelf.setdefault(part.phrase.head, part.phrase)
    return tuple(held.values()), tuple(ideas.values())


def sites(stream: list[Token], parts: list[Chunk], names: Collection[str] = ()) -> tuple[Site, ...]:
    """The places of a pitch: known nouns, and names after a preposition of place; nobody's own name is one."""
    found = {
        part.phrase.head: Site(phrase=part.phrase, spot=lexicon.places()[part.phrase.head])
        for part in parts
        if part.kind == "place" and part.phrase.full not in names and is_setting(part, stream)
    }
    for before, token in pairwise(stream):
        named = token.capital and token.low not in lexicon.english("months") and token.text not in lexicon.first_names()
        free = (
            token.low not in found and token.low not in lexicon.roles() and token.low not in lexicon.english("titles")
        )
        if named and free and before.low in ("in", "to", "from", "at", "near") and not token.starts:
            spot = lexicon.places().get(token.low, Spot(kit="street", interior=False))
            found[token.text] = Site(phrase=Phrase(head=token.text, full=token.text, proper=True), spot=spot)
    own = {word for name in names for word in name.split()}
    passing = (passing_site(token) for token in stream if is_passing(token) and token.text not in own)
    return tuple(found.values()) or tuple(passing)[:1]


def meant(found: Iterable[Site], said: Collection[str]) -> tuple[Site, ...]:
    """The places as the people and things around them mean them: a station with astronauts on it is in space."""
    around = {*said, *worlds(said)}
    known = [site for one in found if (site := sense(one, around))]
    aboard = any("ship" in lexicon.kinds(site.spot.kit) for site in known)  # who is on a ship is at sea
    return tuple(site for site in known if not (aboard and site.phrase.head in ("sea", "ocean")))


def sense(site: Site, around: Collection[str]) -> Site | None:
    """One place as it is meant, None where its word means no place at all."""
    for world, row in lexicon.table("places.toml")["senses"].get(site.phrase.head, {}).items():
        if not set(world.split()) & set(around):
            continue
        if not row:
            return None
        name, side, kit = row.split("|")
        full = site.phrase.noun.removesuffix(site.phrase.head) + name if name else site.phrase.full
        phrase = Phrase(head=name or site.phrase.head, full=full)
        return Site(phrase=phrase, spot=Spot(kit=kit, interior=side == "in"))
    return site


def is_setting(part: Chunk, stream: list[Token]) -> bool:
    """Whether a place is somewhere to be; the moon is one only after "on" or "to"."""
    left = {token.low for token in stream[max(0, part.start - 2) : part.start + 1]} & {
        "leaves",
        "leaving",
        "leave",
        "left",
    }
    if left:
        return False
    placed = part.start > 0 and stream[part.start - 1].low in lexicon.english("prepositions")
    if part.phrase.head in seldom() and not part.determiner:
        return placed
    return placed or lexicon.places()[part.phrase.head].kit != "space"


def is_passing(token: Token) -> bool:
    """Whether a word alone names a place on earth, and nothing else as often."""
    return token.low not in seldom() and token.low in lexicon.places() and lexicon.places()[token.low].kit != "space"


@cache
def seldom() -> frozenset[str]:
    """Words that name a place, and something else as often."""
    return lexicon.words("places.toml", "seldom", "words")


def passing_site(token: Token) -> Site:
    """A place that is only named in passing, as in "a hotel pianist"."""
    return Site(phrase=Phrase(head=token.low, full=token.low), spot=lexicon.places()[token.low])


def by_words(section: str, said: tuple[str, ...]) -> str:
    """The first entry of a genre table with a word that was said."""
    for key, known in lexicon.table("genres.toml")[section].items():
        if set(known.split()) & set(said):
            return str(key)
    return ""


def genre(said: tuple[str, ...], text: str) -> str:
    """The genre whose words a pitch uses most, a genre's own name counting thrice; empty when none shows."""
    counts = Counter(said)
    low = text.casefold()
    scores = {}
    for key, known in lexicon.table("genres.toml")["words"].items():
        names = {key, "sci-fi" if key == "scifi" else key}
        scores[key] = sum(min(counts[word], 2) for word in known.split()) + 3 * any(name in low for name in names)
    best = max(scores, key=lambda key: scores[key])
    return best if scores[best] else ""
