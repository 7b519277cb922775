"""Fitting: a voice designed for somebody from who they are; what was designed is heard, and one of it is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from studio.crew import VoiceCard
from studio.db import now
from studio.desk.sources import find_episode
from studio.desk.views import Story
from studio.desk.voicing import Voicing, language_of, member_of
from studio.errors import BadRequest
from studio.money.estimates import Ask
from studio.money.quote import Quote
from studio.production.asking import Asking
from studio.production.proposing import bought
from studio.production.quoting import quoter
from studio.story.breakdown import Breakdown
from studio.takes.briefs import Preview, Previews, VoiceBrief
from studio.takes.recipe import Recipe, TakeKind
from studio.takes.roster import EngineCard
from studio.takes.take import Take, TakeState

_LEAST, _ENOUGH = 100, 220  # letters designed voices say
_TURNS = 20  # designs of one person that are looked for
_BUSY = "a voice is being designed or kept for them"


class Fitting(Voicing):
    """Designs voices where whoever speaks in an episode can."""

    def price_of_design(self, story: Story, character: str) -> Quote | None:
        """What designing voices for somebody costs; None where nobody designs any, or they say nothing."""
        voice = self._designer(story.episode)
        text = spoken(story.breakdown, character)
        if voice is None or not text:
            return None
        with self._house.db.read() as session:
            return quoter(self._house, session).quote(voice, _ask(text), at=now())

    def designed_voices(self, story: Story, character: str) -> tuple[Preview, ...]:
        """The voices that were designed for somebody last, as they are now; none when none were."""
        found = self._designed(story, character)
        return found[-1] if found else ()

    def begin_design(self, story: Story, character: str) -> None:
        """Have voices designed in a thread of this process, whoever leaves meanwhile; Conflict while that is done."""
        self._ask_for(story, character, partial(self.design_voice, story, character))

    def begin_keeping(self, story: Story, character: str, preview: str) -> None:
        """Keep a designed voice and cast it, in the same way."""
        self._ask_for(story, character, partial(self.keep_voice, story, character, preview))

    def fitting(self, episode: str, character: str) -> Asking | None:
        """What is asked for somebody's voice, on its way or ended unseen; None where there is none."""
        return self._house.askings.of(self._account, _matter(episode, character))

    def _ask_for(self, story: Story, character: str, ask: Callable[..., object]) -> None:
        with self._house.db.read() as session:
            find_episode(session, self._account, story.episode)
        asking = Asking(character)
        matter, ask_it = _matter(story.episode, character), partial(ask, asking=asking)
        self._house.askings.begin(self._account, matter, asking, ask_it, _BUSY)

    def design_voice(self, story: Story, character: str, *, asking: Asking | None = None) -> None:
        """Have voices designed for somebody, others than before; BudgetReached, and what the vendor's line raises."""
        voice = self._designer(story.episode)
        text = spoken(story.breakdown, character)
        if voice is None or not text:
            raise BadRequest("nobody here designs voices for them", field="voice")
        turn = len(self._designed(story, character))
        self._bought(story, self._recipe(story, character, voice, turn), voice, text, asking)

    def keep_voice(self, story: Story, character: str, preview: str, *, asking: Asking | None = None) -> int:
        """Keep a designed voice and cast it; gives the version. Raises as design and cast_voice do."""
        voice, member = self._designer(story.episode), member_of(story.breakdown, character)
        if voice is None or preview not in {one.voice for found in self._designed(story, character) for one in found}:
            raise BadRequest("no such voice was designed for them", field="voice")
        language = language_of(story.breakdown, character)
        brief = VoiceBrief(dna=member.dna, language=language, kept=preview, name=member.name.title())
        card = VoiceCard.model_validate_json(self._bought(story, _recipe(brief, voice), voice, "", asking))
        self._house.remotes.library(voice).forget()
        casting = member.casting.model_copy(update={"voice": card.voice})
        return self.cast_voice(story.episode, character, casting, base=story.number)

    def _designed(self, story: Story, character: str) -> list[tuple[Preview, ...]]:
        """What was designed for somebody as they are now, turn by turn."""
        voice = self._designer(story.episode)
        return list(self._turns(story, character, voice)) if voice else []

    def _turns(self, story: Story, character: str, voice: EngineCard) -> Iterator[tuple[Preview, ...]]:
        for turn in range(_TURNS):
            recipe = self._recipe(story, character, voice, turn)
            with self._house.db.read() as session:
                take = session.get(Take, (self._account, recipe.fingerprint))
                content = take.content if take and take.state == TakeState.MADE else ""
            if not content:
                return
            yield Previews.model_validate_json(self._house.vault.open(content).read_bytes()).previews

    def _recipe(self, story: Story, character: str, voice: EngineCard, turn: int) -> Recipe:
        member, found = member_of(story.breakdown, character), story.breakdown
        brief = VoiceBrief(dna=member.dna, language=language_of(found, character), text=spoken(found, character))
        return _recipe(brief, voice, turn)

    def _bought(self, story: Story, recipe: Recipe, voice: EngineCard, text: str, asking: Asking | None) -> bytes:
        with self._house.db.read() as session:
            episode = find_episode(session, self._account, story.episode)
        return bought(self._house, episode, recipe, (voice, _ask(text)), asking)

    def _designer(self, episode: str) -> EngineCard | None:
        """Whoever speaks in an episode, at the price of their designs."""
        voice = self._plays(episode, TakeKind.SPEECH)
        model = self._house.remotes.library(voice).designer if voice.vendor else ""
        return voice.model_copy(update={"model": model}) if model else None


def spoken(breakdown: Breakdown, character: str) -> str:
    """What designed voices say: somebody's own lines, once more where they are few; empty without any."""
    lines = " ".join(line.text for line in breakdown.lines if line.character == character)
    text = lines
    while text and len(text) < _LEAST:
        text = f"{text} {lines}"
    return text if len(text) <= _ENOUGH else text[:_ENOUGH].rsplit(" ", 1)[0]


def _matter(episode: str, character: str) -> str:
    """What is asked about at a time: one person's voice, beside what the writer is asked."""
    return f"{episode}/voice:{character}"


def _recipe(brief: VoiceBrief, voice: EngineCard, turn: int = 0) -> Recipe:
    return Recipe(
        kind=TakeKind.VOICE,
        brief=brief.model_dump(mode="json"),
        engine=voice.name,
        engine_version=voice.version,
        seed=turn,
    )


def _ask(text: str) -> Ask:
    return Ask(kind=TakeKind.VOICE, letters=len(text))
