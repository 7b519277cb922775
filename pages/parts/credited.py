"""A film that credits pay for: what it has cost its owner so far, in credits. What vendors take for it is not shown."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.parts.crediting import movements
from pages.parts.tabs import CREDITS
from pages.parts.wording import work
from studio.desk.costing import CostView
from studio.desk.crediting import FilmPaid
from studio.desk.desk import Desk


def credited(films: Sequence[FilmPaid], episode: str) -> None:
    """What each format made for credits has cost, holds and may come to, and the way to where it goes on."""
    for one in films:
        facts = {
            "Paid with credits so far": f"{one.paid:,}",
            "Held until it is finished": f"{one.held:,}",
            "All of it, at most": f"{one.credits:,} credits",
            "Quality": one.quality.capitalize(),
        }
        cells = "".join(f"<div><dt>{name}</dt><dd>{words}</dd></div>" for name, words in facts.items())
        st.html(f'<dl class="ts-figures">{cells}</dl>')
    to_credits("Credits: go on with this film, buy more, see every movement", episode)


def to_credits(label: str, episode: str) -> None:
    """The way to the Credits page, with this episode chosen there."""
    st.page_link(CREDITS.file, label=label, icon=CREDITS.icon, query_params={"episode": episode})


def spent(desk: Desk, films: Sequence[FilmPaid], costs: CostView) -> None:
    """What a film has cost its owner, minute by minute, and what was made for that."""
    paid, most = sum(one.paid for one in films), sum(one.credits for one in films)
    st.html(
        f'<div class="ts-spent"><p><b>{paid:,} credits</b> of {most:,} at most, paid as minutes are finished</p>'
        f'<meter min="0" max="{most}" value="{paid}" aria-label="Credits paid of the quote">{paid:,}</meter></div>'
    )
    facts = {"Takes made": str(costs.all.takes), "Machine time": work(costs.all.seconds)}
    cells = "".join(f"<div><dt>{name}</dt><dd>{words}</dd></div>" for name, words in facts.items())
    st.html(f'<dl class="ts-figures">{cells}</dl>')
    named = {one.film for one in films}
    st.html('<h2 class="ts-small">What was held, paid and given back</h2>')
    movements([one for one in desk.credit_statement() if one.film in named])
