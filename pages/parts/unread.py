"""The words of a note that nobody on the crew could read: said beside the note until there is another one."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.parts.wording import plain


def keep_unread(of: str, unread: Sequence[str], *, rest: str = "The rest was followed") -> None:
    """Remember the unread words of the last note on something, and what became of it otherwise."""
    words = ", ".join(f"“{plain(word)}”" for word in unread)
    st.session_state[f"unread-{of}"] = words and f"Nobody on the crew could read {words}. {rest}."


def say_unread(of: str) -> None:
    """Say what was remembered; a page that is drawn again, as when a run ends, says it again."""
    with st.container():  # there also while it is empty, so that what follows keeps its place
        if message := st.session_state.get(f"unread-{of}"):
            st.info(message, icon=":material/edit_note:")
