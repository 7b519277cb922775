"""The files beside a film are written while its pictures are made; not used where they tell of something else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import current_thread

import pytest
from sqlmodel import delete, select

from studio.db import Database, now
from studio.desk.erasing import erase_all
from studio.people.account import OWNER
from studio.production.cutting import Cut
from studio.production.film import Film
from studio.production.papers import Papers, cut_of_run, write_papers
from studio.production.run import Run
from studio.production.runs import film_of
from studio.takes import shelf
from studio.takes.leftovers import due
from studio.takes.take import Delivery
from studio.takes.vault import FolderVault
from tests.production.test_production import Studio

pytestmark = pytest.mark.xdist_group("workflows")
BESIDE = {
    "captions.srt",
    "captions.vtt",
    "screenplay.fdx",
    "screenplay.fountain",
    "storyboard.pdf",
    "timeline.edl",
    "timeline.fcpxml",
    "timeline.otio",
}


class Noting(FolderVault):
    """A vault that notes which thread put a storyboard into it."""

    by: tuple[str, ...] = ()

    def put(self, file: Path, *, move: bool = False) -> str:
        """As any other."""
        if file.name == "storyboard.pdf":
            self.by = (*self.by, current_thread().name)
        return super().put(file, move=move)


@pytest.fixture
def vault(home: Path) -> Noting:
    return Noting(home / "vault")


@pytest.fixture
def studio(db: Database, home: Path, vault: Noting) -> Studio:
    return Studio(db, home, vault=vault)


@pytest.fixture
def made(studio: Studio) -> tuple[str, Film, Mapping[str, str]]:
    """A film that was made: its run, itself, and its takes (subject -> fingerprint)."""
    studio.worker.start()
    try:
        studio.film()
    finally:
        studio.worker.stop()
    with studio.house.db.read() as session:
        run = session.exec(select(Run)).one()
        done = {subject: one.fingerprint for subject, one in shelf.circled(session, OWNER, run.episode).items()}
    return run.id, film_of(studio.house, run.id), done


def told(done: Mapping[str, str]) -> dict[str, str]:
    return {subject: one for subject, one in done.items() if subject.startswith(("speech:", "board:"))}


def test_they_begin_when_every_line_is_spoken_and_every_board_drawn(
    studio: Studio, made: tuple[str, Film, Mapping[str, str]]
) -> None:
    run, film, done = made
    papers = Papers(studio.house, run, film, tuple(done))
    last = max(told(done))
    papers.look({subject: one for subject, one in told(done).items() if subject != last})
    assert papers.ident is None
    papers.look(told(done))
    papers.look(done)
    _, cut = cut_of_run(studio.house, run, done)
    ahead = papers.of(cut)
    assert ahead.keys() == BESIDE
    assert ahead == written(studio, run, cut)


def test_the_delivered_files_are_those(
    studio: Studio, vault: Noting, made: tuple[str, Film, Mapping[str, str]]
) -> None:
    run, _, done = made
    assert vault.by == ("papers",)
    _, cut = cut_of_run(studio.house, run, done)
    with studio.house.db.read() as session:
        rows = {row.name: row.content for row in session.exec(select(Delivery))}
    assert {name: rows[name] for name in BESIDE} == written(studio, run, cut)
    assert rows.keys() - BESIDE == {"master.mp4", "poster.jpg"}


@pytest.mark.parametrize("other", ["a line", "no shot", "never begun"])
def test_what_would_tell_of_something_else_is_not_used(
    studio: Studio, made: tuple[str, Film, Mapping[str, str]], other: str
) -> None:
    run, film, done = made
    papers = Papers(studio.house, run, film, tuple(done))
    if other != "never begun":
        papers.look(told(done))
    _, cut = cut_of_run(studio.house, run, done)
    if other == "a line":
        line = min(told(done))
        cut = Cut(film, {**cut.takes, line: replace(cut.takes[line], content="0" * 64)})
    if other == "no shot":
        cut = Cut(film, {subject: one for subject, one in cut.takes.items() if not subject.startswith("shot:")})
    assert papers.of(cut) == {}


def test_those_that_went_meanwhile_are_not_used(studio: Studio, made: tuple[str, Film, Mapping[str, str]]) -> None:
    run, film, done = made
    papers = Papers(studio.house, run, film, tuple(done))
    papers.look(told(done))
    _, cut = cut_of_run(studio.house, run, done)
    studio.vault.discard(papers.of(cut)["storyboard.pdf"])
    assert papers.of(cut) == {}


def test_those_of_a_film_that_never_comes_go_in_the_end(
    studio: Studio, made: tuple[str, Film, Mapping[str, str]]
) -> None:
    run, film, done = made
    with studio.house.db.write() as session:
        session.exec(delete(Delivery))
    papers = Papers(studio.house, run, film, tuple(done))
    papers.look(told(done))
    papers.join()
    _, cut = cut_of_run(studio.house, run, done)
    script = papers.of(cut)["screenplay.fountain"]
    soon, later = now(), now() + timedelta(hours=2)
    with studio.house.db.read() as session:
        assert script not in due(session, at=soon)
        assert script in due(session, at=later)
    erase_all(studio.house, at=later)
    assert not studio.vault.intact(script)


def test_one_that_cannot_be_written_is_left_to_who_delivers(
    studio: Studio, made: tuple[str, Film, Mapping[str, str]]
) -> None:
    run, film, done = made
    board = next(subject for subject in done if subject.startswith("board:"))
    _, cut = cut_of_run(studio.house, run, done)
    studio.vault.discard(cut.takes[board].content)
    house = replace(studio.house, thumbs=type(studio.house.thumbs)(studio.house.scratch / "other thumbs"))
    papers = Papers(house, run, film, tuple(done))
    papers.look(told(done))
    assert papers.of(cut) == {}


def written(studio: Studio, run: str, cut: Cut) -> dict[str, str]:
    with studio.house.db.read() as session:
        row = session.get_one(Run, run)
    return write_papers(studio.house, row, cut)
