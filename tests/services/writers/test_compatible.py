"""A model on one's own machine: the same screenplays, whatever its server can be held to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from services.guard import Line, vendors
from services.writers.compatible import compatible_writer
from services.writers.engine import RemoteWriter
from studio.crew import Order
from studio.errors import Denied, Down, Invalid, KeyMissing, Unclear
from studio.story.checking import check
from studio.story.proposal import Proposal
from studio.takes.briefs import ProposalBrief, ScriptBrief
from studio.takes.recipe import Recipe, TakeKind
from tests.doubles.errands import KeptErrand
from tests.doubles.openai_compatible import CompatibleDouble
from tests.doubles.server import Fault, Schedule, serving
from tests.services.clock import Clock
from tests.services.writers.conftest import CAST, PITCH, SCRIPT

Served = Callable[..., RemoteWriter]


@pytest.fixture
def served() -> Iterator[Served]:
    """Make a writer that talks to a double."""
    with ExitStack() as stack:

        def made(double: CompatibleDouble, model: str = "llama3.1", key: str = "") -> RemoteWriter:
            url = stack.enter_context(serving(double.app))
            own = Line(vendors()["local-writer"], Clock(share=0.0).patience)
            writer = compatible_writer("local-writer", model, f"{url}/v1", key, own=own)
            stack.callback(writer.close)
            return writer

        yield made


def script(writer: RemoteWriter, folder: Path, errand: KeptErrand) -> str:
    brief = ScriptBrief(text=PITCH, seconds=30, seed=3).model_dump(mode="json")
    recipe = Recipe(kind=TakeKind.SCRIPT, brief=brief, engine=writer.name, engine_version=writer.version)
    return writer.make(Order(recipe, {}, folder), errand).file.read_text()


@pytest.mark.parametrize(
    ("holds", "refused"),
    [({"json_schema", "json_object"}, 0), ({"json_object"}, 2), (set(), 3)],
    ids=["schema", "json", "text"],
)
def test_it_is_asked_in_the_strictest_form_its_server_takes(
    served: Served, tmp_path: Path, holds: set[str], refused: int
) -> None:
    double = CompatibleDouble(holds=frozenset(holds))
    text = script(served(double), tmp_path, KeptErrand())
    assert not [one for one in check(text) if one.error]
    assert double.books.asked["chat"] == 4 + refused


def test_what_it_took_is_kept_for_nothing(served: Served, tmp_path: Path) -> None:
    errand = KeptErrand()
    script(served(CompatibleDouble()), tmp_path, errand)
    assert {(one.vendor, one.model) for one in errand.bills.values()} == {("local-writer", "local-writer")}
    assert all(one.startswith("chatcmpl-") for one in errand.bills)
    assert all(one.quantities["output_tokens"] for one in errand.bills.values())


def test_groqs_own_fields_are_not_sent(served: Served, tmp_path: Path) -> None:
    double = CompatibleDouble()
    script(served(double), tmp_path, KeptErrand())
    sent = {key for body in double.bodies for key in body}
    assert sent == {"model", "messages", "max_tokens", "temperature", "seed", "response_format"}


def test_a_server_without_a_list_is_asked_all_the_same(served: Served, tmp_path: Path) -> None:
    assert script(served(CompatibleDouble(lists=False)), tmp_path, KeptErrand())


def test_a_model_it_does_not_have_names_the_setting(served: Served, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"gemma.* LOCAL_WRITER_MODEL.* llama3\.1"):
        script(served(CompatibleDouble(), model="gemma"), tmp_path, KeptErrand())
    with pytest.raises(Invalid, match="LOCAL_WRITER_BASE_URL"):
        script(served(CompatibleDouble(lists=False), model="gemma"), tmp_path, KeptErrand())


def test_a_key_is_sent_where_one_is_set(served: Served, tmp_path: Path) -> None:
    assert script(served(CompatibleDouble(key="own"), key="own"), tmp_path, KeptErrand())
    with pytest.raises(Denied) as caught:
        script(served(CompatibleDouble(key="own"), key="other-key"), tmp_path, KeptErrand())
    assert "other-key" not in str(caught.value)


def test_a_server_that_loads_is_waited_for(served: Served, tmp_path: Path) -> None:
    double = CompatibleDouble(Schedule({"chat": [Fault.DOWN, Fault.BUSY]}))
    assert script(served(double), tmp_path, KeptErrand())
    assert double.books.asked["chat"] == 6


def test_a_lost_answer_is_asked_for_once_more(served: Served, tmp_path: Path) -> None:
    errand = KeptErrand()
    assert script(served(CompatibleDouble(Schedule({"chat": [Fault.LOST_AFTER]}))), tmp_path, errand)
    assert len(errand.bills) == 5
    with pytest.raises(Unclear):
        script(served(CompatibleDouble(Schedule({"chat": [Fault.LOST_AFTER] * 2}))), tmp_path, KeptErrand())


@pytest.mark.parametrize("holds", [{"json_schema"}, {"json_object"}, set()], ids=["schema", "json", "text"])
def test_a_proposal_is_heard_as_it_comes_in_whatever_form(served: Served, tmp_path: Path, holds: set[str]) -> None:
    double, heard = CompatibleDouble(holds=frozenset(holds)), list[str]()
    writer, errand = served(double), KeptErrand(hear=heard.append)
    brief = ProposalBrief.model_validate({"fountain": SCRIPT, "request": {"text": "Cut scene 1"}, "cast": CAST})
    recipe = Recipe(
        kind=TakeKind.PROPOSAL,
        brief=brief.model_dump(mode="json"),
        engine=writer.name,
        engine_version=writer.version,
    )
    made = Proposal.model_validate_json(writer.make(Order(recipe, {}, tmp_path), errand).file.read_text())
    assert len(heard) > 2
    assert heard[-1] == made.sentence
    assert double.bodies[-1]["stream"] is True
    assert len(errand.bills) == 1


def test_without_an_address_the_setting_is_named() -> None:
    with pytest.raises(KeyMissing, match="LOCAL_WRITER_BASE_URL"):
        compatible_writer("local-writer", "llama3.1", "")


def test_a_server_that_is_not_there_is_down(tmp_path: Path) -> None:
    own = Line(vendors()["local-writer"], Clock(share=0.0).patience)
    writer = compatible_writer("local-writer", "llama3.1", "http://127.0.0.1:1/v1", own=own)
    with pytest.raises(Down, match="cannot be reached"):
        script(writer, tmp_path, KeptErrand())
    writer.close()
