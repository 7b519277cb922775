"""What fal's statuses mean, and what its models make."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from services.fal.answers import failed, refused
from services.fal.models import models
from services.painters.canvas import Canvas
from studio.errors import Busy, Denied, Down, Garbled, Invalid, PolicyBlocked, Spent, StudioError, Unclear
from studio.takes.roster import Roster

ROSTER = Roster.load(Path(__file__).parents[3] / "data" / "crew.toml")


def answer(status: int, body: object = None, text: str = "") -> httpx.Response:
    return httpx.Response(status, json=body) if body is not None else httpx.Response(status, text=text)


@pytest.mark.parametrize(
    ("status", "text", "paid", "kind"),
    [
        (429, "", True, Busy),
        (401, "", True, Denied),
        (402, "", True, Spent),
        (403, "You may not use this model.", True, Denied),
        (403, "User is locked. Reason: Exhausted balance.", True, Spent),
        (404, "", True, Invalid),
        (503, "<center>nginx</center>", True, Down),
        (503, "no runner", True, Unclear),
        (502, "<center>nginx</center>", True, Unclear),
        (500, "", True, Unclear),
        (500, "", False, Down),
        (422, "flagged by a content checker", True, PolicyBlocked),
    ],
)
def test_a_refusal_says_whether_asking_again_can_cost(
    status: int, text: str, paid: bool, kind: type[StudioError]
) -> None:
    error = refused(answer(status, {"detail": text} if text else {}, text), "submit", paid=paid)
    assert type(error) is kind
    if text and status in (403, 422):
        assert text[:20] in error.detail
    assert ("check FAL_KEY" in error.detail) is (kind is Denied)


def test_what_is_no_refusal_is_none() -> None:
    assert refused(answer(202, {}), "status") is None


@pytest.mark.parametrize(
    ("status", "text", "kind"),
    [(500, "", Garbled), (503, "model crashed", Garbled), (503, "nginx", Down), (404, "", Garbled), (429, "", Busy)],
)
def test_a_results_status_is_the_models_own_unless_the_gateway_says_it(
    status: int, text: str, kind: type[StudioError]
) -> None:
    assert type(failed(answer(status, text=text), request="r")) is kind


def test_details_of_an_input_are_told_without_the_input() -> None:
    detail = [{"loc": ["body", "duration"], "msg": "too long", "type": "x", "input": "secret words"}]
    error = refused(answer(422, {"detail": detail}), "result")
    assert error is not None
    assert "duration: too long" in error.detail
    assert "secret" not in error.detail


def test_a_length_is_the_nearest_that_is_not_shorter() -> None:
    kling = models().film["kling/v4/image-to-video"]
    assert [kling.length(one) for one in (0.5, 3.0, 3.01, 29.5, 30.0)] == [3, 3, 4, 30, 30]
    with pytest.raises(Invalid, match="30 s"):
        kling.length(30.1)
    assert models().film["fal-ai/kling-video/v3/standard/image-to-video"].written(7) == "7"


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (1080, 1920), (1080, 1080), (320, 180), (64, 64)])
def test_a_canvas_keeps_the_shape_and_its_bounds(size: tuple[int, int]) -> None:
    canvas = Canvas(most=1_000_000, step=16)
    across, down = canvas.nearest(*size)
    assert across % 16 == down % 16 == 0
    assert across * down <= canvas.most
    assert across / down == pytest.approx(size[0] / size[1], rel=0.08)


def test_every_engine_at_fal_has_its_models_row() -> None:
    named = {card.model for card in ROSTER.engine if card.vendor == "fal"}
    assert named == set(models().film) | set(models().picture)
    for card in ROSTER.engine:
        if card.model in models().film:
            assert (min(models().film[card.model].seconds), max(models().film[card.model].seconds)) == (
                card.shortest,
                card.longest,
            )
