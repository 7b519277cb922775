"""Where a character appears: in this episode's shots, in other episodes of the series, and as whom."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.parts.guard import told
from pages.parts.staking import redraw, scenes_list
from pages.parts.wording import count, plain
from studio.desk.designing import boards_of
from studio.desk.desk import Desk
from studio.desk.serial import SeriesView
from studio.desk.views import Story
from studio.production.film import Choices
from studio.story.cast import Character
from studio.story.designing import Appearance, appearances
from studio.takes.plan import Plan


def kinship(desk: Desk, story: Story, plan: Plan, member: Character, choices: Choices) -> None:
    """Show where somebody is seen, and what they share with other episodes."""
    here, elsewhere = st.columns(2, gap="medium")
    with here:
        st.html(f'<h3 class="ts-small">Where {escape(member.called)} appears</h3>')
        _appearances(desk, story, plan, appearances(story.breakdown, member.id), choices)
    with elsewhere:
        series = desk.series(story.episode)
        st.html('<h3 class="ts-small">Other episodes</h3>')
        _series(desk, story, member, series)
        _borrow(desk, story, member)
        _join(desk, story, series)


def _appearances(desk: Desk, story: Story, plan: Plan, seen: tuple[Appearance, ...], choices: Choices) -> None:
    if not seen:
        st.html('<p class="ts-quiet">In no shot: only heard, or not yet staged.</p>')
        return
    st.html(scenes_list(story.episode, [(f"{one.number}. {one.heading}", one.shots) for one in seen]))
    shots = [shot for one in seen for shot, _ in one.shots]
    redraw(desk, story.episode, plan, boards_of(shots, choices), choices)


def _series(desk: Desk, story: Story, member: Character, series: SeriesView) -> None:
    known = series.knowing(member.id)
    name = member.called
    if not series.title:
        st.html('<p class="ts-quiet">This episode stands alone. In a series, new episodes know its cast.</p>')
    elif not known:
        st.html(f'<p class="ts-quiet">No other episode of {escape(series.title)} knows {escape(name)} yet.</p>')
    else:
        links = ", ".join(
            f'<a href="/characters?episode={one.id}&character={escape(member.id, quote=True)}" target="_self">'
            f"{escape(one.title)}</a>{' (locked there)' if member.id in one.locked else ''}"
            for one in known
        )
        st.html(f'<p class="ts-quiet">{escape(name)} is also in {links}, of the series {escape(series.title)}.</p>')
        open_ = [one for one in known if member.id not in one.locked]
        if open_ and st.button(
            f"Use this look in {count(len(open_), 'other episode')}",
            key=f"share-{member.id}",
            icon=":material/ios_share:",
            help="Look and voice become the same there, as a version that can be undone. Boards there become stale.",
        ):
            with told():
                desk.share(story.episode, member.id)
                st.rerun()


def _borrow(desk: Desk, story: Story, member: Character) -> None:
    with st.popover("Take from another episode", icon=":material/person_add:", disabled=member.locked):
        others = {one.id: one.title for one in desk.others(story.episode)}
        if not others:
            st.html('<p class="ts-quiet">There is no other episode with a script yet.</p>')
            return
        source = st.selectbox("Episode", list(others), index=None, format_func=others.__getitem__, key="borrow-episode")
        if not source:
            return
        cast = {one.id: one.called for one in desk.story(source).breakdown.cast}
        known = st.selectbox("Character", list(cast), format_func=cast.__getitem__, key=f"borrow-{source}")
        if known and st.button(
            f"Make {plain(member.called)} look and sound like {plain(cast[known])}", key="borrow-go", type="primary"
        ):
            with told():
                desk.adopt(story.episode, member.id, source, known, base=story.number)
                st.rerun()


def _join(desk: Desk, story: Story, series: SeriesView) -> None:
    with st.popover("Series of this episode", icon=":material/playlist_add:"):
        titles = list(desk.all_series())
        title = st.selectbox(
            "Series, an old one or a new title",
            titles,
            index=titles.index(series.title) if series.title in titles else None,
            accept_new_options=True,
            key=f"series-{story.episode}",
        )
        if st.button("Put the episode into this series", key="join", disabled=not title or title == series.title):
            with told():
                desk.join(story.episode, title or "")
                st.rerun()
        if series.title and st.button(f"Take it out of {plain(series.title)}", key="leave"):
            with told():
                desk.join(story.episode, "")
                st.rerun()
