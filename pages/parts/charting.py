"""The charts of what an episode cost, drawn with plotly; beside each stands the same as a table."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import streamlit as st

from pages.parts.statement import sums_table
from pages.parts.wording import dollars, work
from services.notices import kind
from studio.desk.costing import CostView, Sum

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}
_ROW, _EDGES = 30, 22  # pixels a bar takes, and what is around all of them
_TEAL, _AMBER, _LINE, _TEXT = "#14B8A2", "#F6B45F", "#22292C", "#E8E8E8"


def broken_down(costs: CostView) -> None:
    """Where the money went, or the machine's time while nothing was billed: by scene, kind and engine."""
    money = costs.all.micros > 0
    what = "Spend" if money else "Machine time"
    kinds = [one.model_copy(update={"name": kind(one.name)}) for one in costs.kinds]
    for title, sums in (("scene", costs.scenes), ("kind of take", kinds), ("engine", costs.engines)):
        _one(f"{what} by {title}", sums, money=money)


def _one(title: str, sums: Sequence[Sum], *, money: bool) -> None:
    st.html(f'<h2 class="ts-small">{title}</h2>')
    chart, table = st.columns([3, 2], gap="medium", vertical_alignment="center")
    with chart:
        told = ", ".join(f"{one.name} {dollars(one.micros) if money else work(one.seconds)}" for one in sums)
        st.plotly_chart(_bars(tuple(sums), money=money), config=_CONFIG, key=f"chart-{title}", alt=f"{title}: {told}")
    with table:
        st.html(sums_table(title, "What", sums))


@lru_cache(maxsize=64)
def _bars(sums: tuple[Sum, ...], *, money: bool) -> Figure:
    """Horizontal bars, the first on top."""
    from plotly.graph_objects import Bar, Figure  # which only this page needs

    values = [one.micros / 1_000_000 if money else one.seconds for one in sums]
    words = [dollars(one.micros) if money else work(one.seconds) for one in sums]
    bar = Bar(
        x=values,
        y=[one.name for one in sums],
        orientation="h",
        text=words,
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{text}<extra></extra>",
        marker={"color": _AMBER if money else _TEAL, "line": {"width": 0}},
        textfont={"color": _TEXT},
    )
    layout = {
        "template": {},  # the page's own, all of which would be copied and sent each time
        "height": _ROW * len(sums) + _EDGES,
        "margin": {"l": 4, "r": 64, "t": 4, "b": 4},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "dragmode": False,
        "bargap": 0.35,
        "font": {"color": _TEXT},
        "yaxis": {"autorange": "reversed", "automargin": True, "fixedrange": True, "type": "category"},
        # Every bar says its own length.
        "xaxis": {"fixedrange": True, "rangemode": "tozero", "gridcolor": _LINE, "showticklabels": False},
    }
    return Figure(data=[bar], layout=layout)
