"""Cutting a scene anew: split, merge, insert, move and take out shots."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from pages.parts.choosing import look_at
from pages.parts.guard import told
from pages.parts.staging import seen
from pages.parts.wording import plain
from studio.desk.desk import Desk
from studio.desk.storyboard import ShotView
from studio.desk.views import Story
from studio.story.breakdown import Framing
from studio.story.labels import label
from studio.story.recutting import Seam, seams
from studio.story.slates import find

_FRAMINGS: Sequence[Framing] = tuple(Framing)
_EXCERPT = 40  # letters of where a shot can be split


def recutting(desk: Desk, story: Story, view: ShotView) -> None:
    """Everything that changes which shots there are; each is one new version."""
    episode, base, shot = story.episode, story.number, view.shot
    scene, at = find(story.breakdown, shot.id)
    last = at + 1 == len(scene.shots)
    with st.container(horizontal=True, key="cut-row", gap="xsmall"):
        _button("Move earlier", "arrow_back", at > 0, lambda: desk.move_shots(episode, [shot.id], -1, base=base))
        _button("Move later", "arrow_forward", not last, lambda: desk.move_shots(episode, [shot.id], 1, base=base))
        _button("Merge with next", "merge", not last, lambda: desk.merge_shot(episode, shot.id, base=base))
        if _button("Delete", "delete", True, lambda: desk.delete_shots(episode, [shot.id], base=base)):
            look_at(scene.shots[at - 1].id if at else scene.shots[1].id)
            st.rerun()
    _split(desk, story, view)
    _insert(desk, story, view)


def _button(name: str, icon: str, possible: bool, do: Callable[[], int]) -> bool:
    """A button that does it at once; whether it was done and the address is to follow."""
    asked = st.button(name, key=f"cut-{name}", icon=f":material/{icon}:", disabled=not possible)
    if asked:
        with told():
            do()
            if name == "Delete":
                return True
            st.rerun()
    return False


def _split(desk: Desk, story: Story, view: ShotView) -> None:
    found = seams(view.shot)
    if not found:
        st.html('<p class="ts-quiet">It shows one thing and says one line: there is nowhere to split it.</p>')
        return
    with st.form(f"split-{seen(view.shot)}", border=False):
        seam: Seam = st.selectbox("Split before", found, format_func=_named, key=f"seam-{seen(view.shot)}")
        if st.form_submit_button("Split", icon=":material/content_cut:"):
            with told():
                desk.split_shot(story.episode, view.shot.id, seam, base=story.number)
                st.rerun()


def _named(seam: Seam) -> str:
    text = " ".join(seam.before.split())
    text = text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]} …"
    return f"“{plain(text)}”" if seam.line else plain(text)


def _insert(desk: Desk, story: Story, view: ShotView) -> None:
    names = {member.id: member.name.title() for member in story.breakdown.cast}
    with st.form(f"insert-{seen(view.shot)}", border=False):
        st.html(f'<h3 class="ts-small">A new shot after {view.shot.number}</h3>')
        action = st.text_input("What it shows", max_chars=300, placeholder="Her hand closes around the key.")
        left, right = st.columns(2)
        framing = left.selectbox("Framing", _FRAMINGS, format_func=lambda one: label("framing", one.value))
        people = right.multiselect("Who is in it", list(names), format_func=lambda one: names[one])
        if st.form_submit_button("Insert", icon=":material/add_photo_alternate:"):
            with told():
                desk.insert_shot(story.episode, view.shot.id, framing, people, action, base=story.number)
                st.rerun()
