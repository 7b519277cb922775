"""Charts of the founder's page, drawn with plotly. Days are words on them, so that no zone moves a bar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}
_COLOURS = ("#14B8A2", "#F6B45F", "#6FA8DC", "#C98BDB", "#E06C75", "#98C379", "#A0A0A0")
_LINE, _TEXT = "#22292C", "#E8E8E8"
_HEIGHT, _TICKS = 230, 8

Column = tuple[str, tuple[float, ...]]


def bars(title: str, names: Sequence[str], columns: Mapping[str, Sequence[float]], unit: str = "$") -> None:
    """A bar for each name, its parts on top of each other; nothing where there is nothing to see."""
    told = tuple((name, tuple(values)) for name, values in columns.items() if any(values))
    if not told:
        return
    sums = ", ".join(f"{name} {_said(sum(values), unit)}" for name, values in told)
    st.html(f'<p class="ts-quiet">{escape(title)}</p>')
    st.plotly_chart(
        _drawn(tuple(names), told, unit), config=_CONFIG, key=f"chart-{title}", alt=f"{title}, days of UTC: {sums}"
    )


@lru_cache(maxsize=64)
def _drawn(names: tuple[str, ...], columns: tuple[Column, ...], unit: str) -> Figure:
    from plotly.graph_objects import Bar, Figure  # which few pages need

    sign = "$" if unit == "$" else ""
    data = [
        Bar(
            x=names, y=values, name=name, marker={"color": _COLOURS[at % len(_COLOURS)], "line": {"width": 0}},
            hovertemplate=f"%{{x}}, {name}: {sign}%{{y:,.2f}}<extra></extra>",
        )
        for at, (name, values) in enumerate(columns)
    ]  # fmt: skip
    step = max(1, -(-len(names) // _TICKS))
    layout = {
        "height": _HEIGHT,
        "barmode": "relative",
        "margin": {"l": 4, "r": 4, "t": 4, "b": 4},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "dragmode": False,
        "bargap": 0.25,
        "font": {"color": _TEXT},
        "showlegend": len(columns) > 1,
        "legend": {"orientation": "h", "y": -0.25},
        # A category is shown where it is put: as dates they would be moved by the browser's zone.
        "xaxis": {"type": "category", "fixedrange": True, "tickvals": names[::step], "automargin": True},
        "yaxis": {"fixedrange": True, "gridcolor": _LINE, "tickprefix": sign, "automargin": True},
    }
    return Figure(data=data, layout=layout)


def _said(value: float, unit: str) -> str:
    return f"${value:,.2f}" if unit == "$" else f"{value:,.1f} {unit}"
