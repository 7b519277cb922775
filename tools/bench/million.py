"""A ledger of a million entries, and the people, orders and takes it is about, written by a few statements of SQL."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, func, select

from studio.db import Database
from studio.money.entry import Entry
from studio.postgres import unhurried

_DAYS, _PEOPLE, _AN_EPISODE, _ROWS = 365, 2_000, 30, 5  # takes of an episode, entries of a take
_NUMBERS = "WITH RECURSIVE t(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM t WHERE n < {most} - 1)"
_LEGS = """legs(leg, verb, book, times, kind) AS (VALUES (0, 'bill', 'cost', -1, 'vendor'),
(1, 'bill', 'cost', 1, 'cost'),
(2, 'settle', 'customer', -2, 'held'), (3, 'settle', 'customer', 1, 'spent'), (4, 'settle', 'customer', 1, 'pot'))"""
_ENTRIES = """INSERT INTO entry (movement, once, book, verb, purse, micros, account, episode, run, scene, subject, kind,
fingerprint, engine, size, vendor, model, request, card, quantities, why, at)
SELECT 'm' || n || verb, CASE WHEN leg = 0 THEN 'bill:v' || (n % 5) || ':r' || n END, book, verb,
kind || ':' || CASE WHEN leg = 0 THEN 'v' || (n % 5) ELSE 'a' || ((n / {each}) % {people}) END,
times * (5000 + n % 7 * 20000), 'a' || ((n / {each}) % {people}), 'e' || (n / {each}), 'r' || (n / {each}), '1',
'clip:' || (n % {each} % 26), 'clip', {mark}, 'engine-' || (n % 7), '',
CASE WHEN verb = 'bill' THEN 'v' || (n % 5) ELSE '' END, 'model', 'r' || n, '2026-01-01', '{{"gpu_ms": 1000}}', '', {at}
FROM t, legs ORDER BY n, leg"""
_ACCOUNTS = """INSERT INTO account (id, name, tier, email, shown, password, role, state, pseudonym, created)
SELECT 'a' || n, 'Person ' || n, CASE WHEN n % 3 = 0 THEN 'pro' ELSE 'basic' END, 'a' || n || '@example.com', '', '',
'creator', 'open', 'person ' || n, {at} FROM t"""
_ORDERS = """INSERT INTO purchase (id, account, ware, what, state, micros, refunded, granted, turns, invoice,
subscription, payment, receipt, url, begins, ends, created, paid)
SELECT 'o' || n, 'a' || (n % {people}), 'month', CASE WHEN n % {people} % 3 = 0 THEN 'pro' ELSE 'basic' END, 'paid',
CASE WHEN n % {people} % 3 = 0 THEN 20000000 ELSE 10000000 END, 0, 0, 0, 'in' || n, 's' || (n % {people}), 'p' || n,
'', '', {at}, {ends}, {at}, {at} FROM t WHERE (n * 7) % 11 > 0"""


def fill(db: Database, entries: int, end: datetime) -> int:
    """Write about so many entries of the year that ends at a moment; gives how many there are then."""
    takes = entries // _ROWS
    begin, step = end - timedelta(days=_DAYS), timedelta(days=_DAYS) / takes
    months = _PEOPLE * 12
    with db.write() as session:
        if db.local:
            session.execute(text("DROP TRIGGER entry_no_replace"))  # it looks every row up; nothing is replaced here
        else:
            unhurried(session.connection())
        people, each = {"people": _PEOPLE}, {"each": _AN_EPISODE}
        _run(session, _PEOPLE, _ACCOUNTS.format(at=_at(db, begin, timedelta(hours=4))))
        paid, monthly = timedelta(days=_DAYS) / months, timedelta(days=31)
        ends = _at(db, begin + monthly, paid)
        _run(session, months, _ORDERS.format(at=_at(db, begin, paid), ends=ends, **people))
        entry = _ENTRIES.format(mark=_mark(db), at=_at(db, begin, step), **people, **each)
        _run(session, takes, entry, _LEGS)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE" if db.local else "VACUUM ANALYZE"))  # a server does that by itself
    with db.read() as session:
        return int(session.exec(select(func.count()).select_from(Entry)).one())


def _run(session: Session, most: int, insert: str, *more: str) -> None:
    numbers = ", ".join((_NUMBERS.format(most=most), *more))
    head, _, rest = insert.partition("SELECT")
    plain = session.connection().execution_options(no_parameters=True)  # a percent sign is one
    plain.exec_driver_sql(f"{head}{numbers} SELECT{rest}")


def _at(db: Database, begin: datetime, step: timedelta) -> str:
    """The moment of a row, so much later than that of the one before."""
    seconds = f"{step.total_seconds():.3f}"
    if db.local:
        later = f"'{begin:%Y-%m-%d %H:%M:%S}', '+' || (n * {seconds}) || ' seconds'"
        return f"strftime('%Y-%m-%d %H:%M:%f000', {later})"
    return f"TIMESTAMPTZ '{begin:%Y-%m-%d %H:%M:%S}+00' + n * INTERVAL '{seconds} s'"


def _mark(db: Database) -> str:
    """A fingerprint's length of digits."""
    return "substr('" + "0" * 64 + "' || n, -64)" if db.local else "lpad(n::text, 64, '0')"
