"""Voicing: who speaks with which voice, and how a line is to be read; every decision is a version."""

from __future__ import annotations

from collections import Counter

from studio.crew import VoiceCard
from studio.desk.revising import Revising
from studio.desk.views import Story
from studio.errors import BadRequest, NotFound
from studio.production.wants import audition
from studio.story import voicing
from studio.story.breakdown import Breakdown
from studio.story.cast import Casting, Character
from studio.story.noun import Noun
from studio.story.voicing import LineReading
from studio.takes.recipe import TakeKind
from studio.takes.roster import EngineCard

_EXCERPT = 32  # characters of a line that name it in the list of versions


class VoiceOffer(Noun):
    """A voice a character could have, and the subject of hearing it."""

    card: VoiceCard
    subject: str  # audition:CHARACTER:VOICE; empty for somebody who says nothing
    fits: bool  # who they are
    suggested: bool  # what their DNA asks for beside the rest of the cast
    cast: bool  # it is theirs
    why: str = ""  # how it fits, where its vendor says


class Voicing(Revising):
    """Casts voices and directs lines."""

    def offers(self, story: Story, character: str) -> tuple[VoiceOffer, ...]:
        """Every voice of a character's language: theirs first, then what is suggested, what fits, and the rest."""
        member = member_of(story.breakdown, character)
        language = language_of(story.breakdown, character)
        voice, told = self._plays(story.episode, TakeKind.SPEECH), _speaks(story.breakdown, character)
        why, theirs = self._reasons(story.breakdown, member, language, voice), _theirs(member, voice)
        first, ranks = next(iter(why), ""), {voice: rank for rank, voice in enumerate(why)}
        found = [
            VoiceOffer(
                card=card,
                subject=audition(character, card.voice) if told else "",
                fits=card.fits(member.dna),
                suggested=card.voice == first,
                cast=card.voice == theirs,
                why=why.get(card.voice, ""),
            )
            for card in self._cards(voice, language)
        ]
        rank = ranks.get
        return tuple(
            sorted(
                found, key=lambda one: (not one.cast, not one.suggested, not one.fits, rank(one.card.voice, len(ranks)))
            )
        )

    def manners(self) -> tuple[str, ...]:
        """How a line can be spoken."""
        return self._house.crew.manners()

    def unread_by_voices(self, note: str) -> tuple[str, ...]:
        """The words of a note on a line that no voice can follow."""
        return self._house.crew.unread(note)

    def cast_voice(self, episode: str, character: str, casting: Casting, *, base: int) -> int:
        """Give a character a voice, pace and pitch; gives the version.

        Raises BadRequest for a voice nobody has, Conflict when another version than `base` is the newest by now.
        """
        story, voice = self.story(episode), self._plays(episode, TakeKind.SPEECH)
        member = member_of(story.breakdown, character)
        cards = self._cards(voice, language_of(story.breakdown, character))
        card = next((one for one in cards if one.voice == casting.voice), None)
        if card is None:
            raise BadRequest(f"no voice is called {casting.voice}", field="voice")
        if voice.vendor:
            also = {**member.casting.also, voice.vendor: card.voice}
            casting = casting.model_copy(update={"voice": member.casting.voice, "also": also})
        what = f"{member.name.title()}: the voice of {card.name}"
        return self._change(episode, what, base, lambda now: voicing.cast_voice(now, character, casting))

    def read_line(self, episode: str, line: str, how: LineReading, *, base: int) -> int:
        """Have a line read so; gives the version. BadRequest for a manner the voices do not know."""
        if how.like and how.like not in self.manners():
            raise BadRequest(f"no voice can speak {how.like}", field="like")
        text = next((one.text for one in self.story(episode).breakdown.lines if one.id == line), "")
        excerpt = text if len(text) <= _EXCERPT else f"{text[:_EXCERPT].rsplit(' ', 1)[0]} …"
        what = f"“{excerpt}” as written" if how == LineReading() else f"“{excerpt}” read otherwise"
        return self._change(episode, what, base, lambda now: voicing.read_line(now, line, how))

    def _cards(self, voice: EngineCard, language: str) -> tuple[VoiceCard, ...]:
        """Every voice of whoever speaks in an episode."""
        if voice.vendor:
            return self._house.remotes.library(voice).voices(language)
        return self._house.crew.voices(language)

    def _reasons(self, breakdown: Breakdown, member: Character, language: str, voice: EngineCard) -> dict[str, str]:
        """The voices somebody would be given now, the best first, and why where that is said.

        The offline crew says only the first, beside the voices of the others.
        """
        if voice.vendor:
            return dict(self._house.remotes.library(voice).ranked(member.dna, language))
        bare = member.model_copy(update={"casting": member.casting.model_copy(update={"voice": ""})})
        cast = [bare if one.id == member.id else one for one in breakdown.cast]
        found = self._house.crew.cast(cast, language)
        return {next(one.casting.voice for one in found if one.id == member.id): ""}


def _theirs(member: Character, voice: EngineCard) -> str:
    """The voice somebody has with whoever speaks in an episode."""
    return member.casting.also.get(voice.vendor, "") if voice.vendor else member.casting.voice


def member_of(breakdown: Breakdown, character: str) -> Character:
    """Somebody in the cast; NotFound for who is not."""
    try:
        return breakdown.character(character)
    except KeyError as error:
        raise NotFound(f"nobody called {character} is in the cast") from error


def language_of(breakdown: Breakdown, character: str) -> str:
    """What a character mostly speaks."""
    spoken = Counter(line.language for line in breakdown.lines if line.character == character)
    return spoken.most_common(1)[0][0] if spoken else breakdown.language


def _speaks(breakdown: Breakdown, character: str) -> bool:
    return any(line.character == character for line in breakdown.lines)
