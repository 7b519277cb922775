"""Taking everything along, and leaving for good."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from zipfile import ZipFile, is_zipfile

import pytest
from sqlalchemy import text
from sqlmodel import Session, SQLModel, select

import studio.desk.desk
from studio.db import now
from studio.desk.erasing import GOES, PATIENCE, STAYS, erase_all, tidy_media
from studio.desk.leaving import Leaving
from studio.errors import AssetMissing, BadCredentials, BadRequest
from studio.money.checking import check
from studio.money.entry import Entry
from studio.money.hold import HoldPart, PartState
from studio.money.parting import release
from studio.people.account import OWNER, Account, State, by_email
from studio.production.run import Run, RunState
from studio.takes import leftovers
from studio.takes.recipe import TakeKind
from studio.takes.take import Delivery, Take, TakeState
from studio.takes.vault import FolderVault
from tests.people.town import EMAIL, MINE, NONCE, PASSWORD, Town, desk, unpacked
from tests.trespass import Belongings, settle_in
from tests.web.rows import FILES

LATER = timedelta(hours=2)


def test_an_export_has_all_that_is_ones_own_and_nothing_of_others(town: Town, things: Belongings) -> None:
    settle_in(town.house, "bert", "Nightshade")
    words = unpacked(desk(town).parcel())
    names = list(words)
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
    names = unpacked(desk(town).parcel())
    assert not [name for name in names if ".." in name or name.startswith("/") or "\\" in name]


def test_an_export_says_what_the_studio_lost(town: Town, things: Belongings) -> None:
    town.house.vault.discard(things.content)
    assert "takes/board/" in unpacked(desk(town).parcel())["missing.txt"].decode()


def test_an_export_says_what_came_out_damaged(town: Town, things: Belongings) -> None:
    assert isinstance(town.house.vault, FolderVault)
    town.house.vault.place(things.content).write_bytes(b"something else")
    (told,) = unpacked(desk(town).parcel())["missing.txt"].decode().splitlines()
    assert told.startswith("takes/board/")
    assert "damaged" in told


def left(town: Town, at: datetime | None = None) -> None:
    """Leave, and let what is under way end."""
    assert "account.json" in unpacked(desk(town).leave(PASSWORD))
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
    assert unpacked(desk(town).leave(PASSWORD))
    with town.house.db.read() as session:
        states = {run.state for run in session.exec(select(Run).where(Run.account == MINE))}
        assert states == {RunState.FAILED, RunState.CANCELLING}
        assert session.exec(select(Take).where(Take.account == MINE)).all()
        assert not session.get_one(Account, MINE).erased
    assert erase_all(town.house, at=now()) == 0
    assert erase_all(town.house, at=now() + PATIENCE) == 1


@pytest.mark.parametrize("state", [TakeState.FAILED, TakeState.UNCLEAR, TakeState.ASKED])
def test_what_a_vendor_may_still_bill_is_kept_until_it_is_booked(
    town: Town, things: Belongings, state: TakeState
) -> None:
    owed = Take(account=MINE, fingerprint="owed", essence="", kind=TakeKind.CLIP, engine="kling-v4", recipe={})
    owed.state, owed.ticket = state, "job-1"
    with town.house.db.write() as session:
        session.add(owed)
        for part in session.exec(select(HoldPart)):
            release(session, part, "not made", at=now())
    left(town, now())
    with town.house.db.write() as session:
        assert not session.get_one(Account, MINE).erased
        session.get_one(Take, (MINE, "owed")).ticket = ""
    assert erase_all(town.house, at=now()) == 1


def test_a_job_that_is_never_heard_of_keeps_nothing_for_ever(town: Town, things: Belongings) -> None:
    owed = Take(account=MINE, fingerprint="owed", essence="", kind=TakeKind.CLIP, engine="kling-v4", recipe={})
    owed.state, owed.ticket = TakeState.FAILED, "job-1"
    with town.house.db.write() as session:
        session.add(owed)
    left(town)
    with town.house.db.read() as session:
        assert session.get_one(Account, MINE).erased


def test_a_wrong_password_deletes_nothing(town: Town, things: Belongings) -> None:
    with pytest.raises(BadCredentials):
        desk(town).leave("not the password")
    assert desk(town).me().name == "Anna Lightkeeper"
    with pytest.raises(BadRequest):
        desk(town, OWNER).leave("")


def test_an_export_that_breaks_off_deletes_nothing(town: Town, things: Belongings) -> None:
    coming = desk(town).leave(PASSWORD)
    assert next(coming)
    before = desk(town).me()
    del coming
    assert desk(town).me() == before
    with town.house.db.read() as session:
        assert session.get_one(Account, MINE).state == State.OPEN


def test_only_the_last_byte_deletes(town: Town, things: Belongings) -> None:
    coming, came = desk(town).leave(PASSWORD), b""
    while "account.json" not in _names(came):
        came += next(coming)
        assert desk(town).me().name == "Anna Lightkeeper"
    assert list(coming) == []
    with town.house.db.read() as session:
        assert session.get_one(Account, MINE).state == State.GONE


def _names(came: bytes) -> list[str]:
    """What is in a zip; nothing while its end is not there."""
    return ZipFile(BytesIO(came)).namelist() if is_zipfile(BytesIO(came)) else []


def test_who_changes_the_password_meanwhile_stays(town: Town, things: Belongings) -> None:
    coming = desk(town).leave(PASSWORD)
    assert next(coming)
    desk(town).change_password(PASSWORD, "seven quiet harbours", NONCE)
    with pytest.raises(BadCredentials):
        list(coming)
    assert desk(town).me().name == "Anna Lightkeeper"


def test_of_two_who_delete_at_once_one_does(town: Town, things: Belongings) -> None:
    first, second = desk(town).leave(PASSWORD), desk(town).leave(PASSWORD)
    assert next(first)
    assert next(second)
    assert list(first)
    with pytest.raises(BadCredentials):
        list(second)


def test_others_are_told_when_somebody_leaves(town: Town, things: Belongings) -> None:
    told: list[str] = []
    doors = replace(town.house.doors, leaving=(lambda session, account, at: told.append(account),))
    Leaving(replace(town.house, doors=doors), MINE).leave_without(PASSWORD)
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
