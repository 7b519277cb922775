"""Downloads of the client in docs/API.md: whole, gone on with, and begun again where the file has become another."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlmodel import select
from starlette.applications import Starlette

from services.api.application import mounted
from services.settings import ROOT
from studio.takes.take import Delivery
from tests.api.conftest import Station
from tests.doubles.server import serving
from tests.web.rows import FILES, deliver, episode

FILM, OTHER = FILES["master.mp4"], b"another cut" * 500


@pytest.fixture(scope="module")
def client() -> ModuleType:
    """The client as somebody copies it."""
    code = re.search(r"```python\n(.*?)```", (ROOT / "docs" / "API.md").read_text("utf-8"), re.DOTALL)
    assert code
    made = ModuleType("copied_client")
    sys.modules[made.__name__] = made  # its nouns look their own module up
    exec(compile(code[1], "client.py", "exec"), made.__dict__)
    return made


@pytest.fixture
def studio(client: ModuleType, station: Station) -> Iterator[Any]:
    """A studio at an address."""
    with serving(lambda _url: Starlette(routes=mounted(station.platform))) as url:
        made = client.Studio(url, station.token())
        yield made
        made._http.close()  # which a program does by ending


def film(studio: Any, client: ModuleType, project: str) -> Any:
    """The film among the files of a project."""
    return next(one for one in studio.files(client.Project(project, "")) if one.name == "master.mp4")


def test_a_download_that_stopped_goes_on_and_one_of_another_film_begins_again(
    station: Station, studio: Any, client: ModuleType, tmp_path: Path
) -> None:
    project = episode(station.house, "The Download")
    deliver(station.house, project)
    told = film(studio, client, project)
    whole = studio.download(told, tmp_path)
    assert (whole.read_bytes(), [one.name for one in tmp_path.iterdir()]) == (FILM, ["master.mp4"])
    mark = station.ask("GET", told.url.removeprefix("/api")).headers["etag"]

    def stopped(at: bytes) -> None:
        (tmp_path / "master.mp4.part").write_bytes(at)
        (tmp_path / "master.mp4.etag").write_text(mark)

    for part in (FILM[:4000], FILM):  # stopped in the middle, and after the last byte
        stopped(part)
        assert studio.download(told, tmp_path).read_bytes() == FILM
    stopped(FILM[:4000])
    _recut(station, project)
    assert studio.download(told, tmp_path).read_bytes() == OTHER, "never the head of one and the tail of another"
    assert [one.name for one in tmp_path.iterdir()] == ["master.mp4"]


def _recut(station: Station, project: str) -> None:
    file = station.house.scratch / "recut"
    file.write_bytes(OTHER)
    content = station.house.vault.put(file)
    with station.house.db.write() as session:
        row = session.exec(select(Delivery).where(Delivery.episode == project, Delivery.name == "master.mp4")).one()
        row.content, row.size = content, len(OTHER)
        session.add(row)
