"""Taking everything along, and leaving for good."""

from __future__ import annotations

import json
import os
import tracemalloc
from dataclasses import replace
from datetime import datetime, timedelta
from zipfile import ZipFile

import pytest
from sqlalchemy import text
from sqlmodel import Session, SQLModel, select

import studio.desk.desk
from studio.db import now
from studio.desk.erasing import GOES, PATIENCE, STAYS, erase_all, tidy_media
from studio.desk.membership import Membership
from studio.errors import AssetMissing, BadCredentials, BadRequest
from studio.money.checking import check
from studio.money.entry import Entry
from studio.money.hold import HoldPart, PartState
from studio.people.account import OWNER, Account, State, by_email
from studio.production.run import Run, RunState
from studio.takes import leftovers
from studio.takes.take import Delivery, Take
from tests.people.town import EMAIL, MINE, PASSWORD, Town, desk
from tests.trespass import Belongings, settle_in
from tests.web.rows import FILES

LATER = timedelta(hours=2)


def test_an_export_has_all_that_is_ones_own_and_nothing_of_others(town: Town, things: Belongings) -> None:
    settle_in(town.house, "bert", "Nightshade")
    file = desk(town).export_all()
    with ZipFile(file) as archive:
        names = archive.namelist()
        words = {name: archive.read(name) for name in names}
    everything = b"\n".join(words.values())
    assert b"Nightshade" not in everything
    assert b"hashed:" not in everything
    assert json.loads(words["account.json"])[0]["shown"] == "Ada@example.com"
    assert json.loads(words["series.json"])[0]["title"] == "The Chronicles of Lighthouse"
    assert any(name.endswith(".fountain") and b"Good evening" in word for name, word in words.items())
    assert any(name.endswith("messages.json") and b"About Lighthouse" in word for name, word in words.items())
    assert {words[name] for name in names if name.endswith("master.mp4")} == {FILES["master.mp4"]}
    assert any(name.startswith("takes/board/") and b"Lighthouse" in word for name, word in words.items())
    assert json.loads(words["tokens.json"])[0]["name"] == "Lighthouse"
    assert not {"digest", "secret"} & {*json.loads(words["tokens.json"])[0], *json.loads(words["hooks.json"])[0]}
    takes = [json.loads(line)["fingerprint"] for line in words["takes.jsonl"].splitlines()]
    assert things.take in takes
    entries = json.loads(words["ledger.json"])
    assert len(words["ledger.csv"].splitlines()) == len(entries) + 1 > 1
    assert sum(round(float(one["micros"]) * 1e6) for one in entries) == 0


def test_an_exports_names_lead_nowhere(town: Town, things: Belongings) -> None:
    with town.house.db.write() as session:
        session.execute(text("UPDATE episode SET title = '../../etc/passwd' WHERE account = 'anna'"))
    with ZipFile(desk(town).export_all()) as archive:
        assert not [name for name in archive.namelist() if ".." in name or name.startswith("/") or "\\" in name]


def test_a_long_film_does_not_sit_in_memory_while_it_is_packed(town: Town, things: Belongings) -> None:
    film = town.house.scratch / "film.mp4"
    with film.open("wb") as stream:
        stream.truncate(24 << 20)
    content = town.house.vault.put(film, move=True)
    with town.house.db.write() as session:
        master = session.exec(select(Delivery).where(Delivery.account == MINE, Delivery.name == "master.mp4")).one()
        master.content, master.size = content, 24 << 20
    tracemalloc.start()
    file = desk(town).export_all()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert file.stat().st_size > 24 << 20
    assert peak < 8 << 20


def test_an_export_nobody_fetched_goes_with_the_next(town: Town, things: Belongings) -> None:
    left = desk(town).export_all()
    os.utime(left, (0, 0))
    fresh = desk(town).export_all()
    assert list(left.parent.iterdir()) == [fresh]


def test_an_export_says_what_the_studio_lost(town: Town, things: Belongings) -> None:
    town.house.vault.discard(things.content)
    with ZipFile(desk(town).export_all()) as archive:
        assert "takes/board/" in archive.read("missing.txt").decode()


def left(town: Town, at: datetime | None = None) -> None:
    """Leave, and let what is under way end."""
    desk(town).leave(PASSWORD).unlink()
    with town.house.db.write() as session:
        for run in session.exec(select(Run).where(Run.account == MINE)):
            run.state = RunState.CANCELLED
    erase_all(town.house, at=at or now() + PATIENCE)


def held(town: Town, table: str, session: Session) -> int:
    return int(session.execute(text(f"SELECT count(*) FROM {table} WHERE account = :a"), {"a": MINE}).scalar_one())


def test_who_leaves_is_forgotten_and_the_books_still_add_up(town: Town, things: Belongings) -> None:
    sid = town.sign_in()
    with town.house.db.read() as session:
        entries = len(session.exec(select(Entry).where(Entry.account == MINE)).all())
    left(town)
    assert town.at().whose(sid) is None
    with town.house.db.read() as session:
        account = session.get_one(Account, MINE)
        assert (account.state, account.email, account.shown, account.password) == (State.GONE, None, "", "")
        assert account.name == account.pseudonym
        assert account.erased
        assert {table.__tablename__: held(town, str(table.__tablename__), session) for table in GOES} == {
            table.__tablename__: 0 for table in GOES
        }
        assert len(session.exec(select(Entry).where(Entry.account == MINE)).all()) > entries
        assert {part.state for part in session.exec(select(HoldPart))} == {PartState.RELEASED}
        check(session)
        kept = "".join(str(row) for name in tables(session) for row in session.execute(text(f"SELECT * FROM {name}")))
    town.clock.at = now()
    town.post()
    assert (town.mail.messages[-1].to, town.mail.subjects[-1]) == ("Ada@example.com", "Your account is deleted")
    assert not [word for word in ("Lightkeeper", "Good evening", "About Lighthouse") if word in kept]
    with pytest.raises(BadCredentials):
        town.sign_in()


def tables(session: Session) -> list[str]:
    return [table for table in SQLModel.metadata.tables if table in ("account", "entry", "hold", "holdpart", *STAYS)]


def test_the_address_of_who_left_is_forgotten_once_the_last_mail_is_sent(town: Town, things: Belongings) -> None:
    left(town)
    town.clock.at = now()
    town.post()
    with town.house.db.read() as session:
        assert "example.com" not in str(session.execute(text("SELECT * FROM letter")).all())


def test_bytes_go_unless_another_account_has_the_same(town: Town, things: Belongings) -> None:
    settle_in(town.house, "bert", "Nightshade")  # with the same files, and a board of its own
    left(town)
    with town.house.db.read() as session:
        shared = session.exec(select(Delivery.content).where(Delivery.account == "bert")).all()
    town.house.vault.open(things.content)  # somebody may be about to point at it
    erase_all(town.house, at=now() + PATIENCE + LATER)
    with pytest.raises(AssetMissing):
        town.house.vault.open(things.content)
    assert all(town.house.vault.intact(content) for content in shared)
    with town.house.db.read() as session:
        assert not session.exec(select(leftovers.Leftover)).all()


def test_what_runs_is_called_off_first_and_its_rows_go_when_it_has_ended(town: Town, things: Belongings) -> None:
    desk(town).leave(PASSWORD)
    with town.house.db.read() as session:
        states = {run.state for run in session.exec(select(Run).where(Run.account == MINE))}
        assert states == {RunState.FAILED, RunState.CANCELLING}
        assert session.exec(select(Take).where(Take.account == MINE)).all()
        assert not session.get_one(Account, MINE).erased
    assert erase_all(town.house, at=now()) == 0
    assert erase_all(town.house, at=now() + PATIENCE) == 1


def test_a_wrong_password_deletes_nothing(town: Town, things: Belongings) -> None:
    with pytest.raises(BadCredentials):
        desk(town).leave("not the password")
    assert desk(town).me().name == "Anna Lightkeeper"
    with pytest.raises(BadRequest):
        desk(town, OWNER).leave("")


def test_others_are_told_when_somebody_leaves(town: Town, things: Belongings) -> None:
    told: list[str] = []
    doors = replace(town.house.doors, leaving=(lambda session, account, at: told.append(account),))
    Membership(replace(town.house, doors=doors), MINE).leave(PASSWORD)
    assert told == [MINE]


def test_an_address_is_free_again_when_its_account_is_gone(town: Town, things: Belongings) -> None:
    left(town)
    town.clock.at = now()
    town.settle()
    with town.house.db.read() as session:
        found = by_email(session, EMAIL)
        assert found
        assert found.id != MINE


def test_readable_files_of_episodes_that_are_gone_are_tidied_away(town: Town, things: Belongings) -> None:
    for name in (things.episode, "gone"):
        (town.house.media / name).mkdir(parents=True)
        (town.house.media / name / "film.mp4").write_bytes(b"film")
    tidy_media(town.house)
    assert [one.name for one in town.house.media.iterdir()] == [things.episode]


def test_every_table_with_an_account_goes_or_says_why_it_stays() -> None:
    assert studio.desk.desk
    owned = {name for name, table in SQLModel.metadata.tables.items() if "account" in table.columns}
    goes = {str(table.__tablename__) for table in GOES}
    assert owned - goes - set(STAYS) == set(), "name it in studio/desk/erasing.py"
    assert not goes & set(STAYS)
