"""Belongings: all that is an account's, as names with what they hold: words, and files in the vault."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from itertools import chain
from typing import Any, NamedTuple, TypeVar

import sqlalchemy
from sqlmodel import Session, SQLModel, col, select

from studio.desk.sheet import cell
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

Row = TypeVar("Row", bound=SQLModel)
Words = Iterator[tuple[str, Iterable[str]]]  # the name of each text, and the text bit by bit
_AT_ONCE = 50  # rows in memory; a version of a film's screenplay has some hundred kilobytes
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
missing.txt             files the studio had lost or found damaged, if any

Where it came in parts, unpack all of them into one folder: this is the first, and the others hold files alone.
"""


class File(NamedTuple):
    """A file of an account: where it stands among all of them whatever it is called, its name and its content."""

    key: str
    name: str
    content: str
    size: int  # bytes; 0 where it is not known


def words(house: House, account: str) -> Words:
    """All that is text, what says what the rest is first. Each is read through before the next is asked for.

    Whoever reads may be slow: rows come a few at a time, and no session is open between them.
    """
    yield "README.txt", [_ABOUT]
    yield "account.json", _json(_me(house, account))
    yield "tickets.json", _json(_tickets(house, account))
    yield "tokens.json", _json(map(_plain, _rows(house, AccessToken, account)))
    yield "hooks.json", _json(map(_plain, _rows(house, Hook, account)))
    yield "series.json", _json(map(_plain, _rows(house, Series, account)))
    for episode in _rows(house, Episode, account):
        yield from _episode(house, account, episode)
    takes = _rows(house, Take, account, by=("fingerprint",))
    yield "takes.jsonl", (f"{_dump(_plain(row))}\n" for row in takes)
    for kind in (Purchase, Subscription, Lot):
        yield f"money/{kind.__name__.lower()}s.json", _json(map(_plain, _rows(house, kind, account)))
    yield "ledger.json", _json(map(_entry, _rows(house, Entry, account)))
    yield "ledger.csv", chain([_line(_ENTRY)], (_line(_entry(row).values()) for row in _rows(house, Entry, account)))


def files(session: Session, account: str) -> Iterator[File]:
    """All that lies in the vault, in no order: finished files, and takes."""
    places = {row.id: _place(row) for row in session.exec(select(Episode).where(Episode.account == account))}
    for episode, frame, name, size, content in session.execute(_finished(account, Delivery.content)):
        named = f"{places[episode]}/{_slug(frame)}/{_slug(name)}"
        yield File(_key(episode, frame, name), named, content, size)
    for mark, size, content, kind, suffix in session.execute(_made(account, Take.content, Take.kind, Take.suffix)):
        yield File(_key(mark), f"takes/{kind}/{mark[:16]}{_slug(suffix)}", content, size)


def sizes(session: Session, account: str) -> Iterator[tuple[str, int]]:
    """Where each of them stands and its bytes, which parts are laid out by: without a name, whenever a page asks."""
    for episode, frame, name, size in session.execute(_finished(account)):
        yield _key(episode, frame, name), size
    for mark, size in session.execute(_made(account)):
        yield _key(mark), size


def _finished(account: str, *more: Any) -> Any:
    found = sqlalchemy.select(*map(col, (Delivery.episode, Delivery.frame, Delivery.name, Delivery.size, *more)))
    return found.where(col(Delivery.account) == account)


def _made(account: str, *more: Any) -> Any:
    found = sqlalchemy.select(*map(col, (Take.fingerprint, Take.size, *more)))
    return found.where(col(Take.account) == account, col(Take.state) == TakeState.MADE, col(Take.content) != "")


def _key(*of: str) -> str:
    """Finished files come first, each by its episode, frame and name; then takes by what they are told by."""
    return "/".join(("0" if len(of) > 1 else "1", *of))


def _me(house: House, account: str) -> list[dict[str, Any]]:
    with house.db.read() as session:
        told = _plain(session.get_one(Account, account))
        told["way"] = {step: at.isoformat() for step, at in way(session, account).items()}
        return [told]


def _episode(house: House, account: str, episode: Episode) -> Words:
    place = _place(episode)
    yield f"{place}/episode.json", _json([_plain(episode)])
    said = _rows(house, Message, account, by=("created", "id"), episode=episode.id)
    yield f"{place}/messages.json", _json(map(_plain, said))
    yield f"{place}/choices.json", _json(map(_plain, _rows(house, Choice, account, episode=episode.id)))
    with house.db.read() as session:
        links = [_plain(row) for row in screenings.listed(session, account, episode.id)]
        noted = [_plain(row) for row in notes.of_episode(session, account, episode.id)]
    yield f"{place}/screenings.json", _json(links)
    yield f"{place}/notes.json", _json(noted)
    for row in _rows(house, Revision, account, by=("number",), episode=episode.id):
        yield f"{place}/screenplay-{row.number:03d}.fountain", [row.fountain]


def _tickets(house: House, account: str) -> Iterator[dict[str, Any]]:
    for row in _rows(house, Ticket, account, by=("opened", "id")):
        with house.db.read() as session:
            said = [_plain(one) for one in thread(session, row.id)]
        yield {**_plain(row), "thread": said}


def _rows(house: House, kind: type[Row], account: str, *, by: tuple[str, ...] = ("id",), **its: str) -> Iterator[Row]:
    """The rows of an account in the order of a key, some at a time, each lot by a session of its own."""
    key = [sqlalchemy.inspect(kind).columns[name] for name in by]
    mine = select(kind).filter_by(account=account, **its).order_by(*key).limit(_AT_ONCE)
    found = _lot(house, mine)
    while found:
        yield from found
        last = [sqlalchemy.literal(getattr(found[-1], name), column.type) for name, column in zip(by, key, strict=True)]
        found = _lot(house, mine.where(sqlalchemy.tuple_(*key) > sqlalchemy.tuple_(*last)))


def _lot(house: House, query: Any) -> list[Any]:
    with house.db.read() as session:
        return list(session.exec(query))


def _entry(row: Entry) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in _ENTRY}
    return {**told, "at": row.at.isoformat(), "micros": exact(row.micros)}


def _plain(row: SQLModel) -> dict[str, Any]:
    """A row as JSON has it."""
    return row.model_dump(mode="json", exclude=_SECRET, warnings=False)


def _json(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """A list, a row a line."""
    lines = (f"{',' if number else ''}\n{_dump(row)}" for number, row in enumerate(rows))
    return chain(["["], lines, ["\n]\n"])


def _line(values: Iterable[Any]) -> str:
    """A line of a table."""
    text = StringIO(newline="")
    csv.writer(text).writerow([cell(value) for value in values])
    return text.getvalue()


def _dump(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, default=str)


def _place(episode: Episode) -> str:
    return f"episodes/{_slug(episode.title or 'untitled')}-{episode.id}"


def _slug(text: str) -> str:
    """A name no file system and no zip reader takes for a path."""
    kept = "".join(letter if letter.isalnum() or letter in "._-" else "-" for letter in text)
    return kept.replace("..", "-")[:60] or "-"
