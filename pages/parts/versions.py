"""The versions of an episode: what each changed, how it differs from the one that counts, and the way back."""

from __future__ import annotations

import streamlit as st

from pages.parts import difference
from pages.parts.guard import told
from studio.desk.desk import Desk
from studio.desk.views import RevisionView, Story


def versions(desk: Desk, story: Story) -> None:
    """Choose a version, see what has changed since, and go back to it."""
    found = desk.revisions(story.episode)
    others = [one.number for one in found if one.number != story.number]
    if not others:
        st.html('<p class="ts-quiet">One version so far. Every change you accept or keep is listed here.</p>')
        return
    names = {one.number: _name(one) for one in found}
    chosen = st.selectbox(
        f"Version {story.number} is the newest: {names[story.number].partition(' · ')[2]}. Compare it with",
        others,
        format_func=lambda number: names[number],
        key=f"version-{story.episode}",
    )
    if chosen is None:
        return
    with told():
        older = desk.version(story.episode, chosen, story)
        if older.fountain != story.fountain:
            difference.show(older.fountain, story.fountain)
        if older.shifts:
            difference.shifts(older.shifts)
        elif older.fountain == story.fountain:
            st.html('<p class="ts-quiet">Text, looks, places and shots are the same.</p>')
        back = f"It becomes version {story.number + 1}; every version stays in this list."
        if st.button(f"Back to version {chosen}", key="restore", icon=":material/history:", help=back):
            desk.restore(story.episode, chosen, base=story.number)
            st.rerun()


def _name(one: RevisionView) -> str:
    what = one.what or ("as it was written" if one.number == 1 else "as it was read in")
    return f"{one.number} · {what} · {one.created:%d %b, %H:%M} UTC"
