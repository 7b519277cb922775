"""A film for credits: what it costs at each quality and length, its order, and what is promised beside the button."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from pages.parts.crediting import credits
from pages.parts.doing import do, said
from pages.parts.guard import told
from pages.parts.wording import dollars, name
from studio.desk.desk import Desk
from studio.desk.filming import FilmQuote, length, told_instead
from studio.production.film import Choices
from studio.takes.frame import Aspect, Quality

_ROLES = {"writer": "Screenplay", "painter": "Pictures", "animator": "Motion", "voice": "Voices"}
_SAID, _BEGUN = "film-begun", "The film is being made. Its Episode tab shows how far it is."
_SIZES = {Quality.LOW: "720 lines", Quality.HIGH: "1080 lines"}


def calculator(desk: Desk) -> None:
    """Say what a film of a length costs at each quality."""
    st.html('<h2 class="ts-small">What a film costs</h2>')
    minutes = st.number_input("Minutes of film", 1, 180, 30, key="film-minutes")
    with told():
        quotes = [desk.film_quote(one, seconds=60 * int(minutes)) for one in desk.film_qualities()]
        st.html(_table(quotes))
        if not quotes[0].sold:
            st.html(
                f'<p class="ts-quiet">The longest film that came out whole here is {length(quotes[0].longest)}. '
                "Longer ones are quoted, and not sold yet.</p>"
            )


def order(desk: Desk, chosen: str) -> None:
    """Quote one of the account's own screenplays and begin it."""
    st.html('<h2 class="ts-small">Make one of your screenplays</h2>')
    titles = {one.id: name(one) for one in desk.episodes()}
    if not titles:
        st.html('<p class="ts-quiet">Bring a screenplay on Home first: its minutes are counted on it.</p>')
        return
    ids = list(titles)
    with st.container(horizontal=True, vertical_alignment="bottom", key="film-order"):
        at = ids.index(chosen) if chosen in titles else 0
        episode = st.selectbox("Screenplay", ids, at, format_func=lambda one: titles[one], key="film-episode")
        quality = st.selectbox("Quality", desk.film_qualities(), format_func=str.capitalize, key="film-quality")
        aspect = st.selectbox("Format", list(Aspect), format_func=lambda one: one.value, key="film-aspect")
        size = st.selectbox("Size", list(Quality), format_func=lambda one: _SIZES[one], key="film-size")
    choices = Choices(aspect=aspect, quality=size)
    with told():
        quote = desk.film_quote(quality, episode=episode, choices=choices)
        _quoted(quote)
        _begin(desk, episode, choices, quote)


def promises(desk: Desk) -> None:
    """Say what holds of every film for credits."""
    said = "".join(f"<li>{escape(one)}</li>" for one in desk.film_promises().values())
    st.html(f'<ul class="ts-quiet ts-promises">{said}</ul>')


def _quoted(quote: FilmQuote) -> None:
    price = quote.price
    facts = {
        "Length": length(price.seconds),
        "All of it": f"{price.credits:,} credits, {dollars(price.micros)}",
        "Storyboard": f"{credits(price.storyboard)} credits",
        "Each finished minute": f"{credits(price.script + price.picture)} credits",
        "In motion": f"{max(quote.moves, 0)} of {quote.shots} shots" if quote.shots else "nothing",
        "Held when it begins": f"{credits(quote.to_hold)} credits",
    }
    if quote.paid or quote.to_hold < price.micros:
        facts |= {"Paid so far": f"{credits(quote.paid)} credits", "Left for other takes": f"{quote.left} %"}
    cells = "".join(f"<div><dt>{one}</dt><dd>{escape(words)}</dd></div>" for one, words in facts.items())
    st.html(f'<p class="ts-quiet">{escape(quote.says)}</p><dl class="ts-figures">{cells}</dl>')
    for one in quote.instead:
        st.html(f'<p class="ts-quiet">What fits: {escape(told_instead(one, price.credit))}.</p>')


def _begin(desk: Desk, episode: str, choices: Choices, quote: FilmQuote) -> None:
    why = _refused(quote)
    held = f"{quote.to_hold // quote.price.credit:,}"
    label = f"Hold {held} credits and make the film" if quote.to_hold else "Make what is missing, 0 credits"

    def begin() -> None:
        credits = quote.to_hold // quote.price.credit
        run = desk.film_render(episode, quote.price.quality, choices, credits=credits)
        st.session_state[_SAID] = _BEGUN if run else "All of it is there."

    st.button(label, type="primary", disabled=bool(why), key="film-begin", on_click=do, args=(begin, _SAID))
    said(_SAID)
    if done := st.session_state.pop(_SAID, ""):
        st.success(done, icon=":material/check_circle:")
    if why:
        st.html(f'<p class="ts-quiet">{escape(why)}</p>')


def _refused(quote: FilmQuote) -> str:
    """Why a film cannot be begun, in a sentence; empty where it can."""
    if not quote.written:
        return "Its screenplay is not written yet; its minutes are counted on that."
    if quote.missing:
        return "An engine of this quality is not set up in this studio, so it cannot be made here now."
    if quote.to_hold and not quote.sold:
        return f"The longest film that came out whole is {length(quote.longest)}; this one is quoted, not sold yet."
    if not quote.fits:
        return "Its price does not pay for what is asked."
    return ""


def _table(quotes: Sequence[FilmQuote]) -> str:
    heads = "".join(f'<th scope="col">{one.price.quality.capitalize()}</th>' for one in quotes)
    rows = {
        "Price": [f"{one.price.credits:,} credits<br>{dollars(one.price.micros)}" for one in quotes],
        "Storyboard": [f"{credits(one.price.storyboard)}" for one in quotes],
        "Each finished minute": [f"{credits(one.price.script + one.price.picture)}" for one in quotes],
        "Shots in motion, about": [f"{max(one.moves, 0)} of {one.shots}" for one in quotes],
        **{said: [escape(one.engines.get(role, "")) for one in quotes] for role, said in _ROLES.items()},
    }
    body = "".join(
        f'<tr><th scope="row">{said}</th>{"".join(f"<td>{one}</td>" for one in found)}</tr>'
        for said, found in rows.items()
    )
    return (
        '<div class="ts-plan ts-films"><table><caption class="ts-hidden">What a film costs</caption>'
        f'<thead><tr><th scope="col"></th>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
    )
