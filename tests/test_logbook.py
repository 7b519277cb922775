"""The logbook: everything logged is in the file, and a file that cannot be written troubles nobody."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.logbook import close_logbook, open_logbook, reference

log = logging.getLogger("studio.somewhere")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where the log is written."""
    open_logbook(tmp_path / "log")
    yield tmp_path / "log"
    close_logbook()


def test_records_and_warnings_are_written_down_and_not_said(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert not folder.exists()
    log.info("a worker came")
    logging.getLogger("dbos").warning("for development only")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("soon gone", stacklevel=1)
    written = (folder / "studio.log").read_text()
    assert all(said in written for said in ("a worker came", "for development only", "soon gone"))
    assert capfd.readouterr() == ("", "")


def test_an_error_is_found_by_its_reference_with_its_traceback(folder: Path) -> None:
    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError as error:
        found = reference(error)
    written = (folder / "studio.log").read_text()
    assert f"reference={found}" in written
    assert "Traceback" in written
    assert "1 / 0" in written


def test_without_a_logbook_an_error_has_no_reference() -> None:
    assert reference(ValueError("lost")) == ""


def test_a_full_disk_is_silent_and_gives_no_reference(
    folder: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    folder.mkdir()
    (folder / "studio.log").symlink_to("/dev/full")
    assert reference(ValueError("lost")) == ""
    assert capfd.readouterr() == ("", "")


def test_a_folder_that_cannot_be_made_is_silent(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    open_logbook(tmp_path / "file" / "log")
    log.warning("nobody hears this")
    assert reference(ValueError("lost")) == ""
    close_logbook()
    assert capfd.readouterr() == ("", "")


def test_a_long_log_is_begun_again_whoever_wrote_it(folder: Path) -> None:
    log.info("before")
    file, old = folder / "studio.log", folder / "studio.log.1"
    for turn in ("once", "again"):
        file.write_bytes(turn.encode() * 2_000_000)
        log.info("afresh, %s", turn)
        assert file.read_text().endswith(f"afresh, {turn}\n")
        assert file.stat().st_size < 1000
        assert old.read_bytes().startswith(turn.encode())
    log.info("and on")
    assert len(file.read_text().splitlines()) == 2


def test_a_log_that_another_process_has_begun_anew_is_gone_on_with(folder: Path) -> None:
    log.info("before")
    (folder / "studio.log").replace(folder / "studio.log.1")
    (folder / "studio.log").write_text("another's line\n")
    log.info("after")
    assert (folder / "studio.log").read_text().startswith("another's line\n")
    assert (folder / "studio.log").read_text().endswith("after\n")
    assert "after" not in (folder / "studio.log.1").read_text()


def test_what_somebody_typed_begins_no_line_of_its_own_and_time_is_told_with_its_zone(folder: Path) -> None:
    log.warning("refused %s", "x\r\n2026-01-01T00:00:00.000Z 1 INFO studio people.signed_in account=m\u2028y\x85z")
    (line,) = (folder / "studio.log").read_text().splitlines()
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \d+ WARNING studio\.somewhere refused x\\n2026", line)
    told = datetime.fromisoformat(line.split()[0])
    assert abs(datetime.now(UTC) - told) < timedelta(minutes=5)
