"""Packs of credits with the way to buy them; where nobody can pay, it says so."""

from __future__ import annotations

import streamlit as st

from pages.parts import entrance
from pages.parts.doing import do, said
from pages.parts.wording import dollars, plain
from studio.desk.desk import Desk
from studio.desk.filming import length
from studio.money.films import MINUTE
from studio.money.packs import Pack

_GOES, _SAID = "pack-goes-to", "packs"  # where the browser goes next, and where it is said what went wrong


def packs(desk: Desk) -> None:
    """Show every pack with its button."""
    if url := st.session_state.pop(_GOES, ""):
        entrance.lead_on(url, "Going on to the page to pay on")
    st.html('<h2 class="ts-small">Buy credits</h2>')
    said(_SAID)
    found, quotes = desk.film_packs(), [desk.film_quote(one, seconds=MINUTE) for one in desk.film_qualities()]
    made = any(not one.missing for one in quotes)
    for column, pack in zip(st.columns(len(found)), found, strict=True):
        name = f"pack-{pack.name}".replace(" ", "-").lower()
        with column, st.container(border=True, height="stretch", key=name):
            _pack(desk, pack, buys=desk.sells and made)
    st.html(
        f'<p class="ts-quiet">Films of up to {length(quotes[0].longest)} are sold now; a longer one waits, whatever '
        "its pack is called, until one of its length came out whole here.</p>"
    )
    if not desk.sells:
        st.html('<p class="ts-quiet">Payments are switched off in this studio, so no pack can be bought now.</p>')
    elif not made:
        st.html('<p class="ts-quiet">No film can be made here now: its engines are not set up. So no pack is sold.</p>')


def _pack(desk: Desk, pack: Pack, *, buys: bool) -> None:
    bonus = f" and {pack.bonus:,} on top for {pack.bonus_days} days" if pack.bonus else ""
    st.html(
        f'<h3 class="ts-small">{pack.name}</h3><p><b>{pack.credits:,} credits</b>{bonus}</p>'
        f'<p class="ts-quiet">Good for {pack.days} days.</p>'
    )
    st.button(
        f"Buy for {plain(dollars(pack.micros))}",
        key=f"buy-{pack.name}",
        disabled=not buys,
        width="stretch",
        on_click=do,
        args=(lambda: _buy(desk, pack), _SAID),
    )


def _buy(desk: Desk, pack: Pack) -> None:
    st.session_state[_GOES] = desk.buy_pack(pack.name)
