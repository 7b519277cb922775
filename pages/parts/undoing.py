"""Undoing the last change of an episode, then the one before it, as far as there are versions; and doing it again."""

from __future__ import annotations

from functools import partial
from typing import TypeGuard

import streamlit as st

from pages.parts.doing import do
from pages.parts.wording import plain
from studio.desk.desk import Desk
from studio.desk.directing import SHOT
from studio.desk.views import RevisionView, Story

_NOT_MINE = "Voices of"  # how a version begins that a crew's own voices made


def undoing(desk: Desk, story: Story, *, only: str = SHOT) -> None:
    """Offer to take back the last change, and to do again what was taken back, where its name begins with `only`."""
    last, undone = desk.steps(story)
    if _mine(last, only):
        _button(desk, story, "Undo", f"Take back: {last.what}", last.number - 1)
    if _mine(undone, only):
        _button(desk, story, "Redo", f"Do again: {undone.what}", undone.number)


def _mine(change: RevisionView | None, only: str) -> TypeGuard[RevisionView]:
    return change is not None and change.what.startswith(only) and not change.what.startswith(_NOT_MINE)


def _button(desk: Desk, story: Story, name: str, helps: str, number: int) -> None:
    st.button(
        name,
        key=f"{name.lower()}-directing",
        icon=f":material/{name.lower()}:",
        help=plain(helps),
        on_click=do,
        args=(partial(desk.restore, story.episode, number, base=story.number),),
    )
