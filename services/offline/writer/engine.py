"""The offline writer: from a pitch a little story as a screenplay, by templates; it says so on the title page."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import cycle

from services.offline.writer import clock, lexicon, shelf
from services.offline.writer.compose import AIRLESS, Composer, Story
from services.offline.writer.grammar import Phrase, title_case
from services.offline.writer.reading import Reading, read
from services.offline.writer.revising import revise
from services.offline.writer.speeches import speeches
from services.offline.writer.stage import Said
from studio.crew import Pitch
from studio.story.breakdown import Breakdown
from studio.story.proposal import Proposal, Request
from studio.story.screenplay import Element, Kind, Screenplay

SHORTEST, LONGEST = 20, 600
PLAIN_GENRES = ("adventure", "comedy", "drama", "mystery", "romance")  # for pitches that show no other
LONGEST_TITLE = 7  # words
PLAIN = (
    "Written offline by a template writer: prepared scenes fitted to the pitch, not free writing. "
    "With a key for a writing engine the story is written freely."
)
FOREIGN = " The pitch is not in English: its names and words are kept, the scenes around them are English."


class TemplateWriter:
    """Writes from prepared story shapes, with no key and no network; the same pitch and seed give the same script."""

    name = "offline-writer"
    version = "11"

    def write(self, pitch: Pitch) -> Screenplay:
        """Write a story of about `pitch.seconds` (20 to 600); BadScript for a pitch without a word."""
        reading = read(pitch.text)
        story = composed(pitch, reading)
        title = " ".join(pitch.title.split()) or titled(story)
        return Screenplay(title_page=title_page(title, reading), elements=tuple(typed(story, reading)))

    def revise(self, screenplay: Screenplay, breakdown: Breakdown, request: Request) -> Proposal:
        """Propose what rules and stock can do; says which key does the rest."""
        return revise(screenplay, breakdown, request)


def composed(pitch: Pitch, reading: Reading) -> Story:
    """The story of a pitch before it is typed: its shape, its people, its lines."""
    rng = random.Random(f"{pitch.seed}|{reading.text}")
    genre = reading.genre or rng.choice(PLAIN_GENRES)
    wanted = min(LONGEST, max(SHORTEST, pitch.seconds))
    return Composer(reading, genre, round(wanted - clock.CARDS), rng).compose()


def titled(story: Story) -> str:
    """A title in the story's own words."""
    pool = [*story.shape.titles, *shelf.bank("titles.toml", "titles")]
    thing = story.stage.values["thing"].casefold()
    told = any(thing in line.text.casefold() for part in story.draft.parts for line in part.lines)
    while made := story.stage.pick(pool):
        title = made[0].text.rstrip(".")
        if len(title.split()) <= LONGEST_TITLE and (told or thing not in title.casefold()):
            return title_case(title)
    return title_case(story.stage.values["the home"])


def title_page(title: str, reading: Reading) -> tuple[tuple[str, str], ...]:
    """Title, credit and the plain word on how this was written."""
    notes = PLAIN if reading.language == "en" else PLAIN + FOREIGN
    return (("Title", title), ("Credit", "written by"), ("Author", "Template writer (offline)"), ("Notes", notes))


def typed(story: Story, reading: Reading) -> list[Element]:
    """The elements of the script, the pitch as a synopsis first."""
    found = [Element(kind=Kind.SYNOPSIS, text=reading.logline)]
    weather = reading.weather or min(story.stage.facts["weather"], default="")
    words = cycle(lexicon.listed(str(lexicon.table("skies.toml")["word"].get(weather, ""))))
    for card, scene in zip(story.cards, story.draft.scenes, strict=True):
        side = "INT." if card.site.spot.interior else "EXT."
        found.append(Element(kind=Kind.HEADING, text=f"{side} {slugged(card.site.phrase)} - {card.time.upper()}"))
        lines = [line for part in scene for line in part.lines]
        airless = card.site.spot.kit in AIRLESS or card.site.spot.interior
        found += speeches(lines if airless else under_the_sky(lines, weather, words, told=bool(reading.weather)))
    return found


def slugged(place: Phrase) -> str:
    """A place as a heading has it: the bakery, not the last bakery, a theatre, not a failing one."""
    before, head = place.noun.removesuffix(place.head), place.head
    kept = [word for word in before.split() if word != "last" and not word.endswith("ing")]
    return " ".join([*kept, head]).upper() if place.noun.endswith(head) else place.noun.upper()


def under_the_sky(lines: list[Said], weather: str, words: Iterator[str], *, told: bool) -> list[Said]:
    """The lines of a scene out of doors, its first action beginning with the weather where nothing says it.

    A scene without an action in front is given one only for weather that the pitch tells.
    """
    text = " ".join(line.text for line in lines if not line.cue).casefold()
    if not lines or re.search(rf"\b{weather}\b", text) or (lines[0].cue and not told):
        return lines
    word, first = next(words), lines[0]
    if not word:
        return lines
    if first.cue:
        return [Said(text=word), *lines]
    return [first.model_copy(update={"text": f"{word} {first.text}"}), *lines[1:]]
