"""The bench of many sessions: its episode is as good as made, its visitor reads what a browser reads."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from studio.desk.desk import Desk
from studio.people.account import OWNER
from studio.production.film import Choices
from studio.takes.plan import State
from studio.takes.recipe import TakeKind
from tests.web.rows import house_at
from tools.bench.filmed import filmed
from tools.bench.load import Seen
from tools.bench.visitor import Trouble, Visitor


def test_every_picture_sound_and_clip_of_its_episode_is_there(home: Path) -> None:
    house = house_at(home)
    plan = Desk(house, OWNER).plan(filmed(house, "The Key"), Choices())
    house.db.close()
    kinds = {item.kind for item in plan.items}
    assert {item.state for item in plan.items} == {State.CURRENT}
    assert {TakeKind.LOOK, TakeKind.PLATE, TakeKind.BOARD, TakeKind.CLIP, TakeKind.SPEECH} <= kinds


def test_a_visitor_keeps_address_and_buttons() -> None:
    visitor = Visitor(0)
    moved, shown, done = ForwardMsg(), ForwardMsg(), ForwardMsg()
    moved.page_info_changed.query_string = "episode=e&shot=s2"
    shown.delta.new_element.button.id = "$$ID-1-shot-s2"
    done.script_finished = ForwardMsg.FINISHED_SUCCESSFULLY
    assert [visitor._read(one.SerializeToString()) for one in (moved, shown, done)] == [False, False, True]
    assert visitor.param("shot") == "s2"
    assert visitor.named("shot-") == ["$$ID-1-shot-s2"]
    assert visitor.named("scene-") == []


def test_a_visitor_knows_a_part_from_a_page() -> None:
    visitor = Visitor(0)
    begun, shown, part, page = ForwardMsg(), ForwardMsg(), ForwardMsg(), ForwardMsg()
    begun.new_session.page_script_hash = "scenes"
    shown.delta.new_element.button.id = "$$ID-1-shot-s2"
    part.script_finished = ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
    page.script_finished = ForwardMsg.FINISHED_SUCCESSFULLY
    assert [visitor._read(one.SerializeToString()) for one in (begun, shown, part)] == [False, False, True]
    assert (visitor.whole, visitor.page, len(visitor.buttons)) == (False, "scenes", 1)
    assert [visitor._read(one.SerializeToString()) for one in (begun, page)] == [False, True]
    assert (visitor.whole, visitor.buttons) == (True, [])


def test_an_error_on_the_page_is_trouble() -> None:
    wrong = ForwardMsg()
    wrong.delta.new_element.exception.message = "no such table"
    with pytest.raises(Trouble, match="no such table"):
        Visitor(0)._read(wrong.SerializeToString())


def test_answers_are_ranked() -> None:
    seen = Seen(answers=[0.1 * n for n in range(1, 21)], cpu=4.0)
    assert seen.at(0.5) == pytest.approx(1.1)
    assert seen.at(0.95) == pytest.approx(2.0)
    assert seen.sample.cpu == pytest.approx(0.2)
