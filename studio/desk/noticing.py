"""Noticing: a tester's note as the maker and the tester see it, with its answers and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache

from sqlmodel import Session, col, select

from studio.cut.slots import Slot, at, slots
from studio.errors import AssetMissing, VaultDown
from studio.people.notes import Note, Place
from studio.production.delivering import MASTER
from studio.production.house import House
from studio.story.noun import Noun
from studio.takes.take import Delivery

TIMELINE = "timeline.otio"


class AnswerView(Noun):
    """An answer to a note; `maker` says that it is of whose film it is."""

    id: str
    name: str
    text: str
    maker: bool
    created: datetime


class NoteView(Noun):
    """A note; `recut` says that the film at its link is another cut than the one it was left on."""

    id: str
    screening: str
    frame: str
    name: str
    text: str
    second: float
    shot: str
    slate: str
    into: float
    created: datetime
    resolved: bool
    retaken: bool  # its shot was asked for again with it
    recut: bool
    followed: bool  # and this cut was made after that
    answers: tuple[AnswerView, ...] = ()


class Film(Noun):
    """The finished film a link shows: its content, its length in seconds, and its other files by name."""

    content: str
    seconds: float
    made: datetime
    files: Mapping[str, str]


def film(session: Session, account: str, episode: str, frame: str) -> Film | None:
    """What was delivered of an episode in a frame; None without a master."""
    rows = session.exec(
        select(Delivery).where(Delivery.account == account, Delivery.episode == episode, Delivery.frame == frame)
    )
    found = {row.name: row for row in rows}
    master = found.get(MASTER)
    if master is None:
        return None
    files = {name: row.content for name, row in found.items()}
    return Film(content=master.content, seconds=master.seconds, made=master.created, files=files)


def newest_frame(session: Session, account: str, episode: str) -> str:
    """The frame an episode was rendered in last; empty without a film."""
    query = select(Delivery.frame).where(Delivery.account == account, Delivery.episode == episode)
    return session.exec(query.where(Delivery.name == MASTER).order_by(col(Delivery.created).desc())).first() or ""


def place(house: House, shown: Film, second: float) -> Place:
    """Where a second is in a film: its shot, where the film's own timeline can be read."""
    second = round(min(max(second, 0.0), shown.seconds or second), 3)
    content = shown.files.get(TIMELINE, "")
    slot = at(_slots(house, content), second) if content else None
    if slot is None or not slot.scene:
        return Place(cut=shown.content, second=second)
    into = round(second - slot.start + slot.skips, 3)
    return Place(cut=shown.content, second=second, shot=slot.shot, slate=slot.slate, into=max(into, 0.0))


def views(rows: Iterable[Note], frames: Mapping[str, str], films: Mapping[str, Film]) -> tuple[NoteView, ...]:
    """Notes with their answers; `frames` and `films` are what each screening shows now."""
    listed = list(rows)
    answers: dict[str, list[AnswerView]] = {}
    for row in sorted(listed, key=lambda one: (one.created, one.id)):
        if row.answers:
            answers.setdefault(row.answers, []).append(answered(row))
    return tuple(
        _view(row, frames[row.screening], films.get(row.screening), tuple(answers.get(row.id, ())))
        for row in listed
        if not row.answers
    )


def _view(row: Note, frame: str, shown: Film | None, answers: tuple[AnswerView, ...]) -> NoteView:
    recut = shown is not None and shown.content != row.cut
    followed = bool(recut and shown and row.retaken and shown.made > row.retaken)
    return NoteView(
        **row.model_dump(include={"id", "screening", "name", "text", "second", "shot", "slate", "into", "created"}),
        frame=frame,
        resolved=row.resolved is not None,
        retaken=row.retaken is not None,
        recut=recut,
        followed=followed,
        answers=answers,
    )


def answered(row: Note) -> AnswerView:
    """An answer as it is shown."""
    return AnswerView(id=row.id, name=row.name, text=row.text, maker=not row.viewer, created=row.created)


def _slots(house: House, content: str) -> tuple[Slot, ...]:
    """The slots of a kept timeline; none where it is damaged or away, for a note is worth more than its shot."""
    try:
        return _read(house, content)
    except (AssetMissing, VaultDown, OSError, UnicodeDecodeError):
        return ()


@lru_cache(maxsize=64)
def _read(house: House, content: str) -> tuple[Slot, ...]:
    return slots(house.vault.open(content).read_text("utf-8"))
