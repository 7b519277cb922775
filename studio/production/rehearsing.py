"""Rehearsing: while a line is spoken, whoever of the crew is idle sets the stage for the clip that waits for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from studio.production.film import Film
from studio.production.house import House
from studio.production.run import Run
from studio.production.wants import Want, resolve, wants
from studio.takes import shelf
from studio.takes.recipe import TakeKind


def rehearse(house: House, run: str, film: Film, kept: Mapping[str, str], to_make: Collection[str]) -> None:
    """Have the crew play a picture of the first clip that waits for a voice, where its board is kept and drawn here."""
    clip = next((want for want in wants(film) if _waits(want, kept, frozenset(to_make))), None)
    if clip is None:
        return
    fingerprint = kept[clip.needs[0].subject]
    with house.db.read() as session:
        board = shelf.by_fingerprint(session, session.get_one(Run, run).account, {fingerprint})[fingerprint]
    waiting = resolve(clip, {"board": board}, film, house.roster)
    if not (board.own or house.roster.sold(board.engine) or house.roster.sold(waiting.engine)):
        house.crew.rehearse(waiting.model_copy(update={"brief": {**waiting.brief, "frames": 1, "key": 0}}))


def _waits(want: Want, kept: Mapping[str, str], coming: frozenset[str]) -> bool:
    """Whether it is a clip whose board is there, and a voice is not."""
    if want.kind is not TakeKind.CLIP or want.subject not in coming:
        return False
    board, *heard = want.needs
    return board.subject in kept and any(need.subject in coming for need in heard)
