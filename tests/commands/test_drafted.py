"""What a draft tells: all that its runs made and billed, and one JSON object whatever came of it."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.commands.draft import draft
from services.commands.drafted import Drafted, answer, loss, report
from services.commands.sources import Asked, choices
from studio.desk.views import EpisodeView, Failure, Progress
from studio.errors import BadRequest
from studio.production.film import Choices
from studio.production.run import RunState
from studio.takes.frame import Aspect, Quality
from studio.takes.plan import PlanItem, State
from studio.takes.recipe import TakeKind

AT = datetime(2026, 11, 1, tzinfo=UTC)


def run(made: int, micros: int, *failures: str, why: str = "Down: away") -> Progress:
    return Progress(run="r", episode="e", state=RunState.DONE, stage="", done=0, total=0, made=made, reused=0,
                    cost_micros=micros, stale=0, seconds_left=0.0, newest="", started=AT,
                    failures=tuple(Failure(subject=one, why=why) for one in failures))  # fmt: skip


def bought(subject: str, micros: int) -> PlanItem:
    return PlanItem(subject=subject, kind=TakeKind.CLIP, state=State.MISSING, why="its file was damaged or gone",
                    made_now=True, price_micros=micros, ceiling_micros=micros * 2)  # fmt: skip


def told(capsys: pytest.CaptureFixture[str], done: Drafted, view: EpisodeView | None = None) -> dict[str, object]:
    answer("e", view, done, 1.5)
    (line,) = capsys.readouterr().out.splitlines()
    found: dict[str, object] = json.loads(line)
    return found


def test_a_repaired_draft_counts_what_all_of_its_runs_made_and_billed(capsys: pytest.CaptureFixture[str]) -> None:
    done = Drafted(runs=(run(50, 40_000, "clip:1"), run(2, 1_500)), files=(Path("out/master.mp4"),), reused=7)
    found = told(capsys, done)
    assert (found["takes_made"], found["takes_reused"], found["cost_usd"]) == (52, 7, 0.0415)
    assert found["failed"] == []  # the second run made what the first one could not
    assert found["master"] == "out/master.mp4"
    assert "error" not in found


def test_what_the_last_run_could_not_make_has_failed(capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, Drafted(runs=(run(5, 0), run(0, 0, "clip:1"))))
    assert found["failed"] == [{"subject": "clip:1", "why": "Down: away"}]


def test_what_a_vendor_no_longer_has_is_told_with_its_price(capsys: pytest.CaptureFixture[str]) -> None:
    done = Drafted(runs=(run(5, 0), run(0, 0, "clip:1", "clip:2", why="Gone: expired")))
    assert done.gone == {"clip:1", "clip:2"}
    found = told(capsys, replace(done, prices={"clip:1": 20_000}))
    assert found["failed"] == [
        {"subject": "clip:1", "why": "Gone: expired; made anew it costs about $0.02"},
        {"subject": "clip:2", "why": "Gone: expired"},
    ]


def test_without_a_film_there_is_an_answer_with_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, Drafted(runs=(run(3, 9_000),), error="The disk is full."))
    assert found["error"] == "The disk is full."
    assert (found["episode"], found["master"], found["takes_made"], found["cost_usd"]) == ("e", None, 3, 0.009)


def test_what_must_be_bought_again_is_named_with_its_price(capsys: pytest.CaptureFixture[str]) -> None:
    lost = tuple(bought(f"clip:{n}", 20_000) for n in range(4))
    assert loss(lost) == (
        "Files of the studio are damaged or gone, and to go on costs about $0.08: clip:0, clip:1, clip:2 and more. "
        "Nothing was bought; draft again to have it made."
    )
    assert "$0.02: CLIP:0. " in loss(lost[:1], str.upper)
    found = told(capsys, Drafted(lost=lost[:1], error=loss(lost[:1])))
    assert found["failed"] == [{"subject": "clip:0", "why": "its file was damaged or gone; it costs about $0.02"}]
    view = EpisodeView(id="e", title="The Key", pitch="", created=AT, seconds=4.0)
    report(view, Drafted(lost=lost[:1], error=loss(lost[:1])), 0.5)
    assert "costs about $0.02: clip:0" in " ".join(capsys.readouterr().err.split())


def test_people_read_what_failed_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    view = EpisodeView(id="e", title="The Key", pitch="", created=AT, seconds=4.0)
    report(view, Drafted(runs=(run(1, 0, "clip:1f"),)), 0.5, {"clip:1f": "clip 2B"}.__getitem__)
    said = " ".join(capsys.readouterr().out.split())
    assert "1 take made, 0 reused" in said
    assert "not made: clip 2B: The engine cannot be reached; try again later: away." in said


@pytest.mark.parametrize(("micros", "said"), [(0, "$0.00"), (462, "$0.000462"), (17_562, "$0.02")])
def test_what_cost_less_than_a_cent_is_not_called_free(
    capsys: pytest.CaptureFixture[str], micros: int, said: str
) -> None:
    view = EpisodeView(id="e", title="The Key", pitch="", created=AT, seconds=4.0)
    report(view, Drafted(runs=(run(1, micros),)), 0.5)
    assert " ".join(capsys.readouterr().out.split()).endswith(f" s · {said}")


class Odd(Asked):
    """A source with which something goes wrong that nobody foresaw."""

    @property
    def file(self) -> Path | None:
        raise LookupError("nobody foresaw this")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A runtime folder; who a signal goes to is afterwards as it was."""
    monkeypatch.setenv("STUDIO_HOME", str(tmp_path / "home"))
    before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
    yield tmp_path
    for one, hand in before.items():
        signal.signal(one, hand)


def test_there_is_an_answer_of_what_nobody_foresaw_too(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(LookupError):
        draft(Odd("A pitch.", "", 0, 60), Choices, home / "out", as_json=True)
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert "nobody foresaw" in found["error"]
    assert "LookupError" not in found["error"]
    assert found["master"] is None


def test_there_is_an_answer_of_an_unknown_caption_style_too(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def choose() -> Choices:
        return choices(Aspect.WIDE, Quality.LOW, "comic", names=False, music=True, keep_stale=False)

    with pytest.raises(BadRequest):
        draft(Asked("A pitch.", "", 0, 60), choose, home / "out", as_json=True)
    assert "comic" in json.loads(capsys.readouterr().out.splitlines()[-1])["error"]
