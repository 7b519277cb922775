"""The collector never touches what a circle, a delivery or a take's inputs need, and only looks unless asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select

from studio.db import Database
from studio.people.account import OWNER
from studio.story.episode import Episode, Series
from studio.takes import shelf
from studio.takes.collector import collect
from studio.takes.recipe import Recipe, TakeKind
from studio.takes.shelf import Hand
from studio.takes.take import Delivery, Take, TakeState
from studio.takes.vault import FolderVault


@pytest.fixture
def vault(tmp_path: Path) -> FolderVault:
    return FolderVault(tmp_path / "vault")


def put(vault: FolderVault, tmp_path: Path, text: str) -> str:
    file = tmp_path / "x"
    file.write_text(text)
    return vault.put(file)


def make(db: Database, text: str, content: str, inputs: dict[str, str] | None = None) -> Recipe:
    made = Recipe(
        kind=TakeKind.BOARD, brief={"t": text}, inputs=inputs or {}, engine="paper-painter", engine_version="1"
    )
    with db.write() as session:
        shelf.claim(session, OWNER, made, Hand("w"), {"w"})
        shelf.keep(session, OWNER, made, Hand("w"), content=content, suffix=".png", size=1, took_ms=1, measure={})
    return made


def test_only_what_nothing_needs_can_go(db: Database, vault: FolderVault, tmp_path: Path) -> None:
    names = ("circled", "source", "deep", "loose", "delivered")
    circled, source, deep, loose, delivered = (put(vault, tmp_path, name) for name in names)
    make(db, "old", loose)
    make(db, "look", deep)
    make(db, "plate", source, {"look": deep})
    board = make(db, "board", circled, {"plate": source})
    with db.write() as session:
        session.add(Series(id="s", account=OWNER, title="S"))
        session.flush()
        session.add(Episode(id="e", account=OWNER, series="s", source="p"))
        session.flush()
        shelf.circle(session, OWNER, "e", "board:1", board.fingerprint)
        session.add(Delivery(episode="e", frame="f", name="x", account=OWNER, content=delivered, size=1))
    with db.write() as session:
        found = collect(session, vault, set())
    assert found.contents == (loose,)
    assert not found.deleted
    assert vault.intact(loose)
    with db.write() as session:
        assert collect(session, vault, set(), delete=True).kept == 4
    assert sorted(vault.contents()) == sorted([circled, source, deep, delivered])
    with db.read() as session:
        states = {take.content: take.state for take in session.exec(select(Take))}
    assert states == dict.fromkeys((circled, source, deep), TakeState.MADE) | {loose: TakeState.LOST}
