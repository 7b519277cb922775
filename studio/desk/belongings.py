"""Belongings: all that is an account's, in one zip file. Rows and files go into it one by one, whatever their size."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from secrets import token_hex
from typing import Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from sqlmodel import Session, SQLModel, col, select

from studio.db import now
from studio.desk.sheet import cell
from studio.errors import AssetMissing, RenderFailed
from studio.money.amount import exact
from studio.money.entry import Entry
from studio.money.lots import Lot
from studio.money.orders import Purchase
from studio.money.subscriptions import Subscription
from studio.people import notes, screenings
from studio.people.access import AccessToken
from studio.people.account import Account
from studio.people.hooks import Hook
from studio.people.milestones import way
from studio.people.tickets import Ticket, thread
from studio.production.house import House
from studio.story.episode import Episode, Revision, Series
from studio.story.message import Message
from studio.takes.take import Choice, Delivery, Take, TakeState

EXPORTS = "exports"  # beside the media folder
_KEPT = timedelta(days=1)  # of an export nobody fetched
_BLOCK = 1 << 20
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same belongings, the same names and times
_ENTRY = ("at", "book", "verb", "purse", "micros", "episode", "run", "subject", "kind", "engine", "vendor", "why")
# A hash is no belonging, a secret is shown once; the address is given as it was typed.
_SECRET = {"password", "email", "token", "viewer", "digest", "secret"}
_ABOUT = """What is in here

account.json            your account
series.json             your series
episodes/NAME/          each episode: what it is, every version of its screenplay (Fountain), what you and the writer
                        said, its finished files by format, the links it was shared by and testers' notes
takes.jsonl, takes/     every take with its recipe, one a line, and its file
tokens.json, hooks.json what your programs may do, and where they are told what happens
tickets.json            what you asked the founders, what went along, and what was said since
money/                  what you bought, your subscriptions and film credits
ledger.csv, .json       your statement: every movement of money; amounts are in dollars, negative ones leave a purse
missing.txt             files the studio had lost, if any
"""


class _File(NamedTuple):
    """A file in the zip, and its content in the vault."""

    name: str
    content: str


def pack(house: House, account: str) -> Path:
    """Write a zip file with all that is an account's; RenderFailed when it cannot be written."""
    clear_exports(house, at=now())  # this machine may have no worker to do it
    folder = house.media.parent / EXPORTS
    made = folder / f"{token_hex(16)}.zip"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with ZipFile(made, "w", ZIP_DEFLATED) as archive:
            _pack(house, account, archive)
    except OSError as error:
        made.unlink(missing_ok=True)
        raise RenderFailed(f"your export cannot be written: {error.strerror or error}", cause=error) from error
    return made


def clear_exports(house: House, *, at: datetime) -> None:
    """Remove this machine's exports that nobody fetched in a day."""
    for left in (house.media.parent / EXPORTS).glob("*.zip"):
        with suppress(FileNotFoundError):  # it was fetched meanwhile
            if left.stat().st_mtime < (at - _KEPT).timestamp():
                left.unlink()


def _pack(house: House, account: str, archive: ZipFile) -> None:
    _text(archive, "README.txt", [_ABOUT])
    with house.db.read() as session:
        _words(session, account, archive)
        files = [*_deliveries(session, account), *_takes(session, account)]
    missing = [file.name for file in files if not _copy(house, archive, file)]
    if missing:
        _text(archive, "missing.txt", (f"{name}\n" for name in missing))


def _words(session: Session, account: str, archive: ZipFile) -> None:
    """All that is text."""
    told = _plain(session.get_one(Account, account))
    told["way"] = {step: at.isoformat() for step, at in way(session, account).items()}
    _json(archive, "account.json", [told])
    _json(archive, "tickets.json", _tickets(session, account))
    _json(archive, "tokens.json", map(_plain, session.exec(select(AccessToken).where(AccessToken.account == account))))
    _json(archive, "hooks.json", map(_plain, session.exec(select(Hook).where(Hook.account == account))))
    _json(archive, "series.json", map(_plain, session.exec(select(Series).where(Series.account == account))))
    for episode in session.exec(select(Episode).where(Episode.account == account)).all():
        place = _place(episode)
        _json(archive, f"{place}/episode.json", [_plain(episode)])
        said = select(Message).where(Message.account == account, Message.episode == episode.id)
        _json(archive, f"{place}/messages.json", map(_plain, session.exec(said.order_by(col(Message.created)))))
        chosen = select(Choice).where(Choice.account == account, Choice.episode == episode.id)
        _json(archive, f"{place}/choices.json", map(_plain, session.exec(chosen.order_by(col(Choice.id)))))
        links = screenings.listed(session, account, episode.id)
        _json(archive, f"{place}/screenings.json", map(_plain, links))
        _json(archive, f"{place}/notes.json", map(_plain, notes.of_episode(session, account, episode.id)))
        versions = select(Revision).where(Revision.account == account, Revision.episode == episode.id)
        for row in session.exec(versions.order_by(col(Revision.number))):
            _text(archive, f"{place}/screenplay-{row.number:03d}.fountain", [row.fountain])
    takes = session.exec(select(Take).where(Take.account == account).order_by(col(Take.fingerprint)))
    _text(archive, "takes.jsonl", (f"{_dump(_plain(row))}\n" for row in takes))
    for kind, owner in ((Purchase, Purchase.account), (Subscription, Subscription.account), (Lot, Lot.account)):
        rows = session.exec(select(kind).where(owner == account))
        _json(archive, f"money/{kind.__name__.lower()}s.json", map(_plain, rows))
    entries = select(Entry).where(Entry.account == account).order_by(col(Entry.id))
    _json(archive, "ledger.json", map(_entry, session.exec(entries)))
    with archive.open(_info("ledger.csv"), "w") as stream, TextIOWrapper(stream, "utf-8", newline="") as text:
        table = csv.writer(text)
        table.writerow(_ENTRY)
        table.writerows([cell(value) for value in _entry(row).values()] for row in session.exec(entries))


def _tickets(session: Session, account: str) -> Iterator[dict[str, Any]]:
    for row in session.exec(select(Ticket).where(Ticket.account == account).order_by(col(Ticket.opened))).all():
        yield {**_plain(row), "thread": [_plain(one) for one in thread(session, row.id)]}


def _deliveries(session: Session, account: str) -> Iterator[_File]:
    for episode in session.exec(select(Episode).where(Episode.account == account)):
        rows = select(Delivery).where(Delivery.account == account, Delivery.episode == episode.id)
        for row in session.exec(rows.order_by(col(Delivery.frame), col(Delivery.name))):
            yield _File(f"{_place(episode)}/{_slug(row.frame)}/{_slug(row.name)}", row.content)


def _takes(session: Session, account: str) -> Iterator[_File]:
    made = select(Take.kind, Take.fingerprint, Take.suffix, Take.content).where(
        Take.account == account, Take.state == TakeState.MADE, Take.content != ""
    )
    for kind, mark, suffix, content in session.exec(made.order_by(col(Take.kind), col(Take.fingerprint))):
        yield _File(f"takes/{kind}/{mark[:16]}{_slug(suffix)}", content)


def _copy(house: House, archive: ZipFile, file: _File) -> bool:
    """Put a content in, block by block; gives whether the vault had it."""
    try:
        found = house.vault.open(file.content)
    except AssetMissing:
        return False
    info = _info(file.name, ZIP_STORED)
    info.file_size = found.stat().st_size  # so that one of more than 4 GB is written as such
    with found.open("rb") as source, archive.open(info, "w") as target:
        while block := source.read(_BLOCK):
            target.write(block)
    return True


def _entry(row: Entry) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in _ENTRY}
    return {**told, "at": row.at.isoformat(), "micros": exact(row.micros)}


def _plain(row: SQLModel) -> dict[str, Any]:
    """A row as JSON has it."""
    return row.model_dump(mode="json", exclude=_SECRET, warnings=False)


def _json(archive: ZipFile, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write a list, a row a line."""
    lines = (f"{',' if number else ''}\n{_dump(row)}" for number, row in enumerate(rows))
    _text(archive, name, chain(["["], lines, ["\n]\n"]))


def _text(archive: ZipFile, name: str, parts: Iterable[str]) -> None:
    with archive.open(_info(name), "w") as stream:
        for part in parts:
            stream.write(part.encode())


def _info(name: str, how: int = ZIP_DEFLATED) -> ZipInfo:
    info = ZipInfo(name, _EPOCH)
    info.compress_type = how
    return info


def _dump(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, default=str)


def _place(episode: Episode) -> str:
    return f"episodes/{_slug(episode.title or 'untitled')}-{episode.id}"


def _slug(text: str) -> str:
    """A name no file system and no zip reader takes for a path."""
    kept = "".join(letter if letter.isalnum() or letter in "._-" else "-" for letter in text)
    return kept.replace("..", "-")[:60] or "-"
