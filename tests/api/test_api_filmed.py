"""Films that credits pay for: what vendors take for them is told to no program, and no ceiling of money is needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from studio.desk.desk import Desk
from tests.api.conftest import Stand, Station
from tests.trespass import FILMS, Belongings, settle_in
from tests.web.rows import house_at

THEIRS = "anna"
BOARD = "board:{}@{}"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, stand: Stand) -> Iterator[tuple[Station, Belongings]]:
    """Somebody whose film in 1080 lines is paid in credits, and whose other formats are not."""
    house = replace(house_at(tmp_path_factory.mktemp("filmed") / "home", fal_key="key"), films=FILMS)
    theirs = settle_in(house, THEIRS, "Lighthouse")
    Desk(house, THEIRS).engage_named(theirs.episode, "painter=flux-2")
    yield stand(house), theirs
    house.db.close()


def test_what_credits_pay_for_costs_no_money_and_the_rest_does(town: tuple[Station, Belongings]) -> None:
    station, theirs = town
    path = f"/projects/{theirs.episode}"
    shot = theirs.story.breakdown.shots[0].id

    def quotes(quality: str, size: str) -> list[int]:
        body = {"quality": quality}
        whole = station.ask("POST", f"{path}/quote", body, account=THEIRS).json()
        again = {"subjects": [BOARD.format(shot, size)], **body}
        retake = station.ask("POST", f"{path}/takes/quote", again, account=THEIRS).json()
        plan = station.ask("GET", f"{path}/plan?limit=200&quality={quality}", account=THEIRS).json()["items"]
        return [whole["price"]["ceiling"], retake["ceiling"], sum(one["price"]["ceiling"] for one in plan)]

    assert quotes("high", "1920x1080") == [0, 0, 0]
    assert min(quotes("low", "1280x720")) > 0


def test_a_retake_in_a_paid_film_takes_no_ceiling_and_tells_no_cost(town: tuple[Station, Belongings]) -> None:
    station, theirs = town
    path, shot = f"/projects/{theirs.episode}", theirs.story.breakdown.shots[0].id
    plain = station.ask(
        "POST", f"{path}/takes/retake", {"subjects": [BOARD.format(shot, "1280x720")]}, account=THEIRS
    ).json()
    assert plain["code"] == "budget_reached"
    order = {"subjects": [BOARD.format(shot, "1920x1080")], "quality": "high"}
    paid = station.ask("POST", f"{path}/takes/retake", order, account=THEIRS)
    assert paid.status_code == 202, paid.text
    (run,) = paid.json()["runs"]
    assert run["cost_micros"] is None
    project = station.ask("GET", path, account=THEIRS).json()
    assert (project["cost_micros"], project["credits"]) == (None, 0)
    takes = station.ask("GET", f"{path}/takes?subject=board:1A@1280x720", account=THEIRS).json()["items"]
    assert [one["cost_micros"] for one in takes[0]["takes"]] == [None]
