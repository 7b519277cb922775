"""What the books of a drafted episode must say beside what its vendors billed, and what a person is shown of them."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from pages.parts import bookkeeping, statement
from pages.parts.wording import dollars
from services.settings import Settings
from services.wiring import open_desk
from tests.doubles.cloud import Cloud
from tests.doubles.server import Fault, Schedule
from tests.pages.visit import tab, text

SPOILED = (Fault.GARBLED, Fault.FAILED, Fault.EXPIRED)  # once each where a take is made: it is tried twice


def rows(home: Path, query: str) -> list[tuple[Any, ...]]:
    """What the database says, read as a stranger to our own code would."""
    with sqlite3.connect(f"file:{home / 'studio.db'}?mode=ro", uri=True, timeout=60) as database:
        return database.execute(query).fetchall()


def the_books_agree(vendors: Cloud, home: Path) -> None:
    """Check that what we owe each vendor is what it billed, request by request, and that every movement adds up."""
    for name, books in vendors.books.items():
        query = f"SELECT request, -SUM(micros) FROM entry WHERE purse = 'vendor:{name}' GROUP BY request"
        owed = dict(rows(home, query))
        unheard = [owed.pop(request) for request in list(owed) if request.startswith("unheard-")]
        lost = [micros for request, micros in books.billed.items() if request not in owed]
        assert owed.items() <= books.billed.items(), name
        assert sorted(unheard) == sorted(lost), name  # a row of its own for each, at the same price
        assert name == "groq" or not unheard, name
        billed = rows(home, f"SELECT COALESCE(-SUM(micros), 0) FROM entry WHERE purse = 'vendor:{name}'")
        assert billed == [(books.total,)], name
    assert rows(home, "SELECT movement FROM entry GROUP BY movement, book HAVING SUM(micros) != 0") == []
    assert rows(home, "SELECT subject FROM holdpart WHERE state IN ('open', 'claimed')") == []


def computed_twice(vendors: Cloud) -> list[str]:
    """Keys of the endpoint's jobs that were computed more than once, whoever had sent them."""
    books = vendors.runpod.results.glob("*.made")
    return [book.stem for book in books if len(book.read_text().splitlines()) > 1]


def twice(home: Path) -> list[tuple[Any, ...]]:
    """Speeches and pictures that were billed more than once."""
    return rows(
        home,
        "SELECT fingerprint, COUNT(*) FROM entry WHERE verb = 'bill' AND purse LIKE 'cost:%'"
        " AND kind IN ('speech', 'look', 'plate', 'board') GROUP BY fingerprint HAVING COUNT(*) > 1",
    )


def unfinished(home: Path) -> list[tuple[Any, ...]]:
    """Takes that are neither made nor unclear."""
    return rows(home, "SELECT kind, state, error FROM take WHERE state NOT IN ('made', 'unclear')")


def only_what_came_spoiled_is_billed_twice(dice: Schedule, vendors: Cloud, home: Path) -> None:
    """Check that nothing was made twice but what the vendor had made badly, and that once more at the most."""
    spoiled = {operation: set[str]() for operation in ("speak", "submit", "job")}
    for operation, key, fault in dice.brought:
        if fault in SPOILED:
            spoiled.setdefault(operation, set()).add(key)
    again = dict(twice(home))
    recipes = rows(home, "SELECT fingerprint, kind, recipe FROM take WHERE state = 'made'")
    said = {json.loads(recipe)["brief"]["text"] for made, kind, recipe in recipes if made in again and kind == "speech"}
    drawn = [kind for made, kind, _ in recipes if made in again and kind != "speech"]
    assert set(again.values()) <= {2}
    assert said <= spoiled["speak"]
    assert len(drawn) <= len(spoiled["submit"])
    assert set(computed_twice(vendors)) <= spoiled["job"]


def costs_show_what_was_billed(vendors: Cloud, home: Path, episode: str) -> None:
    """Open Costs and hold its sums and both its files against the vendors' books, to the micro-dollar."""
    given = {name.lower(): value for name, value in vendors.settings.items()}
    desk = open_desk(Settings(_env_file=None, studio_home=home, **given))
    story = desk.story(episode)
    before = sys.modules["__main__"]  # Streamlit makes the page the main module
    try:
        shown = text(tab(desk, "costs", episode=episode))
    finally:
        sys.modules["__main__"] = before
    assert f"<dt>Billed by vendors</dt><dd>{dollars(vendors.total)}</dd>" in shown
    assert f"<p><b>{dollars(vendors.total)}</b> of" in shown
    takes = csv.DictReader(io.StringIO(statement.to_csv(desk.costs(story).entries)))
    assert sum(int(one["cost_micros"]) for one in takes) == vendors.total
    billed = Counter[str]()
    for one in csv.DictReader(io.StringIO(bookkeeping.to_csv(desk.books(story).movements))):
        billed[one["vendor"]] += int(one["micros"]) if (one["verb"], one["purse"]) == ("bill", "cost") else 0
    assert +billed == +Counter({name: books.total for name, books in vendors.books.items()})
