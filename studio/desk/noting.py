"""Noting: a person's note on a look or a plate is followed as far as words tell, and another take is made."""

from __future__ import annotations

from collections.abc import Sequence

from studio.desk.designing import Designing
from studio.desk.places import plate_of
from studio.desk.retaking import Retaking
from studio.errors import BadRequest, NotFound
from studio.production.film import Choices
from studio.story.noting import note_light, note_look
from studio.story.noun import Noun
from studio.takes.recipe import TakeKind


class Noted(Noun):
    """What became of a note: the version it made, the run that makes the take, and the words nobody could read."""

    number: int
    run: str | None
    unread: tuple[str, ...] = ()


class Noting(Designing, Retaking):
    """Follows notes."""

    def note_look(self, episode: str, character: str, note: str, choices: Choices, *, base: int) -> Noted:
        """Design a look as a note asks, and take it again; the note goes along to engines that read more of it.

        Raises BadRequest for a note that changes nothing when the painter draws from the form alone.
        """
        cast = {member.id: member for member in self.story(episode).breakdown.cast}
        if character not in cast:
            raise NotFound(f"nobody called {character} is in this episode")
        read = note_look(cast[character].dna, note)
        number = self.design(episode, character, read.traits, base=base) if read.traits else base
        self._check_followed(episode, TakeKind.LOOK, note, changed=number != base)
        run = self.retake(episode, [f"look:{character}"], choices, note=note.strip())
        return Noted(number=number, run=run, unread=read.unread)

    def note_plate(self, episode: str, scenes: Sequence[str], note: str, choices: Choices, *, base: int) -> Noted:
        """Set the light of the scenes before one plate as a note asks, and take that plate again."""
        now = plate_of(self.story(episode).breakdown, choices, scenes[0]).setting
        read = note_light(note)
        time, weather, mood = read.time or now.time, read.weather or now.weather, read.mood or now.mood
        number = self.settle(episode, scenes, time=time, weather=weather, mood=mood, base=base)
        self._check_followed(episode, TakeKind.PLATE, note, changed=number != base)
        subject = plate_of(self.story(episode).breakdown, choices, scenes[0]).subject
        run = self.retake(episode, [subject], choices, note=note.strip())
        return Noted(number=number, run=run, unread=read.unread)

    def _check_followed(self, episode: str, kind: TakeKind, note: str, *, changed: bool) -> None:
        # A free painter draws the same form the same way, and reads no notes.
        if changed or self._plays(episode, kind).vendor:
            return
        said = " ".join(note.split())
        why = f"“{said}” changes nothing that the offline crew could draw" if said else "say what should be different"
        raise BadRequest(f"{why}; the form beside the picture shows all it draws from", field="note")
