"""Figures and tables of the founder's page: escaped, stacked on a phone, and each table also as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from html import escape

import streamlit as st

from pages.parts.statement import tame
from pages.parts.wording import weight
from studio.money.amount import dollars, exact

_LEFT = ' class="ts-word"'
_MOST = 15  # rows shown; the file has all of them


class Money(int):
    """Micro-dollars."""

    __slots__ = ()


class Size(int):
    """Bytes."""

    __slots__ = ()


class Share(float):
    """A share of 1."""

    __slots__ = ()


class Mark(str):
    """Words of ours that stand out, `kind:words`: done, work or bad."""

    __slots__ = ()


Cell = str | int | float | None
Row = Sequence[Cell]


def figures(facts: dict[str, Cell]) -> None:
    """A few figures side by side."""
    cells = "".join(f"<div><dt>{escape(name)}</dt><dd>{_shown(value)}</dd></div>" for name, value in facts.items())
    st.html(f'<dl class="ts-figures">{cells}</dl>')


def table(
    title: str,
    heads: Sequence[str],
    rows: Sequence[Row],
    none: str,
    *,
    said: str = "",
    key: str = "",
    words: bool = False,
) -> None:
    """A table under its title with the way to its file, or what to say where there is nothing."""
    head(title, heads, rows, key=key)
    if said:
        st.html(f'<p class="ts-quiet">{escape(said)}</p>')
    if not rows:
        st.html(f'<p class="ts-quiet">{escape(none)}</p>')
        return
    told = [_worded(row[at] for row in rows) for at in range(len(heads))]
    top = "".join(f'<th scope="col"{_LEFT * left}>{escape(one)}</th>' for one, left in zip(heads, told, strict=True))
    body = "".join(f"<tr>{_cells(heads, told, row)}</tr>" for row in rows[:_MOST])
    st.html(
        f'<div class="ts-plan ts-stacked{" ts-worded" if words else ""}"><table>'
        f'<caption class="ts-hidden">{escape(title)}</caption>'
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )
    if len(rows) > _MOST:
        st.html(f'<p class="ts-quiet">The first {_MOST} of {len(rows):,}; the file has all of them.</p>')


def head(title: str, heads: Sequence[str], rows: Sequence[Row], *, key: str = "") -> None:
    """A title with the way to the file of these rows."""
    name = re.sub(r"[^\w]+", "-", key or title).strip("-").lower()
    with st.container(horizontal=True, vertical_alignment="center", key=f"head-{name}"):
        st.html(f'<h2 class="ts-small">{escape(title)}</h2>', width="stretch")
        if rows:
            _download(name, heads, rows)


def to_csv(heads: Sequence[str], rows: Sequence[Row]) -> str:
    """The rows as CSV; a text that a spreadsheet would run is quoted with an apostrophe, amounts are dollars."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([tame(head) for head in heads])
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return out.getvalue()


def to_file(heads: Sequence[str], rows: Sequence[Row]) -> bytes:
    """The same as a file: with its mark, without which Excel reads names as another encoding."""
    return to_csv(heads, rows).encode("utf-8-sig")


def _download(name: str, heads: Sequence[str], rows: Sequence[Row]) -> None:
    st.download_button(
        "CSV",
        lambda: to_file(heads, rows),
        file_name=f"{name}.csv",
        mime="text/csv",
        icon=":material/download:",
        key=f"csv-{name}",
        on_click="ignore",
    )


def _worded(column: Iterable[Cell]) -> bool:
    """Whether a column is of words, which begin on the left; figures end on the right."""
    there = [cell for cell in column if cell is not None]
    return bool(there) and all(isinstance(cell, str) for cell in there)


def _cells(heads: Sequence[str], worded: Sequence[bool], row: Row) -> str:
    first, *rest = (_shown(cell) for cell in row)
    told = zip(heads[1:], worded[1:], rest, strict=True)
    cells = "".join(f'<td data-head="{escape(h)}"{_LEFT * left}>{cell}</td>' for h, left, cell in told)
    return f'<th scope="row">{first}</th>{cells}'


def _shown(cell: Cell) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, Mark):
        kind, _, words = cell.partition(":")
        return f'<span class="ts-chip {kind}">{escape(words)}</span>'
    ways: dict[type, Callable[[Cell], str]] = {
        Money: lambda one: dollars(int(one or 0)), Size: lambda one: weight(int(one or 0)),
        Share: lambda one: f"{one:.1%}", int: lambda one: f"{one:,}", float: lambda one: f"{one:.2f}",
    }  # fmt: skip
    return escape(ways.get(type(cell), str)(cell))


def _plain(cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, Money):
        return exact(cell)
    if isinstance(cell, Mark):
        return tame(cell.partition(":")[2])
    return tame(cell) if isinstance(cell, str) else cell
