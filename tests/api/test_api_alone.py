"""The API behind its doors: served alone, in a hosted studio, and in the same process as the pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from services.api.application import mounted
from services.api.bodies import MOST
from services.commands.platform import alone, read_scopes, token
from services.settings import Settings
from services.web.hosted import HostedDoor
from services.web.local import LocalOnly
from services.web.uploads import MOST as MOST_OF_A_FORM
from services.web.uploads import Bounded
from studio.errors import BadRequest
from studio.people.access import Scope
from tests.api.conftest import Station

URL = "https://studio.example.org"
PITCH = {"pitch": "A keeper finds a key.", "seconds": 30}


@pytest.fixture(scope="module")
def hosted(station: Station) -> Iterator[TestClient]:
    """The platform behind a hosted studio's doors."""
    doors = [Middleware(HostedDoor, URL), Middleware(Bounded, lambda _page: 0)]
    with TestClient(Starlette(routes=mounted(station.platform), middleware=doors), base_url=URL) as client:
        client.headers["Authorization"] = f"Bearer {station.token()}"
        yield client


def test_a_program_that_names_no_origin_is_let_in_by_its_token(hosted: TestClient) -> None:
    answer = hosted.post("/api/projects", json=PITCH)
    assert answer.status_code == 201
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"host": "evil.example"}],
)
def test_a_foreign_page_is_not_let_in_even_with_a_token(hosted: TestClient, headers: dict[str, str]) -> None:
    assert hosted.post("/api/projects", json=PITCH, headers=headers).status_code in (403, 421)


def test_a_session_of_the_browser_opens_nothing_here(hosted: TestClient) -> None:
    headers = {"authorization": "", "cookie": "sid=" + "x" * 43, "origin": URL}
    assert hosted.post("/api/projects", json=PITCH, headers=headers).status_code == 401


def test_a_long_screenplay_passes_the_room_that_forms_have(hosted: TestClient) -> None:
    text = "INT. HALL - NIGHT\n\n" + "She waits. " * (MOST_OF_A_FORM // 40)
    sent = hosted.post("/api/projects", content=_escaped(text), headers={"content-type": "application/json"})
    assert sent.status_code == 201, sent.text
    large = hosted.post("/api/projects", content=b"x" * (MOST + 1), headers={"content-type": "application/json"})
    assert large.status_code == 413
    assert large.headers["content-type"] == "application/problem+json"


def test_served_alone_it_answers_this_machine_by_its_own_name_alone(home: Path) -> None:
    app = alone(Settings(_env_file=None, studio_home=home))
    assert [one.cls for one in app.user_middleware] == [LocalOnly]
    with TestClient(app, base_url="http://127.0.0.1:8501") as client:
        assert client.get("/api/openapi.json").status_code == 200
        assert client.get("/api/openapi.json", headers={"host": "evil.example"}).status_code == 403
        assert client.get("/api/openapi.json", headers={"origin": "http://evil.example"}).status_code == 403
        assert client.get("/").status_code == 404


def test_scopes_are_read_from_words() -> None:
    assert read_scopes(["read,write", "spend"]) == (Scope.READ, Scope.WRITE, Scope.SPEND)
    with pytest.raises(BadRequest, match="'all' is none of read"):
        read_scopes(["all"])


def test_the_command_makes_lists_and_revokes(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STUDIO_HOME", str(home))
    token("Nightly", ["read"], days=0, revoke="")
    made = capsys.readouterr().out
    assert "tfs_" in made
    token("", [], days=0, revoke="")
    (row,) = [line for line in capsys.readouterr().out.splitlines() if "Nightly" in line]
    token("", [], days=0, revoke=row.split()[0])
    token("", [], days=0, revoke="")
    assert "There is no token yet" in capsys.readouterr().out


def _escaped(text: str) -> bytes:
    """A body in which every letter takes six: longer than a form may be, and no longer than a screenplay."""
    return b'{"screenplay": "' + "".join(f"\\u{ord(letter):04x}" for letter in text).encode() + b'"}'
