"""The collector: finds bytes in the vault that nothing needs any more. It looks; deleting must be asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from studio.takes.take import OWN, Choice, Delivery, Take, TakeState
from studio.takes.vault import Vault


@dataclass(frozen=True)
class Loose:
    """Bytes that nothing needs: their size, and the newest take they are, what of and by whom; empty for a file."""

    content: str
    size: int
    kind: str = ""
    subject: str = ""  # what it was a take of, where an episode still lists it
    engine: str = ""
    cost_micros: int = 0  # what vendors billed for it, micro-dollars


@dataclass(frozen=True)
class Collected:
    """What could go, or went; how many contents stay; and what stays because it was paid for, though nobody uses it."""

    loose: tuple[Loose, ...]
    kept: int
    paid: tuple[Loose, ...]
    deleted: bool

    @property
    def contents(self) -> tuple[str, ...]:
        """The contents that could go, or went."""
        return tuple(one.content for one in self.loose)


def needed(session: Session, alive: Collection[str], dear: Collection[str] = ()) -> set[str]:
    """Contents of every circled take, of all that people brought, of takes being made by `alive` workers, of
    deliveries, of the takes with these `dear` contents, and of whatever those were made from, and that from.

    The one query of the studio that looks across accounts: the vault's bytes are shared between them.
    """
    takes = session.exec(select(Take)).all()
    roots = set(session.exec(select(Choice.account, Choice.fingerprint).where(col(Choice.circled))))
    made_from: dict[str, set[str]] = {}
    keep = set(session.exec(select(Delivery.content))) | set(dear)
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


def collect(session: Session, vault: Vault, alive: Collection[str], sold: Collection[str] = (), *,
            delete: bool = False, paid: bool = False) -> Collected:  # fmt: skip
    """List what nothing needs; with `delete`, remove it and mark its takes lost. Call in a write session.

    What vendors were paid for, or one of the `sold` engines made, stays with what it was made from unless `paid`.
    """
    takes = session.exec(select(Take).where(Take.state == TakeState.MADE).order_by(col(Take.made))).all()
    dear = set() if paid else {take.content for take in takes if take.cost_micros or take.engine in sold}
    asked = needed(session, alive)
    keep = needed(session, alive, dear) if dear else asked
    held = set(vault.contents())
    told = _told(session, {take.content: take for take in takes})
    loose = tuple(_loose(vault, content, told) for content in sorted(held - keep))
    if delete:
        _forget(session, vault, takes, {one.content for one in loose})
    spared = tuple(_loose(vault, content, told) for content in sorted((held & dear) - asked))
    return Collected(loose, len(held) - len(loose), spared, delete)


def _told(session: Session, takes: Mapping[str, Take]) -> dict[str, tuple[Take, str]]:
    """The take of every content, with the subject an episode lists it for."""
    listed = session.exec(select(Choice.account, Choice.fingerprint, Choice.subject).order_by(col(Choice.id)))
    subjects = {(account, fingerprint): subject for account, fingerprint, subject in listed}
    return {content: (take, subjects.get((take.account, take.fingerprint), "")) for content, take in takes.items()}


def _loose(vault: Vault, content: str, told: Mapping[str, tuple[Take, str]]) -> Loose:
    size = vault.size(content)
    if content not in told:
        return Loose(content, size)
    take, subject = told[content]
    return Loose(content, size, take.kind, subject, take.engine, take.cost_micros)


def _forget(session: Session, vault: Vault, takes: Collection[Take], loose: Collection[str]) -> None:
    for take in takes:
        if take.content in loose:
            take.state, take.error = TakeState.LOST, "collected: nothing used it"
            session.add(take)
    session.flush()
    for content in loose:
        vault.discard(content)
