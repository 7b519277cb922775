"""The editor: the screenplay's text in a box, checked line by line, and kept as a new version when told."""

from __future__ import annotations

import time
from dataclasses import dataclass
from html import escape

import streamlit as st

from pages.parts import difference
from pages.parts.drafting import Left, left_over
from pages.parts.guard import told
from pages.parts.lining import lined
from pages.parts.pricing import told_cost
from pages.parts.shape import last_shape
from pages.parts.wording import clock, count
from pages.parts.wrong import wrong
from services.notices import sentence
from studio.desk.desk import Desk
from studio.desk.outlining import Checked, Weight
from studio.desk.views import Story
from studio.errors import Conflict
from studio.story.checking import Remark
from studio.story.difference import difference as compared

_HEIGHT = 560  # pixels of the box
_JUMP = '<button type="button" data-line="{}" title="Go to this line">'
_QUICK = 0.12  # seconds of work a check may be, to be made whenever typing pauses: beside it the page answers in 0.2


@dataclass
class Draft:
    """A text in the box: the version it was begun from, and the widget's name, fresh for every text put in."""

    base: int
    before: str
    shown: str  # what stands in the box until somebody types
    turn: int = 0
    checked: tuple[str, Checked] | None = None  # of which text, and what was found
    took: float = 0.0  # seconds of work, the last check

    def put(self, story: Story) -> None:
        """Put the newest version into the box."""
        self.base, self.before, self.shown, self.checked = story.number, story.fountain, story.fountain, None
        self.turn += 1

    def take_up(self, story: Story, left: Left) -> None:
        """Put a text into the box that was left there before the page was loaded again."""
        self.base, self.shown = left.base, left.text
        self.before = story.fountain if left.base == story.number else ""
        self.turn += 1


@st.fragment
def edit(desk: Desk, episode: str) -> None:
    """The box, Check and Keep, and what was found. A text that is not kept stays in the box whatever happens."""
    with told():
        _edit(desk, desk.story(episode))


def _edit(desk: Desk, story: Story) -> None:
    begun = Draft(story.number, story.fountain, story.fountain)
    draft: Draft = st.session_state.setdefault(f"draft-{story.episode}", begun)
    typed = st.session_state.get(_box(story, draft), draft.shown)
    if draft.base != story.number and typed == draft.before:
        draft.put(story)
    left = left_over(story.episode, draft.base, draft.turn, typed=typed != draft.before)
    if left and left.text != story.fountain:
        draft.take_up(story, left)
        st.rerun()  # the browser is told which version it keeps a text of
    text = (
        st.text_area(
            "Screenplay in Fountain",
            value=draft.shown,
            key=_box(story, draft),
            height=_HEIGHT,
            persist_state="session",
        )
        or ""
    )
    if text != draft.before and draft.took < _QUICK:
        with told():
            _check(desk, story, draft, text)
    remarks = draft.checked[1].remarks if draft.checked and draft.checked[0] == text else ()
    lined(_box(story, draft), text, remarks)
    if draft.base != story.number:
        _overtaken(desk, story, draft, text)
        return
    with st.container(horizontal=True, gap="small", key="keeping"):
        if st.button("Check", key="check", icon=":material/fact_check:", help="Finds errors; changes nothing."):
            with told():
                _check(desk, story, draft, text)
        same = text == draft.before
        if st.button("Keep this version", key="keep", type="primary", icon=":material/save:", disabled=same):
            _keep(desk, story, draft, text)
        if not same and st.button("Undo my changes", key="undo", icon=":material/undo:"):
            draft.put(story)
            st.rerun()
    if not same:
        st.html('<p class="ts-quiet">Not kept yet. The writer and the film see the newest version only.</p>')
    if draft.checked:
        priced = not desk.film_pays(story.episode, last_shape(desk, story.episode))
        _found(draft.checked[1], stale=draft.checked[0] != text, priced=priced)


def _box(story: Story, draft: Draft) -> str:
    return f"text-{story.episode}-{draft.turn}"


def _check(desk: Desk, story: Story, draft: Draft, text: str) -> Checked:
    """What there is to say about a text, looked for once."""
    if not draft.checked or draft.checked[0] != text:
        began = time.thread_time()
        draft.checked = text, desk.check(story.episode, text, last_shape(desk, story.episode))
        draft.took = time.thread_time() - began
    return draft.checked[1]


def _keep(desk: Desk, story: Story, draft: Draft, text: str) -> None:
    """Keep the text as the newest version; what cannot be read is shown by its line."""
    with told():
        found = _check(desk, story, draft, text)
        if any(one.error for one in found.remarks):
            return
        try:
            desk.rewrite(story.episode, text, base=draft.base, what=f"Edited: {compared(draft.before, text).summary}")
        except Conflict as error:
            wrong(sentence(error), type(error).__name__)
            return
        kept = desk.story(story.episode)
        draft.put(kept)
        draft.checked = kept.fountain, found
        st.toast(f"Kept as version {kept.number}.", icon=":material/save:")
        st.rerun()


def _overtaken(desk: Desk, story: Story, draft: Draft, text: str) -> None:
    """Another version came in between: the text in the box stays, and the person says what becomes of it."""
    st.warning(
        f"The script was changed meanwhile: it is at version {story.number}, and your text began from "
        f"version {draft.base}. Nothing of yours is lost.",
        icon=":material/call_split:",
    )
    with st.container(horizontal=True, gap="small", key="overtaken"):
        if st.button("Keep mine as the newest", key="keep-mine", icon=":material/save:"):
            draft.base = story.number
            _keep(desk, story, draft, text)
        if st.button("Take the newest instead", key="take-newest", icon=":material/download:"):
            draft.put(story)
            st.rerun()
    with st.expander("The newest against my text"):
        difference.show(story.fountain, text)


def _found(checked: Checked, *, stale: bool, priced: bool) -> None:
    """What a check found, each by its line."""
    if stale:
        st.html('<p class="ts-quiet">The text changed since it was checked.</p>')
        return
    rows = "".join(map(_remark, checked.remarks))
    empty = '<p class="ts-quiet">Nothing to say: every line reads as it should.</p>'
    st.html(f'<ul class="ts-remarks" aria-label="What the check found">{rows}</ul>' if rows else empty)
    if checked.weight:
        st.html(f'<p class="ts-facts">As it stands in the box: {weighed(checked.weight, priced=priced)}</p>')


def _remark(one: Remark) -> str:
    """A remark in HTML; one on a line leads there."""
    kind, name = ("bad", "Error") if one.error else ("work", "Look at")
    where = f"line {one.line}" if one.line else "the whole text"
    words = f"<b>{name} {where}</b> {escape(one.text)}"
    return f'<li class="{kind}">{f"{_JUMP.format(one.line)}{words}</button>" if one.line else words}</li>'


def weighed(weight: Weight, *, priced: bool = True) -> str:
    """Length, takes to make and their price, in words; without one where a film's quote pays for them."""
    takes = f"{count(weight.takes, 'take')} to make" + (f", {told_cost(weight.price)}" if priced else "")
    return f"runs {clock(weight.seconds)} · {takes if weight.takes else 'everything made'}"
