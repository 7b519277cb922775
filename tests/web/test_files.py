"""Finished files: whole and in ranges, only to whom they belong, and nothing else of the disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.types import ASGIApp

from services.logbook import close_logbook, open_logbook
from studio.production.house import House
from studio.production.run import RunState
from tests.web.asking import get
from tests.web.rows import FILES, FRAME, board, deliver, episode, run

FILM = FILES["master.mp4"]


@pytest.fixture
def shown(house: House) -> str:
    """An episode with its files."""
    made = episode(house)
    deliver(house, made)
    return made


def test_a_file_comes_whole_with_its_type(app: ASGIApp, shown: str) -> None:
    answer = get(app, f"/files/{shown}/{FRAME}/captions.vtt")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/vtt")
    assert answer.content == FILES["captions.vtt"]


def test_a_player_may_ask_for_a_part(app: ASGIApp, shown: str) -> None:
    answer = get(app, f"/files/{shown}/{FRAME}/master.mp4", headers={"Range": "bytes=1000-1999"})
    assert answer.status == 206
    assert answer.headers["content-range"] == f"bytes 1000-1999/{len(FILM)}"
    assert answer.content == FILM[1000:2000]


def test_the_end_of_a_film_can_be_asked_for(app: ASGIApp, shown: str) -> None:
    answer = get(app, f"/files/{shown}/{FRAME}/master.mp4", headers={"Range": "bytes=-10"})
    assert (answer.status, answer.content) == (206, FILM[-10:])


def test_a_part_beyond_the_end_is_refused(app: ASGIApp, shown: str) -> None:
    answer = get(app, f"/files/{shown}/{FRAME}/master.mp4", headers={"Range": "bytes=999999-"})
    assert answer.status == 416


def test_a_download_has_its_name(app: ASGIApp, shown: str) -> None:
    plain = get(app, f"/files/{shown}/{FRAME}/master.mp4")
    saved = get(app, f"/files/{shown}/{FRAME}/master.mp4?download=1")
    assert "content-disposition" not in plain.headers
    assert 'attachment; filename="master.mp4"' in saved.headers["content-disposition"]


def test_a_browser_keeps_only_what_is_addressed_by_content(app: ASGIApp, shown: str) -> None:
    kept = get(app, f"/files/{shown}/{FRAME}/master.mp4?v=abc").headers["cache-control"]
    asked = get(app, f"/files/{shown}/{FRAME}/master.mp4").headers["cache-control"]
    assert "immutable" in kept
    assert "no-cache" in asked
    assert "private" in kept


@pytest.mark.parametrize("path", ["nobody/{frame}/master.mp4", "{id}/9x9p1/master.mp4", "{id}/{frame}/secret.txt"])
def test_what_was_not_delivered_is_not_found(app: ASGIApp, shown: str, path: str) -> None:
    assert get(app, "/files/" + path.format(id=shown, frame=FRAME)).status == 404


def test_a_stranger_s_files_are_not_found(app: ASGIApp, house: House) -> None:
    foreign = episode(house, account="somebody")
    deliver(house, foreign, account="somebody")
    for name in FILES:
        assert get(app, f"/files/{foreign}/{FRAME}/{name}").status == 404


def test_boards_are_shown_of_the_run_that_made_them(app: ASGIApp, house: House) -> None:
    mine = run(house, episode(house), RunState.RUNNING)
    content = board(house, mine)
    other = run(house, episode(house), RunState.RUNNING)
    assert get(app, f"/pictures/{mine}/{content}").content == b"\x89PNG a board"
    assert get(app, f"/pictures/{other}/{content}").status == 404


def test_a_stranger_s_board_is_not_found(app: ASGIApp, house: House) -> None:
    theirs = run(house, episode(house, account="somebody"), RunState.RUNNING, account="somebody")
    content = board(house, theirs, account="somebody")
    assert get(app, f"/pictures/{theirs}/{content}").status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/files/{id}/{frame}/..%2f..%2f..%2fstudio.db",
        "/files/%2e%2e/%2e%2e/studio.db",
        "/files/{id}/%2e%2e%2f%2e%2e/studio.db",
        "/files/{id}/{frame}/%2fetc%2fpasswd",
        "/files/{id}/{frame}/master.mp4%00.txt",
        "/pictures/%2e%2e/studio.db",
        "/pictures/..%2f..%2fvault/%2e%2e",
    ],
)
def test_no_path_leads_out(app: ASGIApp, shown: str, path: str) -> None:
    answer = get(app, path.format(id=shown, frame=FRAME))
    assert answer.status == 404
    assert b"SQLite" not in answer.content


def test_damaged_bytes_are_not_shown(app: ASGIApp, house: House, shown: str) -> None:
    for file in (house.scratch.parent / "vault").glob("??/*"):
        file.write_bytes(b"rot")
    assert get(app, f"/files/{shown}/{FRAME}/master.mp4").status == 404


def test_a_database_that_cannot_be_read_is_a_sentence(app: ASGIApp, house: House, shown: str) -> None:
    with house.db.write() as session:
        session.execute(text("DROP TABLE delivery"))
    answer = get(app, f"/files/{shown}/{FRAME}/master.mp4")
    assert answer.status == 503
    assert b"The studio's files cannot be used" in answer.content


def test_an_error_nobody_foresaw_is_a_sentence_that_finds_it_in_the_log(
    app: ASGIApp, house: House, shown: str, tmp_path: Path
) -> None:
    with house.db.write() as session:
        session.execute(text("UPDATE delivery SET content = x'00ff'"))
    open_logbook(tmp_path / "log")
    try:
        answer = get(app, f"/files/{shown}/{FRAME}/master.mp4")
    finally:
        close_logbook()
    assert answer.status == 500
    log = (tmp_path / "log" / "studio.log").read_text()
    assert log.split("unforeseen reference=")[1][:8].encode() in answer.content
