"""The cast as cards, and the chosen one's look: large, its takes, another take, an own picture, the lock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from html import escape
from typing import TypeVar

import streamlit as st

from pages.parts import states, taking
from pages.parts.arriving import arrive
from pages.parts.doing import do, said
from pages.parts.staking import look_at_stake
from pages.parts.unread import keep_unread, say_unread
from pages.parts.uploading import upload
from pages.parts.wording import plain
from studio.desk.desk import Desk
from studio.desk.views import Situation, Story, TakeView
from studio.production.film import Choices
from studio.story.cast import Character
from studio.story.labels import label
from studio.takes.plan import Plan, PlanItem

NOBODY = """<div class="ts-bare ts-nothing"><p><b>Nobody is in this episode yet.</b></p>
<p>Write somebody a line in the Script Lab, and they appear here.</p></div>"""
_MOST = 15  # cards shown at once
_Any = TypeVar("_Any")
OPEN = " ▾"  # on the card of what is shown below
_YOURS = '<span class="ts-chip">yours</span>'
_LOCKED = '<span class="ts-chip">locked</span>'
_HINT = "older, a blue coat, shorter hair, no hat"
_OWN = "Your picture is kept as it is. The offline crew draws boards from the form, not from an uploaded picture."


def item_of(plan: Plan, subject: str) -> PlanItem | None:
    """What the plan says of a subject."""
    return next((item for item in plan.items if item.subject == subject), None)


def circled(takes: Sequence[TakeView]) -> TakeView | None:
    """The take in use, if there is one."""
    return next((take for take in takes if take.circled), None)


def poster(episode: str, take: TakeView | None, chips: str) -> str:
    """A card's picture with its chips, as HTML; an empty set where there is no take."""
    chips += _YOURS if take and take.own else ""
    picture = f'<img alt="" loading="lazy" src="/takes/{episode}/{take.fingerprint}?small">' if take else ""
    return f'<div class="ts-poster">{picture}<p class="ts-chips">{chips}</p></div>'


def first(every: Sequence[_Any], chosen: _Any, what: str) -> Sequence[_Any]:
    """The first of many, with the chosen one; `what` names the list."""
    if len(every) <= _MOST or st.session_state.get(f"all-{what}"):
        return every
    few = list(every[:_MOST])
    return few if chosen in few else [*few[:-1], chosen]


def rest(every: Sequence[object], what: str) -> None:
    """A button that shows all of many; none where few are."""
    key = f"all-{what}"
    if len(every) > _MOST and not st.session_state.get(key) and st.button(f"Show all {len(every)}", key=f"show-{key}"):
        st.session_state[key] = True
        st.rerun()


def cards(story: Story, plan: Plan, takes: Mapping[str, Sequence[TakeView]], chosen: str, now: Situation) -> None:
    """Everybody as a card; a click on one opens it below."""
    with st.grid(5, min_column_width=150, key="cast"):
        for member in first(story.breakdown.cast, story.breakdown.character(chosen), "cast"):
            here, subject = member.id == chosen, f"look:{member.id}"
            with st.container(key=f"card-{'here-' if here else ''}look-{member.id}", gap="xsmall"):
                chips = states.chip(item_of(plan, subject), now) + (_LOCKED if member.locked else "")
                st.html(poster(story.episode, circled(takes[subject]), chips))
                st.button(
                    plain(member.called) + (OPEN if here else ""),
                    key=f"open-{member.id}",
                    type="tertiary",
                    width="stretch",
                    on_click=_choose,
                    args=(member.id,),
                )
    rest(story.breakdown.cast, "cast")


def head(desk: Desk, story: Story, plan: Plan, member: Character, now: Situation) -> None:
    """Who is chosen, how their look stands, and the lock."""
    lock = f"lock-{member.id}"
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="who"):
        traits = [label("age", member.dna.age), label("build", member.dna.build), label("manner", member.dna.manner)]
        st.html(
            f'<h2 class="ts-title ts-who">{escape(member.called)}</h2><p class="ts-facts">'
            f"{states.chip(item_of(plan, f'look:{member.id}'), now)} {escape(', '.join(traits).lower())}</p>",
            width="stretch",
        )
        st.button(
            "Open the look" if member.locked else "Lock the look",
            key=lock,
            icon=":material/lock_open:" if member.locked else ":material/lock:",
            help="A locked look is left alone by the script's words, the chat and other episodes of the series.",
            on_click=do,
            args=(partial(desk.lock, story.episode, member.id, not member.locked, base=story.number), lock),
        )
    said(lock)
    if failure := states.broke(item_of(plan, f"look:{member.id}"), now):
        st.html(states.why(failure, "This look"))
    arrive(".ts-who", member.id, first=False)


def pictures(
    desk: Desk, story: Story, plan: Plan, choices: Choices, takes: Sequence[TakeView], member: Character
) -> None:
    """The look large, its takes side by side, another take and an own picture."""
    subject, name = f"look:{member.id}", f"{member.called}'s look"
    shown = circled(takes)
    if shown:
        words = "a picture you brought" if shown.own else "the figure from three sides, moods, colours"
        st.html(
            f'<img class="ts-stage" alt="{escape(f"{name}: {words}", quote=True)}" '
            f'src="/takes/{story.episode}/{shown.fingerprint}">'
        )
    else:
        st.html(
            '<div class="ts-stage ts-bare ts-unmade"><p>No look has been drawn yet; "Keep and draw" makes it.</p></div>'
        )
    if shown and shown.own:
        st.info(_OWN, icon=":material/info:")
    if len(takes) > 1:
        taking.takes(desk, story.episode, subject, takes, name=name)
    if takes and not member.locked:
        again = partial(_again, desk, story, member, choices)
        taking.retake(desk, story.episode, [subject], choices, name=name, hint=_HINT, again=again)
        say_unread(f"{story.episode}-{member.id}")
    if not member.locked:
        upload(desk, story.episode, subject, name=name, lost=look_at_stake(story, plan, member))


def _again(desk: Desk, story: Story, member: Character, choices: Choices, note: str) -> None:
    noted = desk.note_look(story.episode, member.id, note, choices, base=story.number)
    keep_unread(f"{story.episode}-{member.id}", noted.unread)


def _choose(character: str) -> None:
    st.query_params["character"] = character
