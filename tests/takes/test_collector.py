"""The collector never touches what a circle, a delivery or a take's inputs need, and only looks unless asked."""

from __future__ import annotations

from pathlib import Path

from sqlmodel import select

from studio.db import Database
from studio.people.account import OWNER
from studio.story.episode import Episode, Series
from studio.takes import shelf
from studio.takes.collector import collect
from studio.takes.recipe import Recipe, TakeKind
from studio.takes.shelf import Hand
from studio.takes.take import Delivery, Take, TakeState
from studio.takes.vault import Vault


def put(vault: Vault, tmp_path: Path, text: str) -> str:
    file = tmp_path / "x"
    file.write_text(text)
    return vault.put(file)


def make(db: Database, text: str, content: str, inputs: dict[str, str] | None = None, *,
         engine: str = "paper-painter", cost: int = 0) -> Recipe:  # fmt: skip
    made = Recipe(kind=TakeKind.BOARD, brief={"t": text}, inputs=inputs or {}, engine=engine, engine_version="1")
    with db.write() as session:
        shelf.claim(session, OWNER, made, Hand("w"), {"w"})
        session.get_one(Take, (OWNER, made.fingerprint)).cost_micros = cost
        shelf.keep(session, OWNER, made, Hand("w"), content=content, suffix=".png", size=1, took_ms=1, measure={})
    return made


def test_only_what_nothing_needs_can_go(db: Database, vault: Vault, tmp_path: Path) -> None:
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


def test_what_was_paid_for_stays_with_what_it_was_made_from_unless_it_is_asked_for(
    db: Database, vault: Vault, tmp_path: Path
) -> None:
    plate, billed, sold, loose = (put(vault, tmp_path, name * 3) for name in ("plate", "billed", "sold", "loose"))
    make(db, "plate", plate)
    board = make(db, "billed", billed, {"plate": plate}, engine="no-more-in-the-roster", cost=4_000)
    make(db, "sold", sold, engine="flux-dev")
    make(db, "loose", loose)
    with db.write() as session:
        session.add(Series(id="s", account=OWNER, title="S"))
        session.flush()
        session.add(Episode(id="e", account=OWNER, series="s", source="p"))
        session.flush()
        shelf.circle(session, OWNER, "e", "board:1", board.fingerprint)
        shelf.circle(session, OWNER, "e", "board:1", "another")
    with db.write() as session:
        found = collect(session, vault, set(), {"flux-dev"}, delete=True)
    assert found.contents == (loose,)
    assert {(one.content, one.subject, one.engine, one.cost_micros, one.size) for one in found.paid} == {
        (billed, "board:1", "no-more-in-the-roster", 4_000, 18),
        (sold, "", "flux-dev", 0, 12),
    }
    assert sorted(vault.contents()) == sorted([plate, billed, sold])
    with db.write() as session:
        found = collect(session, vault, set(), {"flux-dev"}, delete=True, paid=True)
    assert sorted(found.contents) == sorted([plate, billed, sold])
    assert found.paid == ()
    assert list(vault.contents()) == []
