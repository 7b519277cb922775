"""The collector: finds bytes in the vault that nothing needs any more. It looks; deleting must be asked for."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from sqlmodel import Session, col, select

from studio.takes.take import OWN, Choice, Delivery, Take, TakeState
from studio.takes.vault import Vault


@dataclass(frozen=True)
class Collection:
    """What could go, or went: contents, and how many of all they are."""

    contents: tuple[str, ...]
    kept: int
    deleted: bool


def needed(session: Session, alive: Container[str]) -> set[str]:
    """Contents of every circled take, of all that people brought, of takes being made by `alive` workers, of
    deliveries, and of whatever those were made from, and that from.

    The one query of the studio that looks across accounts: the vault's bytes are shared between them.
    """
    takes = session.exec(select(Take)).all()
    roots = set(session.exec(select(Choice.account, Choice.fingerprint).where(col(Choice.circled))))
    made_from: dict[str, set[str]] = {}
    keep = set(session.exec(select(Delivery.content)))
    for take in takes:
        made_from.setdefault(take.content, set()).update(take.recipe["inputs"].values())
        if (take.account, take.fingerprint) in roots or take.engine == OWN:
            keep.add(take.content)
        elif take.state == TakeState.ASKED and take.executor in alive:
            keep.update(take.recipe["inputs"].values())
    fresh = set(keep)
    while fresh:
        fresh = set().union(*(made_from.get(content, set()) for content in fresh)) - keep
        keep |= fresh
    return keep - {""}


def collect(session: Session, vault: Vault, alive: Container[str], *, delete: bool = False) -> Collection:
    """List what nothing needs; with `delete`, remove it and mark its takes lost. Call in a write session."""
    keep = needed(session, alive)
    held = tuple(vault.contents())
    loose = tuple(content for content in held if content not in keep)
    if delete:
        for take in session.exec(select(Take).where(Take.state == TakeState.MADE)):
            if take.content in set(loose):
                take.state, take.error = TakeState.LOST, "collected: nothing used it"
                session.add(take)
        session.flush()
        for content in loose:
            vault.discard(content)
    return Collection(loose, len(held) - len(loose), delete)
