"""The takes of a subject side by side: see or hear each, circle one, ask for another with a note."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from html import escape

import streamlit as st

from pages.parts.doing import do, said
from pages.parts.pricing import cost_again
from pages.parts.wording import dollars, plain
from studio.desk.desk import Desk
from studio.desk.views import TakeView
from studio.errors import StudioError
from studio.production.film import Choices
from studio.takes.recipe import PICTURES, TakeKind

_NARROWEST = 150  # pixels of a take's card before a row holds fewer
_MOST = 12  # takes shown, the newest first; the circled one always is
_COLUMNS = 6

Again = Callable[[str], None]  # what a retake does with its note


def takes(desk: Desk, episode: str, subject: str, made: Sequence[TakeView], *, name: str, poster: str = "") -> None:
    """Show every take of a subject, the circled one marked; the others have a button that circles them.

    `name` says of what ("board 2B", "Mara's look"); `poster` is the address of a picture for takes that move.
    """
    if not made:
        st.html(f'<p class="ts-quiet">No {escape(name)} has been made yet.</p>')
        return
    priced = not desk.films_of(episode)  # what vendors take for a film that credits pay for is not its owner's bill
    shown = [take for at, take in enumerate(made) if at < _MOST or take.circled]
    with st.grid(_COLUMNS, min_column_width=_NARROWEST, gap="small", key=f"takes-{subject}"):
        for take in shown:
            _take(desk, episode, subject, take, f"{name}, take {len(made) - made.index(take)}", poster, priced=priced)
    said(f"takes-{subject}")


def retake(
    desk: Desk,
    episode: str,
    subjects: Sequence[str],
    choices: Choices,
    *,
    name: str,
    of: str = "",
    hint: str = "What should be different?",
    price: str = "",
    again: Again | None = None,
) -> None:
    """Ask for another take of these subjects with a note; `again` does something else with the note than the desk.

    The note is one on `of`, else on the first subject: a box about something else is another one. `price` is what it
    costs where the note changes that.
    """
    of = of or subjects[0]
    key = _key(of)
    with st.form(f"retake-{of}", clear_on_submit=True, border=False), st.container(key=f"retake-row-{of}"):
        st.text_input(f"Note on {plain(name)}", placeholder=hint, max_chars=300, key=key)
        st.form_submit_button(
            f"Retake, {price or cost_again(desk, episode, subjects, choices)}",
            icon=":material/replay:",
            on_click=_ask,
            args=(again or partial(_again, desk, episode, subjects, choices), key),
        )
    said(key)


def refused_note(of: str) -> str:
    """The note on something that was refused and stands in its box again; empty where none was."""
    return str(st.session_state.get(_key(of), "")).strip()


def _key(of: str) -> str:
    return f"retake-note-{of}"


def _again(desk: Desk, episode: str, subjects: Sequence[str], choices: Choices, note: str) -> None:
    desk.retake(episode, subjects, choices, note=note)


def _ask(again: Again, key: str) -> None:
    """Have it made again; a callback, or a click that follows at once takes the place of this one."""
    note = st.session_state[key]

    def asked() -> None:
        try:
            again(note.strip())
        except StudioError:
            st.session_state[key] = note  # the browser has emptied the box
            raise

    do(asked, key)


def show(episode: str, take: TakeView, name: str, *, poster: str = "", small: bool = True) -> None:
    """Show or play one take; a picture is its thumbnail when `small`."""
    address = f"/takes/{episode}/{take.fingerprint}"
    label = escape(name, quote=True)
    if take.kind in PICTURES:
        thumb = "?small" if small else ""
        st.html(f'<img class="ts-take" loading="lazy" alt="{label}" src="{address}{thumb}">')
    elif take.kind is TakeKind.SPEECH or take.kind is TakeKind.MUSIC:
        st.html(
            f'<div class="ts-heard"><audio class="ts-take" controls preload="none" aria-label="{label}" '
            f'src="{address}"></audio>{lasts(take)}</div>'
        )
    else:
        still = f' poster="{escape(poster, quote=True)}"' if poster else ""
        st.html(
            f'<video class="ts-take" controls playsinline preload="none"{still} aria-label="{label}" '
            f'src="{address}"></video>'
        )


def by(take: TakeView) -> str:
    """Who made a take, and where that is not who was chosen for it, instead of whom and why."""
    return take.engine + (f" instead of {take.instead_of}: {take.why}" if take.instead_of else "")


def lasts(take: TakeView) -> str:
    """How long a take is heard, as HTML; a player that has loaded nothing yet cannot say."""
    return f'<span class="ts-lasts">{take.seconds:.1f} s</span>' if take.seconds else ""


def _take(desk: Desk, episode: str, subject: str, take: TakeView, name: str, poster: str, *, priced: bool) -> None:
    with st.container(key=f"take-{subject}-{take.fingerprint[:12]}", gap="xsmall"):
        show(episode, take, name, poster=poster)
        facts = "brought by you" if take.own else take.note or "no note"
        made = "" if take.own else f" · {escape(by(take))}"
        cost = f", billed {dollars(take.cost_micros)}" if priced and take.cost_micros else ""
        st.html(f'<p class="ts-quiet ts-note">{escape(facts)}{made}{cost}</p>')
        if take.circled:
            st.html('<span class="ts-chip done ts-circled">◉ circled: in the film</span>')
        else:
            st.button(
                "Circle",
                key=f"circle-{subject}-{take.fingerprint[:12]}",
                icon=":material/radio_button_unchecked:",
                help=f"Use {plain(name)} in the film.",
                on_click=do,
                args=(partial(desk.circle, episode, subject, take.fingerprint), f"takes-{subject}"),
            )
