"""Cutting a scene anew: split, merge, insert, move and take out shots."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from html import escape

import streamlit as st

from pages.parts.choosing import look_at
from pages.parts.doing import do
from pages.parts.filling import among, refill, some_of
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
_REJOINED = "An action that is split and then rewritten in Script Lab becomes one shot again."
_EXCERPT = 40  # letters of where a shot can be split


def recutting(desk: Desk, story: Story, view: ShotView) -> None:
    """Everything that changes which shots there are; each is one new version."""
    episode, base, shot = story.episode, story.number, view.shot
    scene, at = find(story.breakdown, shot.id)
    last = at + 1 == len(scene.shots)
    with st.container(horizontal=True, key="cut-row", gap="xsmall"):
        _button("Move earlier", "arrow_back", partial(desk.move_shots, episode, [shot.id], -1, base=base), at > 0)
        _button("Move later", "arrow_forward", partial(desk.move_shots, episode, [shot.id], 1, base=base), not last)
        _button("Merge with next", "merge", partial(desk.merge_shot, episode, shot.id, base=base), not last)
        _button("Delete", "delete", partial(_delete, desk, story, view))
    _split(desk, story, view)
    _insert(desk, story, view)


def _button(name: str, icon: str, what: Callable[[], object], possible: bool = True) -> None:
    st.button(name, key=f"cut-{name}", icon=f":material/{icon}:", disabled=not possible, on_click=do, args=(what,))


def _delete(desk: Desk, story: Story, view: ShotView) -> None:
    """Take the shot out and look at its neighbour."""
    scene, at = find(story.breakdown, view.shot.id)
    desk.delete_shots(story.episode, [view.shot.id], base=story.number)
    look_at(scene.shots[at - 1 if at else 1].id)


def _split(desk: Desk, story: Story, view: ShotView) -> None:
    found = seams(view.shot)
    if not found:
        st.html('<p class="ts-quiet">It shows one thing and says one line: there is nowhere to split it.</p>')
        return
    mark = seen(view.shot)

    def split() -> None:
        seam: Seam = st.session_state[f"seam-{mark}"]
        desk.split_shot(story.episode, view.shot.id, seam, base=story.number)

    with st.form(f"split-{mark}", border=False):
        if not all(seam.line for seam in found):
            st.html(f'<p class="ts-quiet">{_REJOINED}</p>')
        refill(f"seam-{mark}", among(found, _named))
        st.selectbox("Split before", found, format_func=_named, key=f"seam-{mark}")
        st.form_submit_button("Split", icon=":material/content_cut:", on_click=do, args=(split,))


def _named(seam: Seam) -> str:
    text = " ".join(seam.before.split())
    text = text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]} …"
    return f"“{plain(text)}”" if seam.line else plain(text)


def _insert(desk: Desk, story: Story, view: ShotView) -> None:
    names = {member.id: member.name.title() for member in story.breakdown.cast}
    episode, mark = story.episode, seen(view.shot)

    def insert() -> None:
        framing, people, action = (st.session_state[f"insert-{one}-{mark}"] for one in ("framing", "people", "action"))
        desk.insert_shot(episode, view.shot.id, framing, people, action, base=story.number)
        st.session_state[f"insert-action-{mark}"] = ""
        scene, at = find(desk.story(episode).breakdown, view.shot.id)
        look_at(scene.shots[at + 1].id)

    with st.form(f"insert-{mark}", border=False):
        st.html(f'<h3 class="ts-small">A new shot after {escape(view.shot.number)}</h3>')
        st.text_input(
            "What it shows", max_chars=300, placeholder="Her hand closes around the key.", key=f"insert-action-{mark}"
        )
        left = right = st.grid(2, min_column_width=190, gap="small", key=f"insert-how-{mark}")
        framed = partial(label, "framing")
        refill(f"insert-framing-{mark}", among(_FRAMINGS, framed))
        left.selectbox("Framing", _FRAMINGS, format_func=framed, key=f"insert-framing-{mark}")
        refill(f"insert-people-{mark}", some_of(list(names), names.__getitem__))
        right.multiselect("Who is in it", list(names), format_func=names.__getitem__, key=f"insert-people-{mark}")
        st.form_submit_button("Insert", icon=":material/add_photo_alternate:", on_click=do, args=(insert,))
