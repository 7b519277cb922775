"""The pages of a link, as a browser and as somebody who means ill meet them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from services.settings import ROOT
from services.web.hosted import HostedDoor
from services.web.local import LocalOnly
from services.web.pacing import Pace
from services.web.screen import Screen
from studio.desk.viewing import Viewing
from tests.shared import Shared, shared
from tests.web.rows import FILES

URL = "https://studio.example.org"
OURS = {"origin": URL}
FILM = FILES["master.mp4"]
FREE = 100_000  # requests at once


@pytest.fixture
def film(home: Path) -> Iterator[Shared]:
    made = shared(home, title='<script>alert("x")</script> & Co')
    yield made
    made.house.db.close()


def browser(film: Shared, pace: Pace | None = None, *, local: bool = False) -> TestClient:
    """A browser at the routes, behind the door of a hosted studio or a local one."""
    routes = Screen(
        lambda address: Viewing(film.house, address, clock=film.clock), secure=not local, pace=pace or Pace(FREE)
    )
    door = Middleware(LocalOnly) if local else Middleware(HostedDoor, URL)
    url = "http://127.0.0.1:8501" if local else URL
    return TestClient(Starlette(routes=routes.routes(), middleware=[door]), base_url=url, follow_redirects=False)


def inside(film: Shared, **terms: object) -> tuple[TestClient, str]:
    """A browser that came in, and the path of its link."""
    client, path = browser(film), f"/s/{film.link(**terms).token}"
    assert client.post(f"{path}/visit", headers=OURS).status_code == 200
    return client, path


def test_a_page_opens_without_an_account_and_no_search_engine_keeps_it(film: Shared) -> None:
    client, path = browser(film), f"/s/{film.link().token}"
    shown = client.get(path)
    assert shown.status_code == 200
    assert "noindex" in shown.headers["x-robots-tag"]
    assert shown.headers["cache-control"] == "no-store"
    assert shown.headers["content-security-policy"].startswith(
        "default-src 'none'; script-src 'self'; style-src 'self';"
    )
    assert "set-cookie" not in shown.headers
    assert '<meta name="robots" content="noindex' in shown.text
    assert "<script>alert" not in shown.text
    assert "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; Co" in shown.text
    assert shown.text.count("<script") == 1
    assert "style=" not in shown.text
    assert "Disallow: /s/" in client.get("/robots.txt").text


def test_its_parts_are_files_and_nothing_else_lies_beside_them(film: Shared) -> None:
    client = browser(film)
    for name, kind in (("screen.js", "text/javascript"), ("screen.css", "text/css"), ("icon.svg", "image/svg+xml")):
        answer = client.get(f"/s/-/{name}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(kind)
    for name in ("page.html", "film.html", "..%2fdoor.html", "%2e%2e/notices.toml"):
        assert client.get(f"/s/-/{name}").status_code == 404


def test_what_script_a_page_runs_puts_no_words_into_it_as_html() -> None:
    code = (ROOT / "data" / "screen" / "screen.js").read_text()
    assert not [one for one in ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(") if one in code]


def test_a_film_comes_in_parts_to_who_came_in(film: Shared) -> None:
    ticket = film.link()
    client, path = browser(film), f"/s/{ticket.token}"
    assert client.get(f"{path}/film.mp4").status_code == 404
    came = client.post(f"{path}/visit", headers=OURS)
    cookie = came.headers["set-cookie"]
    assert cookie.startswith("__Secure-viewer=")
    assert all(one in cookie for one in (f"Path={path}", "HttpOnly", "Secure", "SameSite=lax"))
    part = client.get(f"{path}/film.mp4", headers={"range": "bytes=1000-1999"})
    assert (part.status_code, part.content, part.headers["content-type"]) == (206, FILM[1000:2000], "video/mp4")
    assert "noindex" in part.headers["x-robots-tag"]
    assert client.get(f"{path}/captions.vtt").headers["content-type"].startswith("text/vtt")
    assert "set-cookie" not in client.post(f"{path}/visit", headers=OURS).headers
    film.desk.revoke_screening(film.desk.screenings(film.episode)[0].id)
    for name in ("film.mp4", "captions.vtt", "poster.jpg", "notes"):
        assert client.get(f"{path}/{name}").status_code == 404


@pytest.mark.parametrize(
    "name", ["master.mp4", "screenplay.fountain", "..%2f..%2fstudio.db", "film.mp4%00", "%2fetc%2fpasswd"]
)
def test_no_other_file_is_reached(film: Shared, name: str) -> None:
    client, path = inside(film)
    answer = client.get(f"{path}/{name}")
    assert answer.status_code == 404
    assert b"SQLite" not in answer.content


def test_links_that_open_nothing_look_alike(film: Shared) -> None:
    ended, closed = film.link(days=1), film.link()
    film.desk.revoke_screening(film.desk.screenings(film.episode)[0].id)
    film.clock.go(days=2)
    full = film.link(most=1)
    film.at().enter(full)
    client = browser(film)
    tokens = [ended.token, closed.token, full.token, "g" * 43, "x", "%F0%9F%94%91"]
    told = {
        (what, answer.status_code, answer.text, tuple(sorted(answer.headers)))
        for token in tokens
        for what in ("", "/film.mp4", "/poster.jpg", "/notes")
        for answer in [client.get(f"/s/{token}{what}")]
    }
    assert len(told) == 4
    assert {one[1] for one in told} == {404}
    posted = {client.post(f"/s/{token}/visit", headers=OURS).text for token in tokens}
    assert len(posted) == 1


def test_a_password_is_asked_for_and_believed_for_this_link_alone(film: Shared) -> None:
    client, path = browser(film), f"/s/{film.link(password='quiet harbour').token}"
    locked = client.get(path)
    assert locked.status_code == 401
    assert "Co" not in locked.text
    assert client.get(f"{path}/poster.jpg").status_code == 401
    wrong = client.post(path, data={"password": "<b>guess"}, headers=OURS)
    assert wrong.status_code == 401
    assert "This is not the password" in wrong.text
    assert "<b>guess" not in wrong.text
    right = client.post(path, data={"password": "quiet harbour"}, headers=OURS)
    assert (right.status_code, right.headers["location"]) == (303, path)
    assert all(one in right.headers["set-cookie"] for one in (f"Path={path}", "HttpOnly", "Max-Age=43200"))
    assert client.get(path).status_code == 200
    assert client.get(f"/s/{film.link(password='quiet harbour').token}").status_code == 401


def test_notes_are_left_read_and_answered(film: Shared) -> None:
    client, path = inside(film)
    said = {"name": "Tess", "text": "</script><script>alert(1)</script>", "second": 4.5}
    made = client.post(f"{path}/notes", json=said, headers=OURS)
    assert made.status_code == 201
    client.post(f"{path}/notes", json={"name": "Tom", "text": "No", "answers": made.json()["id"]}, headers=OURS)
    seen = client.get(f"{path}/notes")
    assert seen.headers["content-type"] == "application/json"
    (note,) = seen.json()["notes"]
    assert (note["text"], note["second"], note["recut"]) == (said["text"], 4.5, False)
    assert [one["text"] for one in note["answers"]] == ["No"]
    assert "viewer" not in seen.text
    film.recut()
    assert client.get(f"{path}/notes").json()["notes"][0]["recut"]


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 422),
        ({"name": "Tess"}, 422),
        ({"name": "Tess", "text": " ", "second": 1}, 422),
        ({"name": " ", "text": "Closer", "second": 1}, 422),
        ({"name": ["Tess"], "text": "Closer", "second": 1}, 422),
        ({"name": "Tess", "text": "Closer", "second": "1"}, 422),
        ({"name": "Tess", "text": "Closer", "second": True}, 422),
        ({"name": "Tess", "text": "Closer", "second": -1}, 422),
        ({"name": "Tess", "text": "Closer", "second": 1e300}, 422),
        ({"name": "Tess", "text": "Closer", "second": 1, "maker": True}, 422),
        ({"name": "Tess", "text": "x" * 2_001, "second": 1}, 422),
        ({"name": "x" * 61, "text": "Closer", "second": 1}, 422),
        ({"name": "Tess", "text": "Closer", "answers": "nobodys"}, 404),
        ({"name": "Tess", "text": "Closer", "answers": "nobody's"}, 422),
        ({"name": "The maker", "text": "Closer", "second": 1}, 422),
        ({"name": "\u200b", "text": "Closer", "second": 1}, 422),
        ({"name": "Tess", "text": "x" * 1_000_000, "second": 1}, 413),
    ],
)
def test_a_note_that_is_none_is_refused(film: Shared, given: dict[str, object], status: int) -> None:
    client, path = inside(film)
    assert client.post(f"{path}/notes", json=given, headers=OURS).status_code == status
    assert film.desk.notes(film.episode) == ()


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[" * 10_000, "application/json", 400),
        (b"[]", "application/json", 422),
        (b'{"second": NaN}', "application/json", 422),
        (b'{"name": "Tess", "text": "Closer", "answers": "\\ud800"}', "application/json", 422),
        (b"\xff", "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"name=Tess&text=Closer", "application/x-www-form-urlencoded", 415),
    ],
)
def test_what_no_page_of_ours_posts_is_refused(film: Shared, body: bytes, kind: str, status: int) -> None:
    client, path = inside(film)
    for what in ("notes", "watched"):
        answer = client.post(f"{path}/{what}", content=body, headers=OURS | {"content-type": kind})
        assert answer.status_code == status


@pytest.mark.parametrize("origin", [{"origin": "https://evil.example"}, {"origin": "null"}, {}])
def test_nothing_is_posted_from_elsewhere(film: Shared, origin: dict[str, str]) -> None:
    client, path = inside(film)
    said = {"name": "Tess", "text": "Closer", "second": 1}
    for what, given in (("notes", said), ("watched", {"second": 1}), ("visit", {})):
        assert client.post(f"{path}/{what}", json=given, headers=origin).status_code == 403
    assert client.post(path, data={"password": "guess"}, headers=origin).status_code == 403
    assert film.desk.notes(film.episode) == ()


def test_how_far_it_was_watched_is_counted_by_browser(film: Shared) -> None:
    path = f"/s/{film.link().token}"
    for second in (31, 62, 0):
        client = browser(film)
        client.post(f"{path}/visit", headers=OURS)
        assert client.post(f"{path}/watched", json={"second": second}, headers=OURS).status_code == 204
    (listed,) = film.desk.screenings(film.episode)
    assert (listed.views, listed.watched, listed.finished, listed.typical) == (3, 2, 1, 1_000)


def test_a_thousand_notes_a_minute_meet_a_limit_that_says_when_to_go_on(film: Shared) -> None:
    client, path = inside(film)
    said = {"name": "Tess", "text": "Closer", "second": 1}
    answers = [client.post(f"{path}/notes", json=said, headers=OURS) for _ in range(60)]
    assert [one.status_code for one in answers] == [201] * 30 + [429] * 30
    assert int(answers[-1].headers["retry-after"]) > 0
    assert "Too much at once" in answers[-1].json()["error"]
    assert len(film.desk.notes(film.episode)) == 30


def test_a_flood_is_turned_away_before_anything_is_asked(film: Shared) -> None:
    at = [0.0]
    client = browser(film, Pace(burst=20, a_second=1, clock=lambda: at[0]))
    guesses = [client.get(f"/s/{'g' * 43}").status_code for _ in range(25)]
    assert guesses == [404] * 20 + [429] * 5
    at[0] = 3.0
    assert [client.get(f"/s/{'g' * 43}").status_code for _ in range(4)] == [404] * 3 + [429]


def test_addresses_are_paced_apart_and_a_network_of_one_together() -> None:
    pace = Pace(burst=2, a_second=1, clock=lambda: 0.0)
    assert [pace.lets("192.0.2.1") for _ in range(3)] == [True, True, False]
    assert pace.lets("192.0.2.2")
    assert [pace.lets(f"2001:db8::{n}") for n in (1, 2, 3)] == [True, True, False]


def test_in_local_mode_it_opens_for_this_machine(film: Shared) -> None:
    client, path = browser(film, local=True), f"/s/{film.link().token}"
    assert client.get(path).status_code == 200
    came = client.post(f"{path}/visit", headers={"origin": "http://127.0.0.1:8501"})
    assert came.status_code == 200
    assert came.headers["set-cookie"].startswith("viewer=")
    assert "Secure" not in came.headers["set-cookie"]
    assert client.get(path, headers={"host": "studio.example.org"}).status_code == 403
