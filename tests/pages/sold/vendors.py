"""A house with keys for most vendors, of whom nothing can be ordered: what costs is priced, and nothing is made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from studio.crew import Remote, VoiceCard, VoiceLibrary
from studio.production.house import House
from studio.story.cast import DNA, Age, Character, Presents
from studio.takes.roster import EngineCard, Roster
from tests.web.rows import house_at

ROOT = Path(__file__).parents[3]
SETTINGS = ("GROQ_API_KEY", "RUNPOD_API_KEY", "RUNPOD_ENDPOINT_ID", "ELEVENLABS_API_KEY")
CARD = VoiceCard(voice="v1", name="Ada", presents=Presents.FEMININE, ages=(Age.ADULT,), hz=200.0)


class Voices:
    """A vendor's library of one voice."""

    def voices(self, language: str) -> tuple[VoiceCard, ...]:
        """The one voice."""
        return (CARD,)

    def cast(self, members: tuple[Character, ...], language: str) -> tuple[Character, ...]:
        """Everybody as they are."""
        return members

    def ranked(self, dna: DNA, language: str) -> tuple[tuple[str, str], ...]:
        """The one voice, and a reason."""
        return ((CARD.voice, "a low <warm> voice"),)

    @property
    def designer(self) -> str:
        """Nobody: this one cannot."""
        return ""

    def forget(self) -> None:
        """Nothing is remembered."""


class Vendors:
    """Vendors nobody can order anything from."""

    def engine(self, card: EngineCard) -> Remote:
        """Nobody makes anything here."""
        raise AssertionError(card.name)

    def library(self, card: EngineCard) -> VoiceLibrary:
        """Where Ada is."""
        return Voices()


@contextmanager
def keyed(home: Path) -> Iterator[House]:
    """A house with keys for most vendors, none for fal."""
    made = house_at(home)
    roster = Roster.load(ROOT / "data" / "crew.toml", SETTINGS)
    yield replace(made, roster=roster, remotes=Vendors())
    made.db.close()
