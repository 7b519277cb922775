"""Chores are done at the start and at their time again; one that fails keeps nobody from the others."""

from __future__ import annotations

from studio.errors import Down
from studio.production.chores import Chore, Chores


def test_each_is_due_at_once_and_then_at_its_time() -> None:
    now, done = [50.0], []
    chores = Chores([Chore("often", 60.0, lambda: done.append("o")), Chore("seldom", 100.0, lambda: done.append("s"))],
                    clock=lambda: now[0])  # fmt: skip
    assert chores.do_due() == ["often", "seldom"]
    for moment, due in ((60.0, []), (110.0, ["often"]), (150.0, ["seldom"]), (170.0, ["often"])):
        now[0] = moment
        assert chores.do_due() == due
    assert done == ["o", "s", "o", "s", "o"]


def test_one_that_fails_is_tried_again_at_its_next_time() -> None:
    now, tries = [50.0], []

    def fail() -> None:
        tries.append(now[0])
        raise Down("no answer", vendor="runpod")

    chores = Chores([Chore("failing", 60.0, fail), Chore("other", 60.0, lambda: None)], clock=lambda: now[0])
    assert chores.do_due() == ["failing", "other"]
    now[0] = 111.0
    assert chores.do_due() == ["failing", "other"]
    assert tries == [50.0, 111.0]


def test_after_the_end_nothing_is_begun() -> None:
    chores = Chores([Chore("any", 1.0, lambda: None)])
    chores.stop()
    assert chores.do_due() == []
