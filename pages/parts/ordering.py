"""Ordering a film: quality, formats, captions and the rest, what that takes, and the button that begins it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from html import escape

import streamlit as st

from pages.parts.credited import credited, to_credits
from pages.parts.economy import economy
from pages.parts.engaging import engaging
from pages.parts.filling import among, one_of, refill, some_of, switched
from pages.parts.guard import told
from pages.parts.pricing import pricing, remedy, told_price
from pages.parts.wording import dollars, plain, roughly
from pages.parts.wrong import wrong
from services.notices import kind, sentence
from studio.cut.captions import CaptionStyle
from studio.desk.desk import Desk
from studio.desk.rendering import Amount, CutView
from studio.errors import BudgetReached
from studio.production.film import Choices, mark
from studio.takes.frame import Aspect, Quality

_FORMATS: Mapping[Aspect, str] = {Aspect.WIDE: "Wide 16:9", Aspect.TALL: "Tall 9:16", Aspect.SQUARE: "Square 1:1"}
_QUALITIES: Mapping[Quality, str] = {Quality.LOW: "Low, 720p 24 fps", Quality.HIGH: "High, 1080p 30 fps"}
_TRACK = ""  # not None: a menu whose choice is None offers to clear it
_CAPTIONS: Mapping[str, str] = {
    _TRACK: "In the player, on or off",
    CaptionStyle.PLAIN: "Burnt in",
    CaptionStyle.KARAOKE: "Burnt in, karaoke",
}
_COLUMNS = ("Takes", "Made", "Stale", "Missing", "To make", "Time")
_PRICE, _LIKELY = "Price", "Likely"
_CAPTION = "What there is and what a render makes, by kind of take"
_NONE = "–"


def order(desk: Desk, episode: str, *, busy: Collection[str]) -> CutView | None:
    """Choose how to render, see what it takes and begin it; gives the film so chosen, None without a format.

    `busy` are the frames of formats that are being made.
    """
    st.html('<h2 class="ts-small" id="render">Render</h2>')
    crew, motion = engaging(desk, episode), st.container()
    with st.container(border=True, key="render"):
        left, right = st.columns([2, 3], gap="large")
        with left:
            orders = _choose(episode, desk.formats(episode))
        films = desk.films_of(episode)
        paid = bool(orders) and {mark(one) for one in orders} <= {one.frame for one in films}  # by credits, all of it
        with right:
            if not orders:
                st.html('<p class="ts-quiet">Choose at least one format.</p>')
                return None
            cut = desk.cut(episode, orders)
            stand = desk.budget(episode, cut.quote.ceiling, orders)
            for why in cut.gone:
                wrong(f"{why}.", "Invalid", icon=":material/block:")
            fits = (stand.fits or not cut.quote.ceiling) and not cut.gone
            _button(desk, episode, orders, cut, going=all(mark(one) in busy for one in orders), fits=fits, paid=paid)
            if paid:
                credited(films, episode)
            elif not cut.gone:
                pricing(stand, cut)
                if desk.sells and desk.film_qualities():
                    to_credits("Or make it as a film, for credits: see its price", episode)
            _plan(cut, priced=not paid)
    with motion:
        if not paid:  # what moves in a film follows from its price
            economy(desk, episode, crew, orders, cut)
    return cut


def _choose(episode: str, last: Sequence[Choices]) -> tuple[Choices, ...]:
    """The controls, as the film was last rendered until they are touched."""
    was = last[0] if last else Choices()
    made = [one.aspect for one in last] or [was.aspect]
    refill(f"formats-{episode}", some_of(list(_FORMATS), _FORMATS.__getitem__))
    formats = st.pills(
        "Formats",
        list(_FORMATS),
        selection_mode="multi",
        default=made,
        format_func=_FORMATS.__getitem__,
        key=f"formats-{episode}",
    )
    refill(f"quality-{episode}", one_of(list(_QUALITIES), _QUALITIES.__getitem__))
    quality = st.segmented_control(
        "Quality",
        list(_QUALITIES),
        default=was.quality,
        required=True,
        format_func=_QUALITIES.__getitem__,
        key=f"quality-{episode}",
    )
    refill(f"captions-{episode}", among(list(_CAPTIONS), _CAPTIONS.__getitem__))
    burn = st.selectbox(
        "Captions",
        list(_CAPTIONS),
        index=list(_CAPTIONS).index(was.burn or _TRACK),
        format_func=_CAPTIONS.__getitem__,
        key=f"captions-{episode}",
    )
    with st.container(horizontal=True, key="switches"):
        for one in ("music", "names", "stale"):
            refill(f"{one}-{episode}", switched)
        music = st.toggle("Music", value=was.music, key=f"music-{episode}")
        names = st.toggle("Names", value=was.names, key=f"names-{episode}", help="Introduce everybody in writing.")
        keep = st.toggle(
            "Keep what is stale",
            value=was.keep_stale,
            key=f"stale-{episode}",
            help="Make only what is missing; what no longer fits the script stays as it is.",
        )
    style = CaptionStyle(burn) if burn else None
    shared = Choices(quality=quality or was.quality, burn=style, music=music, names=names, keep_stale=keep)
    return tuple(shared.model_copy(update={"aspect": one}) for one in _FORMATS if one in formats)


def _button(
    desk: Desk, episode: str, orders: Sequence[Choices], cut: CutView, *, going: bool, fits: bool, paid: bool
) -> None:
    formats = "1 format" if len(orders) == 1 else f"{len(orders)} formats"
    price = plain(told_price(cut.quote)) if cut.quote.ceiling else dollars(0)
    price = "paid with the film's credits" if paid else price
    label = f"Render {formats}" if cut.gone else f"Render {formats}, {price}"
    idle = going or not cut.to_make or not fits
    shown = f"render-at-most-{episode}"  # micro-dollars the button said when it was clicked; it may say others by now
    agreed, st.session_state[shown] = st.session_state.get(shown, 0), 0 if paid else cut.quote.ceiling
    if st.button(label, type="primary", key="render-go", icon=":material/movie:", disabled=idle):
        with told():
            try:
                desk.render(episode, orders, most=agreed)
            except BudgetReached as error:
                own = not error.cause and cut.quote.ceiling <= agreed  # no month's budget, which is the tier's
                theirs = f" {remedy()}" if own else ""
                wrong(f"{sentence(error)}{theirs}", type(error).__name__, icon=":material/block:")
            else:
                st.rerun()
    if going:
        st.html('<p class="ts-quiet">It is being made now. Stop it above to make it otherwise.</p>')
    elif cut.to_make:
        takes = "1 take is" if cut.to_make == 1 else f"{cut.to_make} takes are"
        how = "several at a time, in" if cut.seconds < cut.work_seconds else "in"
        st.html(f'<p class="ts-quiet">{takes} made, {how} about {roughly(cut.seconds)}. What is current stays.</p>')
    else:
        st.html('<p class="ts-quiet">Everything chosen here is made and current; there is nothing to render.</p>')


def _plan(cut: CutView, *, priced: bool) -> None:
    """The plan by kind, as a table; of a film that credits pay for, without what vendors take."""
    price = (_PRICE if cut.quote.certain else _LIKELY,) if priced else ()
    head = "".join(f'<th scope="col">{words}</th>' for words in (*_COLUMNS, *price))
    rows = "".join(_row(one, priced=priced) for one in cut.amounts)
    total = f"<td><b>{dollars(cut.price_micros)}</b></td>" if priced else ""
    st.html(
        f'<div class="ts-plan"><table><caption class="ts-hidden">{_CAPTION}</caption><thead><tr>{head}</tr></thead>'
        f'<tbody>{rows}</tbody><tfoot><tr><th scope="row">All</th><td colspan="3"></td><td><b>{cut.to_make}</b></td>'
        f"<td>{_worked(cut.work_seconds) if cut.to_make else _NONE}</td>{total}</tr></tfoot></table></div>"
    )


def _row(one: Amount, *, priced: bool) -> str:
    """A kind of take: what there is, what would be made, how long that takes one after the other, and its price."""
    making = f"<b>{one.to_make}</b>" if one.to_make else _NONE
    time = _worked(one.seconds) if one.to_make else _NONE
    price = f"<td>{dollars(one.price_micros) if one.to_make else _NONE}</td>" if priced else ""
    return (
        f'<tr><th scope="row">{escape(kind(one.kind))}</th>{_count(one.current, "current")}{_count(one.stale, "stale")}'
        f"{_count(one.missing, 'missing')}<td>{making}</td><td>{time}</td>{price}</tr>"
    )


def _worked(seconds: float) -> str:
    """The work of takes, one after the other."""
    return roughly(seconds) if seconds >= 90 else f"{max(1, round(seconds))} s"


def _count(number: int, state: str) -> str:
    return f'<td class="ts-{state}">{number}</td>' if number else f'<td class="ts-quiet">{_NONE}</td>'
