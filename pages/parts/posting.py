"""Forms a browser posts by itself to the doors' routes: only their answers can set a cookie that no script reads."""

from __future__ import annotations

from html import escape

import streamlit as st


def form(action: str, button: str, *entries: str, kind: str = "main") -> None:
    """A form; its kind is main, quiet, or bad for what cannot be taken back."""
    st.html(
        f'<form class="ts-form" method="post" action="{escape(action)}" aria-label="{escape(button)}">'
        f'{"".join(entries)}<button class="{kind}">{escape(button)}</button></form>'
    )


def hidden(name: str, value: str) -> str:
    """A field nobody sees."""
    return f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'


def tick(label: str, name: str) -> str:
    """A box that has to be ticked."""
    box = f'<input name="{escape(name)}" type="checkbox" value="yes" required>'
    return f'<label class="ts-tick">{box}{escape(label)}</label>'


def entry(label: str, name: str, kind: str, complete: str, *, match: str = "") -> str:
    """A labelled field; `complete` tells password managers what belongs there, `match` is all that may be typed."""
    pattern = f' pattern="{escape(match)}"' if match else ""
    return (
        f'<label>{escape(label)}<input name="{escape(name)}" type="{escape(kind)}" '
        f'autocomplete="{escape(complete)}"{pattern} required></label>'
    )
