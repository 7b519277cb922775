"""The collector: finds bytes in the vault that nothing needs any more. It looks; deleting must be asked for."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from studio.takes.take import Choice, Delivery, Take, TakeState
from studio.takes.vault import Vault


@dataclass(frozen=True)
class Collection:
    """What could go, or went: contents, and how many of all they are."""

    contents: tuple[str, ...]
    kept: int
    deleted: bool


def needed(session: Session) -> set[str]:
    """Contents of every circled take, of whatever they were made from, of takes being made, and of deliveries.

    The one query of the studio that looks across accounts: the vault's bytes are shared between them.
    """
    takes = {(take.account, take.fingerprint): take for take in session.exec(select(Take))}
    roots = set(session.exec(select(Choice.account, Choice.fingerprint).where(col(Choice.circled))))
    open_takes = [take for key, take in takes.items() if key in roots or take.state == TakeState.ASKED]
    keep = set(session.exec(select(Delivery.content)))
    for take in open_takes:
        keep.add(take.content)
        keep.update(take.recipe["inputs"].values())
    return keep - {""}


def collect(session: Session, vault: Vault, *, delete: bool = False) -> Collection:
    """List what nothing needs; with `delete`, remove it and mark its takes lost. Call in a write session."""
    keep = needed(session)
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
