"""Directing: shots are staged anew, divided, joined, added, dropped and moved; every change is a version."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from studio.desk.designing import boards_of
from studio.desk.retaking import Retaking
from studio.desk.revising import Revising
from studio.errors import BadRequest, BudgetReached
from studio.money.amount import price
from studio.money.quote import Quote
from studio.production import filmed
from studio.production.film import Choices, Film, mark
from studio.production.looking import look
from studio.production.script import newest
from studio.story.breakdown import Breakdown, Framing
from studio.story.directing import Restaging, restage
from studio.story.noun import Noun
from studio.story.recutting import Seam, delete, insert, merge, move, split
from studio.story.remarks import remark
from studio.story.slates import find

SHOT = "Shot"  # how the name of every version that directs shots begins
_NAMED = 4  # shots a version names; of more the first and how many


class Remarked(Noun):
    """What came of a note: the version it made, the run that makes the takes, and the words nobody could read."""

    number: int
    run: str | None
    unread: tuple[str, ...] = ()


class Directing(Revising, Retaking):
    """Directs shots. `base` is the version a change is made from; Conflict when it is no longer the newest."""

    def restage(self, episode: str, shots: Sequence[str], how: Restaging, *, base: int) -> int:
        """Stage shots anew; Refused for what cannot be shown. The number of the version."""
        return self._direct(episode, shots, _said(how), base, lambda film: restage(film, shots, how))

    def split_shot(self, episode: str, shot: str, seam: Seam, *, base: int) -> int:
        """Make two shots of one; the number of the version."""
        return self._direct(episode, [shot], "split", base, lambda film: split(film, shot, seam))

    def merge_shot(self, episode: str, shot: str, *, base: int) -> int:
        """Make one shot of this and the next of its scene; the number of the version."""
        return self._direct(episode, [shot], "merged with the next", base, lambda film: merge(film, shot))

    def insert_shot(
        self, episode: str, after: str, framing: Framing, people: Sequence[str], action: str, *, base: int
    ) -> int:
        """Add a shot after another; the number of the version."""
        return self._direct(
            episode, [after], "a shot after it", base, lambda film: insert(film, after, framing, people, action)
        )

    def delete_shots(self, episode: str, shots: Sequence[str], *, base: int) -> int:
        """Take shots without lines out; the number of the version."""
        return self._direct(episode, shots, "taken out", base, lambda film: delete(film, shots))

    def move_shots(self, episode: str, shots: Sequence[str], by: int, *, base: int) -> int:
        """Move shots within their scenes, `by` places later or, below 0, earlier; the number of the version."""
        way = "later" if by > 0 else "earlier"
        return self._direct(episode, shots, f"moved {way}", base, lambda film: move(film, shots, by))

    def remark(
        self, episode: str, shots: Sequence[str], note: str, choices: Choices, *, base: int, most: int | None = None
    ) -> Remarked:
        """Take boards again after a note, and clips where there are some.

        What words tell of framing, camera, people and length is staged, so that board and clip both follow; the note
        goes along to engines that read more of it. TierLimit, where a scene is not given another take, and
        BudgetReached, where what follows the note could cost more than `most` micro-dollars, change nothing.
        """
        subjects = self.retaken(episode, shots, choices)
        self._check_retakes(episode, subjects, choices)
        if most is not None:
            self._check_most(episode, shots, note, choices, base, most)
        unread: list[str] = []
        read = self._reading(episode, shots, note, choices, unread)
        number = self._direct(episode, shots, note.strip() or "again", base, read)
        run = self.retake(episode, subjects, choices, note=note.strip(), most=most)
        return Remarked(number=number, run=run, unread=tuple(unread))

    def price_of_remark(self, episode: str, shots: Sequence[str], note: str, choices: Choices) -> Quote:
        """What taking shots again after a note would cost at vendors, once they are staged as it says."""
        subjects = self.retaken(episode, shots, choices)
        if not note.strip():
            return self.price_of_retake(episode, subjects, choices)
        film = self._film(episode, self._anew(episode, subjects, choices, note.strip()))
        read = self._reading(episode, shots, note, choices, [])
        staged = read(film.breakdown)
        if staged != film.breakdown:  # a film that stays as it was is remembered
            film = replace(film, breakdown=staged)
        return look(self._house, self._account, episode, film).sheet.total

    def _check_most(
        self, episode: str, shots: Sequence[str], note: str, choices: Choices, base: int, most: int
    ) -> None:
        with self._house.db.read() as session:
            self._check(newest(session, self._account, episode), base)
            if filmed.covers(session, self._account, episode, choices):
                return
        if (ceiling := self.price_of_remark(episode, shots, note, choices).ceiling) > most:
            raise BudgetReached(f"it may cost up to {price(ceiling)}, and {price(most)} was agreed to")

    def _reading(
        self, episode: str, shots: Sequence[str], note: str, choices: Choices, unread: list[str]
    ) -> Callable[[Breakdown], Breakdown]:
        """What stages shots as a note says; words nobody can read are added to `unread`."""
        seconds = self._lengths(self._film(episode, choices), episode)

        def read(breakdown: Breakdown) -> Breakdown:
            for shot in shots:
                found = remark(note, breakdown, shot, seconds.get(shot, 0.0))
                unread.extend(word for word in found.unread if word not in unread)
                breakdown = restage(breakdown, [shot], found.restaging)
            return breakdown

        return read

    def retaken(self, episode: str, shots: Sequence[str], choices: Choices) -> list[str]:
        """What a note on shots takes again: their boards, and those of their clips that an engine has made before."""
        clips = self.takes(episode, [f"clip:{shot}@{mark(choices)}" for shot in shots])
        made = [subject for subject, takes in clips.items() if any(one.circled and not one.own for one in takes)]
        return [*boards_of(shots, choices), *made]

    def _direct(
        self, episode: str, shots: Sequence[str], what: str, base: int, change: Callable[[Breakdown], Breakdown]
    ) -> int:
        if not shots:
            raise BadRequest("choose a shot first", field="shots")
        known = self.story(episode).breakdown
        slates = [scene.shots[at].number for scene, at in (find(known, shot) for shot in shots)]
        named = f"{SHOT}{'s' if len(slates) > 1 else ''} {', '.join(slates)}"
        if len(slates) > _NAMED:
            named = f"{SHOT}s {slates[0]} and {len(slates) - 1} more"
        return self._change(episode, f"{named}: {what}", base, change)

    def _lengths(self, film: Film, episode: str) -> dict[str, float]:
        """Shot id -> seconds, as the film stands."""
        timeline = look(self._house, self._account, episode, film).cut.timeline
        return {entry.id: entry.frames / timeline.fps for entry in timeline.entries}


def _said(how: Restaging) -> str:
    """A restaging in a few words, for the list of versions."""
    words = [one.value for one in (how.framing, how.move) if one]
    if how.figures is not None or how.focus is not None:
        words.append("who is in it")
    if how.least is not None or how.pause is not None:
        words.append("length")
    return ", ".join(words) or "note"
