"""Ten scenes through an animator: what is found, what it cost, and what follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import Path

import av
import cv2
import pytest
from av.video.frame import VideoFrame
from rich.console import Console

from services.commands.benchmark import price, show
from services.gate.record import FileFindings
from services.gate.rule import Came, Decision, Finding, Gate, SceneFinding, decide, gate, instead
from services.gate.trial import Free, Shooter, Trial
from studio.crew import Order, Product
from studio.errors import Down, Garbled, StorageError
from studio.money.quote import Quote
from studio.takes.recipe import Recipe
from studio.takes.roster import EngineCard
from tests.doubles.drawing import a_film, a_picture
from tests.media.scenes import seen, set_of

NOW = datetime(2026, 11, 21, tzinfo=UTC)
RULE = gate().rule
KLING = EngineCard(role="animator", name="kling-v3", version="1", vendor="fal", model="m")


def small() -> Gate:
    """The gate with tiny clips."""
    return gate().model_copy(update={"clip": gate().clip.model_copy(update={"width": 160, "height": 90, "frames": 12})})


def paint(order: Order) -> Product:
    file = order.folder / "board.png"
    place = seen(set_of(int(order.recipe.fingerprint[:6], 16)))
    cv2.imwrite(str(file), cv2.resize(place, (160, 90), interpolation=cv2.INTER_AREA))
    return Product(file)


class Animator:
    """Makes films from boards by number, and bills so much each."""

    def __init__(self, film: Callable[[bytes, int], bytes], micros: int = 100_000) -> None:
        self._film, self._micros = film, micros
        self.orders: list[Order] = []

    def quote(self, _: Recipe) -> Quote:
        return Quote(low=self._micros, likely=self._micros, ceiling=self._micros * 2)

    def shoot(self, order: Order) -> Product:
        self.orders.append(order)
        file = order.folder / "clip.mp4"
        file.write_bytes(self._film(order.inputs["board"].read_bytes(), len(self.orders)))
        return Product(file)

    def cost(self, recipe: Recipe) -> int:
        return self._micros if recipe in [order.recipe for order in self.orders] else 0


def steady(board: bytes, _: int) -> bytes:
    return a_film(board, (160, 90), 2.0)


def run(shooter: Shooter, folder: Path) -> Finding:
    return Trial(gate=small(), card=KLING, paint=paint, shooter=shooter).run(folder, NOW)


def scene(counted: float, cost: int = 0, came: Came = Came.SHOT) -> SceneFinding:
    return SceneFinding(scene="x", came=came, percent=counted, counted=counted, cost_micros=cost)


def test_ten_scenes_are_shot_from_their_boards_and_paid_once(tmp_path: Path) -> None:
    animator = Animator(steady)
    found = run(animator, tmp_path)
    assert [one.scene for one in found.scenes] == [one.name for one in gate().scene]
    assert len({order.recipe.fingerprint for order in animator.orders}) == 10
    assert found.cost_micros == 1_000_000
    assert all(one.came is Came.SHOT and not one.reason for one in found.scenes)
    assert found.score == pytest.approx(sum(one.percent for one in found.scenes) / 10, abs=0.01)


def test_what_it_will_cost_is_said_before_anything_is_bought() -> None:
    animator = Animator(steady)
    first, second = price(Trial(gate=small(), card=KLING, paint=paint, shooter=animator))
    assert first == "10 clips by kling-v3: about $1.00, at most $2.00."
    assert second == "No further one is bought once it would come to more than $5.00."
    assert animator.orders == []
    assert list(price(Trial(gate=small(), card=KLING, paint=paint, shooter=Free(paint)))) == []


def test_this_measure_alone_passes_nobody() -> None:
    good = [scene(97)] * 10
    assert decide(RULE, "kling-v3", good, sold=True, proven=False)[:2] == (Decision.STAY, "kling-v3")
    assert decide(RULE, "kling-v3", good, sold=True, proven=True)[:2] == (Decision.LOCK, "kling-v3")


@pytest.mark.parametrize(
    ("scenes", "engine", "decision", "then"),
    [
        ([scene(89.9)] * 10, "svd-xt", Decision.PIVOT, RULE.pivot),
        ([scene(100)] * 7 + [scene(84)] * 3, "svd-xt", Decision.PIVOT, RULE.pivot),
        ([scene(89.9)] * 10, RULE.pivot, Decision.ROLL_BACK, RULE.back),
        ([scene(79.9)] * 10, "svd-xt", Decision.ROLL_BACK, RULE.back),
        ([scene(99, 600_000)] * 10, "svd-xt", Decision.ROLL_BACK, RULE.back),
        ([scene(99, 1)] * 8 + [scene(0, 0, Came.DEAR)] * 2, "svd-xt", Decision.ROLL_BACK, RULE.back),
        ([scene(20)] * 7 + [scene(0, 0, Came.FAILED)] * 3, "svd-xt", Decision.STAY, "svd-xt"),
        ([scene(99)] * 8 + [scene(0, 0, Came.FAILED)] * 2, "svd-xt", Decision.STAY, "svd-xt"),
    ],
    ids=["below", "uneven", "the pivot itself", "critical", "dear", "too dear to end", "an outage", "two failed"],
)
def test_what_follows_from_a_score(scenes: list[SceneFinding], engine: str, decision: Decision, then: str) -> None:
    assert decide(RULE, engine, scenes, sold=True, proven=False)[:2] == (decision, then)


def test_nobody_is_moved_from_a_free_engine_to_one_that_costs() -> None:
    assert decide(RULE, "board-move", [scene(0)] * 10, sold=False, proven=False)[0] is Decision.STAY


def test_a_standing_clip_and_one_of_another_scene_count_nothing_and_say_why(tmp_path: Path) -> None:
    def film(board: bytes, number: int) -> bytes:
        match number:
            case 1:
                return still(board)
            case 2:
                return a_film(a_picture(160, 90, 999), (160, 90), 2.0)
        return steady(board, number)

    found = run(Animator(film), tmp_path)
    assert found.scenes[0].reason == "it stands still"
    assert found.scenes[0].percent > 90 > found.scenes[0].counted == 0
    assert found.scenes[1].reason == "it does not begin with its board"
    assert not found.scenes[2].reason


def still(board: bytes) -> bytes:
    """A film in which nothing moves."""
    out = BytesIO()
    with av.open(BytesIO(a_film(board, (160, 90), 0.1))) as source, av.open(out, "w", format="mp4") as film:
        first = next(source.decode(video=0)).to_ndarray(format="bgr24")
        stream = film.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        for _ in range(12):
            film.mux(stream.encode(VideoFrame.from_ndarray(first, format="bgr24")))
        film.mux(stream.encode(None))
    return out.getvalue()


def test_a_film_of_no_use_counts_and_an_outage_does_not(tmp_path: Path) -> None:
    def film(board: bytes, number: int) -> bytes:
        if number == 1:
            raise Garbled("fal's film is black")
        if number == 2:
            raise Down("fal cannot be reached")
        return steady(board, number)

    found = run(Animator(film), tmp_path)
    assert [one.came for one in found.scenes[:3]] == [Came.SHOT, Came.FAILED, Came.SHOT]
    assert "black" in found.scenes[0].reason
    assert found.scenes[0].cost_micros == 100_000
    assert found.score == pytest.approx(sum(one.counted for one in found.scenes) / 9, abs=0.01)


def test_a_trial_stops_before_it_costs_more_than_the_rule_allows(tmp_path: Path) -> None:
    animator = Animator(steady, micros=1_200_000)
    found = run(animator, tmp_path)
    assert len(animator.orders) == 4
    assert found.cost_micros == 4_800_000
    assert [one.came for one in found.scenes[4:]] == [Came.DEAR] * 6
    assert found.decision is Decision.ROLL_BACK


def test_findings_are_kept_with_their_evidence_and_shown(tmp_path: Path) -> None:
    found = run(Animator(steady), tmp_path / "work").model_copy(update={"doubles": True})
    record = FileFindings(tmp_path / "home" / "gate.jsonl")
    record.keep(found)
    record.keep(found.model_copy(update={"engine": "svd-xt"}))
    assert [one.engine for one in record.all()] == ["kling-v3", "svd-xt"]
    assert record.all()[0] == found
    out = StringIO()
    show(found, Console(file=out, width=200))
    assert "double" in out.getvalue()
    assert found.scenes[3].scene in out.getvalue()
    assert found.why in out.getvalue()
    (tmp_path / "home" / "gate.jsonl").write_text("nonsense\n")
    with pytest.raises(StorageError, match="no finding"):
        record.all()


def test_the_newest_finding_says_who_animates_and_doubles_say_it_only_for_doubles(tmp_path: Path) -> None:
    found = run(Animator(steady), tmp_path)

    def row(engine: str, then: str, day: int, doubles: bool = False) -> Finding:
        return found.model_copy(update={"engine": engine, "then": then, "at": NOW.replace(day=day), "doubles": doubles})

    rows = [row("svd-xt", "kling-v4", 3), row("svd-xt", "svd-xt", 1), row("kling-v4", "board-move", 2, doubles=True)]
    assert instead("svd-xt", rows) == "kling-v4"
    assert instead("kling-v4", rows) == "kling-v4"
    assert instead("kling-v4", rows, doubles=True) == "board-move"
    assert instead("svd-xt", [*rows, row("svd-xt", "svd-xt", 9)]) == "svd-xt"
    assert instead("svd-xt", [*rows, row("kling-v4", "svd-xt", 9)]) == "kling-v4"  # round and round stops
    assert instead("svd-xt", []) == "svd-xt"
