"""Answering: testers' notes are read, answered, resolved, followed by a retake, and handed to editors as markers."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Session

from studio.cut.slots import Mark
from studio.db import now
from studio.desk.directing import Directing, Remarked
from studio.desk.noticing import TIMELINE, AnswerView, Film, NoteView, answered, film, views
from studio.desk.sources import check_episode
from studio.errors import BadRequest, NotFound
from studio.money.quote import Quote
from studio.people import notes, screenings
from studio.people.notes import Note
from studio.people.screenings import Screening
from studio.production import filmed
from studio.production.film import Choices
from studio.production.film import mark as framed
from studio.production.performing import room
from studio.story.noun import Noun
from studio.takes.frame import Aspect, Quality

DIRECTION = 300  # letters of a note that direct a retake


class Followed(Noun):
    """What a retake with a note would follow, the version it would be made from, and what it would cost."""

    episode: str
    base: int
    direction: str
    quote: Quote


class Answering(Directing):
    """Deals with testers' notes."""

    def notes(self, episode: str) -> tuple[NoteView, ...]:
        """The notes of all links of an episode in the order of the film, each with its answers."""
        with self._house.db.read() as session:
            check_episode(session, self._account, episode)
            rows = notes.of_episode(session, self._account, episode)
            frames = {row.id: row.frame for row in screenings.listed(session, self._account, episode)}
            return views(rows, frames, _films(session, self._account, episode, frames))

    def resolve_note(self, note: str, *, again: bool = False) -> None:
        """Say that a note is done; `again` opens it once more. NotFound for none of this account's."""
        with self._house.db.write(of=self._account) as session:
            notes.resolve(session, self._account, note, None if again else now())

    def drop_note(self, note: str) -> None:
        """Take a note away for good with its answers, or one answer: nobody sees it any more. NotFound as above."""
        with self._house.db.write(of=self._account) as session:
            notes.remove(session, self._account, note)

    def answer_note(self, note: str, text: str) -> AnswerView:
        """Answer a note, for who left it to read at the same link; BadRequest for an answer that says nothing."""
        with self._house.db.write(of=self._account) as session:
            found = notes.find(session, self._account, note)
            return answered(notes.answer(session, found, text=text, at=now()))

    def direction_of(self, note: str, direction: str = "") -> Followed:
        """What a retake with a note would follow, in which version, and what it would cost: nothing in a paid film.

        Raises BadRequest where the note is on no shot, NotFound where its shot is in the script no more.
        """
        found, said, choices = self._followed(note, direction)
        story = self.story(found.episode)
        with self._house.db.read() as session:
            covered = filmed.covers(session, self._account, found.episode, choices)
        quote = Quote() if covered else self.price_of_remark(found.episode, [found.shot], said, choices)
        return Followed(episode=found.episode, base=story.number, direction=said, quote=quote)

    def retake_note(
        self, note: str, choices: Choices | None = None, *, base: int, direction: str = "", most: int | None = None
    ) -> Remarked:
        """Take the shot of a note again with the note, or these words instead, as its direction.

        Without choices it is taken for the film of the note's link. Raises BadRequest where the note is on no shot,
        BudgetReached where it may cost more than `most` micro-dollars, and what a retake raises.
        """
        found, said, own = self._followed(note, direction)
        done = self.remark(found.episode, [found.shot], said, choices or own, base=base, most=most)
        with self._house.db.write(of=self._account) as session:
            notes.retook(session, self._account, note, at=now())
        return done

    def _followed(self, note: str, direction: str) -> tuple[Note, str, Choices]:
        """A note, the words its retake follows, and how the film of its link is made."""
        with self._house.db.read() as session:
            found = notes.find(session, self._account, note)
            shown = session.get_one(Screening, found.screening).frame
        if not found.shot:
            raise BadRequest("this note is on no shot, so there is none to take again", field="note")
        made = (Choices(aspect=aspect, quality=quality) for aspect in Aspect for quality in Quality)
        own = next((one for one in made if framed(one) == shown), Choices())
        return found, " ".join((direction or found.text).split())[:DIRECTION], own

    def noted_lists(self, episode: str, frame: str) -> Mapping[str, bytes]:
        """The edit lists of an episode's finished film with a marker for each open note, by file name.

        NotFound where the film, or its timeline, was not delivered.
        """
        from studio.cut.marking import mark  # OpenTimelineIO, which the web process needs for nothing else

        marks = [_mark(one) for one in self.notes(episode) if one.frame == frame and not one.resolved]
        with self._house.db.read() as session:
            found = film(session, self._account, episode, frame)
        if found is None or TIMELINE not in found.files:
            raise NotFound("no film with a timeline was delivered in this format")
        with room(self._house, "notes") as folder:
            return mark(self._house.vault.open(found.files[TIMELINE]), marks, folder)


def _mark(one: NoteView) -> Mark:
    return Mark(**one.model_dump(include=set(Mark.model_fields)))


def _films(session: Session, account: str, episode: str, frames: Mapping[str, str]) -> dict[str, Film]:
    """The film each screening shows now."""
    shown = {frame: film(session, account, episode, frame) for frame in set(frames.values())}
    return {one: found for one, frame in frames.items() if (found := shown[frame])}
