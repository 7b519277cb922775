"""The flow hands out what can be made, and turns failures into stand-ins or blocks, never into a stop."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studio.production.flow import Flow
from studio.production.wants import Need, Want
from studio.story.noun import Noun
from studio.takes.recipe import TakeKind


class Empty(Noun):
    """A brief of nothing."""


def want(subject: str, *needs: Need, spare: bool = False) -> Want:
    return Want(subject, TakeKind.SHOT, lambda _given: Empty(), needs, spare)


def need(subject: str, *instead: str, optional: bool = False) -> Need:
    return Need(subject, subject, optional, instead)


FILM = (
    want("plate"),
    want("speech"),
    want("board", need("plate")),
    want("clip", need("board"), need("speech", optional=True)),
    want("slate", spare=True),
    want("shot", need("clip", "board", "slate")),
    want("master", need("shot")),
)
ALL = [one.subject for one in FILM if not one.spare]


def run(flow: Flow, failing: set[str]) -> list[str]:
    handed: list[str] = []
    while flow.busy:
        for subject, _ in flow.ready(10):
            handed.append(subject)
            flow.finish(subject, None if subject in failing else f"take of {subject}")
    return handed


def test_everything_is_made_after_what_it_needs() -> None:
    flow = Flow(FILM, {}, ALL)
    handed = run(flow, set())
    assert sorted(handed) == sorted(ALL)
    assert handed.index("plate") < handed.index("board") < handed.index("clip") < handed.index("shot")
    assert not flow.failed
    assert not flow.blocked


def test_what_is_kept_is_given_but_not_made() -> None:
    flow = Flow(FILM, {"plate": "old"}, [one for one in ALL if one != "plate"])
    first = dict(flow.ready(10))
    assert first["board"] == {"plate": "old"}
    assert "plate" not in first


def test_a_failed_clip_is_replaced_by_its_board() -> None:
    flow = Flow(FILM, {}, ALL)
    handed = run(flow, {"clip"})
    assert handed[-2:] == ["shot", "master"]
    assert "slate" not in handed
    assert not flow.blocked


def test_a_failed_board_is_replaced_by_a_slate_made_on_demand() -> None:
    flow = Flow(FILM, {}, ALL)
    handed = run(flow, {"board"})
    assert flow.blocked == {"clip"}
    assert "slate" in handed
    assert "take of master" in flow.done.values()


def test_when_every_stand_in_fails_only_what_needs_it_is_blocked() -> None:
    flow = Flow(FILM, {}, ALL)
    run(flow, {"board", "slate"})
    assert flow.blocked == {"clip", "shot", "master"}
    assert {"plate", "speech"} <= set(flow.done)


def test_a_failed_speech_leaves_its_clip_silent() -> None:
    flow = Flow(FILM, {"plate": "p"}, ["speech", "board", "clip"])
    flow.ready(10)
    flow.finish("speech", None)
    flow.finish("board", "b")
    assert dict(flow.ready(10))["clip"] == {"board": "b"}


def test_no_more_is_handed_out_than_there_is_room_for() -> None:
    flow = Flow(FILM, {}, ALL)
    assert len(flow.ready(1)) == 1
    assert len(flow.ready(0)) == 0


def test_a_full_queue_keeps_nobody_of_another_queue_waiting() -> None:
    film = tuple(want(f"clip{n}") for n in range(9)) + tuple(want(f"line{n}") for n in range(3))
    queues = {one.subject: one.subject[:4] for one in film}
    flow = Flow(film, {}, queues)
    first = [subject for subject, _ in flow.ready(4, queues)]
    assert first == ["clip0", "clip1", "clip2", "clip3", "line0", "line1", "line2"]
    assert flow.ready(4, queues, {"clip": 4, "line": 3}) == []
    flow.finish("clip0", "t")
    assert [subject for subject, _ in flow.ready(4, queues, {"clip": 3})] == ["clip4"]


def test_stopping_hands_nothing_more_out() -> None:
    flow = Flow(FILM, {}, ALL)
    handed = flow.ready(10)
    flow.stop()
    for subject, _ in handed:
        flow.finish(subject, "t")
    assert not flow.busy


@given(st.sets(st.sampled_from([one.subject for one in FILM])))
def test_whatever_fails_the_flow_ends_and_accounts_for_everything(failing: set[str]) -> None:
    flow = Flow(FILM, {}, ALL)
    run(flow, failing)
    assert set(ALL) <= set(flow.done) | flow.failed | flow.blocked
    assert not set(flow.done) & (flow.failed | flow.blocked)
