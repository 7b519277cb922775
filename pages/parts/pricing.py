"""Pricing a render: what it takes at vendors, by engine, where the episode stands against its target and its stop.

What a film pays for that is made for credits is priced in credits: its owner has its quote, and no vendor's bill.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import streamlit as st

from pages.parts.wording import count, dollars, guess, plain
from services.web import visitors
from studio.desk.desk import Desk
from studio.desk.rendering import CutView
from studio.money.budget import Standing
from studio.money.quote import Quote, Total
from studio.production.film import Choices
from studio.takes.plan import Plan, PlanItem
from studio.takes.recipe import TakeKind

_PAID = 0  # credits that another take in a film takes beside its quote
_CHEAPER = "Let fewer shots move, or choose a cheaper engine in Crew"


def remedy() -> str:
    """What somebody can do about a stop that was reached; who signs in somewhere cannot change its settings."""
    return f"{_CHEAPER}." if visitors.hosted() else f"{_CHEAPER}, or raise STUDIO_EPISODE_STOP."


def told_price(quote: Quote) -> str:
    """A quote on a button: $0.00, $0.42, or about $0.42, at most $0.61."""
    if quote.certain:
        return dollars(quote.likely)
    return f"about {guess(quote.likely)}, at most {dollars(quote.ceiling)}"


def about(micros: int) -> str:
    """What is likely, on a button that nobody can price exactly before the click: about $0.42; free is $0.00."""
    return f"about {guess(micros)}" if micros else dollars(0)


def told_cost(quote: Quote) -> str:
    """A quote in a word, for a small button: $0.42, or about $0.42 where it is an estimate."""
    return dollars(quote.likely) if quote.certain else about(quote.likely)


def answer_price(desk: Desk, episode: str, text: str = "") -> str:
    """What the writer's next answer costs, for the end of a button's words: nothing where the writer is free."""
    likely = desk.price_of_asking(episode, text)
    return f", {about(likely)}" if likely else ""


def typical(desk: Desk, episode: str, kind: TakeKind, choices: Choices) -> str:
    """What a take costs that the click itself decides on, by its kind."""
    if desk.film_pays(episode, choices):
        return in_credits(_PAID)
    return dollars(0) if desk.free else about(desk.price(episode, kind))


def cost_of(desk: Desk, episode: str, subjects: Iterable[str], choices: Choices) -> str:
    """What making these subjects costs, with all they need."""
    if desk.film_pays(episode, choices):
        return in_credits(_PAID)
    if desk.free:
        return dollars(0)
    return told_cost(desk.price_of(episode, choices.model_copy(update={"only": tuple(sorted(set(subjects)))})))


def cost_again(desk: Desk, episode: str, subjects: Sequence[str], choices: Choices) -> str:
    """What another take of each of these subjects costs, with all they need."""
    if desk.film_pays(episode, choices):
        return in_credits(_PAID)
    return dollars(0) if desk.free else told_cost(desk.price_of_retake(episode, subjects, choices))


def cost_after(desk: Desk, episode: str, shots: Sequence[str], note: str, choices: Choices) -> tuple[str, int]:
    """What shots taken again after a note cost, staged as that says, and how many micro-dollars a click agrees to.

    It agrees to none where nobody here is paid, or a film's credits pay.
    """
    if desk.film_pays(episode, choices) or desk.free:
        return cost_again(desk, episode, [], choices), 0
    quote = desk.price_of_remark(episode, shots, note, choices)
    return told_cost(quote), quote.ceiling


def cost_once_more(desk: Desk, runs: Sequence[str]) -> str:
    """What starting these runs once more costs, for a small button; it raises what asking for that would."""
    quote, held = desk.price_of_again(runs), desk.credits_again(runs)
    return told_cost(quote) if held is None else _at_most(held)


def price_once_more(desk: Desk, runs: Sequence[str]) -> str:
    """The same with its ceiling."""
    quote, held = desk.price_of_again(runs), desk.credits_again(runs)
    return told_price(quote) if held is None else _at_most(held)


def in_credits(number: int) -> str:
    """A price in credits: 0 credits, 1 credit, 1,600 credits."""
    return f"{number:,} credit" if number == 1 else f"{number:,} credits"


def _at_most(held: int) -> str:
    return f"at most {in_credits(held)}" if held else in_credits(held)


def cost_listed(desk: Desk, episode: str, items: Iterable[PlanItem], choices: Choices) -> str:
    """What the items of a plan that are to be made cost, without what they need."""
    if desk.film_pays(episode, choices):
        return in_credits(_PAID)
    plan = Plan(items=tuple(items))
    return told_cost(Quote(low=plan.low_micros, likely=plan.price_micros, ceiling=plan.ceiling_micros))


def pricing(stand: Standing, cut: CutView) -> None:
    """Show the quote of a render that costs, and warn when it goes over the target; it counts in `stand`."""
    quote = cut.quote
    if not quote.ceiling and not stand.billed and not stand.held:
        return
    if quote.ceiling:
        _warn(stand, cut.engines)
    st.html(f'<dl class="ts-figures ts-quote">{_figures(quote, stand)}</dl>')
    if cut.engines:
        st.html(_totals(cut.engines))


def _figures(quote: Quote, stand: Standing) -> str:
    facts = {"Likely": dollars(quote.likely)}
    if not quote.certain:
        facts["Between"] = f"{dollars(quote.low)} and {dollars(quote.ceiling)}"
    facts["Held while it is made"] = dollars(quote.ceiling)
    facts["Spent so far"] = dollars(stand.billed) + (f", {dollars(stand.held)} held" if stand.held else "")
    stop = "stop, as all of the film is quoted," if stand.film else "stop"
    named = (("target", stand.budget.target), (stop, stand.budget.stop))
    limits = [f"{name} {dollars(of)}" for name, of in named if of]
    if limits:
        facts["Limits"] = ", ".join(limits)
    return "".join(f"<div><dt>{name}</dt><dd>{words}</dd></div>" for name, words in facts.items())


def _totals(engines: Sequence[Total]) -> str:
    """What each engine would take, as a table."""
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("Engine", "Takes", "Likely", "At most"))
    rows = "".join(
        f'<tr><th scope="row">{escape(one.engine)}</th><td>{one.takes}</td><td>{dollars(one.quote.likely)}</td>'
        f"<td>{dollars(one.quote.ceiling)}</td></tr>"
        for one in engines
    )
    caption = '<caption class="ts-hidden">What the engines at vendors would take</caption>'
    return f'<div class="ts-plan"><table>{caption}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'


def _warn(stand: Standing, engines: Sequence[Total]) -> None:
    what = "film" if stand.film else "episode"
    if not stand.fits:
        st.error(
            f"With this the {what} may come to {plain(dollars(stand.total))}, above its stop of "
            f"{plain(dollars(stand.budget.stop or 0))}, so it is not begun. {plain(remedy())}",
            icon=":material/block:",
        )
    elif stand.over_target:
        dear = engines[0]
        cheaper = f"{dear.engine} takes most of it, {count(dear.takes, 'take')} for {told_cost(dear.quote)}."
        st.warning(
            f"With this the {what} may come to {plain(dollars(stand.total))}, above its target of "
            f"{plain(dollars(stand.budget.target or 0))}. {plain(cheaper)} "
            "The Budget director lets fewer shots move, or choose another engine for that part in Crew.",
            icon=":material/savings:",
        )
