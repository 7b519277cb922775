"""A film in a store is seen at once: what is asked for is read there, and whoever comes next has it from here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from services.api.application import mounted
from services.api.asking import Platform
from services.settings import Settings
from services.vaults.opening import open_vault
from services.vaults.s3 import S3Vault
from services.vaults.streaming import Streaming, streaming
from services.web.routes import routes
from services.web.screen import Screen
from studio.desk.admitting import Admission
from studio.desk.desk import Desk
from studio.desk.viewing import Viewing
from studio.people.access import Scope
from studio.people.account import OWNER
from tests.doubles.s3 import KEY, SECRET, Environ, Store, refusal
from tests.services.vaults.conftest import Place
from tests.shared import Shared, shared
from tests.until import until
from tests.web.rows import FILES, FRAME

URL = "http://127.0.0.1:8501"
FILM = FILES["master.mp4"]
LONG = bytes(range(251)) * 20_000  # more than two pieces


class Site:
    """A studio with a vault in a store, of which this machine has nothing; a film is long from `small` bytes on."""

    def __init__(self, home: Path, place: Place, *, keep: bool) -> None:
        self.store = place.s3
        given = {"studio_vault_url": place.s3.vault_url(place.bucket)}
        given |= {"aws_access_key_id": KEY, "aws_secret_access_key": SECRET}
        self.film: Shared = shared(home, **given)
        self.settings = Settings(_env_file=None, studio_home=home, **given)
        self.vault = open_vault(self.settings, pages=True)
        assert isinstance(self.vault, S3Vault)
        films = Streaming(self.vault, keep=keep, small=1000)
        screen = Screen(
            lambda address: Viewing(self.film.house, address, clock=self.film.clock), secure=False, films=films
        )
        mine = routes(lambda _request: Desk(self.film.house, OWNER), elsewhere=films)
        desk_of = lambda account: Desk(self.film.house, account)  # noqa: E731
        platform = mounted(Platform(lambda: Admission(self.film.house), desk_of, near=True, films=films))
        self.client = TestClient(Starlette(routes=[*screen.routes(), *mine, *platform]), base_url=URL)
        self.path = f"/s/{self.film.link().token}"
        assert self.client.post(f"{self.path}/visit", headers={"origin": URL}).status_code == 200
        self.sent = 0
        self.emptied()

    def emptied(self) -> None:
        """Forget what this machine has of the store, and what the store sent."""
        for file in (self.settings.cache / "vault").rglob("*"):
            if file.is_file():
                file.unlink()
        self.sent = 0
        self.store.gate.bend = self._counted

    def _counted(self, environ: Environ, body: bytes) -> bytes:
        self.sent += len(body) if environ["REQUEST_METHOD"] == "GET" else 0
        return body

    def asked(self, **headers: str) -> httpx.Response:
        """What a browser at the link gets of its film."""
        told = {one.replace("_", "-"): said for one, said in headers.items()}
        return self.client.get(f"{self.path}/film.mp4", headers=told)


@pytest.fixture
def site(home: Path, place: Place) -> Iterator[Site]:
    made = Site(home, place, keep=False)
    yield made
    made.film.house.db.close()


def test_the_first_look_at_a_link_reads_what_is_asked_for_and_no_more(site: Site) -> None:
    part = site.asked(range="bytes=1000-1999")
    assert (part.status_code, part.content) == (206, FILM[1000:2000])
    assert (part.headers["content-range"], part.headers["content-type"]) == (
        f"bytes 1000-1999/{len(FILM)}",
        "video/mp4",
    )
    assert "noindex" in part.headers["x-robots-tag"]
    assert part.headers["cache-control"] == "private, no-cache"
    assert site.sent == 1000
    head = site.client.head(f"{site.path}/film.mp4")
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(len(FILM)), b"")
    assert site.sent == 1000


def test_a_long_film_comes_whole_piece_by_piece(site: Site) -> None:
    site.film.recut(LONG)
    site.emptied()
    whole = site.asked()
    assert (whole.status_code, whole.headers["content-length"]) == (200, str(len(LONG)))
    assert whole.content == LONG
    assert site.asked(range="bytes=7-").content == LONG[7:]


@pytest.mark.parametrize(
    ("asked", "status", "first", "end"),
    [
        ("bytes=0-", 206, 0, None),
        ("bytes=-100", 206, -100, None),
        ("bytes=10000-99999", 206, 10_000, None),
        ("bytes=-99999", 206, 0, None),
        ("bytes=5-3", 200, 0, None),
        ("bytes=-", 200, 0, None),
        ("bytes=0-1,5-6", 200, 0, None),
        ("lines=1-2", 200, 0, None),
        ("bytes=99999-", 416, 0, 0),
        ("bytes=-0", 416, 0, 0),
    ],
)
def test_every_range_is_answered_as_it_should_be(
    site: Site, asked: str, status: int, first: int, end: int | None
) -> None:
    part = site.asked(range=asked)
    assert (part.status_code, part.content) == (status, FILM[first:end])
    if status == 416:
        assert part.headers["content-range"] == f"bytes */{len(FILM)}"


def test_a_part_goes_on_only_where_it_is_the_same_film(site: Site) -> None:
    etag = site.asked(range="bytes=0-9").headers["etag"]
    assert site.asked(range="bytes=10-19", if_range=etag).status_code == 206
    site.film.recut(LONG)
    other = site.asked(range="bytes=10-19", if_range=etag)
    assert (other.status_code, other.content) == (200, LONG)


def test_what_was_begun_is_fetched_beside_for_whoever_comes_next(home: Path, place: Place) -> None:
    site = Site(home, place, keep=True)
    assert isinstance(site.vault, S3Vault)
    first = site.asked(range="bytes=0-99")
    content = first.headers["etag"].strip('"')
    here = site.vault.here
    until(lambda: here(content))
    sent = site.sent
    again = site.asked(range="bytes=100-199")
    assert (again.status_code, again.content, again.headers["etag"]) == (206, FILM[100:200], first.headers["etag"])
    assert site.sent == sent, "the store was asked for nothing"
    site.film.house.db.close()


def test_a_link_that_is_closed_reads_nothing_more(site: Site) -> None:
    site.film.desk.revoke_screening(site.film.desk.screenings(site.film.episode)[0].id)
    assert (site.asked(range="bytes=0-9").status_code, site.sent) == (404, 0)


def test_a_film_the_store_lost_is_not_found_and_a_store_that_is_away_is_a_sentence(site: Site, s3: Store) -> None:
    s3.gate.trouble = lambda _environ: refusal("503 Slow Down", "SlowDown")
    away = site.asked()
    assert (away.status_code, "busy" in away.text or "asked too much" in away.text) == (503, True)
    s3.gate.calm()
    for content in list(site.film.house.vault.contents()):
        site.film.house.vault.discard(content)
    assert site.asked().status_code == 404


def test_the_makers_own_player_and_download_are_answered_so_too(site: Site) -> None:
    address = f"/files/{site.film.episode}/{FRAME}/master.mp4"
    part = site.client.get(f"{address}?v=1", headers={"range": "bytes=0-9"})
    assert (part.status_code, part.content, site.sent) == (206, FILM[:10], 10)
    saved = site.client.get(f"{address}?download=1")
    assert saved.headers["content-disposition"] == 'attachment; filename="master.mp4"'
    assert saved.content == FILM


def test_a_program_that_goes_on_with_a_download_is_too(site: Site) -> None:
    token = site.film.desk.new_token("script", [Scope.READ]).token
    address = f"/api/projects/{site.film.episode}/files/{FRAME}/master.mp4"
    shown = {"authorization": f"Bearer {token}"}
    part = site.client.get(address, headers={**shown, "range": "bytes=10000-"})
    assert (part.status_code, part.content, site.sent) == (206, FILM[10_000:], len(FILM) - 10_000)
    assert site.client.get(address, headers=shown).content == FILM
    assert site.client.get(address).status_code == 401


def test_a_vault_in_a_folder_is_read_as_it_lies_there(home: Path) -> None:
    assert streaming(Settings(_env_file=None, studio_home=home)) is None
