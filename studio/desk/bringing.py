"""Bringing: a person's own picture or clip becomes a circled take of a look, plate, board or clip."""

from __future__ import annotations

import hashlib
from pathlib import PurePath

from studio.desk.seat import Seat
from studio.desk.sources import find_episode
from studio.errors import BadRequest, Unreadable
from studio.production.film import Choices, mark
from studio.production.performing import room
from studio.production.wants import wants
from studio.takes import shelf
from studio.takes.brought import Brought, check_least, read_picture, recipe
from studio.takes.frame import Aspect, Quality
from studio.takes.recipe import PICTURES, TakeKind
from studio.takes.shelf import Claim, Hand
from studio.takes.take import OWN

_STILLS = (TakeKind.LOOK, TakeKind.PLATE, TakeKind.BOARD)
_FILMS = (".mp4", ".mov", ".m4v", ".webm", ".mkv", ".avi")
_SHORTEST = 0.2  # seconds of a clip


class Bringing(Seat):
    """Takes in what a person has made elsewhere."""

    def bring(self, episode: str, subject: str, name: str, data: bytes) -> str:
        """Keep a file called `name` as the circled take of a look, plate, board (picture) or clip (film).

        It never gets stale and is never collected; the same file again is the same take. Gives its fingerprint.
        Raises BadRequest naming the file or the subject, NotFound when the episode is not this account's, and Conflict
        where files are to be looked through for malware and nobody can now.
        """
        with self._house.db.read() as session:
            find_episode(session, self._account, episode)
            self._check_room(session, len(data))
        kind = self._kind_of(episode, subject)
        name = PurePath(name).name or "the file"
        if not data:
            raise BadRequest(f"{name} is empty")
        self._house.scan(name, data)
        brought = self._read_film(name, data) if kind is TakeKind.CLIP else read_picture(name, data)
        made = recipe(kind, subject, hashlib.sha256(data).hexdigest())
        content = self._put(brought)
        with self._house.db.write(durable=True, of=self._account) as session:
            hand = Hand(OWN)
            if shelf.claim(session, self._account, made, hand, ()) is Claim.MINE:
                shelf.keep(
                    session,
                    self._account,
                    made,
                    hand,
                    content=content,
                    suffix=brought.suffix,
                    size=len(brought.data),
                    took_ms=0,
                    measure=brought.measure,
                )
            shelf.circle(session, self._account, episode, subject, made.fingerprint)
        self._put(brought)  # once more: while its row was not there yet, a collector found it loose
        if kind in PICTURES:
            self._house.thumbs.of(content, lambda: self._house.vault.open(content))
        return made.fingerprint

    def _kind_of(self, episode: str, subject: str) -> TakeKind:
        """The kind of a subject the film has in some frame; BadRequest when it has none such."""
        known = {kind.value: kind for kind in (*_STILLS, TakeKind.CLIP)}
        kind = known.get(subject.partition(":")[0])
        if kind is None:
            raise BadRequest(f"{subject}: looks, plates, boards and clips can be brought", field="subject")
        wants(self._film(episode, _framed(subject).model_copy(update={"only": (subject,)})))
        return kind

    def _read_film(self, name: str, data: bytes) -> Brought:
        suffix = PurePath(name).suffix.lower()
        with room(self._house, "brought") as folder:
            file = folder / f"clip{suffix if suffix in _FILMS else '.mp4'}"
            file.write_bytes(data)
            try:
                seen = self._house.crew.inspect(file)
            except Unreadable as error:
                why = str(error).removeprefix(f"{file.name} ")
                raise BadRequest(f"{name} is no film that can be read: it {why}", cause=error) from error
        check_least(name, seen.width, seen.height)
        if seen.seconds < _SHORTEST:
            raise BadRequest(f"{name} is {seen.seconds:.2f} s long; a clip needs at least {_SHORTEST} s")
        measure = {"width": seen.width, "height": seen.height, "fps": seen.fps, "seconds": seen.seconds}
        return Brought(data, file.suffix, measure | {"frames": round(seen.seconds * seen.fps)})

    def _put(self, brought: Brought) -> str:
        with room(self._house, "brought") as folder:
            file = folder / f"take{brought.suffix}"
            file.write_bytes(brought.data)
            return self._house.vault.put(file)


def _framed(subject: str) -> Choices:
    """Choices that make films with this subject's frame."""
    frame = subject.partition("@")[2]
    every = [Choices(aspect=aspect, quality=quality) for aspect in Aspect for quality in Quality]
    return next((one for one in every if mark(one) in (frame, f"{frame}p{mark(one).rpartition('p')[2]}")), Choices())
