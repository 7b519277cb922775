"""What the writer proposes: its sentence, the difference, and the person's decision. Nothing changes before that."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.parts import difference
from pages.parts.answering import ask
from pages.parts.guard import told
from pages.parts.pricing import answer_price
from studio.desk.conversing import MessageView
from studio.desk.desk import Desk
from studio.desk.views import Story
from studio.story.message import Fate

DRAWER = "chat"
FATES = {
    Fate.ACCEPTED: ("done", "accepted"),
    Fate.REJECTED: ("quiet", "rejected"),
    Fate.LEFT: ("quiet", "not decided"),
}
QUESTIONS = {
    Fate.ASKED: ("work", "being answered"),
    Fate.UNANSWERED: ("quiet", "not answered"),
    Fate.LEFT: ("quiet", "not answered"),
}


def decide(desk: Desk, story: Story, one: MessageView, where: str) -> None:
    """Show a proposal that waits, with Accept and Reject; one made of an older version can be asked for again."""
    if one.proposal is None:
        return
    with st.container(border=True, key=f"proposal-{where}"):
        st.html(f'<h2 class="ts-small">Proposed</h2><p class="ts-proposed">{escape(one.proposal.sentence)}</p>')
        if one.base != story.number:
            _again(desk, story, one, where)
            return
        if one.proposal.fountain:
            difference.show(story.fountain, one.proposal.fountain)
        else:
            difference.shifts(one.proposal.shifts)
        with st.container(horizontal=True, gap="small", key=f"decide-{where}"):
            if st.button("Accept", key=f"accept-{where}-{one.id}", type="primary", icon=":material/check:"):
                with told():
                    st.toast(f"Version {desk.accept(one.id)} is the newest.", icon=":material/check:")
                    st.rerun()
            _reject(desk, one, where)


def _again(desk: Desk, story: Story, one: MessageView, where: str) -> None:
    st.warning("The script was changed since this was proposed, so it does not fit any more.", icon=":material/update:")
    with st.container(horizontal=True, gap="small", key=f"decide-{where}"):
        again = f"Ask again{answer_price(desk, story.episode, one.asked)}"
        pressed = st.button(again, key=f"again-{where}-{one.id}", type="primary", icon=":material/replay:")
        if pressed and ask(desk, story, one.request):
            _look_again(where)
        _reject(desk, one, where)


def _reject(desk: Desk, one: MessageView, where: str) -> None:
    if st.button("Reject", key=f"reject-{where}-{one.id}", icon=":material/close:"):
        with told():
            desk.reject(one.id)
            _look_again(where)


def _look_again(where: str) -> None:
    """Draw what is shown again; the drawer stays open."""
    st.rerun(scope="fragment" if where == DRAWER else "app")
