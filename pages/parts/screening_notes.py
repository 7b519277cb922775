"""Testers' notes by timecode: each is resolved, answered, or taken as the direction of a priced retake of its shot."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from html import escape

import streamlit as st

from pages.parts.arriving import arrive
from pages.parts.doing import do, said
from pages.parts.pricing import cost_after
from pages.parts.shape import last_shape
from pages.parts.unread import keep_unread, say_unread
from pages.parts.wording import clock, count, format_of
from studio.desk.answering import DIRECTION
from studio.desk.desk import Desk
from studio.desk.noticing import AnswerView, NoteView
from studio.desk.views import Story
from studio.production.film import Choices, mark

_LISTS = {"timeline.otio": "Markers .otio", "timeline.edl": "Markers .edl", "timeline.fcpxml": "Markers .fcpxml"}
_MORE = 10  # notes shown at once
_OPEN, _ALL = "Open", "All"
_GONE = "Its shot is not in the script any more, so there is none to take again."
_CARD = "It is about a card, which has no takes."
_AFTER = "When it is there, render the film: the same link shows the new cut, and says so beside the note."


def screening_notes(desk: Desk, story: Story, notes: Sequence[NoteView]) -> None:
    """List the notes of an episode; nothing is here while there are none."""
    if not notes:
        return
    left = [one for one in notes if not one.resolved]
    chosen = st.query_params.get("note", "")
    with st.container(horizontal=True, vertical_alignment="center", key="notes-head"):
        st.html(f'<h2 class="ts-small" id="notes">Notes, {len(left)} open</h2>', width="stretch")
        which = st.segmented_control(
            "Show", [_OPEN, _ALL], default=_OPEN, required=True, key="notes-which", label_visibility="collapsed"
        )
    known = any(one.id == chosen and one.resolved for one in notes)
    shown = list(notes) if which == _ALL or known else left
    at = next((place for place, one in enumerate(shown, 1) if one.id == chosen), 0)
    most = max(st.session_state.get("notes-most", _MORE), at)
    for one in shown[:most]:
        _note(desk, story, one, chosen=one.id == chosen)
    if len(shown) > most:
        more = f"Show {min(_MORE, len(shown) - most)} more of {len(shown) - most}"
        st.button(more, key="notes-more", on_click=st.session_state.update, args=({"notes-most": most + _MORE},))
    if not shown:
        st.html('<p class="ts-quiet">Every note is resolved.</p>')
    _markers(story.episode, left)
    arrive(f".st-key-note-{chosen}" if chosen else ".st-key-notes-head", chosen, first=bool(chosen))


def _note(desk: Desk, story: Story, note: NoteView, *, chosen: bool) -> None:
    with st.container(key=f"note-{note.id}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"note-ways-{note.id}"):
            st.html(_told(note), width="stretch")
            _resolve(desk, note)
            label = "Leave it" if chosen else "Answer or retake"
            st.button(label, key=f"note-open-{note.id}", icon=":material/reply:", on_click=_choose,
                      args=("" if chosen else note.id,))  # fmt: skip
        said(f"note-{note.id}")
        say_unread(f"note-{note.id}")
        if chosen:
            with st.container(border=True, key="note-panel"):
                _answer(desk, note)
                _retake(desk, story, note)
                _remove(desk, note)


def _told(note: NoteView) -> str:
    """A note and its answers in HTML."""
    chips = [("quiet", format_of(note.frame))]
    chips += [("done", "resolved")] if note.resolved else []
    if note.followed:
        chips += [("done", "new in this cut")]
    else:
        chips += [("work", "taken again")] if note.retaken else []
        chips += [("work", "new cut since")] if note.recut else []
    marks = "".join(f'<span class="ts-chip {kind}">{words}</span>' for kind, words in chips)
    where = f"Shot {escape(note.slate)}" if note.slate else "No shot"
    answers = "".join(map(_answered, note.answers))
    return (
        f'<p class="ts-facts"><b>{clock(note.second)}</b> {where} {marks}</p>'
        f'<p class="ts-spoken ts-tested"><b>{escape(note.name)}</b>: {escape(note.text)}</p>'
        + (f'<ul class="ts-answers">{answers}</ul>' if answers else "")
    )


def _answered(one: AnswerView) -> str:
    name = "You" if one.maker else escape(one.name)
    return f"<li><b>{name}</b>: {escape(one.text)}</li>"


def _choose(note: str) -> None:
    if note:
        st.query_params["note"] = note
    else:
        st.query_params.pop("note", None)


def _resolve(desk: Desk, note: NoteView) -> None:
    label, icon = ("Open again", "undo") if note.resolved else ("Resolve", "check")
    st.button(
        label,
        key=f"note-resolve-{note.id}",
        icon=f":material/{icon}:",
        on_click=do,
        args=(partial(desk.resolve_note, note.id, again=note.resolved), f"note-{note.id}"),
    )


def _answer(desk: Desk, note: NoteView) -> None:
    key = f"note-answer-{note.id}"
    with st.form(f"answer-{note.id}", border=False, clear_on_submit=True), st.container(key=f"retake-row-a{note.id}"):
        st.text_input("Your answer", max_chars=2_000, key=key, placeholder="They read it at the same link")
        send = partial(_send, desk, note.id, key)
        st.form_submit_button("Answer", icon=":material/send:", on_click=do, args=(send, f"note-{note.id}"))


def _send(desk: Desk, note: str, key: str) -> None:
    desk.answer_note(note, st.session_state[key])


def _retake(desk: Desk, story: Story, note: NoteView) -> None:
    """The retake with its price, directed by the note; its words may be changed first."""
    if not note.shot or not any(shot.id == note.shot for shot in story.breakdown.shots):
        st.html(f'<p class="ts-quiet">{_GONE if note.shot else _CARD}</p>')
        return
    choices = _choices(desk, story.episode, note.frame)
    key = f"note-direction-{note.id}"
    st.session_state.setdefault(key, " ".join(note.text.split())[:DIRECTION])
    price, most = cost_after(desk, story.episode, [note.shot], st.session_state[key], choices)
    with st.form(f"direct-{note.id}", border=False), st.container(key=f"retake-row-d{note.id}"):
        st.text_input("Direction of the retake", max_chars=DIRECTION, key=key)
        again = partial(_again, desk, story, note, choices, key, most)
        st.form_submit_button(
            f"Retake shot {note.slate}, {price}", icon=":material/replay:", on_click=do, args=(again, f"note-{note.id}")
        )
    if note.retaken and not note.followed:
        st.html(f'<p class="ts-quiet">It was asked for again. {_AFTER}</p>')


def _again(desk: Desk, story: Story, note: NoteView, choices: Choices, key: str, most: int | None) -> None:
    """Take it again for no more than the button said; words that cost more are priced anew first."""
    said = st.session_state[key]
    done = desk.retake_note(note.id, choices, base=story.number, direction=said, most=most)
    staged = "The rest of the note was followed" if done.number != story.number else "The shot is drawn anew"
    keep_unread(f"note-{note.id}", done.unread, rest=staged)


def _remove(desk: Desk, note: NoteView) -> None:
    answers = f" and its {count(len(note.answers), 'answer')}" if note.answers else ""
    st.button(
        f"Remove this note{answers}",
        key=f"note-remove-{note.id}",
        icon=":material/delete:",
        help="Nobody sees it any more, at the link or here, and it cannot be had back.",
        on_click=do,
        args=(partial(desk.drop_note, note.id),),
    )


def _choices(desk: Desk, episode: str, frame: str) -> Choices:
    """How the film of a note's link was rendered, else the last one."""
    found = next((one for one in desk.formats(episode) if mark(one) == frame), None)
    return Choices(aspect=found.aspect, quality=found.quality) if found else last_shape(desk, episode)


def _markers(episode: str, left: Sequence[NoteView]) -> None:
    """Links to edit lists with the open notes as markers, by format."""
    for frame in dict.fromkeys(one.frame for one in left):
        number = count(sum(one.frame == frame for one in left), "note")
        links = "".join(
            f'<li><a href="/noted/{episode}/{frame}/{name}" download="noted-{name}">{label}</a></li>'
            for name, label in _LISTS.items()
        )
        st.html(
            f'<p class="ts-quiet">{number} as markers in the timeline, {format_of(frame)}</p>'
            f'<ul class="ts-files">{links}</ul>'
        )
