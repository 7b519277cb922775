"""No route of the API is a way to what is another's: each is tried by a stranger and by another account's program, and
what is not in the list of how to try it fails here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from studio.production.house import House
from tests.api.conftest import Stand, Station
from tests.trespass import FILMS, Belongings, rows, settle_in
from tests.web.rows import FRAME, house_at

THEIRS, OWNS = "anna", "bert"
BOARD = "board:1A@1280x720"
SCRIPT = {"fountain": "INT. HALL - NIGHT\n\nShe waits.\n", "base": 1}
# Of what belongs to somebody, by its ids: (what is sent, the status for whoever it belongs to).
ASKING: dict[str, tuple[Any, int]] = {
    "GET /projects/{episode}": (None, 200),
    "DELETE /projects/{episode}": (None, 409),  # something is being made for it
    "GET /projects/{episode}/script": (None, 200),
    "PUT /projects/{episode}/script": (SCRIPT, 200),
    "GET /projects/{episode}/script/versions": (None, 200),
    "POST /projects/{episode}/script/write": ({}, 202),
    "POST /projects/{episode}/quote": ({}, 200),
    "GET /projects/{episode}/plan": (None, 200),
    "POST /projects/{episode}/generate-video": ({}, 202),
    "POST /projects/{episode}/film/quote": ({"quality": "standard"}, 200),
    "POST /projects/{episode}/film": ({"quality": "standard", "credits": 0}, 409),  # another price than the quote's
    "GET /projects/{episode}/files": (None, 200),
    f"GET /projects/{{episode}}/files/{FRAME}/master.mp4": (None, 200),
    "GET /projects/{episode}/runs": (None, 200),
    "GET /runs/{run}": (None, 200),
    "POST /runs/{run}/cancel": ({}, 200),
    "GET /runs/{run}/events": (None, 200),
    f"GET /projects/{{episode}}/takes?subject={BOARD}": (None, 200),
    "POST /projects/{episode}/takes/circle": ({"subject": BOARD, "take": "{take}"}, 200),
    "POST /projects/{episode}/takes/quote": ({"subjects": [BOARD]}, 422),  # the film has no such board any more
    "POST /projects/{episode}/takes/retake": ({"subjects": [BOARD]}, 422),
    "GET /projects/{episode}/takes/{take}/file": (None, 200),
    "POST /projects/{episode}/screenings": ({}, 201),
    "GET /projects/{episode}/screenings": (None, 200),
    "DELETE /screenings/screening-{run}": (None, 204),
    "GET /projects/{episode}/notes": (None, 200),
    "PUT /notes/note-{run}/resolution": ({}, 204),
    "POST /notes/note-{run}/replies": ({"text": "Thank you"}, 201),
    "POST /notes/note-{run}/retake/quote": ({}, 200),
    "POST /notes/note-{run}/retake": ({"version": 99}, 409),  # another version is the newest
    "DELETE /notes/reply-{run}": (None, 204),
    "POST /hooks/hook-{run}/ping": (None, 202),
    "GET /hooks/hook-{run}/calls": (None, 200),
    "POST /hooks/hook-{run}/calls/call-{run}/replay": (None, 202),
    "DELETE /hooks/spare-{run}": (None, 204),
}
# What takes no id: (what is sent, the status); what it tells is of whoever asks alone.
OWN: dict[str, tuple[Any, int]] = {
    "POST /projects": ({"pitch": "A keeper finds a key."}, 201),
    "GET /projects": (None, 200),
    "GET /credits": (None, 200),
    "GET /token": (None, 200),
    "GET /usage": (None, 200),
    "GET /usage/movements": (None, 200),
    "GET /usage.csv": (None, 200),
    "POST /hooks": ({"url": "http://127.0.0.1:9/hook"}, 201),
    "GET /hooks": (None, 200),
}
EVERYBODYS = {"GET /openapi.json"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house in which two accounts live."""
    made = replace(house_at(tmp_path_factory.mktemp("two") / "home"), films=FILMS)
    yield made
    made.db.close()


@pytest.fixture(scope="module")
def town(house: House, stand: Stand) -> tuple[Station, Belongings]:
    """A platform, and what the other account has."""
    theirs = settle_in(house, THEIRS, "Lighthouse")
    settle_in(house, OWNS, "Key")
    return stand(house), theirs


def test_every_route_is_in_the_list_of_how_to_try_it(town: tuple[Station, Belongings]) -> None:
    paths = town[0].client.get("/api/openapi.json").json()["paths"]
    found = {f"{way.upper()} {_shape(path)}" for path, ways in paths.items() for way in ways}
    assert found | EVERYBODYS == {_shape(one) for one in (*ASKING, *OWN, *EVERYBODYS)}


@pytest.mark.parametrize("route", [*ASKING, *OWN])
def test_a_stranger_is_told_nothing(town: tuple[Station, Belongings], route: str) -> None:
    station, theirs = town
    way, path, body = _filled(route, theirs)
    answer = station.client.request(way, f"/api{path}", json=body)
    assert answer.status_code == 401
    station.platform.strangers.__init__()  # type: ignore[misc]  one address asks all of this


@pytest.mark.parametrize("route", ASKING)
def test_what_is_anothers_is_answered_as_what_nobody_has(town: tuple[Station, Belongings], route: str) -> None:
    station, theirs = town
    way, path, body = _filled(route, theirs)
    before = _of(station.house)
    answer = station.ask(way, path, body, account=OWNS)
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"
    assert not [one for one in ("Lighthouse", theirs.content) if one in answer.text]
    assert _of(station.house) == before


@pytest.mark.parametrize("route", OWN)
def test_what_is_ones_own_tells_nothing_of_others(town: tuple[Station, Belongings], route: str) -> None:
    station, theirs = town
    before = _of(station.house)
    way, path, body = _filled(route, theirs)
    answer = station.ask(way, path, body, account=OWNS)
    assert answer.status_code == OWN[route][1]
    assert not [one for one in ("Lighthouse", *theirs.names.values()) if one in answer.text]
    assert _of(station.house) == before


@pytest.mark.parametrize("route", ASKING)
def test_whoever_it_belongs_to_is_answered(town: tuple[Station, Belongings], route: str) -> None:
    station, theirs = town
    way, path, body = _filled(route, theirs)
    if "/retake" in path or "generate-video" in path:
        station.ask("POST", f"/runs/{theirs.run}/cancel", {}, account=THEIRS)
    answer = station.ask(way, path, body, account=THEIRS)
    assert answer.status_code == ASKING[route][1], answer.text


def _filled(route: str, theirs: Belongings) -> tuple[str, str, Any]:
    way, _, path = route.partition(" ")
    body = (ASKING.get(route) or OWN[route])[0]
    if isinstance(body, dict):
        body = {name: one.format(**theirs.names) if isinstance(one, str) else one for name, one in body.items()}
    return way, path.format(**theirs.names), body


def _shape(route: str) -> str:
    """A path without its names: every part that holds an id is the same."""
    known = {"1280x720p24", "master.mp4"}
    parts = route.partition("?")[0].split("/")
    return "/".join("{}" if "{" in one or one in known else one for one in parts)


def _of(house: House) -> dict[tuple[str, ...], object]:
    """Every row of the other account; when its program was seen last is no part of it."""
    return {key: row for key, row in rows(house).items() if row.get("account") == THEIRS and key[0] != "accesstoken"}
