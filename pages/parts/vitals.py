"""The tables of the health page: what the studio stands on, workers, queues, vendors, machines, targets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import streamlit as st

from pages.parts.wording import NO_WORKER, WORKER, dollars, work
from services.books import Standing
from services.health import Report, Status, Vendor
from services.overview import MachineView, SceneView, VerdictView
from services.pinging import Heard, Pulse
from services.targets import Measure, Verdict, amount, bound
from studio.money.hours import Hours

_STATUS = {
    Status.OK: ("done", "Everything works."),
    Status.DEGRADED: ("work", "The studio works; a vendor does not. What it would make waits or is made by others."),
    Status.DOWN: ("bad", "Nothing can be made now."),
}
_VERDICTS = {
    Verdict.MET: "done",
    Verdict.UNPROVEN: "work",
    Verdict.TOO_FEW: "work",
    Verdict.MISSED: "bad",
    Verdict.UNMEASURED: "quiet",
}
_TIME = "%Y-%m-%d %H:%M UTC"


def standing(report: Report) -> None:
    """The state in one line, the parts, the workers and the queues."""
    kind, words = _STATUS[report.status]
    st.html(f"<p>{_chip(kind, report.status)} {words}</p>")
    parts = [
        (part.name, _chip("done", "well") if part.well else _chip("bad", "down"), part.why) for part in report.parts
    ]
    _table("What the studio stands on", ("Part", "State", "Why"), parts)
    workers = [(one.executor, work(one.age), work(one.silent)) for one in report.workers]
    _table("Workers", ("Worker", "At work for", "Heard of"), workers, f"{NO_WORKER} {WORKER}")
    queues = [(one.queue, str(one.waiting), str(one.working)) for one in report.queues]
    _table("Queues", ("Queue", "Waiting", "Under way"), queues, "Nothing waits.")


def notices(report: Report) -> None:
    """Notices of the payment service that could not be acted on, where there are any."""
    if (found := report.notices) is None:
        return
    rows = [(_chip("bad", str(found.count)), _age(found.age), found.why or "nobody has looked at them")]
    _table("Payment notices that wait", ("Notices", "The oldest came", "The last look said"), rows)
    st.html(
        '<p class="ts-quiet">They are kept and looked at again, at last once an hour; until then what was paid is not '
        "granted. A worker must be alive and Stripe must answer.</p>"
    )


def vendors(report: Report) -> None:
    """Every vendor that is set: how it answered and how the line to it stands."""
    rows = [row for vendor in report.vendors for row in _vendor_rows(vendor)]
    none = "No vendor is set: the offline crew needs none." if report.asked else "Vendors are being asked."
    _table("Vendors", ("Vendor", "Answer", "Took", "Breaker"), rows, none)
    if rows and report.asked:
        st.html(
            f'<p class="ts-quiet">Asked {report.asked.strftime(_TIME)}; once a minute at the most, for nothing.</p>'
        )


def machines(found: Sequence[MachineView], hours: Hours) -> None:
    """Machines that are rented, leaks first, and those that ended in the last week."""
    rows = [
        (
            f"{one.name} at {one.host}{f', {one.gpu}' if one.gpu else ''}",
            f"{dollars(one.micros_an_hour)} an hour",
            _state(one),
        )
        for one in found
    ]
    _table("Machines", ("Machine", "Price", "State"), rows, "No machine is rented, and none of ours was found.")
    if hours.cost:
        took = f"Their hours cost {dollars(hours.cost)} this month, as far as they are booked"
        st.html(f'<p class="ts-quiet">{took}; takes made on them were billed {dollars(hours.carried)} of it.</p>')


def verdicts(found: Sequence[VerdictView]) -> None:
    """What was found of animators, and who animates in whose place."""
    rows = [
        (one.engine, f"{one.score:.1f} %, {dollars(one.cost_micros)}{', a double' if one.doubles else ''}", _found(one))
        for one in found
    ]
    none = "No animator was tried; python -m studio benchmark --consistency tries one."
    _table("The consistency gate", ("Animator", "Found", "Decision"), rows, none)
    if any(one.then != one.engine for one in found):
        st.html(
            '<p class="ts-quiet">The cloud crew begins with who animates then, and so do episodes that let another '
            "engine take over; a take says who made it instead of whom.</p>"
        )
    for one in found:
        with st.expander(f"What {one.engine} was found by: {len(one.scenes)} scenes"):
            _evidence(one)


def _evidence(one: VerdictView) -> None:
    """What a decision rests on: the metric, what it gives by chance, and every scene's figures with the reason."""
    rows = [(scene.scene, *_figures(scene), scene.reason or "it counts as measured") for scene in one.scenes]
    st.html(
        f'<p class="ts-quiet">Metric: {escape(one.metric)}. Different scenes are alike by {one.floor:.3f} by chance, '
        "which the percentages no longer hold.</p>"
    )
    heads = ("Scene", "Measured", "Counted", "Worst picture", "Motion", "Why")
    _table(f"The scenes of {one.engine}", heads, rows, "No scene was shot.")


def _figures(scene: SceneView) -> tuple[str, str, str, str]:
    if not scene.measured:
        return "not measured", "", "", ""
    return f"{scene.percent:.1f} %", f"{scene.counted:.1f} %", f"{scene.worst:.2f}", f"{scene.motion:.4f}"


def _found(one: VerdictView) -> str:
    chip = _chip("done" if one.then == one.engine else "bad", one.decision)
    lacks = f", which needs {' and '.join(one.lacks)}" if one.lacks else ""
    then = f" {one.then} animates instead{lacks}." if one.then != one.engine else ""
    return _Marked(f"{chip}{escape(then)} {escape(one.why)}, {one.at.strftime(_TIME)}")


def books(found: Standing | None) -> None:
    """Whether the ledger adds up, and what takes cost above what was held for them."""
    if found is None:
        return
    state = _chip("bad", "does not add up") if found.wrong else _chip("done", "adds up")
    over = f"{dollars(found.overrun_micros)} above what was held, in 30 days" if found.overrun_micros else "none"
    rows = [("Ledger", state, found.wrong or f"looked over {found.at.strftime(_TIME)}"), ("Above the holds", over, "")]
    _table("The books", ("What", "State", ""), rows)


def targets(found: Sequence[Measure]) -> None:
    """The plan's table: what was measured, of how many and when, and the decision that follows."""
    rows = [(f"{one.target.title}, {bound(one.target)}", _value(one), _verdict(one)) for one in found]
    _table("The plan's targets", ("Target", "Measured", "Decision"), rows)
    if any(one.doubles for one in found):
        st.html('<p class="ts-quiet">Doubles on this machine were measured, not the vendors.</p>')


def _value(one: Measure) -> str:
    if one.value is None:
        return ""
    of = "1 sample" if one.samples == 1 else f"{one.samples} samples"
    return f"{amount(one)}, {of}{' of doubles' if one.doubles else ''}{f', {one.at:%Y-%m-%d}' if one.at else ''}"


def _verdict(one: Measure) -> str:
    return _Marked(f"{_chip(_VERDICTS[one.verdict], one.verdict)} {escape(one.decision)}")


def _age(seconds: float) -> str:
    hours = int(seconds // 3600)
    return f"{work(seconds)} ago" if not hours else f"{hours} h ago" if hours < 48 else f"{hours // 24} days ago"


def _state(one: MachineView) -> str:
    if one.ended:
        chip, since = _chip("quiet", f"ended: {one.why}"), one.ended
    else:
        chip, since = _chip("bad", "leak") if one.leaked else _chip("done", "rented"), one.begun
    return _Marked(f"{chip} {since.strftime(_TIME)}")


def _vendor_rows(vendor: Vendor) -> Iterable[tuple[str, str, str, str]]:
    breaker = _chip("done" if vendor.breaker == "closed" else "bad", vendor.breaker)
    for one in vendor.heard:
        yield f"{vendor.name}, {one.what}{', a double' if one.double else ''}", _answer(one), f"{one.ms} ms", breaker
    for why in vendor.gone:
        yield vendor.name, _Marked(f"{_chip('bad', 'gone')} {escape(why)}"), "", breaker
    for why in vendor.dear:
        yield vendor.name, _Marked(f"{_chip('bad', 'dear')} {escape(why)}"), "", breaker
    if not vendor.heard:
        yield vendor.name, _chip("quiet", "not asked yet"), "", breaker


def _answer(one: Heard) -> str:
    if one.pulse is Pulse.WELL:
        return _chip("done", "well")
    return _Marked(f"{_chip('bad', one.pulse)} {escape(one.why)}")


class _Marked(str):
    """HTML that is meant to be."""

    __slots__ = ()


def _chip(kind: str, words: str) -> _Marked:
    return _Marked(f'<span class="ts-chip {kind}">{escape(words)}</span>')


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], none: str = "") -> None:
    """A table under its title, or what to say where there is nothing; cells are escaped unless they are marks."""
    st.html(f'<h2 class="ts-small">{escape(title)}</h2>')
    if not rows:
        st.html(f'<p class="ts-quiet">{escape(none)}</p>')
        return
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    body = "".join(f"<tr>{''.join(f'<td>{_cell(cell)}</td>' for cell in row)}</tr>" for row in rows)
    st.html(
        f'<div class="ts-plan"><table><caption class="ts-hidden">{escape(title)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(cell: str) -> str:
    return cell if isinstance(cell, _Marked) else escape(cell)
