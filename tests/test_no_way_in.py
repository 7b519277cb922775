"""No route and no page of a hosted studio is a way to what is another's: each is tried by a stranger and by another
account, and what is not in the list of how to try it fails here.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import pytest
from sqlmodel import col, update
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from pages.parts import tabs
from services.health import Health
from services.settings import ROOT, Settings
from services.web import visitors, webhooks
from services.web.doors import Doorway
from services.web.hosted import HostedDoor
from services.web.routes import SHOWN, landing, routes
from services.web.screen import Screen
from services.web.status import status
from studio.db import now
from studio.desk.desk import Desk
from studio.desk.reception import Reception
from studio.desk.viewing import Viewing
from studio.people import signing
from studio.people.account import Account, Role
from studio.people.doors import Doors
from studio.production.house import House
from tests.people.town import CountedHasher
from tests.services.test_hosting import WHOLE
from tests.trespass import Belongings, rows, settle_in
from tests.web.rows import FRAME, house_at

URL = "https://studio.example.org"
FORM = {"origin": URL, "content-type": "application/x-www-form-urlencoded"}
THEIRS, OWNS, FOUNDER = "anna", "bert", "grace"
PASSWORD = "a quiet green harbour"
PAGES = sorted((ROOT / "pages").glob("[!_]*.py"))


@dataclass(frozen=True)
class Town:
    """A hosted studio's routes over a house, what the other account has there, and everybody's sid."""

    house: House
    theirs: Belongings
    client: TestClient
    sids: Mapping[str, str]

    def cookie(self, who: str) -> dict[str, str]:
        """What the browser of an account sends; of nobody's nothing."""
        return {"cookie": f"__Host-sid={self.sids[who]}"} if who else {}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Anna has an episode, Bert asks, Grace founded the studio."""
    home, hasher = tmp_path_factory.mktemp("town") / "home", CountedHasher()
    house = replace(house_at(home), doors=Doors(passwords=hasher, secret=b"s" * 32))
    theirs = settle_in(house, THEIRS, "Lighthouse")
    settle_in(house, OWNS, "Key")
    with house.db.write() as session:
        session.add(Account(id=FOUNDER, name="Grace", role=Role.FOUNDER))
        session.flush()
        session.exec(update(Account).where(col(Account.id) == THEIRS).values(password=hasher.hash(PASSWORD)))
        sids = {who: signing.begin(session, who, "Firefox", at=now()) for who in (THEIRS, OWNS, FOUNDER)}
    reception = lambda *asked: Reception(house, *asked[:1])  # noqa: E731
    comers = visitors.Visitors(reception, lambda account: Desk(house, account))
    health = Health(Settings(_env_file=None, studio_home=home), house.db)
    paths = [
        *routes(comers.desk, lambda: health, comers.founder),
        *webhooks.webhooks(lambda: None),
        *landing(),
        *status(lambda: health),
        *Screen(lambda address: Viewing(house, address), secure=True).routes(),
        *Doorway(reception, lambda account: Desk(house, account), secure=True).routes(),
    ]
    door = Middleware(HostedDoor, URL, comers.holds, signed={webhooks.PATH})
    visitors.let_strangers_in(secure=True)
    try:
        with TestClient(Starlette(routes=paths, middleware=[door]), base_url=URL, follow_redirects=False) as client:
            yield Town(house, theirs, client, sids)
    finally:
        visitors.let_strangers_in(False)
        house.db.close()


# Every path, and what a stranger and another account are answered there; nothing is kept of what was asked.
FOUND, GONE = 200, 404
FILES = {
    "GET /files/{episode}/{frame}/{name}": f"/files/{{episode}}/{FRAME}/master.mp4",
    "GET /noted/{episode}/{frame}/{name}": f"/noted/{{episode}}/{FRAME}/timeline.otio",
    "GET /pictures/{run}/{content}": "/pictures/{run}/{content}",
    "GET /takes/{episode}/{fingerprint}": "/takes/{episode}/{take}",
}
API = "MOUNT /api"  # whose routes tests/api/test_api_no_way_in.py walks
# What is for everybody, or asks for a token or a password of its own: (what is posted, its status for both).
DOORS: dict[str, tuple[dict[str, str] | None, int, int]] = {
    "GET /healthz": (None, 503, 503),  # nobody works here
    "GET /landing/{name}": (None, FOUND, FOUND),
    "GET /status": (None, FOUND, FOUND),
    "GET /robots.txt": (None, FOUND, FOUND),
    "GET /s/-/{name}": (None, GONE, GONE),
    "GET /s/{token}": (None, GONE, GONE),
    "POST /s/{token}": ({"password": "guess"}, GONE, GONE),
    "POST /s/{token}/visit": ({}, GONE, GONE),
    "GET /s/{token}/notes": (None, GONE, GONE),
    "POST /s/{token}/notes": ({}, 415, 415),
    "POST /s/{token}/watched": ({}, 415, 415),
    "GET /s/{token}/{name}": (None, GONE, GONE),
    "POST /webhooks/stripe": ({}, GONE, GONE),
    "GET /auth/begin": (None, 303, 303),
    "GET /auth/sign-in": (None, FOUND, FOUND),
    "POST /auth/sign-in": ({"email": "anna@example.org", "password": "guess"}, 401, 401),
    "POST /auth/second": ({"token": "guess", "code": "000000"}, 422, 422),
    "GET /auth/finish": (None, 422, 422),
    "POST /auth/sign-out": ({}, 303, 303),
    "GET /auth/open": (None, FOUND, FOUND),
    "POST /auth/open": ({"token": "guess"}, 422, 422),
    "GET /auth/reset": (None, FOUND, FOUND),
    "POST /auth/reset": ({"token": "guess", "password": PASSWORD, "again": PASSWORD}, 422, 422),
    "POST /auth/export": ({}, 401, FOUND),
    "POST /auth/leave": ({"password": PASSWORD}, 401, 401),
}


def test_every_route_is_in_the_list_of_how_to_try_it() -> None:
    given = {name.upper(): value for name, value in WHOLE.items()}
    ways = "getattr(one, 'methods', {'MOUNT'}) - {'HEAD'}"
    tell = f"import asgi; print(*(f'{{way}} {{one.path}}' for one in asgi.paths for way in {ways}), sep='|')"
    kept = {key: value for key, value in os.environ.items() if not key.startswith("STUDIO_")}
    done = subprocess.run(
        [sys.executable, "-c", tell], cwd=ROOT, env=kept | given, capture_output=True, text=True, check=True
    )
    assert sorted(done.stdout.strip().split("\n")[-1].split("|")) == sorted({API, *FILES, *DOORS})


@pytest.mark.parametrize("route", FILES)
def test_a_file_is_there_for_whoever_it_belongs_to_alone(town: Town, route: str) -> None:
    path = FILES[route].format(**town.theirs.names)
    asked = {who: town.client.get(path, headers=town.cookie(who)).status_code for who in ("", OWNS, FOUNDER, THEIRS)}
    assert asked == {"": GONE, OWNS: GONE, FOUNDER: GONE, THEIRS: FOUND}


@pytest.mark.parametrize("route", DOORS)
@pytest.mark.parametrize("who", ["", OWNS])
def test_a_door_gives_nothing_of_anothers(town: Town, route: str, who: str) -> None:
    before = _of(town.house, THEIRS)
    way, path = route.split(" ")
    posted, *status = DOORS[route]
    headers = town.cookie(_fresh(town, who)) | (FORM if way == "POST" else {})
    answer = town.client.request(way, path.format(name=SHOWN[0], token="guess"), headers=headers, data=posted)
    assert answer.status_code == status[bool(who)]
    told = _unpacked(answer.content)
    assert not [one for one in ("Lighthouse", town.theirs.episode, town.sids[THEIRS]) if one.encode() in told]
    assert _of(town.house, THEIRS) == before


@pytest.mark.parametrize("who", ["", OWNS])
def test_no_part_of_an_export_has_anything_of_anothers(town: Town, who: str) -> None:
    before = _of(town.house, THEIRS)
    for since in (f"0/{town.theirs.episode}", f"1/{town.theirs.take}", "1/"):
        headers = town.cookie(_fresh(town, who)) | FORM
        part = {"since": since, "until": "", "number": "2"}
        answer = town.client.post("/auth/export", headers=headers, data=part)
        assert answer.status_code == (FOUND if who else 401)
        assert b"Lighthouse" not in _unpacked(answer.content)
    gone = {"password": PASSWORD, "fetched": "yes"}
    assert town.client.post("/auth/leave", headers=town.cookie(_fresh(town, who)) | FORM, data=gone).status_code == 401
    assert _of(town.house, THEIRS) == before


def test_how_the_studio_is_inside_only_a_founder_is_told(town: Town) -> None:
    told = {who: set(town.client.get("/healthz", headers=town.cookie(who)).json()) for who in ("", OWNS, FOUNDER)}
    assert told[""] == told[OWNS] == {"status"}
    assert told[FOUNDER] > {"status", "workers", "vendors"}


def test_a_session_that_was_ended_opens_nothing(town: Town) -> None:
    path = FILES["GET /takes/{episode}/{fingerprint}"].format(**town.theirs.names)
    with town.house.db.write() as session:
        sid = signing.begin(session, THEIRS, "Firefox", at=now())
    cookie = {"cookie": f"__Host-sid={sid}"}
    assert town.client.get(path, headers=cookie).status_code == FOUND
    left = town.client.post("/auth/sign-out", headers=cookie | FORM)
    assert left.status_code == 303
    assert town.client.get(path, headers=cookie).status_code == GONE


def test_every_page_is_listed_for_somebody_and_strangers_have_four() -> None:
    listed = {tab.path: tab for one in (*tabs.LISTED.values(), tabs.STRANGERS) for tab in one.pages}
    assert sorted(listed) == [file.stem for file in PAGES]
    assert [tab.path for tab in tabs.STRANGERS.pages] == ["landing", "sign_in", "register", "reset"]
    assert {tab.path for tab in tabs.STRANGERS.closed} == listed.keys() - {one.path for one in tabs.STRANGERS.pages}


@pytest.fixture
def strangers() -> Iterator[None]:
    """Pages that find out for themselves who asks."""
    visitors.let_strangers_in()
    yield
    visitors.let_strangers_in(False)


@pytest.mark.usefixtures("strangers")
@pytest.mark.parametrize("page", [tab.path for tab in tabs.STRANGERS.closed])
def test_a_page_leads_a_stranger_to_sign_in_and_shows_nothing(page: str) -> None:
    shown = AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=240)
    shown.query_params["episode"] = "theirs"
    shown.run()
    assert not shown.exception
    told = "".join(one.proto.body for one in shown.get("html"))
    assert "You are not signed in." in told
    assert "/auth/begin?next=" in told
    assert "desk" not in shown.session_state
    assert not shown.button


@pytest.mark.usefixtures("strangers")
def test_what_another_account_left_in_a_tab_is_forgotten() -> None:
    shown = AppTest.from_file(str(ROOT / "pages" / "home.py"), default_timeout=240)
    shown.session_state["who"] = "anna"
    shown.session_state["pitch"] = "Anna's own idea"
    shown.run()
    assert not shown.exception
    assert "pitch" not in shown.session_state
    assert shown.session_state["who"] == ""


def _fresh(town: Town, who: str) -> str:
    """An account whose cookie a door may end: it gets another session each time."""
    if who:
        with town.house.db.write() as session:
            town.sids[f"{who} again"] = signing.begin(session, who, "Firefox", at=now())  # type: ignore[index]
    return f"{who} again" if who else ""


def _of(house: House, account: str) -> dict[tuple[str, ...], object]:
    """Every row of an account."""
    return {key: row for key, row in rows(house).items() if account in (row.get("account"), row.get("id"))}


def _unpacked(content: bytes) -> bytes:
    """All that an answer says, also within a zip."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return b"\n".join([*map(str.encode, packed.namelist()), *map(packed.read, packed.namelist())])
