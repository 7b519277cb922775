"""Two texts side by side as one: what went is struck out, what came is underlined, and words say which is which."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from html import escape

import streamlit as st

from studio.story.deciding import Shift
from studio.story.difference import Change, Row, difference

_AROUND = 2  # unchanged lines shown around a change
_MOST = 40  # decisions listed
_TAGS = {Change.ADDED: ("ins", "added"), Change.REMOVED: ("del", "removed")}


def show(old: str, new: str, *, tall: bool = False) -> None:
    """Show what is different; `tall` gives it all the room it needs."""
    st.html(f'<div class="ts-diff{" tall" if tall else ""}" tabindex="0" role="region" '
            f'aria-label="What would change">{_html(old, new)}</div>')  # fmt: skip


def shifts(found: Sequence[Shift]) -> None:
    """Show decisions: what was so before, and is otherwise now."""
    rows = "".join(
        f"<li><b>{escape(one.what)}</b> <del>{escape(one.before)}</del> becomes <ins>{escape(one.after)}</ins></li>"
        for one in found[:_MOST]
    )
    more = f"<li>and {len(found) - _MOST} more</li>" if len(found) > _MOST else ""
    st.html(f'<ul class="ts-diff ts-shifts" aria-label="What would change">{rows}{more}</ul>')


@lru_cache(maxsize=16)
def _html(old: str, new: str) -> str:
    found = difference(old, new)
    parts = [f'<p class="ts-diff-sum">{found.summary}</p>']
    for left, rows in found.stretches(_AROUND):
        if left:
            parts.append(f'<p class="ts-diff-gap">{left} line{"s" if left > 1 else ""} as before</p>')
        parts += [_row(row) for row in rows]
    return "".join(parts)


def _row(row: Row) -> str:
    if row.change is Change.SAME:
        return f'<p class="ts-diff-row">{escape("".join(one.text for one in row.pieces)) or "&nbsp;"}</p>'
    tag, word = _TAGS[row.change]
    if not any(one.text.strip() for one in row.pieces):
        return ""
    text = "".join(
        escape(one.text) if one.change is Change.SAME else f"<{tag}>{escape(one.text)}</{tag}>" for one in row.pieces
    )
    return f'<p class="ts-diff-row {word}"><span class="ts-diff-word">{word}</span>{text}</p>'
