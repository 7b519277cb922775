"""What the routes of films, runs, takes and usage answer, and what may not be spent."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlmodel import select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from services.api.application import mounted
from services.api.asking import Platform
from studio.db import now
from studio.desk.desk import Desk
from studio.errors import StorageError
from studio.money.entry import Book, Entry, Verb
from studio.people.access import Scope
from studio.people.account import OWNER
from studio.production.run import Run, RunState
from studio.production.runs import close
from tests.api.conftest import Stand, Station
from tests.doubles.server import serving
from tests.until import until
from tests.web.rows import FILES, FRAME, deliver, episode, house_at, run

SCRIPT = "Title: The Key\n\nINT. KITCHEN - NIGHT\n\nMARA puts a key on the table.\n\nMARA\nYou kept it.\n"


@pytest.fixture(scope="module")
def sold(tmp_path_factory: pytest.TempPathFactory, stand: Stand) -> Iterator[Station]:
    """A platform whose house has the key of a vendor; nobody works there."""
    house = house_at(tmp_path_factory.mktemp("sold") / "home", fal_key="key", groq_api_key="key")
    yield stand(house)
    house.db.close()


FORMULAS = ('=HYPERLINK("http://evil")', "+1", "-1+1", "@SUM(A1)", "-2+3+cmd|' /C calc'!A0", "\t=1")


def opened(station: Station, crew: str = "", text: str = SCRIPT) -> str:
    answer = station.ask("POST", "/projects", {"screenplay": text, "crew": crew})
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/api/projects/{answer.json()['id']}"
    return str(answer.json()["id"])


def runs(station: Station, project: str) -> int:
    return len(station.ask("GET", f"/projects/{project}/runs").json()["items"])


def test_a_screenplay_is_read_replaced_and_versioned(station: Station) -> None:
    project = opened(station)
    script = station.ask("GET", f"/projects/{project}/script").json()
    assert script["title"] == "The Key"
    assert "You kept it." in script["fountain"]
    body = {"fountain": SCRIPT.replace("kept", "lost"), "base": script["version"]}
    changed = station.ask("PUT", f"/projects/{project}/script", body).json()
    assert "You lost it." in changed["fountain"]
    late = station.ask("PUT", f"/projects/{project}/script", body)
    assert (late.status_code, late.json()["code"]) == (409, "conflict")
    versions = station.ask("GET", f"/projects/{project}/script/versions").json()["items"]
    assert [one["number"] for one in versions] == [changed["version"], script["version"]]
    empty = station.ask("PUT", f"/projects/{project}/script", {**body, "fountain": " ", "base": changed["version"]})
    assert (empty.status_code, empty.json()["code"]) == (422, "bad_script")


def test_a_render_on_the_offline_crew_is_quoted_at_nothing_and_begun_once(station: Station) -> None:
    project = opened(station, text=SCRIPT.replace("Key", "Door"))
    quote = station.ask("POST", f"/projects/{project}/quote", {"formats": ["16:9", "1:1"]}).json()
    assert quote["price"] == {"low": 0, "likely": 0, "ceiling": 0}
    assert quote["fits"] is True
    assert quote["to_make"] > 5
    first = station.ask("POST", f"/projects/{project}/generate-video", {})
    again = station.ask("POST", f"/projects/{project}/generate-video", {})
    assert first.status_code == again.status_code == 202
    ((one,), (other,)) = first.json()["runs"], again.json()["runs"]
    assert one["id"] == other["id"]
    assert (one["state"], one["frame"], one["ended"]) == ("queued", FRAME, False)
    off = station.ask("POST", f"/runs/{one['id']}/cancel").json()
    assert off["state"] == "cancelling"


def test_the_plan_is_read_page_by_page(station: Station) -> None:
    project = opened(station, text=SCRIPT.replace("Key", "Plan"))
    whole = station.ask("GET", f"/projects/{project}/plan?limit=200").json()
    assert whole["next"] is None
    seen, cursor = [], ""
    while cursor is not None:
        page = station.ask("GET", f"/projects/{project}/plan?limit=3{cursor and f'&cursor={cursor}'}").json()
        assert len(page["items"]) <= 3
        seen += page["items"]
        cursor = page["next"]
    assert seen == whole["items"]
    assert {one["state"] for one in seen} == {"missing"}


def test_projects_are_listed_page_by_page_however_many_are_added(station: Station) -> None:
    made = [episode(station.house, f"Film {n}", account="lena") for n in range(5)]
    first = station.ask("GET", "/projects?limit=2", account="lena").json()
    episode(station.house, "Film 6", account="lena")
    rest = station.ask("GET", f"/projects?limit=200&cursor={first['next']}", account="lena").json()
    assert [one["id"] for one in first["items"] + rest["items"]] == made[::-1]
    assert rest["next"] is None


@pytest.mark.parametrize("most", [0, 1])
def test_what_costs_more_than_was_agreed_to_is_not_begun(sold: Station, most: int) -> None:
    project = opened(sold, "animator=kling-v4")
    price = sold.ask("POST", f"/projects/{project}/quote", {}).json()["price"]
    assert price["ceiling"] > 1
    key = {"Idempotency-Key": f"dear-{most}"}
    path = f"/projects/{project}/generate-video"
    for order in ({"max_micros": most}, {"max_micros": price["ceiling"] - 1}):
        answer = sold.ask("POST", path, order, headers={**key, "Idempotency-Key": f"{most}-{order['max_micros']}"})
        assert (answer.status_code, answer.json()["code"]) == (402, "budget_reached")
    assert runs(sold, project) == 0
    with sold.house.db.read() as session:
        assert session.exec(select(Entry).where(Entry.episode == project)).first() is None


def test_what_was_agreed_to_is_begun_and_held_and_no_more(sold: Station) -> None:
    project = opened(sold, "animator=kling-v4", SCRIPT.replace("Key", "Agreed"))
    price = sold.ask("POST", f"/projects/{project}/quote", {}).json()["price"]
    order, key = {"max_micros": price["ceiling"]}, {"Idempotency-Key": "agreed"}
    begun = sold.ask("POST", f"/projects/{project}/generate-video", order, headers=key)
    assert begun.status_code == 202, begun.text
    assert sold.ask("GET", "/usage").json()["held_micros"] == price["ceiling"]


def test_what_was_begun_before_the_studio_failed_is_not_begun_again(sold: Station) -> None:
    class Late(Desk):
        def render(self, *order: Any, **more: Any) -> tuple[str, ...]:
            super().render(*order, **more)
            raise StorageError("the line was cut")

    project = opened(sold, "animator=kling-v4", SCRIPT.replace("Key", "Late"))
    price = sold.ask("POST", f"/projects/{project}/quote", {}).json()["price"]
    order, key = {"max_micros": price["ceiling"]}, {"Idempotency-Key": "late"}
    path = f"/projects/{project}/generate-video"
    house, platform = sold.house, sold.platform
    late = Platform(platform.admission, lambda account: Late(house, account), True, platform.resolve)
    failing = Station(house, late, TestClient(Starlette(routes=mounted(late))))
    assert failing.ask("POST", path, order, headers=key).status_code >= 500
    assert runs(sold, project) == 1
    again = sold.ask("POST", path, order, headers=key)
    assert (again.status_code, again.json()["field"]) == (422, "Idempotency-Key")
    assert runs(sold, project) == 1


def test_a_studio_that_sells_no_films_says_so(station: Station) -> None:
    answer = station.ask("GET", "/credits")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_pitch_for_vendors_is_written_before_it_can_be_rendered(sold: Station) -> None:
    pitch = {"pitch": "A keeper finds a key.", "crew": "writer=groq,animator=kling-v4"}
    project = sold.ask("POST", "/projects", pitch).json()["id"]
    order = {"max_micros": 50_000_000}
    early = sold.ask("POST", f"/projects/{project}/generate-video", order, headers={"Idempotency-Key": "early"})
    assert (early.status_code, early.json()["code"]) == (409, "conflict")
    assert sold.ask("GET", f"/projects/{project}/script").status_code == 409
    path = f"/projects/{project}/script/write"
    free = sold.ask("POST", path, {})
    assert (free.status_code, free.json()["code"]) == (402, "budget_reached")
    assert runs(sold, project) == 0
    paid = sold.ask("POST", path, order, headers={"Idempotency-Key": "write"})
    assert paid.status_code == 202, paid.text
    assert len(paid.json()["runs"]) == 1


@pytest.mark.parametrize(
    ("asked", "status", "content"),
    [
        ({}, 200, FILES["master.mp4"]),
        ({"Range": "bytes=10-19"}, 206, FILES["master.mp4"][10:20]),
        ({"Range": "bytes=-5"}, 206, FILES["master.mp4"][-5:]),
        ({"Range": "bytes=99999-"}, 416, None),
        ({"Range": "bytes=0-4", "If-Range": '"another"'}, 200, FILES["master.mp4"]),
    ],
)
def test_a_download_is_given_in_parts(
    station: Station, asked: dict[str, str], status: int, content: bytes | None
) -> None:
    film = episode(station.house)
    deliver(station.house, film)
    (file,) = [
        one for one in station.ask("GET", f"/projects/{film}/files").json()["items"] if one["name"] == "master.mp4"
    ]
    assert file["size"] == len(FILES["master.mp4"])
    answer = station.ask("GET", file["url"].removeprefix("/api"), headers=asked)
    assert answer.status_code == status
    if content is not None:
        assert answer.content == content
        assert answer.headers["content-type"] == "video/mp4"


@pytest.mark.parametrize("name", ["nothing.mp4", "..%2F..%2Fstudio.db", "master.mp4%00"])
def test_no_other_file_is_reached(station: Station, name: str) -> None:
    film = episode(station.house)
    deliver(station.house, film)
    assert station.ask("GET", f"/projects/{film}/files/{FRAME}/{name}").status_code in (404, 422)


def test_an_export_holds_no_formula(station: Station) -> None:
    with station.house.db.write() as session:
        for number, why in enumerate(FORMULAS):
            for purse, micros in ((f"cost:{OWNER}", 1_500_000), ("vendor:x", -1_500_000)):
                session.add(
                    Entry(movement=f"m{number}", book=Book.COST, verb=Verb.BILL, purse=purse, micros=micros,
                          account=OWNER, why=why, at=now())
                )  # fmt: skip
    answer = station.ask("GET", "/usage.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 6
    assert {row["why"][0] for row in rows} == {"'"}
    assert {row["dollars"] for row in rows} == {"1.500000"}
    listed = station.ask("GET", "/usage/movements?limit=2").json()
    assert listed["items"][0]["why"] == "\t=1"
    assert len(station.ask("GET", f"/usage/movements?cursor={listed['next']}").json()["items"]) == 4
    assert station.ask("GET", "/usage.csv?until=2020-01-01T00:00:00Z").text.count("\n") == 1


def test_a_run_is_followed_until_it_ends(station: Station) -> None:
    begun = run(station.house, episode(station.house), RunState.RUNNING)
    with serving(lambda _url: Starlette(routes=mounted(station.platform))) as url, httpx.Client(timeout=60) as http:
        shown = {"Authorization": f"Bearer {station.token()}"}
        seen = []
        with http.stream("GET", f"{url}/api/runs/{begun}/events", headers=shown) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            for line in answer.iter_lines():
                name, _, told = line.partition(": ")
                if name == "data":
                    seen.append(json.loads(told))
                    if len(seen) == 1:
                        with station.house.db.write() as session:
                            close(session, begun, RunState.FAILED, "Down: nobody answered")
        assert [(one["state"], one["ended"]) for one in seen] == [("running", False), ("failed", True)]
        assert "nobody answered" in seen[-1]["error"]
        assert "Down" not in seen[-1]["error"]
    assert station.platform.streams == {}


def test_a_stream_ends_with_its_token_while_its_run_goes_on(station: Station) -> None:
    begun = run(station.house, episode(station.house), RunState.RUNNING)
    desk = Desk(station.house, OWNER)
    made = desk.new_token("Watcher", [Scope.READ])
    shown = {"Authorization": f"Bearer {made.token}"}
    with serving(lambda _url: Starlette(routes=mounted(station.platform))) as url, httpx.Client(timeout=60) as http:
        seen = 0
        with http.stream("GET", f"{url}/api/runs/{begun}/events", headers=shown) as answer:
            for line in answer.iter_lines():
                assert line != "event: end"
                if line == "event: progress":
                    seen += 1
                    assert seen < 30, "it is still told of the run"
                    with station.house.db.write() as session:  # so that there is something to tell at every look
                        session.get_one(Run, begun).stage = f"stage {seen}"
                    if seen == 2:
                        desk.revoke_token(made.view.id)
        assert seen >= 2
        assert http.get(f"{url}/api/runs/{begun}/events", headers=shown).status_code == 401
    until(lambda: station.platform.streams == {})
    with station.house.db.write() as session:
        session.get_one(Run, begun).state = RunState.CANCELLED


def test_who_leaves_in_the_middle_of_a_stream_leaves_nothing_behind(station: Station) -> None:
    begun = run(station.house, episode(station.house), RunState.RUNNING)
    with serving(lambda _url: Starlette(routes=mounted(station.platform))) as url:
        shown = {"Authorization": f"Bearer {station.token()}"}
        with httpx.Client(timeout=60) as http:
            opened = [http.send(http.build_request("GET", f"{url}/api/runs/{begun}/events", headers=shown), stream=True)
                      for _ in range(8)]  # fmt: skip
            lines = [one.iter_lines() for one in opened]
            assert {next(one) for one in lines} == {"event: progress"}
            assert station.platform.streams == {OWNER: 8}
            full = http.get(f"{url}/api/runs/{begun}/events", headers=shown)
            assert (full.status_code, full.json()["code"]) == (429, "too_many_calls")
            station.platform.streams |= {f"somebody {n}": 8 for n in range(7)} | {"somebody else": 7}
            station.platform.streams[OWNER] = 1
            crowded = http.get(f"{url}/api/runs/{begun}/events", headers=shown)
            assert crowded.status_code == 429
            assert "as many runs are followed" in crowded.json()["detail"]
            station.platform.streams.clear()
            station.platform.streams[OWNER] = 8
            for one in opened:
                one.close()
        until(lambda: station.platform.streams == {})
    with station.house.db.write() as session:
        session.get_one(Run, begun).state = RunState.CANCELLED
