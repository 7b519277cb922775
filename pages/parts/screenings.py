"""Sharing a film: links that others watch it by without an account, what came of them, and how they are closed."""

from __future__ import annotations

from functools import partial
from html import escape
from urllib.parse import urlsplit

import streamlit as st

from pages.parts.doing import do, said
from pages.parts.player import player_frames
from pages.parts.wording import count, format_of
from services.web import visitors
from studio.desk.desk import Desk
from studio.desk.screening import ScreeningView, Standing
from studio.desk.views import EpisodeView

_MADE, _MAKING, _BESIDE = "screening-made", "screening-making", "screenings"
_CHIPS = {Standing.OPEN: "done", Standing.USED: "work", Standing.EXPIRED: "quiet", Standing.REVOKED: "quiet"}
_CLOSED = (Standing.EXPIRED, Standing.REVOKED)
_HERE = """This studio runs on this machine and answers nobody else, so the link opens here alone. In a hosted studio
it opens for whoever has it."""


def screenings(desk: Desk, view: EpisodeView) -> None:
    """Offer to share a film, and list its links; nothing is here before there is a film."""
    frames = player_frames(view)
    if not frames:
        return
    st.html('<h2 class="ts-small" id="share">Share</h2>')
    _fresh(view.id)
    if st.session_state.get(_MAKING) == view.id:
        _form(desk, view, frames)
    else:
        st.button("Make a link", key="share-new", icon=":material/share:", on_click=_begin, args=(view.id,))
    said(_BESIDE)
    links = desk.screenings(view.id)
    for one in links:
        if one.standing not in _CLOSED:
            _row(desk, one)
    if closed := [one for one in links if one.standing in _CLOSED]:
        with st.expander(f"Links that open nothing any more, {len(closed)}"):
            st.html("".join(map(_told, closed)))


def _form(desk: Desk, view: EpisodeView, frames: list[str]) -> None:
    with st.form("screening"):
        if len(frames) > 1:
            st.selectbox("Format", frames, format_func=format_of, key="screening-frame")
        st.text_input("Whom it is for", max_chars=80, key="screening-label", placeholder="Testers of Friday")
        st.number_input("For how many days", 1, 366, 30, key="screening-days")
        st.number_input("How many browsers may open it", 0, 10_000, 0, key="screening-most", help="0 is no limit.")
        st.text_input("Password, if you wish", type="password", max_chars=128, key="screening-password",
                      autocomplete="new-password")  # fmt: skip
        st.toggle("Take notes", value=True, key="screening-notes", help="Without it the film is watched only.")
        st.form_submit_button(
            "Make the link", type="primary", on_click=do, args=(partial(_make, desk, view.id), _BESIDE)
        )


def _make(desk: Desk, episode: str) -> None:
    given = st.session_state
    made = desk.screen(
        episode,
        given.get("screening-frame") or "",
        label=given["screening-label"],
        days=int(given["screening-days"]),
        most=int(given["screening-most"]) or None,
        password=given["screening-password"],
        notes=given["screening-notes"],
    )
    given[_MADE], given[_MAKING] = (episode, made.path), ""


def _begin(episode: str) -> None:
    st.session_state[_MAKING] = episode


def _fresh(episode: str) -> None:
    """The link that was just made: its token is kept nowhere, so this is the one time it can be copied."""
    of, path = st.session_state.get(_MADE, ("", ""))
    if of != episode:
        return
    here = urlsplit(st.context.url or "")
    with st.container(border=True, key="screening-fresh"):
        st.html('<p class="ts-quiet">Copy the link now: it is shown this once.</p>')
        st.code(f"{here.scheme}://{here.netloc}{path}" if here.netloc else path, language=None, wrap_lines=True)
        if not visitors.hosted():
            st.html(f'<p class="ts-quiet">{_HERE}</p>')
        st.button("I have it", key="screening-copied", on_click=st.session_state.pop, args=(_MADE,))


def _row(desk: Desk, one: ScreeningView) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"shared-{one.id}"):
        st.html(_told(one), width="stretch")
        st.button(
            "Close it",
            key=f"revoke-{one.id}",
            icon=":material/link_off:",
            help="It opens nothing any more, for nobody. Its notes stay here.",
            on_click=do,
            args=(partial(desk.revoke_screening, one.id), _BESIDE),
        )


def _told(one: ScreeningView) -> str:
    name = escape(one.label) or f"Link of {one.created:%d %B %Y}"
    marks = f'<span class="ts-chip {_CHIPS[one.standing]}">{one.standing}</span>'
    return f'<p class="ts-spoken">{name} {marks}<br><span>{_facts(one)}</span></p>'


def _facts(one: ScreeningView) -> str:
    """Who came, how far they watched, and what the link is like."""
    most = f" of {one.most:,}" if one.most is not None else ""
    facts = [f"opened by {one.views:,}{most}"]
    if one.watched:
        half = f"half of them past {one.typical / 10:.0f} %" if one.watched > 1 else f"to {one.typical / 10:.0f} %"
        facts.append(f"watched by {one.watched:,}, {half}")
    if one.finished:
        facts.append(f"{count(one.finished, 'time')} to the end")
    facts.append(f"until {one.expires:%d %B %Y}")
    facts += ["asks for a password"] if one.locked else []
    facts += [] if one.notes else ["takes no notes"]
    return ", ".join([*facts, format_of(one.frame)])
