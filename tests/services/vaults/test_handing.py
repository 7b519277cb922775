"""Films handed out at the store's own address: to whom they belong, for a while, as what they are; off unless set."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlmodel import update
from starlette.applications import Starlette
from starlette.types import ASGIApp

from services.settings import Settings
from services.vaults.handing import handing
from services.vaults.streaming import streaming
from services.web.hosted import policy
from services.web.routes import routes
from studio.desk.desk import Desk
from studio.people.account import OWNER
from studio.production.house import House
from studio.takes.recipe import TakeKind
from studio.takes.take import Take
from tests.doubles.s3 import KEY, SECRET, Store, refusal
from tests.services.vaults.conftest import Place
from tests.web.asking import Answer, get
from tests.web.rows import FILES, FRAME, deliver, episode, house_at
from tests.web.test_takes import SCRIPT, picture

FILM = FILES["master.mp4"]


class Site:
    """A studio whose vault is in a store that browsers reach, or not."""

    def __init__(self, home: Path, place: Place, *, public: bool = True) -> None:
        url = place.s3.vault_url(place.bucket) + (f"&public={place.s3.url}" if public else "")
        keys = {"aws_access_key_id": KEY, "aws_secret_access_key": SECRET}
        self.settings = Settings(_env_file=None, studio_home=home, studio_vault_url=url, **keys)
        self.house: House = house_at(home, studio_vault_url=url, **keys)
        self.cache = self.settings.cache / "vault"
        through = streaming(self.settings)
        self.led = handing(self.settings, through)
        self.app: ASGIApp = Starlette(routes=routes(lambda _request: Desk(self.house, OWNER), elsewhere=self.led))
        self.episode = episode(self.house)
        deliver(self.house, self.episode)

    def film(self, more: str = "", method: str = "GET") -> Answer:
        return get(self.app, f"/files/{self.episode}/{FRAME}/master.mp4{more}", method=method)

    def emptied(self) -> None:
        """Forget what this machine has of the store."""
        for file in self.cache.rglob("*"):
            if file.is_file():
                file.unlink()


@pytest.fixture
def site(home: Path, place: Place) -> Iterator[Site]:
    made = Site(home, place)
    yield made
    made.house.db.close()


def fetched(answer: Answer, **headers: str) -> httpx.Response:
    """What a browser gets that is led on."""
    assert answer.status == 307, answer.content
    return httpx.get(answer.headers["location"], headers=headers, trust_env=False)


def test_a_film_comes_from_the_store_whole_and_in_parts_and_not_through_here(site: Site, s3: Store) -> None:
    site.emptied()
    whole = fetched(site.film("?v=abc"))
    assert (whole.status_code, whole.headers["content-type"], whole.content) == (200, "video/mp4", FILM)
    assert whole.headers["cache-control"] == "private, max-age=86400, immutable"
    assert "content-disposition" not in whole.headers
    part = fetched(site.film("?v=abc"), Range="bytes=1000-1999")
    assert (part.status_code, part.content) == (206, FILM[1000:2000])
    assert not [file for file in site.cache.rglob("*") if file.is_file()]
    assert s3.gate.asked(f"GET /{urlsplit(str(whole.url)).path.split('/')[1]}/") == 2


def test_a_download_has_its_name(site: Site) -> None:
    saved = fetched(site.film("?v=abc&download=1"))
    assert saved.headers["content-disposition"] == 'attachment; filename="master.mp4"'
    assert saved.content == FILM


def test_an_address_is_good_for_two_hours_and_for_nothing_else(site: Site, s3: Store) -> None:
    answer = site.film()
    signed = parse_qs(urlsplit(answer.headers["location"]).query)
    assert signed["X-Amz-Expires"] == ["7200"]
    assert signed["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    begun = datetime.strptime(signed["X-Amz-Date"][0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert abs(datetime.now(UTC) - begun) < timedelta(minutes=5)
    assert SECRET not in answer.headers["location"]
    assert answer.headers["cache-control"] == "private, no-store"
    assert site.film("?v=abc").headers["cache-control"] == "private, max-age=3600"


def test_all_that_is_no_film_stays_with_us(site: Site) -> None:
    for name, data in FILES.items():
        answer = get(site.app, f"/files/{site.episode}/{FRAME}/{name}")
        assert (answer.status, answer.content) == ((307, b"") if name == "master.mp4" else (200, data))
    assert site.film(method="HEAD").status == 200  # what is signed is for reading alone


def test_clips_are_led_on_and_pictures_are_not(site: Site) -> None:
    desk = Desk(site.house, OWNER)
    shown = desk.open_file("hall.fountain", SCRIPT)
    address = f"/takes/{shown}/{desk.bring(shown, 'look:anna', 'anna.webp', picture())}"
    assert get(site.app, address).content == picture()
    with site.house.db.write() as session:
        session.exec(update(Take).values(kind=TakeKind.CLIP, suffix=".mp4"))
    clip = fetched(get(site.app, address))
    assert (clip.headers["content-type"], clip.content) == ("video/mp4", picture())
    assert get(site.app, f"{address}?small").status == 200


def test_nobody_else_is_led_anywhere(site: Site) -> None:
    theirs = episode(site.house, account="somebody")
    deliver(site.house, theirs, account="somebody")
    answer = get(site.app, f"/files/{theirs}/{FRAME}/master.mp4")
    assert (answer.status, "location" in answer.headers) == (404, False)


def test_a_film_the_store_has_lost_is_not_found_and_a_store_that_is_away_is_a_sentence(
    site: Site, place: Place, home: Path, s3: Store
) -> None:
    for content in list(site.house.vault.contents()):
        site.house.vault.discard(content)
    assert site.film().status == 404
    s3.gate.trouble = lambda _environ: refusal("503 Slow Down", "SlowDown")
    assert site.film().status == 503


def test_without_the_setting_everything_comes_through_here(home: Path, place: Place) -> None:
    site = Site(home, place, public=False)
    assert site.led is None
    assert streaming(Settings(_env_file=None, studio_home=home)) is None
    assert (site.film().status, site.film().content) == (200, FILM)
    site.house.db.close()


def test_a_page_may_play_films_from_there_and_nothing_more(site: Site, s3: Store) -> None:
    found = site.led
    assert found is not None
    assert found.origin == s3.url
    before, after = (policy("https://studio.test", (), films).split("; ") for films in ("", found.origin))
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert changed == [("media-src 'self' data: blob:", f"media-src 'self' data: blob: {s3.url}")]
