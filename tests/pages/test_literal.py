"""What a person typed is shown as it was typed wherever Streamlit reads Markdown: in labels, hints and messages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf.message import Message
from sqlmodel import col, update
from streamlit.testing.v1 import AppTest

from pages.parts.tabs import LOCAL
from studio.desk.desk import Desk
from studio.people.account import Account, Role
from studio.production.house import House
from tests.pages.visit import tab
from tests.trespass import settle_in
from tests.web.rows import house_at

TYPED = "[x](https://evil.example) *bold* :red[hot] `b`"
SCRIPT = f"""Title: {TYPED}

INT. {TYPED.upper()} - NIGHT

ANNA *STAR* sits by TOM.

ANNA *STAR*
Good evening, {TYPED}.

TOM [X]
Good night.
"""
READ_AS_MARKDOWN = ("[x](", "[X](", " *bold*", " *STAR*", ":red[", "TOM [X]", "`b`")
# What a person types into, and what a browser shows as text alone: choices in a list, and HTML, which is escaped.
_TEXT_ALONE = {".value", ".default", ".options", ".set_value"}


@pytest.fixture(scope="module")
def anna(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, tuple[str, ...]]]:
    """Somebody all of whose names are Markdown, and two of her episodes."""
    house: House = house_at(tmp_path_factory.mktemp("literal") / "home")
    theirs = settle_in(house, "anna", TYPED)
    with house.db.write() as session:
        session.execute(update(Account).where(col(Account.id) == "anna").values(name=TYPED, role=Role.FOUNDER))
    desk = Desk(house, "anna")
    yield desk, (theirs.episode, desk.open_file("stars.fountain", SCRIPT.encode(), series=TYPED))
    house.db.close()


@pytest.mark.parametrize("path", [one.path for one in LOCAL.pages])
def test_what_was_typed_is_nowhere_read_as_markdown(anna: tuple[Desk, tuple[str, ...]], path: str) -> None:
    desk, episodes = anna
    for episode in episodes:
        assert _read(tab(desk, path, episode=episode)) == set()


def test_what_is_read_as_markdown_is_found() -> None:
    def page(typed: str) -> None:
        import streamlit as st

        st.button("Show", help=f"Show {typed}")
        with st.expander(typed):
            st.checkbox(f"Also {typed}")

    found = _read(AppTest.from_function(page, args=(TYPED,)).run())
    assert {where for where, _ in found} == {"button.help", "expander.label", "checkbox.label"}


def _read(page: AppTest) -> set[tuple[str, str]]:
    """Where a page hands on what was typed as it is, and what of it Streamlit would read as Markdown."""
    return {
        (f"{one.type}{field}", mark)
        for one in _parts(page.main)
        if one.type != "html" and isinstance(one.proto, Message)
        for field, said in _strings(one.proto)
        for mark in READ_AS_MARKDOWN
        if mark in said
    }


def _parts(block: Any) -> Iterator[Any]:
    """Every element and block below a block."""
    for one in block.children.values():
        yield one
        yield from _parts(one) if hasattr(one, "children") else ()


def _strings(proto: Message, at: str = "") -> Iterator[tuple[str, str]]:
    """Every text of an element, with the name of its field."""
    for field, value in proto.ListFields():
        where = f"{at}.{field.name}"
        if where in _TEXT_ALONE:
            continue
        for one in [value] if isinstance(value, (str, Message)) else value if _many(value) else ():
            if isinstance(one, str):
                yield where, one
            elif isinstance(one, Message):
                yield from _strings(one, where)


def _many(value: object) -> bool:
    return hasattr(value, "__iter__") and not isinstance(value, (str, bytes))
