"""The lines as they are read: hear each, have it read otherwise, and have what is stale spoken again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from html import escape

import streamlit as st

from pages.parts import states
from pages.parts.doing import do, filled, keep, said
from pages.parts.filling import among, between, refill
from pages.parts.pricing import about, cost_listed, in_credits
from pages.parts.taking import lasts, retake, takes
from pages.parts.unread import keep_unread, say_unread
from pages.parts.wording import plain, reason
from studio.desk.desk import Desk
from studio.desk.views import Situation, Story, TakeView
from studio.production.film import Choices
from studio.story.breakdown import Line
from studio.story.voicing import FASTEST, SLOWEST, LineReading
from studio.takes.plan import PlanItem, State

_MOST = 40  # lines shown before there is a button for more
_AS_WRITTEN = "as written"
_HINT = "slower, whispering"
_SPEAK = "speak"  # where it is said what came of speaking what is due

Items = Mapping[str, PlanItem]
Takes = Mapping[str, Sequence[TakeView]]


def lines(
    desk: Desk, story: Story, character: str, items: Items, made: Takes, now: Situation, choices: Choices
) -> None:
    """Show the lines of a character, or everybody's, and what is to be spoken anew."""
    name = plain(story.breakdown.character(character).name.title())
    st.html('<h2 class="ts-small">Lines</h2>')
    _speak(desk, story, items, now, choices)
    everybody = st.toggle("Lines of everybody", key=f"everybody-{story.episode}", help=f"Else only {name}'s.")
    shown = [
        (shot.number, line)
        for shot in story.breakdown.shots
        for line in shot.lines
        if everybody or line.character == character
    ]
    most = st.session_state.setdefault(f"lines-{story.episode}", _MOST)
    open_line = st.query_params.get("line", "")
    for number, line in shown[:most] + [one for one in shown[most:] if one[1].id == open_line]:
        _line(desk, story, number, line, items, made, now, choices)
    if len(shown) > most and st.button(f"Show {min(_MOST, len(shown) - most)} more lines", key="lines-more"):
        st.session_state[f"lines-{story.episode}"] = most + _MOST
        st.rerun()


def _speak(desk: Desk, story: Story, items: Items, now: Situation, choices: Choices) -> None:
    """Say how many lines are not as they should be, and the button that mends it."""
    free = [line for line in story.breakdown.lines if f"speech:{line.id}" not in now.making]
    due = {state: [f"speech:{line.id}" for line in free if _is(items, line, state)]
           for state in (State.STALE, State.MISSING)}  # fmt: skip
    subjects = [subject for found in due.values() for subject in found]
    if not subjects and len(free) < len(story.breakdown.lines):
        st.html('<p class="ts-quiet">The rest is being spoken now; it can be heard in a moment.</p>')
        return
    if not subjects:
        st.html('<p class="ts-quiet">Every line is spoken as it is written and cast now.</p>')
        return
    stale, missing = len(due[State.STALE]), len(due[State.MISSING])
    due_are = [f"{_lines(stale)} stale: what was spoken is not what is written or cast now"] if stale else []
    due_are += [f"{_lines(missing)} not spoken yet"] if missing else []
    again = "Speak them again" if stale == len(subjects) else "Speak them"
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="speak-due"):
        st.html(f'<p class="ts-due">{"; ".join(due_are)}.</p>', width="stretch")
        st.button(
            f"{again}, {cost_listed(desk, story.episode, [items[subject] for subject in subjects], choices)}",
            key="speak",
            type="primary",
            icon=":material/record_voice_over:",
            on_click=do,
            args=(partial(desk.make, story.episode, subjects, choices), _SPEAK),
        )
    said(_SPEAK)


def _lines(number: int) -> str:
    return "1 line is" if number == 1 else f"{number} lines are"


def _is(items: Items, line: Line, state: State) -> bool:
    item = items.get(f"speech:{line.id}")
    return item is not None and item.state is state


def _line(
    desk: Desk,
    story: Story,
    number: str,
    line: Line,
    items: Items,
    made: Takes,
    now: Situation,
    choices: Choices,
) -> None:
    """One line: who says what, how it sounds, and its direction when it is open."""
    subject = f"speech:{line.id}"
    is_open = st.query_params.get("line") == line.id
    with st.container(border=is_open, key=f"line-{'open' if is_open else 'shut'}-{line.id}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", key=f"line-row-{line.id}"):
            st.html(_words(story, number, line, items.get(subject), now), width="stretch")
            st.html(_player(story, number, made.get(subject, ())), width="content")
            st.button(
                "Close" if is_open else "Direct",
                key=f"open-line-{line.id}",
                icon=":material/expand_less:" if is_open else ":material/tune:",
                help="Speed, pronunciation, manner, and other takes.",
                on_click=_open,
                args=("" if is_open else line.id,),
            )
        if is_open:
            _direct(desk, story, line, choices)
            takes(desk, story.episode, subject, made.get(subject, ()), name="line")
            again = partial(_again, desk, story.episode, subject, choices)
            retake(desk, story.episode, [subject], choices, name="this line", hint=_HINT, again=again)
            say_unread(f"{story.episode}-{subject}")


def _words(story: Story, number: str, line: Line, item: PlanItem | None, now: Situation) -> str:
    """A line in HTML: shot, speaker, text, how it is directed, and its state when it is not current."""
    who = escape(story.breakdown.character(line.character).name.title())
    read = [f"({line.like})" if line.like else f"({line.manner})" if line.manner else ""]
    read += [f"{line.speed:.2f} ×" if line.speed else "", f"said as “{line.said_as}”" if line.said_as else ""]
    how = escape(" · ".join(filter(None, read)))
    failure = states.broke(item, now)
    state = states.chip(item, now) if item and (failure or item.state is not State.CURRENT) else ""
    why = f'<br><span class="ts-failed">{escape(reason(failure))}</span>' if failure else ""
    return (
        f'<p class="ts-spoken"><span>{escape(number)}</span> <b>{who}</b> {state}'
        f"<span>{how}</span><br>{escape(line.text)}{why}</p>"
    )


def _player(story: Story, number: str, made: Sequence[TakeView]) -> str:
    take = next((one for one in made if one.circled), None)
    if take is None:
        return '<span class="ts-quiet">not spoken yet</span>'
    label = f"The line in shot {escape(number, quote=True)}"
    source = f"/takes/{story.episode}/{take.fingerprint}"
    return (
        f'<div class="ts-heard"><audio class="ts-hear" controls preload="none" aria-label="{label}" src="{source}">'
        f"</audio>{lasts(take)}</div>"
    )


def _direct(desk: Desk, story: Story, line: Line, choices: Choices) -> None:
    """How a line is to be read; what is not touched stays as it is written."""
    form = f"direct-{line.id}"
    now = {"speed": line.speed or 1.0, "said": line.said_as, "like": line.like or _AS_WRITTEN}
    stands, keys = filled(form, story.number, now), {name: f"{name}-{line.id}-{story.number}" for name in now}
    with st.form(form, border=False):
        with st.container(key=f"direct-row-{line.id}"):
            options = [_AS_WRITTEN, *desk.manners()]
            at = options.index(stands["like"]) if stands["like"] in options else 0
            refill(keys["like"], among(options, str))
            st.selectbox("Speak it like", options, index=at, key=keys["like"])
            refill(keys["speed"], between(SLOWEST, FASTEST))
            st.slider("Speed, times their own", SLOWEST, FASTEST, stands["speed"], 0.05, key=keys["speed"])
            st.text_input(
                "Pronounce it as",
                stands["said"],
                key=keys["said"],
                placeholder=line.text,
                help="Spoken instead of the text; captions keep the writer's words.",
            )
        st.form_submit_button(
            f"Keep and speak it, {_price(desk, story.episode, f'speech:{line.id}', choices)}",
            type="primary",
            on_click=_keep,
            args=(desk, story, line.id, form, keys, choices),
        )
    said(form)


def _price(desk: Desk, episode: str, subject: str, choices: Choices) -> str:
    """What speaking a line costs as it will be directed; by how many letters, the click decides."""
    if desk.film_pays(episode, choices):
        return in_credits(0)
    return about(0 if desk.free else desk.price_of_retake(episode, [subject], choices).likely)


def _keep(desk: Desk, story: Story, line: str, form: str, keys: Mapping[str, str], choices: Choices) -> None:
    told = {name: st.session_state[key] for name, key in keys.items()}
    how = LineReading(
        speed=0.0 if told["speed"] == 1.0 else told["speed"],
        said_as=told["said"].strip(),
        like="" if told["like"] == _AS_WRITTEN else told["like"],
    )

    def read() -> None:
        desk.read_line(story.episode, line, how, base=story.number)
        desk.make(story.episode, [f"speech:{line}"], choices)

    keep(form, told, read, lambda: desk.story(story.episode).number)


def _again(desk: Desk, episode: str, subject: str, choices: Choices, note: str) -> None:
    desk.retake(episode, [subject], choices, note=note)
    keep_unread(f"{episode}-{subject}", desk.unread_by_voices(note), rest="The line is spoken anew")


def _open(line: str) -> None:
    if line:
        st.query_params["line"] = line
    else:
        st.query_params.pop("line", None)
