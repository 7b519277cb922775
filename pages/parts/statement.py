"""The statement of an episode: spent against its target, the account's month, and every entry, also as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from html import escape

import streamlit as st

from pages.parts.wording import count, dollars, work
from services.notices import kind
from studio.desk.costing import CostView, Entry, Sum
from studio.desk.sheet import cell

_MOST = 20  # entries shown before there is a button for more
_COLUMNS = (
    "made_at",
    "what",
    "scene",
    "kind",
    "engine",
    "state",
    "retake",
    "note",
    "seconds",
    "cost_micros",
    "cost_usd",
)


def summary(costs: CostView, *, free: bool) -> None:
    """What is spent of the target, what retakes are of it, and what that says on the offline crew."""
    spent, target = costs.all.micros, costs.target_micros
    state = "passed" if spent > target else "within its target"
    st.html(
        f'<div class="ts-spent"><p><b>{dollars(spent)}</b> of {dollars(target)}, {state}</p>'
        f'<meter min="0" max="{target}" high="{target}" value="{spent}" '
        f'aria-label="Spent of the target">{dollars(spent)}</meter></div>'
    )
    share = "money" if spent else "time"
    facts = {
        "Takes made": str(costs.all.takes),
        "Machine time": work(costs.all.seconds),
        "Retakes": f"{costs.retakes.takes}, {costs.retaken:.0%} of the {share}" if costs.retakes.takes else "none",
    }
    cells = "".join(f"<div><dt>{name}</dt><dd>{words}</dd></div>" for name, words in facts.items())
    st.html(f'<dl class="ts-figures">{cells}</dl>')
    if free and not spent:
        st.html('<p class="ts-quiet">The offline crew is at work: it costs nothing, however many takes it makes.</p>')


def month(costs: CostView) -> None:
    """What the account's episodes cost since the month began."""
    st.html(f'<h2 class="ts-small">All episodes in {costs.since:%B %Y}</h2>')
    if not costs.month:
        st.html('<p class="ts-quiet">Nothing was made this month.</p>')
        return
    st.html(sums_table("Episodes of the month", "Episode", costs.month, all=costs.account))


def sums_table(title: str, what: str, sums: Sequence[Sum], *, all: Sum | None = None) -> str:
    """Sums as a table in HTML, with a last row for all of them."""
    heads = "".join(f'<th scope="col">{name}</th>' for name in (what, "Takes", "Time", "Cost"))
    foot = f"<tfoot>{_sum_row(all)}</tfoot>" if all else ""
    return (
        f'<div class="ts-plan"><table><caption class="ts-hidden">{escape(title)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(map(_sum_row, sums))}</tbody>{foot}</table></div>"
    )


def _sum_row(one: Sum) -> str:
    return (
        f'<tr><th scope="row">{escape(one.name)}</th><td>{one.takes}</td><td>{work(one.seconds)}</td>'
        f"<td>{dollars(one.micros)}</td></tr>"
    )


def entries(title: str, costs: CostView) -> None:
    """Every entry, the newest first, and the file of all of them."""
    with st.container(horizontal=True, vertical_alignment="center", key="entries-head"):
        st.html(f'<h2 class="ts-small">Every entry: {count(len(costs.entries), "take")}</h2>', width="stretch")
        name = re.sub(r"[^\w-]+", "-", title).strip("-").lower() or "episode"
        st.download_button(
            "Download CSV",
            lambda: to_csv(costs.entries),
            file_name=f"{name}-costs.csv",
            mime="text/csv",
            icon=":material/download:",
            key="entries-csv",
            on_click="ignore",
        )
    most = st.session_state.setdefault("entries-most", _MOST)
    rows = "".join(map(_row, costs.entries[:most]))
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("What", "Scene", "Engine", "Made", "Time", "Cost"))
    st.html(
        f'<div class="ts-plan ts-entries"><table><caption class="ts-hidden">Every take, the newest first</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
    left = len(costs.entries) - most
    if left > 0 and st.button(f"Show {min(left, _MOST)} more", key="entries-more"):
        st.session_state["entries-most"] = most + _MOST
        st.rerun()


def to_csv(found: Sequence[Entry]) -> str:
    """The entries as CSV with a head; a text that a spreadsheet would run is quoted with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for one in found:
        state, retake = "failed" if one.failed else "made", "yes" if one.retake else "no"
        texts = [one.at.isoformat(timespec="seconds"), one.name, one.scene, kind(one.kind), one.engine, state, retake]
        money = [f"{one.seconds:.3f}", one.micros, f"{one.micros // 1_000_000}.{one.micros % 1_000_000:06d}"]
        writer.writerow([*map(tame, [*texts, one.note]), *money])
    return out.getvalue()


def tame(text: str) -> str:
    """A text as a cell of CSV that no spreadsheet runs."""
    return str(cell(text))


def _row(one: Entry) -> str:
    chips = '<span class="ts-chip work">retake</span>' if one.retake else ""
    chips += '<span class="ts-chip bad">failed</span>' if one.failed else ""
    note = f'<span class="ts-quiet">“{escape(one.note)}”</span>' if one.note else ""
    made = f'<time datetime="{one.at.isoformat()}">{one.at:%d %b, %H:%M} UTC</time>'
    name = escape(one.name[:1].upper() + one.name[1:])
    return (
        f'<tr><th scope="row">{name} {chips}{note}</th><td>{escape(one.scene)}</td>'
        f"<td>{escape(one.engine)}</td><td>{made}</td><td>{work(one.seconds)}</td><td>{dollars(one.micros)}</td></tr>"
    )
